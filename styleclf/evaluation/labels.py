"""Several labels for an image, in one cell of a table: 'fauvism|portrait'."""

from collections.abc import Iterable, Sequence

import numpy as np

LABEL_SEPARATOR = "|"


def labels_of(cell: str) -> list[str]:
    """The different labels of a cell, sorted.

    >>> labels_of("portrait| fauvism|"), labels_of("")
    (['fauvism', 'portrait'], [])
    """
    labels = set()
    for part in cell.split(LABEL_SEPARATOR):
        label = part.strip()
        if label:
            labels.add(label)
    return sorted(labels)


def has_several_labels(cells: Iterable[str]) -> bool:
    """Whether any image has more than one label."""
    return any(LABEL_SEPARATOR in cell for cell in cells)


def noun_for_labels(cells: Iterable[str]) -> str:
    """What the labels are called in sentences: styles, of which an image has one, or else labels.

    >>> noun_for_labels(["cubism", "rococo"]), noun_for_labels(["fauvism|portrait"])
    ('style', 'label')
    """
    return "label" if has_several_labels(cells) else "style"


def label_vocab(cells: Iterable[str]) -> list[str]:
    """All labels that occur, sorted.

    >>> label_vocab(["fauvism|portrait", "cubism"])
    ['cubism', 'fauvism', 'portrait']
    """
    vocab: set[str] = set()
    for cell in cells:
        labels = labels_of(cell)
        vocab.update(labels)
    return sorted(vocab)


def label_matrix(
    cells: Sequence[str],  # of n images
    vocab: Sequence[str],
) -> np.ndarray:
    """`(n, n_labels)` bool: which label each image has. Raises ValueError for a label that is not in `vocab`.

    >>> label_matrix(["b|a", "b"], ["a", "b"]).tolist()
    [[True, True], [False, True]]
    """
    columns = list(vocab)
    shape = (len(cells), len(columns))
    matrix = np.zeros(shape, dtype=bool)
    for row, cell in enumerate(cells):
        for label in labels_of(cell):
            if label not in columns:
                known_labels = ", ".join(columns)
                raise ValueError(f"label {label!r} is not one of the labels {known_labels}")
            column = columns.index(label)
            matrix[row, column] = True
    return matrix


def joined_labels(
    matrix: np.ndarray,  # (n, n_labels) bool
    vocab: Sequence[str],
) -> list[str]:
    """The cells of `n` images, '' for one without any label.

    >>> joined_labels(np.array([[True, True], [False, False]]), ["a", "b"])
    ['a|b', '']
    """
    labels = np.array(vocab, dtype=object)
    cells = []
    for has_label in matrix:
        labels_of_image = labels[has_label]
        cells.append(LABEL_SEPARATOR.join(labels_of_image))
    return cells


def rarest_labels(matrix: np.ndarray) -> np.ndarray:
    """`(n,)` the position of each image's rarest label, -1 for none: what images are drawn within.

    >>> rarest_labels(np.array([[True, True], [True, False], [False, False]])).tolist()
    [1, 0, -1]
    """
    n_images = matrix.sum(axis=0)
    most_images = len(matrix) + 1
    numbers = np.where(matrix, n_images, most_images)
    rarest = numbers.argmin(axis=1)
    has_label = matrix.any(axis=1)
    return np.where(has_label, rarest, -1)
