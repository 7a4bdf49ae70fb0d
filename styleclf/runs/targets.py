"""What a cross-validation is about, other than one style per image: when works were made, or several labels."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from styleclf.common import check_one_of
from styleclf.data import Paintings
from styleclf.evaluation import has_several_labels
from styleclf.runs.labels import cross_validate_labels
from styleclf.runs.years import cross_validate_years

Target = Literal["style", "year"]
_TARGETS = get_args(Target)


def cross_validate_target(
    target: str,
    paintings: Paintings,
    flags: Mapping[str, Any],  # keywords of `fitted_learner`
    *,
    out: str | Path,
    jobs: int = 1,
) -> str:
    """Cross-validate another target than one style per image, and write it; returns what to tell the user.

    '' for styles, which are left to `cross_validate`. Raises ValueError for an unknown target, and what
    `cross_validate_years` and `cross_validate_labels` raise.
    """
    check_one_of(target, _TARGETS, "target")
    if target == "year":
        return cross_validate_years(paintings, flags, out=out, jobs=jobs)
    if has_several_labels(paintings.rows["label"]):
        return cross_validate_labels(paintings, flags, out=out, jobs=jobs)
    return ""
