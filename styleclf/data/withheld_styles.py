"""Styles withheld from a training: what is trained on without them, and what is judged."""

from collections.abc import Sequence

import pandas as pd

from styleclf.data.authors import VAL, cv_folds


def without_styles(design: pd.DataFrame, withhold: Sequence[str]) -> pd.DataFrame:
    """The design without some styles. Raises ValueError for one it does not have, or if fewer than two are left."""
    styles = sorted(design["label"].unique())
    unknown = [style for style in withhold if style not in styles]
    if unknown:
        raise ValueError(f"the design has no style {unknown[0]!r} to withhold, but {', '.join(styles)}")
    left = [style for style in styles if style not in withhold]
    if len(left) < 2:
        raise ValueError(
            f"with {', '.join(withhold)} withheld {len(left)} of {len(styles)} styles are left: two must be"
        )
    return design[design["label"].isin(left)].reset_index(drop=True)


def training_rows(design: pd.DataFrame, fold: str, withhold: Sequence[str]) -> pd.DataFrame:
    """The images that a training without `fold` and the withheld styles sees."""
    folds = design["fold"].astype(str)
    return design[~folds.isin([fold, VAL]) & ~design["label"].isin(withhold)].reset_index(drop=True)


def judged_rows(design: pd.DataFrame, fold: str, withhold: Sequence[str]) -> pd.DataFrame:
    """The images to judge embeddings on, with a column `withheld`: the test fold, and the withheld styles of all folds.

    None is by an author of a training image: of the withheld styles, paintings by those are left out. The validation
    set stays closed. Raises ValueError for another fold than one of a cross-validation.
    """
    if fold not in cv_folds(design):
        raise ValueError(f"embeddings are judged on one of the folds {', '.join(cv_folds(design))}, not {fold!r}")
    folds, withheld = design["fold"].astype(str), design["label"].isin(withhold)
    authors = set(training_rows(design, fold, withhold)["author"].fillna("")) - {""}
    fresh = ~design["author"].isin(authors)
    rows = (folds == fold) | (withheld & (folds != VAL) & fresh)
    return design.assign(withheld=withheld)[rows].reset_index(drop=True)
