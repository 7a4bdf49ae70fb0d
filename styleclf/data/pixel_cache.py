"""Images decoded once, into a memory-mapped array on disk that recipes and folds share."""

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from styleclf.data.images import Fit, decode
from styleclf.output import tracked, whole_file

_STORE_VERSION = 2  # raise it when decoding changes, so that older arrays are not used
_AHEAD = 256  # images that may be decoded before they are written


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


def cached_pixels(
    paths: Sequence[Path], size: int, fit: Fit = "squash", folder: str | Path | None = None, progress: bool = True
) -> PixelStore:
    """Decode the images into the cache folder, or open the array that is there already.

    `folder`: by default STYLECLF_CACHE, else `data/.cache`. The array's name is made from path, size and time of change
    of every file, from `size`, `fit` and the format's version: whatever changes leads to a new array. It appears whole;
    two processes that build it at once do the work twice and no harm. Raises OSError for a file that cannot be read.
    """
    file = _cache_folder(folder) / f"{pixels_key(paths, size, fit)}.npy"
    if not file.is_file():
        with whole_file(file) as aside:
            _write_pixels(aside, paths, size, fit, progress)
    return PixelStore(paths, np.load(file, mmap_mode="r"), file)


def _cache_folder(folder: str | Path | None = None) -> Path:
    """Where decoded images are kept: `folder`, else STYLECLF_CACHE, else `data/.cache`."""
    return Path(folder or os.environ.get("STYLECLF_CACHE") or "data/.cache")


def pixels_key(paths: Sequence[Path], size: int, fit: Fit) -> str:
    """A fingerprint of the files (by path, size and time of change) and of how they are decoded."""
    digest = hashlib.blake2b(f"{_STORE_VERSION} {size} {fit}".encode(), digest_size=16)
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
        batches = (paths[start : start + _AHEAD] for start in range(0, len(paths), _AHEAD))
        one = partial(_decoded, size=size, fit=fit)
        decoded = (pixels for batch in batches for pixels in pool.map(one, batch))
        for pixels in tracked(decoded, len(paths), "images decoded", progress):
            out.write(pixels.tobytes())


def _decoded(path: Path, size: int, fit: Fit) -> np.ndarray:
    try:
        return decode(path, size, fit)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise OSError(f"{path} cannot be decoded: {error}; make the design anew, it leaves such files out") from error
