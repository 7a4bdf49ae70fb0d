"""Inspecting image files: is each one a sound image, how large is it as shown, and what are its bytes."""

import hashlib
import os
import warnings
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from PIL import ExifTags, Image

from styleclf.common import say, with_progress
from styleclf.data.images.colours import profile_fault, profiles_sentence
from styleclf.data.images.decoding import UnreadableImageError, open_image, open_regular_file, reading_reason
from styleclf.data.images.formats import readable_formats
from styleclf.data.images.masters import full_size

_QUARTER_TURNS = (5, 6, 7, 8)  # the EXIF orientations that exchange width and height
_MAX_THREADS = 8
_MAX_BYTES_IN_MEMORY = 128 << 20  # of a file
_BYTES_AT_ONCE = 1 << 20


class Inspection(NamedTuple):
    """Size in pixels as shown, and a digest of the bytes, of a sound image; otherwise the reason why it is not one.

    `profile_fault` is why the colour profile of a sound image is ignored, '' if it is not.
    """

    width: int = 0
    height: int = 0
    digest: str = ""
    reason: str = ""
    profile_fault: str = ""


def inspect_files(
    paths: Sequence[Path],
    reasons: Sequence[str],  # why a file is left out without being opened, or ''
    progress: bool = True,
) -> pd.DataFrame:
    """Read and decode every file: one row per path with the columns of `Inspection`."""
    readable_formats()  # here, because threads should not race to load the plugins
    n_threads = min(_MAX_THREADS, os.cpu_count() or 1)
    # filters are global to the process, so they are set once around all the threads
    with warnings.catch_warnings(), ThreadPoolExecutor(n_threads) as pool:
        warnings.simplefilter("ignore")  # a big scan or an untidy EXIF block is fine: no line for each
        inspections = pool.map(_inspect, paths, reasons)
        rows = list(with_progress(inspections, len(paths), "images read", progress))
    faults = Counter(row.profile_fault for row in rows if row.profile_fault)
    sentence = profiles_sentence(faults)
    if sentence:
        say(sentence)
    return pd.DataFrame(rows, columns=Inspection._fields)


def _inspect(path: Path, reason: str) -> Inspection:
    """Read and decode one file, unless it already has a reason to be left out."""
    if reason:
        return Inspection(reason=reason)
    try:
        content, digest = _content_and_digest(path)
        with open_image(path, content) as image:
            fault = profile_fault(image)
            width, height = _decoded_size(image)
    except UnreadableImageError as error:
        return Inspection(reason=error.reason)
    except (OSError, MemoryError) as error:
        return Inspection(reason=reading_reason(error))
    return Inspection(width, height, digest, profile_fault=fault)


def _content_and_digest(path: Path) -> tuple[bytes | None, str]:
    """The bytes of a file and their digest; of one too large for memory, the digest alone."""
    hasher = hashlib.blake2b(digest_size=16)
    with open_regular_file(path) as stream:
        content = stream.read(_MAX_BYTES_IN_MEMORY)
        hasher.update(content)
        is_whole = len(content) < _MAX_BYTES_IN_MEMORY
        while part := stream.read(_BYTES_AT_ONCE):
            hasher.update(part)
    return content if is_whole else None, hasher.hexdigest()


def _decoded_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as shown, once every pixel has been decoded."""
    size = full_size(image)
    is_reduced = size != image.size
    is_drafted = image.draft(None, (1, 1))  # JPEG only: reads the whole stream but makes few pixels of it
    image.load()
    width, height = size if is_drafted or is_reduced else image.size
    if _orientation(image) in _QUARTER_TURNS:
        return height, width
    return width, height


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # an unreadable EXIF block is no reason to lose a sound image
        return 1
