"""styleclf.plots.sphere, .similarity and .embedding_scores: what is drawn is what was given, and nothing is missing."""

import numpy as np
import pandas as pd
import pytest

from styleclf.plots import plot_embedding_scores, plot_similarity, plot_sphere
from styleclf.plots.similarity import _KINDS

LABELS = ["photo", "cubism", "rococo", "photo", "cubism"]


def drawn(axes):
    """The points of trained styles and those of withheld ones, each (n, d)."""
    for marks in axes.collections:
        places = getattr(marks, "_offsets3d", marks.get_offsets().T)
        yield np.array([np.ma.getdata(column) for column in places]).T


def ordered(points):
    return points[np.lexsort(points.T)]


def legend_of(fig):
    return fig.legends[0].get_texts(), fig.legends[0].get_lines()


@pytest.mark.parametrize("width", [2, 3])
def test_embeddings_are_drawn_as_they_are_and_at_length_one(width):
    points = np.random.default_rng(0).normal(scale=3, size=(5, width))
    points[1] = 0
    fig = plot_sphere(points, LABELS, ["photo", "baroque"])
    native, unit = fig.axes
    units = np.divide(points, np.linalg.norm(points, axis=1)[:, None], where=points != 0, out=np.zeros_like(points))
    withheld = np.array(LABELS) == "photo"
    for axes, places in ((native, points), (unit, units)):
        for found, own in zip(drawn(axes), (~withheld, withheld), strict=True):
            assert ordered(found) == pytest.approx(ordered(places[own]))
    handles = {text.get_text(): line for text, line in zip(*legend_of(fig), strict=True)}
    assert list(handles) == ["cubism", "rococo", "photo (withheld)"]
    markers = [line.get_marker() for line in handles.values()]
    assert markers[0] == markers[1] != markers[2]
    assert len({line.get_color() for line in handles.values()}) == 3


def test_a_sphere_says_what_it_cannot_draw():
    for points, labels, what in (
        (np.ones((5, 4)), LABELS, r"\(5, 4\)"),
        (np.ones((0, 3)), [], r"\(0, 3\)"),
        (np.ones((5, 3)), LABELS[:2], "2 labels for 5"),
        (np.full((5, 3), np.nan), LABELS, "5 of 5 embeddings are no numbers"),
    ):
        with pytest.raises(ValueError, match=what):
            plot_sphere(points, labels, ["photo"])


def similarities(kinds):
    shares = np.random.default_rng(0).dirichlet(np.ones(100), len(kinds))
    low = np.tile(np.linspace(-1, 1, 101)[:-1], len(kinds))
    return pd.DataFrame({"kind": np.repeat(kinds, 100), "low": low, "high": low + 0.02, "share": shares.ravel()})


def test_every_kind_of_pairs_is_a_line_and_no_pair_is_lost():
    kinds = list(_KINDS)
    tables = {"frozen": similarities(kinds), "arcface": similarities(kinds[:2])}
    spike = similarities(kinds[:1]).assign(share=lambda table: (table["low"] > 0.97).astype(float))
    fig = plot_similarity(tables | {"collapsed": spike})
    assert [axes.get_title("left") for axes in fig.axes] == ["frozen", "arcface", "collapsed"]
    assert [sorted(line.get_label() for line in axes.lines) for axes in fig.axes] == [
        *(sorted(kinds), sorted(kinds[:2]), kinds[:1])
    ]
    for axes in fig.axes:
        assert [line.get_ydata().sum() for line in axes.lines] == pytest.approx([1] * len(axes.lines), abs=0.02)
    assert {text.get_text() for text in legend_of(fig)[0]} == set(kinds)
    with pytest.raises(ValueError, match="frozen have the kind 'other'"):
        plot_similarity({"frozen": similarities(["other"])})
    with pytest.raises(ValueError, match="frozen lacks the column 'share'"):
        plot_similarity({"frozen": tables["frozen"].drop(columns="share")})
    with pytest.raises(ValueError, match="no model"):
        plot_similarity({})


def scores(*panels):
    rows = [(*panel, 0.5 + i / 100, 0.4, 0.6, np.nan, 70, 9) for i, panel in enumerate(panels)]
    return pd.DataFrame(rows, columns=["styles", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"])


def test_every_score_has_a_panel_and_every_model_that_has_it_a_dot():
    panels = [
        ("both", "auroc_known"),
        ("trained", "silhouette"),
        ("withheld", "accuracy_5_shot"),
        ("trained", "map_at_r"),
    ]
    tables = {"frozen": scores(*panels, ("trained", "davies_bouldin")), "arcface": scores(*panels[:2])}
    fig = plot_embedding_scores(tables)
    shown = [axes for axes in fig.axes if axes.axison]
    titles = ["trained: silhouette", "trained: MAP@R", "withheld: 5-shot", "both: AUROC known"]
    assert [axes.get_title("left") for axes in shown] == titles
    words = [[text.get_text() for text in axes.texts] for axes in shown]
    assert words == [["0.51", "0.51"], ["0.53"], ["0.52"], ["0.50", "0.50"]]
    assert [label.get_text() for label in shown[0].get_yticklabels()] == ["frozen", "arcface"]
    assert "Trained: 70 images by 9 authors; withheld" in fig._supxlabel.get_text()
    with pytest.raises(ValueError, match="scores hold none of silhouette"):
        plot_embedding_scores({"frozen": scores(("trained", "davies_bouldin"))})
    with pytest.raises(ValueError, match="arcface lacks the column 'chance'"):
        plot_embedding_scores(tables | {"arcface": tables["arcface"].drop(columns="chance")})
