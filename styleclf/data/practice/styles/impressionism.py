"""Impressionism: broken colour in dabs along the forms."""

import numpy as np

from styleclf.data.practice.brush import Brush, lay_dabs
from styleclf.data.practice.colours import Pixels, levels, luma, per_channel, saturate
from styleclf.data.practice.styles.flow import flow_field
from styleclf.data.practice.styles.scene import Scene
from styleclf.data.practice.styles.sketch import paint_sketch
from styleclf.data.practice.textures import blur, impasto

_WARM_TO_COOL = np.array([0.16, 0.03, -0.16])
_COMPLEMENTARY_BLUE = np.array([0.1, 0.02, 0.32])


def impressionism(scene: Scene) -> Pixels:
    """Broken colour: dabs along the forms, complementary flecks in the shadows, thick paint."""
    hand = scene.hand
    board = paint_sketch(scene, haze=0.35, depth=0.6)
    flow = flow_field(scene, board.pixels)
    source = _broken_colours(scene, board.pixels)
    length = 0.017 + 0.03 * hand.stroke
    width_ratio = 0.22 + 0.35 * hand.density
    broad = _brush(1.9 * length, width_ratio, jitter=0.09)
    middle = _brush(length, width_ratio, jitter=0.11)
    fine = _brush(0.6 * length, width_ratio, jitter=0.2)
    board.soften(0.012)
    lay_dabs(
        board,
        scene.rng,
        broad,
        count=1500,
        directions=flow,
        source=source,
    )
    lay_dabs(
        board,
        scene.rng,
        middle,
        count=int(60 / length),
        directions=flow,
        source=source,
    )
    light = levels(luma(source) * 1.6 - 0.6)
    bright = levels(source * 1.15)
    lay_dabs(
        board,
        scene.rng,
        fine,
        count=900,
        directions=flow,
        source=bright,
        chance=light + 0.12,
    )
    return impasto(board.pixels, 0.5 + 3.0 * hand.contrast)


def _brush(length: float, width_ratio: float, jitter: float) -> Brush:
    """A brush of this length, `width_ratio` times as wide."""
    return Brush(length, length * width_ratio, jitter)


def _broken_colours(scene: Scene, pixels: Pixels) -> Pixels:
    """The colours of the dabs: stronger than the sketch, here warmer, there cooler, blue in the shadows."""
    hand = scene.hand
    source = blur(pixels, scene.height / 110)
    source = saturate(source, 1.15 + 0.35 * hand.contrast)
    temperature = per_channel(scene.noise(5, octaves=3))
    source += temperature * _WARM_TO_COOL * (0.5 + hand.edge)
    shadow = levels(0.45 - luma(source))
    return levels(source + per_channel(shadow) * _COMPLEMENTARY_BLUE)
