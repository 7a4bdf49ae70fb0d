"""Deletion and insertion: cells, orders and curves known by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from styleclf.explain import explained
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


class Upper(nn.Module):
    """The probability of the first of 2 styles is the share of the upper half's pixels that are 1."""

    def forward(self, x):
        p = x[:, 0, : x.shape[2] // 2].mean(dim=(1, 2))
        return torch.stack([p, 1 - p], dim=1)


def test_cells_are_means_of_pixels():
    attr = np.random.default_rng(0).normal(size=(2, 32, 45))
    expected = [
        attr[:, np.arange(32) * _CELLS_PER_SIDE // 32 == i][:, :, np.arange(45) * _CELLS_PER_SIDE // 45 == j].mean(
            axis=(1, 2)
        )
        for i in range(_CELLS_PER_SIDE)
        for j in range(_CELLS_PER_SIDE)
    ]
    np.testing.assert_allclose(in_cells(attr), np.stack(expected, axis=1))
    with pytest.raises(ValueError, match="14 x 14 cells, and this learner sees 13 pixels"):
        in_cells(attr[:, :13])


def test_ranks_follow_the_map_and_ties_fall_by_chance():
    cells = np.random.default_rng(0).normal(size=(3, _CELLS_PER_SIDE**2))
    cells[:, :50] = 9
    ranks = cell_ranks({"map": cells})
    for several in ranks.values():
        for each in several:
            assert (np.sort(each, axis=1) == np.arange(_CELLS_PER_SIDE**2)).all()
    (own,), (central,) = ranks["map"], ranks["centre"]
    taken = np.take_along_axis(cells, np.argsort(own, axis=1), axis=1)
    assert (np.diff(taken, axis=1) <= 0).all()
    assert (own[0, :50] != own[1, :50]).any()
    assert own[:, :50].max() == 49
    grid = central[0].reshape(_CELLS_PER_SIDE, _CELLS_PER_SIDE)
    assert grid[_CELLS_PER_SIDE // 2, _CELLS_PER_SIDE // 2] < 4
    assert grid[0, 0] > _CELLS_PER_SIDE**2 - 5
    assert (ranks["random"][0] != ranks["random"][1]).any()


def test_a_way_replaces_the_cells_that_count_when_they_are_due():
    """The upper half's cells first: after s of 14 steps the probability is 1 - s / 7, and 0 from the middle on."""
    start, end = torch.ones(2, 3, 28, 28), torch.zeros(2, 3, 28, 28)
    ranks = np.tile(np.arange(_CELLS_PER_SIDE**2), (2, 1))
    expected = np.clip(1 - np.arange(N_STEPS + 1) / (N_STEPS / 2), 0, 1)
    gone = _path_probas(Upper(), start, end, ranks=ranks, targs=torch.zeros(2, dtype=torch.long), bs=5)
    np.testing.assert_allclose(gone, [expected] * 2, atol=1e-6)
    last = _path_probas(Upper(), start, end, ranks=ranks[:, ::-1].copy(), targs=torch.zeros(2, dtype=torch.long))
    np.testing.assert_allclose(last, [1 - expected[::-1]] * 2, atol=1e-6)
    assert areas(gone) == pytest.approx([0.25] * 2)
    assert areas(last) == pytest.approx([0.75] * 2)


def test_curves_begin_and_end_with_the_image_and_its_cover(learner, rows):
    paths, styles = rows["filename"].tolist()[:4], rows["label"].tolist()[:4]
    ranks = cell_ranks({"map": np.zeros((len(paths), _CELLS_PER_SIDE**2))})
    curves = order_curves(learner, paths, styles, ranks=ranks, cover="mean", progress=False)
    own = predict_files(learner, paths, progress=False)[0]
    probas = own[np.arange(len(paths)), [list(learner.dls.vocab).index(style) for style in styles]]
    assert set(curves) == {"map", *ORDERS}
    for gone, come in curves.values():
        np.testing.assert_allclose(gone[:, 0], probas, atol=1e-4)
        np.testing.assert_allclose(come[:, -1], probas, atol=1e-4)
        np.testing.assert_allclose(gone[:, -1], come[:, 0], atol=1e-4)


def test_a_map_of_the_truth_beats_its_reverse(learner, rows):
    """Occlusion of cells, one by one, is the truth for a first step: it must gain more than its reverse loses."""
    paths = rows["filename"].tolist()[:6]
    once = explained(learner, paths, "occlusion", squares=_CELLS_PER_SIDE, baseline="blur", progress=False)
    cells = in_cells(once.attr)
    styles = [learner.dls.vocab[i] for i in once.targs]
    curves = order_curves(learner, paths, styles, ranks=cell_ranks({"map": cells, "reverse": -cells}), progress=False)
    gains = {name: (areas(come) - areas(gone)).mean() for name, (gone, come) in curves.items()}
    assert gains["map"] > gains["random"] > gains["reverse"]
