"""One style against the rest: the design for it, and fewer images of the rest to train on."""

import difflib

import numpy as np
import pandas as pd

from styleclf.data.authors import UNUSED, AuthorSplitter
from styleclf.evaluation import REST, author_units


def against_rest(design: pd.DataFrame, style: str) -> pd.DataFrame:
    """The design with `label` either `style` or 'rest', and the labels it had before in the column `original_label`.

    Raises ValueError for a style that the design does not have, and for a design that has a style named 'rest'.
    """
    styles = sorted(set(design["label"]))
    if REST in styles:
        raise ValueError(f"the design has a style named {REST!r}, which stands for all the others: rename its folder")
    if style not in styles:
        near = difflib.get_close_matches(style, styles, n=3)
        advice = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(styles)}"
        raise ValueError(f"the design has no style {style!r}: {advice}")
    return design.assign(label=design["label"].where(design["label"] == style, REST), original_label=design["label"])


def is_against_rest(design: pd.DataFrame) -> bool:
    """Whether the design is one of `against_rest`."""
    return "original_label" in design and REST in set(design["label"])


def thin_rest(design: pd.DataFrame, fold: int | str, ratio: float = 3.0, seed: int = 0) -> pd.DataFrame:
    """A design from `against_rest` with images of the rest marked unused: `ratio` are trained on for each of the style.

    Only what a learner tested on `fold` trains on is thinned, so its scores stay comparable with any model's. Every
    original style gives up the same share, so the rest stays the same mixture; drawing authors evenly over all styles
    would favour those without authors, where every image counts as one. Within a style authors take turns at random, so
    as many painters as possible stay. With fewer images of the rest than asked for, all stay.

    Raises ValueError for a ratio of 0 or less, a fold that the design does not have, and no image of the style to
    train on.
    """
    if ratio <= 0:
        raise ValueError(f"ratio is {ratio}: give the images of the rest for each image of the style, above 0")
    train = design.iloc[AuthorSplitter(fold)(design)[0]].reset_index(drop=True)
    rest = train[train["label"] == REST].assign(author=author_units(train["author"])[train["label"] == REST])
    n_style = len(train) - len(rest)
    if n_style == 0:
        raise ValueError(f"without fold {fold} no image of the style is left to train on")
    rest = rest.sample(frac=1, random_state=seed)
    rest = rest.iloc[np.argsort(rest.groupby(["original_label", "author"]).cumcount(), kind="stable")]  # by turns
    styles = rest.groupby("original_label")["filename"]
    share_before = styles.cumcount() / styles.transform("size")
    dropped = rest["filename"].iloc[np.argsort(share_before, kind="stable")].iloc[round(ratio * n_style) :]
    return design.assign(fold=design["fold"].where(~design["filename"].isin(dropped), UNUSED))
