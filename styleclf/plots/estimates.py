"""A value with its interval, as a dot on a line: one way to draw it in all figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from styleclf.plots.theme import FAINT, Look, darken
from styleclf.plots.words import write_beside_bar

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class HasInterval(Protocol):
    """What has a value and the ends of its interval: an `Estimate`, or the row of a table."""

    @property
    def value(self) -> Any:
        """The value itself."""

    @property
    def lo(self) -> Any:
        """The lower end."""

    @property
    def hi(self) -> Any:
        """The upper end."""


class EstimateLook(NamedTuple):
    """How thick, how opaque and how large line and dot are."""

    line_width: float = 2.0  # points
    opacity: float = 0.55  # of the line
    dot_size: float = 5.5  # points


_PLAIN = EstimateLook()


def draw_estimate(
    axes: Axes,
    y: float | np.ndarray,
    estimate: HasInterval,  # numbers, or columns of as many as `y`
    *,
    colour: str,
    line_colour: str | None = None,  # that of the dot unless given
    look: EstimateLook = _PLAIN,
    label: str | None = None,  # for a legend
) -> None:
    """Draw a value as a dot at height `y`, on the line of its interval; NaN draws nothing."""
    line_look: Look = {
        "color": line_colour or colour,
        "linewidth": look.line_width,
        "alpha": look.opacity,
    }
    axes.hlines(y, estimate.lo, estimate.hi, **line_look)
    axes.plot(estimate.value, y, "o", color=colour, markersize=look.dot_size, label=label)


def draw_difference(
    axes: Axes,
    y: float,
    difference: HasInterval,
    *,
    colour: str,
    look: EstimateLook,
) -> None:
    """Draw a difference as `draw_estimate` does, on a pale line if its interval holds 0."""
    line_colour = FAINT if difference.lo <= 0 <= difference.hi else colour
    draw_estimate(axes, y, difference, colour=colour, line_colour=line_colour, look=look)


def write_estimate(
    axes: Axes,
    y: float,
    estimate: HasInterval,
    *,
    colour: str,
    text: str | None = None,  # the value with two digits unless given
    size: float = 8.5,
    dot_radius: float = 0.0,  # in units of x: how far beside the value the text begins at least
) -> None:
    """Write the value just right of its interval, in a darker shade of its colour."""
    edge_of_dot = estimate.value + dot_radius
    right_end = np.nanmax([edge_of_dot, estimate.hi])
    words = text or f"{estimate.value:.2f}"
    write_beside_bar(axes, right_end, y, text=words, colour=darken(colour), size=size)


def draw_chance(
    axes: Axes,
    y: float,
    chance: float,
    *,
    half_height: float,
) -> None:
    """Draw what guessing would reach as a pale tick; NaN draws nothing."""
    lowest = y - half_height
    highest = y + half_height
    axes.vlines(chance, lowest, highest, color=FAINT, linewidth=2)


def row_offsets(n: int) -> Sequence[float]:
    """Where `n` estimates stand that share a row, around its middle; rows are 1 apart."""
    places = np.arange(n) - (n - 1) / 2
    return (places * 0.75 / n).tolist()
