"""Faithfulness: tables that agree with one another, and whom the verdict trusts."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data import Paintings
from styleclf.data.authors import author_groups
from styleclf.explain.deletion_curves import areas
from styleclf.explain.faithfulness import (
    NETWORK_PARTS,
    ORDERS,
    _style_means,
    _trusted_method,
    faithfulness_text,
    images_to_judge,
    judge_methods,
    rows_to_judge,
    write_faithfulness,
)
from styleclf.plots.faithfulness import plot_faithfulness


@pytest.fixture(scope="module")
def faithfulness(learner, rows):
    return judge_methods(learner, rows, ["occlusion", "gradcam"], n_shuffled=4, progress=False)


def test_what_is_not_known_stays_out_of_means(rows, learner):
    vocab = list(learner.dls.vocab)
    mean, scores = _style_means(rows, vocab), np.full(len(rows), 2.0)
    scores[:8] = np.nan  # the first image of each style
    assert mean.value(scores) == 2
    assert np.isnan(mean.value(scores[:8]))


def test_images_to_judge_are_of_all_styles_and_many_authors(design):
    n_styles = design["label"].nunique()
    rows = rows_to_judge(design, 3 * n_styles)
    assert (rows["label"].value_counts() == 3).all()
    assert not rows["filename"].duplicated().any()
    units = pd.Series(author_groups(design), design["filename"])
    for style, own in rows.groupby("label"):
        n_units = units[design["filename"][design["label"] == style]].nunique()
        assert units[own["filename"]].nunique() == min(3, n_units)
    pd.testing.assert_frame_equal(rows, rows_to_judge(design.sample(frac=1, random_state=1), 3 * n_styles))
    with pytest.raises(ValueError, match="1 image or more"):
        rows_to_judge(design, 0)
    with pytest.raises(ValueError, match="val stays closed"):
        images_to_judge(Paintings(design, "."), "val", 8)


def test_the_tables_agree_with_one_another(faithfulness, rows):
    table = faithfulness.table.set_index("method")
    assert list(table.index) == ["occlusion", "gradcam", *ORDERS]
    for name, curve in faithfulness.curves.groupby("method"):
        assert areas(curve["deletion"].to_numpy()) == pytest.approx(table.loc[name, "deletion"], abs=1e-6)
        assert areas(curve["insertion"].to_numpy()) == pytest.approx(table.loc[name, "insertion"], abs=1e-6)
    np.testing.assert_allclose(table["gain"], table["insertion"] - table["deletion"], atol=1e-9)
    for order in ORDERS:
        np.testing.assert_allclose(table[f"over_{order}"], table["gain"] - table.loc[order, "gain"], atol=1e-9)
        others = table.drop(index=order)
        assert (others[f"over_{order}_lo"] < others[f"over_{order}"]).all()
        assert (others[f"over_{order}"] < others[f"over_{order}_hi"]).all()
    after = table[[f"after_{part}" for part in NETWORK_PARTS]]
    assert after.loc[["occlusion", "gradcam"]].abs().max().max() <= 1
    assert after.loc[list(ORDERS)].isna().all().all()
    agreement = faithfulness.agreement.set_index("method")
    np.testing.assert_allclose(agreement, agreement.T)
    np.testing.assert_allclose(np.diag(agreement), 1)


def a_table(**columns):
    """A made-up table in which gradcam is the better method, and both are sound."""
    table = pd.DataFrame({"method": ["saliency", "gradcam", *ORDERS], "deletion": 0.2, "insertion": 0.4})
    table["gain"] = [0.2, 0.3, 0, 0.1]
    for order in ORDERS:
        table[f"over_{order}"], table[f"over_{order}_lo"], table[f"over_{order}_hi"] = 0.2, 0.1, 0.3
    for part in NETWORK_PARTS:
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
    tested = not table.loc[table["method"] == method, f"after_{NETWORK_PARTS[-1]}"].isna().any()
    assert ("was not tested" in text) != tested


def test_bad_input_is_a_sentence(learner, rows):
    with pytest.raises(ValueError, match="baseline must be one of"):
        judge_methods(learner, rows, ["occlusion"], cover="noise", progress=False)
    single = rows.drop_duplicates("label")
    with pytest.raises(ValueError, match=r"two images or more of each style, and .* has one"):
        _style_means(single, list(learner.dls.vocab))


def test_tables_and_figure_are_written(faithfulness, tmp_path):
    write_faithfulness(faithfulness, tmp_path)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "faithfulness.csv"), faithfulness.table)
    files = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*.*")}
    assert files >= {"faithfulness.csv", "curves.csv", "agreement.csv", "figures/faithfulness.png"}


def test_the_figure_shows_every_method(faithfulness):
    fig = plot_faithfulness(faithfulness.table, faithfulness.curves)
    assert len(fig.axes) == 4
    assert {line.get_label() for line in fig.axes[0].lines} == {"occlusion", "gradcam", "random order", "centre order"}
    assert {label.get_text() for label in fig.axes[2].get_yticklabels()} == {"occlusion", "gradcam"}
    with pytest.raises(ValueError, match="over_random"):
        plot_faithfulness(faithfulness.table[["method", "gain"]], faithfulness.curves)
