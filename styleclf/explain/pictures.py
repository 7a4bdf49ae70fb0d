"""Maps on the pictures that they explain."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from styleclf.data import Fit, open_rgb
from styleclf.explain.map_geometry import map_on_picture
from styleclf.plots import PICTURE_PIXELS

_PIXELWISE_METHODS = ("integrated_gradients", "gradient_shap", "guided_gradcam", "saliency")
_SMOOTHING_SHARE = 1 / 64  # of the side: the deviation of the Gaussian


def smooth_map(attr: np.ndarray, method: str) -> np.ndarray:
    """Maps `(n, size, size)` as they are shown: those of single pixels, in which no eye sees anything, are smoothed."""
    if method not in _PIXELWISE_METHODS:
        return attr
    deviation = _SMOOTHING_SHARE * attr.shape[-1]
    return gaussian_filter(attr, (0, deviation, deviation))


def small_pictures(paths: Sequence[str | Path]) -> list[Image.Image]:
    """The pictures in their own proportions, as small as figures show them. Raises OSError for one that is gone."""
    pictures = [open_rgb(path, PICTURE_PIXELS) for path in paths]
    for picture in pictures:
        picture.thumbnail((PICTURE_PIXELS, PICTURE_PIXELS))
    return pictures


def maps_on_pictures(
    attr: np.ndarray,
    pictures: Sequence[Image.Image],
    fit: Fit,
) -> list[np.ndarray]:
    """Maps `(n, size, size)` put onto pictures, each `(height, width)` of its picture."""
    maps = []
    for square_map, picture in zip(attr, pictures, strict=True):
        maps.append(map_on_picture(square_map, picture.width, picture.height, fit=fit))
    return maps
