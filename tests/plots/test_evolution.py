"""plots.evolution: every image in the colour of its style, and names that lie on no other."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from styleclf.plots.evolution import plot_evolution, spoken_epoch
from styleclf.plots.maps import _heap


def drawn(n_styles=8, n=160, seed=0):
    """A figure of three epochs whose styles all lie in one heap, and what it is of."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(3, n, 2)) * 0.2
    points[0, :5] = np.nan
    styles = np.array([f"a long style {i}" for i in rng.integers(n_styles, size=n)])
    parts = np.where(np.arange(n) < n // 2, "train", "test")
    return plot_evolution(points, ["0", "4 (best)", "last"], parts, styles=styles), points, parts, styles


def test_every_panel_shows_its_images_in_the_colours_of_their_styles():
    fig, points, parts, styles = drawn()
    assert [axes.get_title() for axes in fig.axes[:3]] == ["after the probe", "epoch 4, best on test", "in the end"]
    panels = [(name, epoch) for name in ("train", "test") for epoch in range(3)]
    colours = {}
    for axes, (name, epoch) in zip(fig.axes, panels, strict=True):
        own = (parts == name) & np.isfinite(points[epoch]).all(axis=1)
        (dots,) = axes.collections
        by_place = {tuple(place): style for place, style in zip(points[epoch, own], styles[own], strict=True)}
        places = {tuple(place) for place in dots.get_offsets().data}
        assert places == set(by_place)
        for place, colour in zip(dots.get_offsets().data, dots.get_facecolors(), strict=True):
            colours.setdefault(by_place[tuple(place)], set()).add(to_hex(colour))
        assert {text.get_text() for text in axes.texts} == set(styles[own])
    assert all(len(result) == 1 for result in colours.values())
    assert len(set(map(str, colours.values()))) == 8
    assert len({(axes.get_xlim(), axes.get_ylim()) for axes in fig.axes}) == 1


@pytest.mark.parametrize("n_styles", [1, 8, 11])
def test_names_lie_on_no_other_and_within_their_panel(n_styles):
    fig, *_ = drawn(n_styles)
    fig.draw_without_rendering()
    for axes in fig.axes:
        boxes = [text.get_window_extent() for text in axes.texts]
        for i, box in enumerate(boxes):
            assert axes.bbox.padded(1).contains(box.x0, box.y0)
            assert axes.bbox.padded(1).contains(box.x1, box.y1)
            assert not any(box.padded(-1).overlaps(other.padded(-1)) for other in boxes[:i])


def test_epochs_are_spoken_and_what_does_not_fit_is_refused():
    assert [spoken_epoch(epoch) for epoch in ("0 (best)", "12")] == ["after the probe, best on test", "epoch 12"]
    points = np.zeros((1, 3, 2))
    with pytest.raises(ValueError, match="2 styles"):
        plot_evolution(points, ["0"], ["train"] * 3, styles=["a", "b"])
    with pytest.raises(ValueError, match="nothing to draw"):
        plot_evolution(points * np.nan, ["0"], ["train"] * 3, styles=["a", "b", "c"])


def test_one_part_and_one_epoch_are_drawn_too():
    fig = plot_evolution(np.random.default_rng(0).normal(size=(1, 9, 2)), ["last"], ["train"] * 9, styles=["a"] * 9)
    assert len(fig.axes) == 1


def test_a_name_stands_above_the_larger_of_two_heaps():
    few, most = np.random.default_rng(0).normal(size=(2, 20, 2)) * 0.1
    result = _heap(np.concatenate([few[:8] - 5, most + 5]), radius=1)
    assert len(result) == 20
    assert np.abs(result - 5).max() < 0.5
