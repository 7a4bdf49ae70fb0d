"""Files of results, which appear whole, and the check that they can be written before the work that makes them.

While a file is unfinished it has a hidden name of its own, and its writer guards it. So whoever comes later can tell
what a killed process has left, and remove it.
"""

import errno
import io
import json
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleclf.common.file_locks import UnfinishedFile, remove_if_unlocked
from styleclf.common.words import ESCAPED, cut_name

if TYPE_CHECKING:  # the command `styleclf` must run without it, to say what to install
    import pandas as pd
    from PIL.Image import Image

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_LONGEST_NAME = 255  # bytes, as far as file systems go
_LONGEST_PATH = 1024  # bytes, as macOS has it; elsewhere somewhat more
_LONGEST_ON_WINDOWS = 259  # characters, unless its long paths are enabled
_LONGEST_STEM = 40  # characters of a file's name in that of its unfinished one: file systems allow 255 bytes
_PART = ".part"
_UNFINISHED_NAME = re.compile(r"\..*\.[0-9a-f]+\.part(\.[^.]+)?")  # as `_unfinished_path` makes it, and nobody else
_PAGES = (".html", ".htm")
_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM}  # on Windows also where another program has the file open
_SIGNS_OF_A_FAILED_WRITE = ("PytorchStreamWriter", "inline_container", "requested and", "encoder error")  # no errno
_LITTLE_SPACE = 1 << 20  # bytes
_LEAST_SPACE = 1 << 14  # bytes, below which no recipe can write what it makes
_LEAST_IN_MEGABYTES = 100_000  # bytes; fewer are given in kB


def check_folder(folder: str | Path) -> None:
    """Raise ValueError or OSError where results cannot be written into a folder, before the work that makes them."""
    place = Path(folder)
    _check_path(place)
    for part in place.parts:
        _check_name(part, "a folder")
    place = _nearest_folder(place)
    if place.is_symlink() and not place.exists():
        raise ValueError(f"{folder} cannot be a folder for results, {place} is a link to nothing: name another folder")
    if not place.is_dir():
        raise ValueError(f"{folder} cannot be a folder for results, {place} is a file: name another folder")
    if not os.access(place, os.W_OK):
        raise OSError(f"{folder} cannot be written, there is no permission in {place}: name another folder")
    usage = shutil.disk_usage(place)
    if usage.total and usage.free < _LEAST_SPACE:  # some network file systems tell neither
        n_free = _megabytes(usage.free)
        raise OSError(f"{folder} cannot be written, its disk is full, {n_free} are free: make room, or name another")


def _check_name(name: str, kind: str) -> None:
    """Raise ValueError for a name, of a folder or a file, that is longer than file systems allow."""
    n_bytes = len(os.fsencode(name))
    if n_bytes > _LONGEST_NAME:
        beginning = cut_name(name, _LONGEST_STEM)
        raise ValueError(f"{beginning}… is longer than the name of {kind} may be: shorten it")


def _nearest_folder(path: Path) -> Path:
    """The path itself, or of the folders above it the first that is there."""
    while not os.path.lexists(path) and path != path.parent:
        path = path.parent
    return path


def full_disk_sentence(error: OSError, folders: Iterable[str | Path] = ()) -> str:
    """Which disk is full and what to do, for an error that says that one is; '' for any other error.

    `folders`, and that of temporary files, are those that may be meant where the error names no file.
    """
    if error.errno not in _FULL_DISK:
        return ""
    places = [Path(folder) for folder in folders]
    if error.filename:
        file = Path(os.fsdecode(error.filename))
        places = [file.parent]
    with suppress(OSError):  # there is none where all disks are full
        temporary = tempfile.gettempdir()
        places.append(Path(temporary))
    for place in map(_nearest_folder, places):
        n_free = shutil.disk_usage(place).free
        if n_free < _LITTLE_SPACE:
            return f"the disk of {place} is full, {_megabytes(n_free)} are free: make room, or name another folder"
    return "a disk is full: make room on that of the results and that of temporary files"


def _check_path(path: Path) -> None:
    """Raise ValueError for a path that no system can make, however its parts are called."""
    text = os.fspath(path)
    if "\0" in text:
        raise ValueError(f"{text!r} contains a null character, which no path may: name another folder")
    n_bytes = len(os.fsencode(text))
    if n_bytes > _LONGEST_PATH:
        beginning = cut_name(text, _LONGEST_STEM)
        raise ValueError(f"{beginning}… has {n_bytes:,} bytes, more than {_LONGEST_PATH:,}: name a shorter path")


def check_file(path: str | Path) -> None:
    """Raise ValueError or OSError where a file of results cannot be written, before the work that makes it."""
    path = Path(path)
    _check_name(path.name, "a file")
    if path.is_dir():
        raise ValueError(f"{path} cannot be a file of results, it is a folder: name a file in it")
    check_folder(path.parent)


