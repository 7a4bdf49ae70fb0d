"""Several labels in one cell of a table."""

import numpy as np
import pytest

from styleclf.evaluation.labels import (
    has_several_labels,
    joined_labels,
    label_matrix,
    label_vocab,
    labels_of,
    rarest_labels,
)


def test_a_cell_becomes_labels_and_labels_a_cell():
    assert labels_of(" b |a||b") == ["a", "b"]
    assert labels_of("|") == []
    cells = ["a|c", "b", "c", ""]
    vocab = label_vocab(cells)
    assert vocab == ["a", "b", "c"]
    assert joined_labels(label_matrix(cells, vocab), vocab) == cells


def test_only_a_bar_makes_several():
    assert has_several_labels(["a", "b|c"])
    assert not has_several_labels(["a", "b, c"])


def test_an_unknown_label_is_refused():
    with pytest.raises(ValueError, match="label 'd' is not one of the labels a, b"):
        label_matrix(["a|d"], ["a", "b"])


def test_images_are_drawn_within_their_rarest_label():
    matrix = label_matrix(["a|b", "a", "a|c", "a|c|b", "a|b"], ["a", "b", "c"])
    assert rarest_labels(matrix).tolist() == [1, 0, 2, 2, 1]
    assert rarest_labels(np.zeros((1, 2), dtype=bool)).tolist() == [-1]
