"""One style against the rest: the design for it, and fewer images of the rest to train on."""

import difflib

import numpy as np
import pandas as pd

from styleclf.data.authors import UNUSED, AuthorSplitter
from styleclf.evaluation import REST, author_units


def against_rest(design: pd.DataFrame, style: str) -> pd.DataFrame:
    """The design with `label` either `style` or 'rest', and the labels it had before in the column `original_label`.

    Raises ValueError for a style that the design does not have, and for a design that has a style named 'rest'.

    >>> against_rest(pd.DataFrame({"label": ["cubism", "rococo", "pop_art"]}), "rococo")["label"].tolist()
    ['rest', 'rococo', 'rest']
    """
    styles = sorted(set(design["label"]))
    if REST in styles:
        raise ValueError(f"the design has a style named {REST!r}, which stands for all the others: rename its folder")
    if style not in styles:
        names = ", ".join(styles)
        similar = " or ".join(difflib.get_close_matches(style, styles, n=3))
        advice = f"did you mean {similar}?" if similar else f"it has {names}"
        raise ValueError(f"the design has no style {style!r}: {advice}")
    original_label = design["label"]
    label = original_label.where(original_label == style, REST)
    return design.assign(label=label, original_label=original_label)


def is_against_rest(design: pd.DataFrame) -> bool:
    """Whether the design comes from `against_rest`."""
    return "original_label" in design and REST in set(design["label"])


def style_against_rest(design: pd.DataFrame) -> str:
    """The style that stands against the rest in a design from `against_rest`; '' in any other."""
    if not is_against_rest(design):
        return ""
    (style,) = set(design["label"]) - {REST}
    return style


def thin_rest(
    design: pd.DataFrame,  # from `against_rest`
    fold: int | str,  # test fold of the learner
    ratio: float = 3.0,  # images of the rest to train on for each image of the style
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """The design with images of the rest marked unused, so that `ratio` per image of the style remain for training.

    Only the images that a learner tested on `fold` trains on are thinned, so its scores stay comparable with those of
    any model. Every original style gives up the same share, so the rest stays the same mixture; drawing authors evenly
    over all styles would favour those without authors, where every image counts as one. Within a style authors take
    turns at random, so that as many painters as possible stay. If the rest has fewer images than asked for, all stay.

    Raises ValueError for a ratio of 0 or less, a fold that the design does not have, and a style without images to
    train on.
    """
    if ratio <= 0:
        raise ValueError(f"ratio is {ratio}: give the images of the rest for each image of the style, above 0")
    split = AuthorSplitter(fold)
    train_positions, _ = split(design)
    train = design.iloc[train_positions].reset_index(drop=True)
    is_rest = train["label"] == REST
    n_style = len(train) - int(is_rest.sum())
    if n_style == 0:
        raise ValueError(f"without fold {fold} no image of the style is left to train on")
    units = author_units(train["author"])
    rest_images = train[is_rest].assign(author=units[is_rest])
    filenames = _in_order_of_keeping(rest_images, seed)
    n_rest = round(ratio * n_style)
    is_dropped = design["filename"].isin(filenames.iloc[n_rest:])
    fold_or_unused = design["fold"].mask(is_dropped, UNUSED)
    return design.assign(fold=fold_or_unused)


def _in_order_of_keeping(rest_images: pd.DataFrame, seed: int) -> pd.Series:
    """Filenames of the rest, in an order whose every beginning has all original styles in proportion.

    Within a style every author has a first image in it before anyone has a second.
    """
    shuffled_images = rest_images.sample(frac=1, random_state=seed)
    turns = shuffled_images.groupby(["original_label", "author"]).cumcount()
    by_turns = shuffled_images.iloc[np.argsort(turns, kind="stable")]
    filenames = by_turns["filename"]
    by_style = filenames.groupby(by_turns["original_label"])
    share_before = by_style.cumcount() / by_style.transform("size")
    return filenames.iloc[np.argsort(share_before, kind="stable")]
