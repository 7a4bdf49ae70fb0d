"""Styles withheld from a training: the design without them, what is trained on, and what is judged."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from styleclf.data.authors import author_groups, cv_folds, trained_on
from styleclf.evaluation import VAL


def without_styles(design: pd.DataFrame, withhold: Sequence[str]) -> pd.DataFrame:
    """The design without some styles. Raises ValueError for one it does not have, or if fewer than two remain."""
    styles = sorted(design["label"].unique())
    for style in withhold:
        if style not in styles:
            names = ", ".join(styles)
            raise ValueError(f"the design has no style {style!r} to withhold, but {names}")
    remaining = design[~design["label"].isin(withhold)]
    n_remaining = remaining["label"].nunique()
    if n_remaining < 2:
        names = ", ".join(withhold)
        shares = f"{n_remaining} of {len(styles)} styles"
        raise ValueError(f"with {names} withheld {shares} are left: withhold fewer, so that at least two remain")
    return remaining.reset_index(drop=True)


def training_rows(
    design: pd.DataFrame,
    fold: str,  # test fold
    withhold: Sequence[str],  # styles
) -> pd.DataFrame:
    """The images that a training sees which is tested on `fold` and withholds some styles."""
    is_withheld = design["label"].isin(withhold)
    is_trained = trained_on(design, fold)
    return design[is_trained & ~is_withheld].reset_index(drop=True)


def judged_rows(
    design: pd.DataFrame,
    fold: str,  # test fold
    withhold: Sequence[str],  # styles
) -> pd.DataFrame:
    """The images to judge embeddings on, with a column `withheld`: the test fold, and the withheld styles of all folds.

    None is of the group of a training image: paintings by its authors and byte-identical copies of it are left out. The
    validation set stays closed. Raises ValueError if `fold` is not one of the folds for cross-validation.
    """
    choices = cv_folds(design)
    if fold not in choices:
        names = ", ".join(choices)
        raise ValueError(f"embeddings are judged on one of the folds {names}, not {fold!r}")
    train = training_rows(design, fold, withhold)
    is_trained = design["filename"].isin(train["filename"]).to_numpy()
    groups = author_groups(design)
    is_known_group = np.isin(groups, groups[is_trained])
    is_withheld = design["label"].isin(withhold)
    folds = design["fold"].astype(str)
    is_new_style = is_withheld & (folds != VAL)
    is_judged = (is_new_style | (folds == fold)) & ~is_known_group
    rows = design.assign(withheld=is_withheld)
    return rows[is_judged].reset_index(drop=True)
