"""Deletion and insertion: cells, orders and curves known by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from styleclf.explain import explained_images
from styleclf.explain.deletion_curves import (
    _CELLS_PER_SIDE,
    N_STEPS,
    _path_probas,
    areas,
    cell_ranks,
    in_cells,
    order_curves,
)
from styleclf.explain.faithfulness import (
    ORDERS,
)
from styleclf.inference.predict import predict_files

N_CELLS = _CELLS_PER_SIDE**2


class Upper(nn.Module):
    """The probability of the first of 2 styles is the share of the upper half's pixels that are 1."""

    def forward(self, x):
        _, _, height, _ = x.shape
        upper_half = x[:, 0, : height // 2]
        share = upper_half.mean(dim=(1, 2))
        return torch.stack([share, 1 - share], dim=1)


def test_cells_are_means_of_pixels():
    attr = np.random.default_rng(0).normal(size=(2, 32, 45))
    cell_of_row = np.arange(32) * _CELLS_PER_SIDE // 32
    cell_of_column = np.arange(45) * _CELLS_PER_SIDE // 45
    means = in_cells(attr).reshape(2, _CELLS_PER_SIDE, _CELLS_PER_SIDE)
    for i, j in np.ndindex(_CELLS_PER_SIDE, _CELLS_PER_SIDE):
        cell = attr[:, cell_of_row == i][:, :, cell_of_column == j]
        np.testing.assert_allclose(means[:, i, j], cell.mean(axis=(1, 2)))


def test_maps_smaller_than_the_cells_are_refused():
    with pytest.raises(ValueError, match="14 x 14 cells, and this learner sees 13 pixels"):
        in_cells(np.zeros((2, 13, 45)))


@pytest.fixture
def cells():
    """Importances of the cells of three images; the first fifty are tied."""
    importances = np.random.default_rng(0).normal(size=(3, N_CELLS))
    importances[:, :50] = 9
    return importances


@pytest.fixture
def ranks(cells):
    return cell_ranks({"map": cells})


def test_every_cell_has_one_turn(ranks):
    for orders in ranks.values():
        for turns in orders:
            assert (np.sort(turns, axis=1) == np.arange(N_CELLS)).all()


def test_turns_follow_the_map(ranks, cells):
    (turns,) = ranks["map"]
    in_order = np.take_along_axis(cells, np.argsort(turns, axis=1), axis=1)
    assert (np.diff(in_order, axis=1) <= 0).all()


def test_ties_fall_by_chance(ranks):
    (turns,) = ranks["map"]
    first, second, third = turns[:, :50]
    assert (first != second).any()
    assert max(*first, *second, *third) == 49
    one_order, another, *_ = ranks["random"]
    assert (one_order != another).any()


def test_the_centre_comes_first_and_the_corner_last(ranks):
    (turns,) = ranks["centre"]
    grid = turns[0].reshape(_CELLS_PER_SIDE, _CELLS_PER_SIDE)
    middle = _CELLS_PER_SIDE // 2
    assert grid[middle, middle] < 4
    assert grid[0, 0] >= N_CELLS - 4


@pytest.mark.parametrize("upper_half_first, area", [(True, 0.25), (False, 0.75)])
def test_a_way_replaces_the_cells_that_count_when_they_are_due(upper_half_first, area):
    """The upper half's cells first: after s of 14 steps the probability is 1 - s / 7, and 0 from the middle on."""
    start = torch.ones(2, 3, 28, 28)
    end = torch.zeros(2, 3, 28, 28)
    turns = np.arange(N_CELLS)
    steps = np.arange(N_STEPS + 1)
    if not upper_half_first:
        turns = turns[::-1]
        steps = steps - N_STEPS // 2
    expected = np.clip(1 - 2 * steps / N_STEPS, 0, 1)
    targs = torch.zeros(2, dtype=torch.long)
    probas = _path_probas(Upper(), start, end, ranks=np.stack([turns, turns]), targs=targs, bs=5)
    np.testing.assert_allclose(probas, [expected, expected], atol=1e-6)
    assert areas(probas) == pytest.approx([area, area])


def test_curves_begin_and_end_with_the_image_and_its_cover(learner, rows):
    four = rows.head(4)
    paths = four["filename"].tolist()
    ranks = cell_ranks({"map": np.zeros((4, N_CELLS))})
    curves = order_curves(learner, paths, four["label"].tolist(), ranks=ranks, cover="mean", progress=False)
    assert set(curves) == {"map", *ORDERS}
    probas, _ = predict_files(learner, paths, progress=False)
    targs = four["label"].map(list(learner.dls.vocab).index)
    of_images = probas[np.arange(4), targs]
    for deletion, insertion in curves.values():
        np.testing.assert_allclose(deletion[:, 0], of_images, atol=1e-4)
        np.testing.assert_allclose(insertion[:, -1], of_images, atol=1e-4)
        np.testing.assert_allclose(deletion[:, -1], insertion[:, 0], atol=1e-4)


def test_a_map_of_the_truth_beats_its_reverse(learner, rows):
    """Occlusion of cells, one by one, is the truth for a first step: it must gain more than its reverse loses."""
    paths = rows["filename"].tolist()[:6]
    truth = explained_images(learner, paths, "occlusion", squares=_CELLS_PER_SIDE, baseline="blur", progress=False)
    cells = in_cells(truth.attr)
    styles = [learner.dls.vocab[i] for i in truth.targs]
    ranks = cell_ranks({"map": cells, "reverse": -cells})
    curves = order_curves(learner, paths, styles, ranks=ranks, progress=False)
    gains = {}
    for name, (deletion, insertion) in curves.items():
        gains[name] = (areas(insertion) - areas(deletion)).mean()
    assert gains["map"] > gains["random"] > gains["reverse"]
