"""Images decoded once, into a memory-mapped array on disk that recipes and folds share."""

import hashlib
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

import numpy as np

from styleclf.common import cached_array, remove_unfinished, say, shown_name, whole_file, with_progress
from styleclf.data.images.colours import ignored_profiles, profiles_sentence
from styleclf.data.images.decoding import Fit, UnreadableImageError, decode, missing_reason

_FORMAT_VERSION = 4  # raise it when decoding changes, so that older arrays are not used
_BATCH_SIZE = 256  # images that may be decoded before they are written
_DEFAULT_FOLDER = "data/.cache"


class PixelStore:
    """Decoded images in a memory-mapped array on disk, looked up by path.

    `rows` maps every path to its row of the array. Memory holds the paths and those pages of the array that are in use,
    so 50,000 images need no more of it than 500.
    """

    def __init__(
        self,
        paths: Sequence[Path],  # the n images
        pixels: np.ndarray,  # (n, size, size, 3) uint8, in the order of the paths
        file: Path | None = None,  # of the array, named after everything that makes the pixels what they are
    ) -> None:
        self.pixels = pixels
        self.file = file
        self.rows = {}
        for row, path in enumerate(paths):
            self.rows[Path(path)] = row

    def get(self, path: Path) -> np.ndarray | None:
        """The image as `(size, size, 3)` uint8, or None if it is not in the store."""
        row = self.rows.get(path)
        return None if row is None else self.pixels[row]


def cached_pixels(
    paths: Sequence[Path],
    size: int,  # of the squares, in pixels
    fit: Fit = "squash",
    *,
    folder: str | Path | None = None,  # by default the environment variable STYLECLF_CACHE, or else data/.cache
    progress: bool = True,
) -> PixelStore:
    """Decode the images into the cache folder, or open the array that is already there.

    The array is named by `pixels_key`, so whatever changes leads to a new array. It appears whole: two processes that
    build it at the same time do the work twice, but no harm. One that is damaged is made anew; where the folder cannot
    be written, a warning says so, and the array lasts as long as the process. Raises OSError for an image that cannot
    be read.
    """
    name = f"{pixels_key(paths, size, fit)}.npy"
    make = partial(_made_array, paths=paths, size=size, fit=fit, progress=progress)
    cache_folder = _cache_folder(folder)
    try:
        file = cache_folder / name
        return PixelStore(paths, make(file), file)
    except UndecodableImageError:
        raise
    except OSError as error:
        reason = f"decoded images cannot be kept in {cache_folder}: {error}"
        warnings.warn(f"{reason}; this run keeps them for itself", stacklevel=2)
    file = Path(_temporary_folder().name) / name
    try:
        return PixelStore(paths, make(file), file)
    except UndecodableImageError:
        raise
    except OSError:  # that disk is full as well
        pixels = np.stack(list(_decoded_images(paths, size, fit, progress=progress)))
        return PixelStore(paths, pixels)


class UndecodableImageError(OSError):
    """An image that cannot be decoded, in place of a cache that cannot be written."""


@cache
def _temporary_folder() -> tempfile.TemporaryDirectory:
    """A folder that goes with this process."""
    return tempfile.TemporaryDirectory(prefix="styleclf-", ignore_cleanup_errors=True)  # Windows keeps what is mapped


def _made_array(
    file: Path,
    paths: Sequence[Path],
    size: int,
    *,
    fit: Fit,
    progress: bool,
) -> np.ndarray:
    """The memory-mapped array of that file, which is written if it is missing or damaged."""
    shape = (len(paths), size, size, 3)
    pixels = cached_array(file, shape, "u1")
    if pixels is not None:
        return pixels
    if file.exists():
        say(f"{file} is damaged: its images are decoded again")
    remove_unfinished(file.parent)
    with ignored_profiles() as faults, whole_file(file) as partial_file:
        _write_pixels(partial_file, paths, size, fit=fit, progress=progress)
    if faults and progress:
        say(profiles_sentence(faults))
    return np.load(file, mmap_mode="r")


def pixels_key(paths: Sequence[Path], size: int, fit: Fit) -> str:
    """A fingerprint of the files (by path, size and time of change), of `size`, `fit` and the version of decoding."""
    settings = f"{_FORMAT_VERSION} {size} {fit}"
    digest = hashlib.blake2b(settings.encode(), digest_size=16)
    for path in paths:
        status = _status(path)
        absolute = os.path.abspath(path)
        entry = f"\0{absolute}\0{status.st_size}\0{status.st_mtime_ns}"
        digest.update(entry.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _status(path: Path) -> os.stat_result:
    """What the system knows of a file. Raises UndecodableImageError for one that is not there or cannot be asked."""
    try:
        return os.stat(path)
    except (OSError, ValueError) as error:
        reason = missing_reason(path, error)
        raise UndecodableImageError(f"{shown_name(str(path))} cannot be read as an image: {reason}") from error


def _cache_folder(folder: str | Path | None) -> Path:
    return Path(folder or os.environ.get("STYLECLF_CACHE") or _DEFAULT_FOLDER)


def _write_pixels(
    file: Path,
    paths: Sequence[Path],
    size: int,
    *,
    fit: Fit,
    progress: bool,
) -> None:
    """Write the array image by image, so that a full disk is an error here and not a broken page later."""
    shape = (len(paths), size, size, 3)
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    with open(file, "wb") as stream:
        np.lib.format.write_array_header_1_0(stream, header)
        for pixels in _decoded_images(paths, size, fit, progress=progress):
            stream.write(pixels.tobytes())


def _decoded_images(
    paths: Sequence[Path],
    size: int,
    fit: Fit,
    *,
    progress: bool,
) -> Iterator[np.ndarray]:
    """The images `(size, size, 3)` uint8 in the order of their paths."""
    decode_one = partial(_decode, size=size, fit=fit)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        images = _results_in_order(pool, decode_one, paths)
        yield from with_progress(images, len(paths), "images decoded", progress)


def _results_in_order(
    pool: ThreadPoolExecutor,
    decode_one: Callable[[Path], np.ndarray],
    paths: Sequence[Path],
) -> Iterator[np.ndarray]:
    """The decoded images in the order of their paths, of which no more than a batch wait in memory."""
    for start in range(0, len(paths), _BATCH_SIZE):
        batch = paths[start : start + _BATCH_SIZE]
        yield from pool.map(decode_one, batch)


def _decode(path: Path, size: int, fit: Fit) -> np.ndarray:
    try:
        return decode(path, size, fit)
    except UnreadableImageError as error:
        advice = "make the design again, which leaves such files out"
        raise UndecodableImageError(f"{error}; {advice}") from error
