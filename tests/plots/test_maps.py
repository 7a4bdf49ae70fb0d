"""Maps: a square for all points, names that do not cover one another."""

from itertools import pairwise

import numpy as np

from styleclf.plots.maps import draw_map, frame_map, move_names_apart
from styleclf.plots.theme import new_figure


def named_map(points, groups):
    fig = new_figure(4, 4)
    axes = fig.subplots()
    frame_map(axes, points)
    names = draw_map(axes, points, groups, colours=dict.fromkeys(groups, "#0072B2"))
    return fig, axes, names


def test_a_frame_is_a_square_around_all_points_that_have_a_place():
    points = np.array([(0.0, 0.0), (4.0, 1.0), (np.nan, np.nan)])
    _, axes, _ = named_map(points[:2], np.array(["a", "b"]))
    frame_map(axes, points)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    assert np.isclose(right - left, high - low)
    assert left < 0
    assert right > 4
    assert low < 0
    assert high > 1


def test_every_group_is_named_once_and_no_point_is_lost():
    points = np.random.default_rng(0).normal(size=(30, 2))
    groups = np.repeat(["cubism", "rococo", "photo"], 10)
    _, axes, names = named_map(points, groups)
    assert [name.get_text() for name in names] == ["cubism", "photo", "rococo"]
    drawn = np.asarray(axes.collections[0].get_offsets())
    assert sorted(map(tuple, drawn)) == sorted(map(tuple, points))


def test_names_that_lie_on_one_another_are_moved_apart():
    points = np.zeros((3, 2))
    fig, axes, names = named_map(points, np.array(["cubism", "rococo", "photo"]))
    move_names_apart(fig, {axes: names})
    fig.draw_without_rendering()
    boxes = sorted((name.get_window_extent().y0, name.get_window_extent().y1) for name in names)
    for (_, top), (bottom, _) in pairwise(boxes):
        assert top <= bottom + 2, "pixels"
