"""What an explanation leaves in its folder, and what its figures are drawn from."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from styleclf.explain.attribution import Explained
from styleclf.explain.place import placed
from styleclf.output import whole_file
from styleclf.pixels import Fit, open_rgb
from styleclf.plots.explain import overlay
from styleclf.plots.pictures import PICTURE

PIXELWISE = ("integrated_gradients", "gradient_shap", "guided_gradcam", "saliency")
SMOOTHING = 1 / 64  # of the side: the deviation of the Gaussian


def write_maps(found: Explained, paths: Sequence[str], styles: Sequence[str], path: str | Path) -> None:
    """Write maps `attr (n, size, size)` with `filename, target (n,)` and `delta (n,)` as .npz that appears whole."""
    names = dict(filename=np.asarray(paths, dtype=str), target=np.asarray(styles, dtype=str))
    with whole_file(path) as aside:
        np.savez_compressed(aside, attr=found.attr, delta=found.deltas, **names)


def write_overlays(
    attr: np.ndarray, paths: Sequence[str], fit: Fit, folder: str | Path, signed: bool = True
) -> list[Path]:
    """Write each map `(size, size)` as a transparent PNG of its picture's own size, numbered in their order."""
    written = []
    for i, (each, path) in enumerate(zip(attr, paths, strict=True), start=1):
        image = Image.fromarray(overlay(placed(each, *open_rgb(path).size, fit), signed))
        written.append(Path(folder) / f"{i:03}_{Path(path).stem}.png")
        with whole_file(written[-1]) as aside:
            image.save(aside, format="PNG")
    return written


def smoothed(attr: np.ndarray, method: str) -> np.ndarray:
    """Maps `(n, size, size)` as they are shown: those of single pixels, in which no eye sees anything, are smoothed."""
    if method not in PIXELWISE:
        return attr
    deviation = SMOOTHING * attr.shape[-1]
    return gaussian_filter(attr, (0, deviation, deviation))


def small_pictures(paths: Sequence[str]) -> list[Image.Image]:
    """The pictures in their own proportions, as small as figures show them. Raises OSError for one that is gone."""
    pictures = [open_rgb(path, PICTURE) for path in paths]
    for picture in pictures:
        picture.thumbnail((PICTURE, PICTURE))
    return pictures


def on_pictures(attr: np.ndarray, pictures: Sequence[Image.Image], fit: Fit) -> list[np.ndarray]:
    """Maps `(n, size, size)` put onto pictures, each `(height, width)` of its own."""
    return [placed(each, *picture.size, fit) for each, picture in zip(attr, pictures, strict=True)]
