"""Directions for brush marks."""

import numpy as np

from styleclf.data.practice.colours import Pixels, levels, luma
from styleclf.data.practice.styles.scene import Scene
from styleclf.data.practice.textures import blur


def flow_field(scene: Scene, pixels: Pixels) -> np.ndarray:
    """Directions in radians `(h, w)`: along edges where there are some, elsewhere in a slow swirl around the level."""
    brightness = blur(luma(pixels), scene.height / 40)
    rise_y, rise_x = np.gradient(brightness)
    along_edges = np.arctan2(rise_x, -rise_y)
    steepness = np.hypot(rise_x, rise_y) * scene.height
    strength = levels(steepness / 2.5)
    turns = scene.noise(2, octaves=2)
    swing = 0.3 + 1.2 * scene.hand.frame
    swirl = turns * np.pi * swing
    # Directions have no sign, so they are averaged at twice the angle.
    edges_x = strength * np.cos(2 * along_edges)
    edges_y = strength * np.sin(2 * along_edges)
    swirl_x = (1 - strength) * np.cos(2 * swirl)
    swirl_y = (1 - strength) * np.sin(2 * swirl)
    return np.arctan2(edges_y + swirl_y, edges_x + swirl_x) / 2
