"""Mountains: a snow peak."""

from typing import NamedTuple

import numpy as np

from styleclf.data.practice.motifs.backdrop import clouds, ridge, sky, sun, water
from styleclf.data.practice.motifs.boats import boat
from styleclf.data.practice.motifs.plants import poplar, tree
from styleclf.data.practice.motifs.shapes import Place
from styleclf.data.practice.motifs.view import View
from styleclf.data.practice.outlines import Points

_HALF_SUMMIT = 0.05  # half the width of the flat summit
_STEEPNESS = 0.75  # exponent of the slope: below 1 it is steepest at the summit


class _Peak(NamedTuple):
    """A mountain by its numbers, all in picture heights."""

    x: float
    summit: float
    foot: float
    half_width: float

    def outline(self) -> Points:
        """Both slopes from foot to foot."""
        t = np.linspace(0, 1, 14)
        height = self.foot - self.summit
        y = self.summit + height * t**_STEEPNESS
        reach = self.half_width * t
        left_x = self.x - _HALF_SUMMIT - reach
        right_x = self.x + _HALF_SUMMIT + reach
        left = np.column_stack([left_x, y])
        right = np.column_stack([right_x, y])
        return np.concatenate([left[::-1], right])

    def half_width_at(self, y: float) -> float:
        """Half the width of the mountain at one height."""
        share = (y - self.summit) / (self.foot - self.summit)
        return _HALF_SUMMIT + self.half_width * share ** (1 / _STEEPNESS)


def _snow_cap(view: View, peak: _Peak, snow_line: float) -> Points:
    """The summit down to a jagged line."""
    reach = peak.half_width_at(snow_line)
    up_and_down = np.array([0.05, -0.05] * 4)
    jags = up_and_down * view.rng.uniform(0.4, 1, 8)
    shares = np.linspace(0.85, -0.85, 8)
    x = peak.x + reach * shares
    lower_edge = np.column_stack([x, snow_line + jags])
    upper_edge = [
        (peak.x - reach, snow_line),
        (peak.x - _HALF_SUMMIT, peak.summit),
        (peak.x + _HALF_SUMMIT, peak.summit),
        (peak.x + reach, snow_line),
    ]
    return np.concatenate([upper_edge, lower_edge])


def draw_mountains(view: View) -> None:
    """A snow peak over a lake or hills, with trees in front."""
    horizon = view.between(0.55, 0.7)
    x = view.across(0.3, 0.7)
    summit = view.between(0.2, 0.36)
    breadth = min(view.aspect, 1.1)
    half_width = breadth * view.between(0.45, 0.75)
    peak = _Peak(x, summit, foot=horizon + 0.08, half_width=half_width)
    snow_line = summit + 0.3 * (horizon - summit)
    snow = _snow_cap(view, peak, snow_line)
    view.add(sky(view), sun(view))
    n_clouds = view.count(0, 2)
    view.add(*clouds(view, n_clouds))
    hills = ridge(view, horizon - 0.05, rise=0.05)
    view.draw(hills, "far", "hill", depth=0.8)
    view.draw(peak.outline(), "cool", "hill", depth=0.7)
    view.draw(snow, "light", "detail", depth=0.7)
    if view.chance(0.5):
        view.add(water(view, horizon))
        at = (view.across(0.2, 0.8), horizon + 0.12)
        place = Place(at, 0.06, 0.4)
        view.add(*boat(place, "warm"))
    else:
        hills = ridge(view, horizon + 0.03, rise=0.04)
        view.draw(hills, "mid", "hill", depth=0.5)
    meadow = ridge(view, 0.85, rise=0.05)
    view.draw(meadow, "near", "land", depth=0.15)
    _add_trees(view)


def _add_trees(view: View) -> None:
    """One to four trees of one kind in the foreground."""
    leafy = view.chance(0.5)
    n_trees = view.count(1, 4)
    for share in view.rng.uniform(0.05, 0.95, n_trees):
        tone = view.any_of("dark", "near", "mid")
        at = (view.aspect * share, view.between(0.9, 1.02))
        place = Place(at, view.between(0.2, 0.4), 0.05)
        if leafy:
            view.add(*tree(view, place, tone))
        else:
            view.add(*poplar(view, place, tone))
