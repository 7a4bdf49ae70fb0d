"""A cross-validation from beginning to end: every fold trained and judged, all written, and what there is to say."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from styleclf.data import Paintings, read_hierarchy
from styleclf.evaluation import Hierarchy, read_run
from styleclf.runs.cross_validation import cross_validate
from styleclf.runs.folder import write_against_rest
from styleclf.runs.folds import joblib_backend
from styleclf.runs.hierarchy import write_hierarchy
from styleclf.runs.judging import JudgedRun, judgement_text
from styleclf.runs.novelty import write_novelty
from styleclf.runs.report import write_cross_validation
from styleclf.runs.targets import cross_validate_target

_FILES = ("metrics.csv", "predictions.csv", "figures")
_OF_ALL = "all styles"


@dataclass(frozen=True)
class CrossValidationQuestions:
    """What a cross-validation is asked beside how well it tells the styles of a design.

    Raises ValueError for something to set beside a cross-validation of all styles, and for years with what is about
    styles.
    """

    target: str = "style"  # or year: when works were made
    one_vs_rest: str | None = None  # the style that stands against all others, where one does
    beside: str | Path | None = None  # with it, folder of a cross-validation of all styles
    hierarchy: str | Path | None = None  # without it, table style,parent: judged at each of its levels

    def __post_init__(self) -> None:
        """Check what goes together."""
        if self.beside and not self.one_vs_rest:
            raise ValueError(
                f"{self.beside} can be set beside one style against the rest only (recipes/cross_validate.py "
                "--one-vs-rest): recipes/compare.py compares runs of all styles"
            )
        if self.target == "year" and (self.one_vs_rest or self.hierarchy):
            raise ValueError("one_vs_rest and hierarchy are about styles, and the target is the year: leave them out")

    def read_hierarchy(self, styles: Collection[str]) -> Hierarchy | None:
        """The hierarchy of the styles, if it is asked for."""
        if not self.hierarchy or self.one_vs_rest:
            return None
        return read_hierarchy(self.hierarchy, styles)

    def read_beside(self) -> dict[str, pd.DataFrame]:
        """The predictions of all styles, by what they are called, if they are asked for."""
        return {_OF_ALL: read_run(self.beside)} if self.beside else {}


def judged_cross_validation(
    paintings: Paintings,
    flags: Mapping[str, Any],  # keywords of `fitted_learner`
    questions: CrossValidationQuestions | None = None,
    *,
    out: str | Path,
    jobs: int = 1,  # folds trained at a time
    dask: str | None = None,  # address of a Dask cluster that trains them, or 'local'
) -> JudgedRun:
    """Train without each fold in turn, judge on it, and write tables and figures; finished folds in `out` are kept.

    Raises what the questions, `cross_validate_target`, `cross_validate` and `joblib_backend` raise.
    """
    questions = questions or CrossValidationQuestions()
    rows = paintings.rows
    hierarchy = questions.read_hierarchy(set(rows["label"]))
    beside = questions.read_beside()
    start = time.monotonic()
    with joblib_backend(dask, jobs):
        text = cross_validate_target(questions.target, paintings, flags, out=out, jobs=jobs)
        if text:
            return JudgedRun(text, ("figures",), _seconds_since(start), {})
        metrics, predictions = cross_validate(rows, paintings.folder, out, jobs=jobs, **flags)
    seconds = _seconds_since(start)
    write_cross_validation(metrics, predictions, rows, out=out)
    texts = [judgement_text(metrics, rows), write_novelty(paintings, flags, out=out)]
    if hierarchy:
        texts.append(write_hierarchy(predictions, hierarchy, out=out))
    texts.append(write_against_rest(predictions, rows, out, beside=beside))
    text = "\n\n".join(filter(None, texts))
    return JudgedRun(text, _FILES, seconds, {})


def _seconds_since(start: float) -> float:
    """Seconds to a tenth."""
    return round(time.monotonic() - start, 1)
