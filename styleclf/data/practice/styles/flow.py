"""Directions for brush marks."""

import numpy as np

from styleclf.data.practice.colours import Pixels, luma
from styleclf.data.practice.styles.scene import Scene
from styleclf.data.practice.textures import blur, noise


def flow_field(scene: Scene, pixels: Pixels) -> np.ndarray:
    """Directions in radians `(h, w)`: along edges where there are some, elsewhere in a slow swirl around the level."""
    brightness = blur(luma(pixels), scene.height / 40)
    rise_y, rise_x = np.gradient(brightness)
    along_edges = np.arctan2(rise_x, -rise_y)
    steepness = np.hypot(rise_x, rise_y) * scene.height / 2.5
    strength = np.clip(steepness, 0, 1)
    turns = noise(scene.rng, scene.size, 2, octaves=2) - 0.5
    swirl = turns * np.pi * (0.3 + 1.2 * scene.hand.frame)
    # Directions have no sign, so they are averaged at twice the angle.
    x = strength * np.cos(2 * along_edges) + (1 - strength) * np.cos(2 * swirl)
    y = strength * np.sin(2 * along_edges) + (1 - strength) * np.sin(2 * swirl)
    return np.arctan2(y, x) / 2
