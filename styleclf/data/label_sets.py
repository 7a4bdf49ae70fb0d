"""Designs whose images may have several labels, 'fauvism|portrait': numbers of images, and who takes such designs."""

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import has_several_labels, label_matrix, label_vocab, labels_of

_FEWEST_FOLDS = 2  # in which a label must have images, to be learned and to be judged
_RECIPES = "cross_validate.py, validate.py, predict.py and export.py"
_ADVICE = f"{_RECIPES} take them, everything else wants one label per image"


def rows_by_label(design: pd.DataFrame) -> pd.DataFrame:
    """The design with one row for each label of an image; itself where every image has one.

    >>> rows_by_label(pd.DataFrame({"label": ["portrait|fauvism", "cubism"]}))["label"].tolist()
    ['fauvism', 'portrait', 'cubism']
    """
    cells = design["label"]
    if not has_several_labels(cells):
        return design
    lists = cells.map(labels_of)
    with_lists = design.assign(label=lists)
    return with_lists.explode("label", ignore_index=True)


def images_of_groups(
    groups: np.ndarray,  # (n,) numbered from 0
    cells: pd.Series,  # (n,) labels
) -> np.ndarray:
    """`(n_groups, n_labels)` how many images of each label each group has; one with several labels counts in each.

    Folds that are even in these numbers are even in every label.
    """
    vocab = label_vocab(cells)
    matrix = label_matrix(list(cells), vocab)
    n_groups = groups.max() + 1
    shape = (n_groups, len(vocab))
    counts = np.zeros(shape, dtype=int)
    np.add.at(counts, groups, matrix)
    return counts


def check_single_labels(
    design: pd.DataFrame,
    source: str,  # of the design, in the message
) -> None:
    """Raise ValueError if an image of the design has several labels."""
    for row in design.itertuples():
        if has_several_labels([row.label]):
            n_several = sum(len(labels_of(cell)) > 1 for cell in design["label"])
            images = count_of(n_several, "image")
            example = f"such as {row.label!r} for {row.filename}"
            raise ValueError(f"{source} gives {images} several labels, {example}: {_ADVICE}")


def check_labels_can_be_told(design: pd.DataFrame) -> None:
    """Raise ValueError for a label that every image has, or that images of fewer than two folds have.

    `design` is without its validation set.
    """
    cells = list(design["label"])
    vocab = label_vocab(cells)
    matrix = label_matrix(cells, vocab)
    folds = design["fold"].astype(str)
    for label, has_label in zip(vocab, matrix.T, strict=True):
        if has_label.all():
            images = count_of(len(design), "image")
            raise ValueError(f"all {images} have the label {label}, so there is nothing to tell apart: leave it out")
        n_folds = folds[has_label].nunique()
        if n_folds < _FEWEST_FOLDS:
            images = count_of(int(has_label.sum()), "image")
            places = count_of(n_folds, "fold")
            problem = f"the label {label} has {images} in {places}, so no model can learn it and be judged on it"
            raise ValueError(f"{problem}: add works by other painters, or leave it out")
