"""Image files -> square RGB arrays of the size a model wants, decoded once.

Every reader in the package goes through `open_rgb`, so that training, prediction and figures see the same picture.
"""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from PIL import Image, ImageOps

from styleclf.output import tracked, whole_file

Fit = Literal["squash", "crop", "pad"]
FITS = get_args(Fit)
PAPER = (255, 255, 255)  # shows through transparent pixels
PADDING = (0, 0, 0)
STORE_VERSION = 2  # raise it when decoding changes, so that older arrays are not used
AHEAD = 256  # images that may be decoded before they are written
DRAFT_MARGIN = (
    1.5  # JPEG is decoded at least this many times larger than needed, so that the last step can still filter
)


def open_rgb(path: str | Path, needed: int | None = None) -> Image.Image:
    """Open an image file as RGB, turned upright by its EXIF orientation; of an animation the first frame.

    `needed`: the short side in pixels that will be used; a JPEG is then decoded at a fraction of its size where that is
    enough (it may still be several times larger). Transparent pixels show white; 16-bit and floating-point greys
    are scaled to their full range.

    Raises:
        OSError: the file is missing, truncated or no image (`PIL.UnidentifiedImageError` is one).
        PIL.Image.DecompressionBombError: more pixels than Pillow is willing to decode.
    """
    with Image.open(path) as image:
        if needed:
            side = round(needed * DRAFT_MARGIN)
            image.draft("RGB", (side, side))
        image.load()
        return to_rgb(upright(image))


def upright(image: Image.Image) -> Image.Image:
    """The image as its EXIF orientation wants it seen; as it is, where the EXIF block cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # damaged metadata is no reason to lose a sound picture
        return image


def to_rgb(image: Image.Image) -> Image.Image:
    """The image in mode RGB, whatever its mode."""
    if image.mode == "RGB":
        return image
    if image.mode == "F" or image.mode.startswith("I"):
        return Image.fromarray(_greys_to_bytes(np.asarray(image))).convert("RGB")
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, PAPER), image).convert("RGB")
    return image.convert("RGB")


def fitted(image: Image.Image, size: int, fit: Fit = "squash") -> Image.Image:
    """The image as `size` x `size` pixels: squashed, cropped around its centre, or padded with black.

    Raises ValueError for another `fit` or a size below 1.
    """
    if size < 1:
        raise ValueError(f"size must be 1 pixel or more, not {size}")
    if fit == "squash":
        return image.resize((size, size), Image.Resampling.BICUBIC, reducing_gap=DRAFT_MARGIN)
    if fit == "crop":
        return ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC)
    if fit == "pad":
        return ImageOps.pad(image, (size, size), Image.Resampling.BICUBIC, PADDING)
    raise ValueError(f"fit must be one of {', '.join(FITS)}, not {fit!r}")


def decode(path: str | Path, size: int, fit: Fit = "squash") -> np.ndarray:
    """One image file as `(size, size, 3)` uint8. Raises what `open_rgb` and `fitted` raise."""
    return np.asarray(fitted(open_rgb(path, size), size, fit))


def _greys_to_bytes(greys: np.ndarray) -> np.ndarray:
    """Greys of 16 or 32 bits as uint8: by the range of the type for 16 bits, by the image's own for the others."""
    if greys.dtype == np.uint16 or (greys.dtype == np.int32 and greys.min() >= 0 and 255 < greys.max() < 65536):
        return (greys // 257).astype(np.uint8)
    greys = np.nan_to_num(greys.astype(np.float64))
    low, high = (0.0, 255.0) if greys.min() >= 0 and 1 < greys.max() <= 255 else (greys.min(), greys.max())
    return ((greys - low) * (255 / max(high - low, 1e-12))).round().clip(0, 255).astype(np.uint8)


class PixelStore:
    """Images decoded once: a memory-mapped `(n, size, size, 3)` uint8 array on disk, looked up by path.

    Memory holds the paths and whatever pages are in use, so 50,000 images need no more than 500.
    """

    def __init__(self, paths: Sequence[Path], pixels: np.ndarray, file: Path | None = None) -> None:
        self.pixels, self.file = pixels, file  # the file is named after all that makes the pixels what they are
        self.rows = {Path(path): row for row, path in enumerate(paths)}

    def get(self, path: Path) -> np.ndarray | None:
        """The pixels of that image, or None if it is not in store."""
        row = self.rows.get(path)
        return None if row is None else self.pixels[row]


def stored(
    paths: Sequence[Path], size: int, fit: Fit = "squash", folder: str | Path | None = None, progress: bool = True
) -> PixelStore:
    """Decode the images into the cache folder, or open the array that is there already.

    `folder`: by default STYLECLF_CACHE, else `data/.cache`. The array's name is made from path, size and time of change
    of every file, from `size`, `fit` and the format's version: whatever changes leads to a new array. It appears whole;
    two processes that build it at once do the work twice and no harm. Raises OSError for a file that cannot be read.
    """
    file = cache_folder(folder) / f"{pixels_key(paths, size, fit)}.npy"
    if not file.is_file():
        with whole_file(file) as aside:
            _write_pixels(aside, paths, size, fit, progress)
    return PixelStore(paths, np.load(file, mmap_mode="r"), file)


def cache_folder(folder: str | Path | None = None) -> Path:
    """Where decoded images are kept: `folder`, else STYLECLF_CACHE, else `data/.cache`."""
    return Path(folder or os.environ.get("STYLECLF_CACHE") or "data/.cache")


def pixels_key(paths: Sequence[Path], size: int, fit: Fit) -> str:
    """A fingerprint of the files (by path, size and time of change) and of how they are decoded."""
    digest = hashlib.blake2b(f"{STORE_VERSION} {size} {fit}".encode(), digest_size=16)
    for path in paths:
        found = os.stat(path)
        digest.update(
            f"\0{os.path.abspath(path)}\0{found.st_size}\0{found.st_mtime_ns}".encode("utf-8", "surrogateescape")
        )
    return digest.hexdigest()


def _write_pixels(file: Path, paths: Sequence[Path], size: int, fit: Fit, progress: bool) -> None:
    """Write the array image by image, so that a full disk is an error here and not a broken page later."""
    header = {"descr": "|u1", "fortran_order": False, "shape": (len(paths), size, size, 3)}
    with open(file, "wb") as out, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        np.lib.format.write_array_header_1_0(out, header)
        batches = (paths[start : start + AHEAD] for start in range(0, len(paths), AHEAD))
        one = partial(_decoded, size=size, fit=fit)
        decoded = (pixels for batch in batches for pixels in pool.map(one, batch))
        for pixels in tracked(decoded, len(paths), "images decoded", progress):
            out.write(pixels.tobytes())


def _decoded(path: Path, size: int, fit: Fit) -> np.ndarray:
    try:
        return decode(path, size, fit)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise OSError(f"{path} cannot be decoded: {error}; make the design anew, it leaves such files out") from error
