"""styleclf.embeddings.atlas.pixplot_layouts: no two images in one place, and groups where they belong."""

import numpy as np
import pandas as pd
import pytest

from styleclf.embeddings.atlas.pixplot_layouts import (
    bars_of_years,
    boxes_of_categories,
    centred_places,
    grid_in_order,
    grid_of_map,
)

RNG = np.random.default_rng(0)
STYLES = pd.Series(RNG.choice(["cubism", "rococo", "pop"], 100, p=[0.6, 0.3, 0.1]))
YEARS = pd.Series(RNG.choice([1600.0, 1605, 1712, np.nan], 100))


def is_apart(places):
    """Whether all places differ, the box is around 0, and its longer side is from -1 to 1."""
    return n_different(places) == len(places) and np.isclose(np.abs(places).max(), 1)


def n_different(places, digits=6):
    return len(np.unique(places.round(digits), axis=0))


def test_a_grid_of_one_has_one_place():
    assert grid_in_order(1).shape == (1, 2)


@pytest.mark.parametrize("n", [2, 10, 100])
def test_a_grid_has_a_place_for_everyone(n):
    in_order = grid_in_order(n)
    assert in_order.shape == (n, 2)
    assert is_apart(in_order)
    assert is_apart(grid_of_map(RNG.random((n, 2))))


def test_a_map_on_a_grid_keeps_low_below_high_and_left_beside_right():
    places = RNG.random((100, 2))
    x, y = places.T
    grid_x, grid_y = grid_of_map(places).T
    assert y[grid_y < 0].max() <= y[grid_y > 0].min()
    is_lowest = grid_y == grid_y.min()
    order = np.argsort(x[is_lowest])
    assert (np.argsort(grid_x[is_lowest]) == order).all()


def test_a_category_is_a_box_of_its_own_above_its_name():
    layout = boxes_of_categories(STYLES)
    assert layout.labels == ["cubism", "rococo", "pop"]
    assert n_different(layout.places) == 100
    for label, (x, y) in zip(layout.labels, layout.label_places, strict=True):
        left, low = layout.places[label == STYLES].min(axis=0)
        assert left == x
        assert low > y


def test_a_year_is_a_bar_and_those_without_stand_last():
    layout = bars_of_years(YEARS)
    assert layout.labels == ["1600", "1605", "1712", "no date"]
    bars = YEARS.map("{:.0f}".format, na_action="ignore").fillna("no date")
    x = pd.Series(layout.places[:, 0]).groupby(bars)
    left = x.min()[layout.labels].to_numpy()
    right = x.max()[layout.labels].to_numpy()
    assert (right[:-1] < left[1:]).all()


@pytest.mark.parametrize("span, label", [(50, "1401"), (300, "1410"), (3000, "1500")])
def test_of_many_years_bars_are_decades_or_centuries(span, label):
    layout = bars_of_years(pd.Series(np.arange(1400.0, 1400 + span)))
    assert layout.labels[1] == label
    assert len(layout.labels) <= 60
    assert n_different(layout.places, digits=9) == span


def test_places_that_are_all_the_same_stay_finite():
    assert (centred_places(np.ones((3, 2))) == 0).all()