def check_page(path: str | Path) -> None:
    """Raise ValueError or OSError where a page cannot be written, or its name does not end in .html.

    A mistyped name then overwrites no table or picture.
    """
    suffix = Path(path).suffix
    if suffix.lower() not in _PAGES:
        raise ValueError(f"{path} is not the name of a page: end it with .html")
    check_file(path)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it. Raises OSError, which names the folder, where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OSError(f"{folder} cannot be a folder for results, it is a file: name another folder") from error
    except OSError as error:
        raise OSError(f"the folder {folder} cannot be made ({error.strerror}): name another one") from error


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A path to write to instead of `path`; moved there at the end of the block, removed if the block fails.

    Missing parent folders are created. Whoever reads `path` meanwhile sees the old file or none, never half a file.
    Raises OSError, which names file and disk, where the disk is full, a file may not be so large, or it may not be
    written at all.
    """
    path = Path(path)
    make_folder(path.parent)
    partial_path = _unfinished_path(path)
    unfinished_file = UnfinishedFile(partial_path)
    try:
        unfinished_file.create()
        yield partial_path
        unfinished_file.move_to(path)
    except (OSError, RuntimeError) as error:
        reason = _reason_of_failed_write(error, partial_path)
        if reason:
            raise OSError(f"{path} cannot be written: {reason}") from error
        raise
    finally:
        unfinished_file.close()


def _unfinished_path(path: Path) -> Path:
    """A hidden path beside a file, which no other process writes to."""
    stem = path.stem[:_LONGEST_STEM]
    token = uuid.uuid4().hex[:12]
    name = f".{stem}.{token}{_PART}{path.suffix}"
    return path.with_name(name)


def remove_unfinished(folder: str | Path) -> int:
    """Remove the unfinished files that nobody writes any more; returns how many there were.

    Those in the folder itself and in folders of it, such as `figures`. Files that cannot be removed are passed over.
    """
    n_removed = 0
    for pattern in (f".*{_PART}*", f"*/.*{_PART}*"):
        for path in Path(folder).glob(pattern):
            if not _UNFINISHED_NAME.fullmatch(path.name):
                continue
            with suppress(OSError):
                remove_if_unlocked(path)
                n_removed += 1
    return n_removed


def write_table(table: "pd.DataFrame", path: str | Path, index: bool = False) -> None:
    """Write a table as a CSV file in UTF-8 that appears whole; names that are no UTF-8 are escaped in it.

    >>> write_table(pd.DataFrame({"label": ["rococo"]}), folder / "table.csv")
    >>> (folder / "table.csv").read_text(encoding="utf-8").split()
    ['label', 'rococo']
    """
    with whole_file(path) as partial_path:
        table.to_csv(partial_path, index=index, encoding="utf-8", errors=ESCAPED, lineterminator="\n")


def write_text(text: str, path: str | Path) -> None:
    """Write a text in UTF-8 to a file that appears whole."""
    with whole_file(path) as partial_path:
        partial_path.write_text(text, encoding="utf-8", errors=ESCAPED, newline="\n")


def write_image(picture: "Image", path: str | Path, **options: object) -> None:
    """Write a picture of Pillow's, in the format that the name says, to a file that appears whole.

    It goes through memory: on a full disk Pillow itself would leave half a JPEG, and raise nothing.
    """
    buffer = io.BytesIO()
    buffer.name = Path(path).name  # by which Pillow tells the format
    picture.save(buffer, **options)  # type: ignore[arg-type]
    with whole_file(path) as partial_path:
        partial_path.write_bytes(buffer.getvalue())


def write_json(values: dict[str, Any], path: str | Path) -> None:
    """Write a dictionary as indented JSON that appears whole; paths and other objects become text."""
    text = json.dumps(values, indent=2, ensure_ascii=False, default=str)
    write_text(f"{text}\n", path)


def _reason_of_failed_write(error: Exception, partial_path: Path) -> str:
    """Why an unfinished file could not be written, where the disk, a limit or a permission is the cause; else ''."""
    number = getattr(error, "errno", None)
    filename = getattr(error, "filename", None)
    is_about_this_file = filename in (str(partial_path), partial_path)
    if number in _FORBIDDEN and is_about_this_file:
        return "there is no permission to, or another program has it open: close it there, or name another folder"
    n_characters = len(str(partial_path))
    is_windows = resource is None
    if number == errno.ENOENT and is_windows and n_characters > _LONGEST_ON_WINDOWS:
        return f"its path is longer than the {_LONGEST_ON_WINDOWS} characters that Windows takes: name a shorter folder"
    if number == errno.EISDIR:
        return "it is a folder: name a file in it"
    if number == errno.EROFS:
        return "its disk can only be read: name another folder"
    is_full = number in _FULL_DISK
    may_be_full = number is None and _is_failed_write(error)
    limit = _file_limit()
    if number == errno.EFBIG or (may_be_full and limit is not None):
        size = _megabytes(limit or 0)
        return f"a file of this process may have {size} at most (ulimit -f)"
    if is_full or may_be_full:
        n_free = shutil.disk_usage(partial_path.parent).free
        if is_full or n_free < _LITTLE_SPACE:
            return f"its disk is full, {_megabytes(n_free)} are free: make room, or name another folder"
    return ""


def _is_failed_write(error: Exception) -> bool:
    """Whether an error without a number is what writers of models and pictures raise on a full disk."""
    message = str(error)
    return any(sign in message for sign in _SIGNS_OF_A_FAILED_WRITE)


def _file_limit() -> int | None:
    """How many bytes a file of this process may have; None without a limit."""
    if resource is None:
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return None if limit == resource.RLIM_INFINITY else limit


def _megabytes(n_bytes: int) -> str:
    """A number of bytes in words."""
    if n_bytes < _LEAST_IN_MEGABYTES:
        return f"{n_bytes / 1e3:.0f} kB"
    return f"{n_bytes / 1e6:.1f} MB"
