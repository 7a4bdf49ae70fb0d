"""styleclf.plots.sphere: what is drawn is what was given."""

import numpy as np
import pytest

from styleclf.plots import plot_sphere
from tests.plots.made_up import legend_of

LABELS = ["photo", "cubism", "rococo", "photo", "cubism"]


def drawn(axes):
    """The points of trained styles and those of withheld ones, each (n, d)."""
    for marks in axes.collections:
        places = getattr(marks, "_offsets3d", marks.get_offsets().T)
        yield np.array([np.ma.getdata(column) for column in places]).T


def ordered(points):
    return points[np.lexsort(points.T)]


@pytest.mark.parametrize("width", [2, 3])
def test_embeddings_are_drawn_as_they_are_and_at_length_one(width):
    points = np.random.default_rng(0).normal(scale=3, size=(5, width))
    points[1] = 0
    fig = plot_sphere(points, LABELS, ["photo", "baroque"])
    native, unit = fig.axes
    units = np.divide(points, np.linalg.norm(points, axis=1)[:, None], where=points != 0, out=np.zeros_like(points))
    withheld = np.array(LABELS) == "photo"
    for axes, places in ((native, points), (unit, units)):
        for result, own in zip(drawn(axes), (~withheld, withheld), strict=True):
            assert ordered(result) == pytest.approx(ordered(places[own]))
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
        (np.full((5, 3), np.nan), LABELS, "5 of 5 embeddings contain NaN or infinity"),
    ):
        with pytest.raises(ValueError, match=what):
            plot_sphere(points, labels, ["photo"])
