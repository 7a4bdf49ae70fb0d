"""Faithfulness: maps whose truth is known by hand, orders, curves, shuffled networks, and whom the verdict trusts."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

from styleclf.data.authors import author_groups
from styleclf.explain import explained
from styleclf.explain.deletion_curves import _CELLS, STEPS, _way_probas, areas, cell_ranks, in_cells, order_curves
from styleclf.explain.faithfulness import (
    ORDERS,
    PARTS,
    _mean_of_authors,
    _trusted_method,
    faithfulness_text,
    images_to_judge,
    judge_methods,
    rows_to_judge,
    write_faithfulness,
)
from styleclf.explain.randomisation import _shuffled_networks, rank_correlations
from styleclf.inference.predict import predict_files
from styleclf.models.cosine_head import CosineHead
from styleclf.models.network import create_model, parameter_groups
from styleclf.plots.faithfulness import plot_faithfulness
from styleclf.training.export import load_style_learner
from tests.conftest import changed, state


@pytest.fixture(scope="module")
def learner(exported):
    """A learner in float32: how bfloat16 rounds differs from way to way."""
    learn = load_style_learner(exported)
    learn.fitting_precision.precision = "fp32"
    return learn


@pytest.fixture(scope="module")
def rows(design, sample):
    """Two images of each style, as paths."""
    rows = rows_to_judge(design, 16)
    return rows.assign(filename=[(sample / name).as_posix() for name in rows["filename"]])


@pytest.fixture(scope="module")
def found(learner, rows):
    return judge_methods(learner, rows, ["occlusion", "gradcam"], n_shuffled=4, progress=False)


class Upper(nn.Module):
    """The probability of the first of 2 styles is the share of the upper half's pixels that are 1."""

    def forward(self, x):
        p = x[:, 0, : x.shape[2] // 2].mean(dim=(1, 2))
        return torch.stack([p, 1 - p], dim=1)


def test_cells_are_means_of_pixels():
    attr = np.random.default_rng(0).normal(size=(2, 32, 45))
    expected = [
        attr[:, np.arange(32) * _CELLS // 32 == i][:, :, np.arange(45) * _CELLS // 45 == j].mean(axis=(1, 2))
        for i in range(_CELLS)
        for j in range(_CELLS)
    ]
    np.testing.assert_allclose(in_cells(attr), np.stack(expected, axis=1))
    with pytest.raises(ValueError, match="14 x 14 cells, and this learner sees 13 pixels"):
        in_cells(attr[:, :13])


def test_ranks_follow_the_map_and_ties_fall_by_chance():
    cells = np.random.default_rng(0).normal(size=(3, _CELLS**2))
    cells[:, :50] = 9
    ranks = cell_ranks({"map": cells})
    for several in ranks.values():
        for each in several:
            assert (np.sort(each, axis=1) == np.arange(_CELLS**2)).all()
    (own,), (central,) = ranks["map"], ranks["centre"]
    taken = np.take_along_axis(cells, np.argsort(own, axis=1), axis=1)
    assert (np.diff(taken, axis=1) <= 0).all()
    assert (own[0, :50] != own[1, :50]).any() and own[:, :50].max() == 49
    grid = central[0].reshape(_CELLS, _CELLS)
    assert grid[_CELLS // 2, _CELLS // 2] < 4 and grid[0, 0] > _CELLS**2 - 5
    assert (ranks["random"][0] != ranks["random"][1]).any()


def test_a_way_replaces_the_cells_that_count_when_they_are_due():
    """The upper half's cells first: after s of 14 steps the probability is 1 - s / 7, and 0 from the middle on."""
    start, end = torch.ones(2, 3, 28, 28), torch.zeros(2, 3, 28, 28)
    ranks = np.tile(np.arange(_CELLS**2), (2, 1))
    expected = np.clip(1 - np.arange(STEPS + 1) / (STEPS / 2), 0, 1)
    gone = _way_probas(Upper(), start, end, ranks, torch.zeros(2, dtype=torch.long), bs=5)
    np.testing.assert_allclose(gone, [expected] * 2, atol=1e-6)
    last = _way_probas(Upper(), start, end, ranks[:, ::-1].copy(), torch.zeros(2, dtype=torch.long))
    np.testing.assert_allclose(last, [1 - expected[::-1]] * 2, atol=1e-6)
    assert areas(gone) == pytest.approx([0.25] * 2) and areas(last) == pytest.approx([0.75] * 2)


def test_curves_begin_and_end_with_the_image_and_its_cover(learner, rows):
    paths, styles = rows["filename"].tolist()[:4], rows["label"].tolist()[:4]
    ranks = cell_ranks({"map": np.zeros((len(paths), _CELLS**2))})
    curves = order_curves(learner, paths, styles, ranks, cover="mean", progress=False)
    own = predict_files(learner, paths, progress=False)[0]
    probas = own[np.arange(len(paths)), [list(learner.dls.vocab).index(style) for style in styles]]
    assert set(curves) == {"map", *ORDERS}
    for gone, come in curves.values():
        np.testing.assert_allclose(gone[:, 0], probas, atol=1e-4)
        np.testing.assert_allclose(come[:, -1], probas, atol=1e-4)
        np.testing.assert_allclose(gone[:, -1], come[:, 0], atol=1e-4)


def test_networks_are_shuffled_from_the_head_down_and_the_users_is_not(learner):
    before = state(learner.model)
    groups = [len(group) for group in parameter_groups(learner.model)]
    n_changed = []
    for network in _shuffled_networks(learner.model):
        moved = changed(before, network)
        assert not {name for name in moved if "running" in name}
        for name in moved:
            own, other = (each[name].flatten(1).sort(dim=1)[0] for each in (before, network.state_dict()))
            assert torch.equal(own, other), "shuffled within units, not drawn anew"
        n_changed.append(len(moved))
    assert len(n_changed) == len(PARTS) and n_changed == sorted(set(n_changed))
    assert n_changed[0] <= groups[2] and n_changed[2] <= sum(groups)
    assert not changed(before, learner.model)


def test_a_cosine_head_is_shuffled_with_its_neck():
    model = create_model("resnet10t", 3, 4, weights="none", head=CosineHead(4, 3, 12.0))
    before = state(model)
    moved = [changed(before, network) for network in _shuffled_networks(model)]
    assert len(moved) == len(PARTS) and moved[0] == {"1.1.weight", "2.weight"} < moved[1] < moved[2]


def test_what_is_not_known_stays_out_of_means(rows, learner):
    vocab = list(learner.dls.vocab)
    mean, scores = _mean_of_authors(rows, vocab), np.full(len(rows), 2.0)
    scores[:8] = np.nan  # the first image of each style
    assert mean.of(scores) == 2 and np.isnan(mean.of(scores[:8]))


def test_rank_correlations_are_spearmans():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 5, (2, 3, 30)).astype(float)
    b[2] = 1
    expected = [spearmanr(*pair).statistic for pair in zip(a[:2], b[:2], strict=True)]
    assert rank_correlations(a, b) == pytest.approx([*expected, np.nan], nan_ok=True)


def test_images_to_judge_are_of_all_styles_and_many_authors(design):
    n_styles = design["label"].nunique()
    rows = rows_to_judge(design, 3 * n_styles)
    assert (rows["label"].value_counts() == 3).all() and not rows["filename"].duplicated().any()
    units = pd.Series(author_groups(design), design["filename"])
    for style, own in rows.groupby("label"):
        n_units = units[design["filename"][design["label"] == style]].nunique()
        assert units[own["filename"]].nunique() == min(3, n_units)
    pd.testing.assert_frame_equal(rows, rows_to_judge(design.sample(frac=1, random_state=1), 3 * n_styles))
    with pytest.raises(ValueError, match="1 image or more"):
        rows_to_judge(design, 0)
    with pytest.raises(ValueError, match="val stays closed"):
        images_to_judge("design.csv", "val", ".", 8)


def test_the_tables_agree_with_one_another(found, rows):
    table = found.table.set_index("method")
    assert list(table.index) == ["occlusion", "gradcam", *ORDERS]
    for name, curve in found.curves.groupby("method"):
        assert areas(curve["deletion"].to_numpy()) == pytest.approx(table.loc[name, "deletion"], abs=1e-6)
        assert areas(curve["insertion"].to_numpy()) == pytest.approx(table.loc[name, "insertion"], abs=1e-6)
    np.testing.assert_allclose(table["gain"], table["insertion"] - table["deletion"], atol=1e-9)
    for order in ORDERS:
        np.testing.assert_allclose(table[f"over_{order}"], table["gain"] - table.loc[order, "gain"], atol=1e-9)
        others = table.drop(index=order)
        assert (others[f"over_{order}_lo"] < others[f"over_{order}"]).all()
        assert (others[f"over_{order}"] < others[f"over_{order}_hi"]).all()
    after = table[[f"after_{part}" for part in PARTS]]
    assert after.loc[["occlusion", "gradcam"]].abs().max().max() <= 1 and after.loc[list(ORDERS)].isna().all().all()
    agreement = found.agreement.set_index("method")
    np.testing.assert_allclose(agreement, agreement.T)
    np.testing.assert_allclose(np.diag(agreement), 1)


def test_a_map_of_the_truth_beats_its_reverse(learner, rows):
    """Occlusion of cells, one by one, is the truth for a first step: it must gain more than its reverse loses."""
    paths = rows["filename"].tolist()[:6]
    once = explained(learner, paths, "occlusion", squares=_CELLS, baseline="blur", progress=False)
    cells = in_cells(once.attr)
    styles = [learner.dls.vocab[i] for i in once.targs]
    curves = order_curves(learner, paths, styles, cell_ranks({"map": cells, "reverse": -cells}), progress=False)
    gains = {name: (areas(come) - areas(gone)).mean() for name, (gone, come) in curves.items()}
    assert gains["map"] > gains["random"] > gains["reverse"]


def a_table(**columns):
    """A made-up table in which gradcam is the better method, and both are sound."""
    table = pd.DataFrame({"method": ["saliency", "gradcam", *ORDERS], "deletion": 0.2, "insertion": 0.4})
    table["gain"] = [0.2, 0.3, 0, 0.1]
    for order in ORDERS:
        table[f"over_{order}"], table[f"over_{order}_lo"], table[f"over_{order}_hi"] = 0.2, 0.1, 0.3
    for part in PARTS:
        table[f"after_{part}"] = [0.1, -0.1, np.nan, np.nan]
    for name, values in columns.items():
        table.loc[[0, 1], name] = values
    return table


@pytest.mark.parametrize(
    "columns, method",
    [
        ({}, "gradcam"),
        ({"over_centre_lo": [0.1, -0.1]}, "saliency"),
        ({"over_random_lo": [-0.1, -0.1]}, None),
        ({"after_early body": [0.1, 0.9]}, "saliency"),
        ({"after_early body": [-0.9, np.nan]}, "gradcam"),
    ],
)
def test_only_methods_that_beat_both_orders_and_change_are_trusted(columns, method):
    table = a_table(**columns)
    assert _trusted_method(table) == method
    text = faithfulness_text(table)
    assert text.splitlines()[-1].startswith(f"trust {method or 'none'}")
    tested = not table.loc[table["method"] == method, f"after_{PARTS[-1]}"].isna().any()
    assert ("was not tested" in text) != tested


def test_bad_input_is_a_sentence(learner, rows):
    with pytest.raises(ValueError, match="baseline must be one of"):
        judge_methods(learner, rows, ["occlusion"], cover="noise", progress=False)
    single = rows.drop_duplicates("label")
    with pytest.raises(ValueError, match=r"two images or more of each style, and .* has one"):
        _mean_of_authors(single, list(learner.dls.vocab))


def test_tables_and_figure_are_written(found, tmp_path):
    write_faithfulness(found, tmp_path)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "faithfulness.csv"), found.table)
    files = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.*")}
    assert files == {"faithfulness.csv", "curves.csv", "agreement.csv", "figures/faithfulness.png"}


def test_the_figure_shows_every_method(found):
    fig = plot_faithfulness(found.table, found.curves)
    assert len(fig.axes) == 4
    assert {line.get_label() for line in fig.axes[0].lines} == {"occlusion", "gradcam", "random order", "centre order"}
    assert {label.get_text() for label in fig.axes[2].get_yticklabels()} == {"occlusion", "gradcam"}
    with pytest.raises(ValueError, match="over_random"):
        plot_faithfulness(found.table[["method", "gain"]], found.curves)
