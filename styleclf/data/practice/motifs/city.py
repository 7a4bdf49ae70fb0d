"""A city of stepped towers."""

from typing import NamedTuple

import numpy as np

from styleclf.data.practice.motifs.backdrop import sky, sun
from styleclf.data.practice.motifs.view import BOTTOM, View
from styleclf.data.practice.outlines import box, trace

# Tone and typical height of each row of towers, the farthest first.
_ROWS = (("far", 0.5), ("mid", 0.55), ("near", 0.5))


class _Tower(NamedTuple):
    """One tower: its left edge, its width, its roof, the row it belongs to."""

    x: float
    width: float
    top: float
    row: int

    @property
    def middle(self) -> float:
        """The `x` of its axis."""
        return self.x + self.width / 2

    @property
    def tone(self) -> str:
        """Lighter or darker by row."""
        return _ROWS[self.row][0]

    @property
    def depth(self) -> float:
        """Nearer by row."""
        return 0.8 - 0.3 * self.row


def draw_city(view: View) -> None:
    """Three rows of stepped towers with lit windows."""
    view.add(sky(view), sun(view, 0.12, 0.35))
    for row, (_, height) in enumerate(_ROWS):
        x = -view.between(0, 0.1)
        while x < view.aspect:
            width = view.between(0.08, 0.17)
            roof = height * view.between(0.5, 1.35)
            top = 1 - roof + 0.15 * row
            tower = _Tower(x, width, top, row)
            _add_tower(view, tower)
            if row > 0:
                _add_windows(view, tower)
            x += width * view.between(1.0, 1.5)


def _add_tower(view: View, tower: _Tower) -> None:
    """Two or three blocks on one another, sometimes with a spire."""
    n_blocks = 3 if tower.row else 2
    for k in range(n_blocks):
        half_width = tower.width * (0.5 - 0.13 * k)
        left = tower.middle - half_width
        right = tower.middle + half_width
        top = tower.top - 0.05 * k
        block = box((left, top), (right, BOTTOM))
        form = "tower" if k else "house"
        view.draw(block, tower.tone, form, depth=tower.depth)
    if view.chance(0.5):
        foot = (tower.middle, tower.top - 0.1)
        spire = trace("-0.1,0 0,-1 0.1,0") * (tower.width, 0.16) + foot
        view.draw(spire, tower.tone, "tower", depth=tower.depth)


def _add_windows(view: View, tower: _Tower) -> None:
    """Three columns of windows, about half of them lit."""
    for y in np.arange(tower.top + 0.02, 0.97, 0.045):
        for share in (0.25, 0.5, 0.75):
            if view.chance(0.5):
                x = tower.x + share * tower.width
                lower_right = (x + 0.007, y + 0.022)
                pane = box((x - 0.007, y), lower_right)
                view.draw(pane, "sun", "window", depth=tower.depth)
