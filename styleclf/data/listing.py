"""Which files are there, and what their names say: from a folder of style folders, or from the user's table.

Both ways give a table `filename, label, author` and, for every row, why its file cannot even be tried, or ''.
"""

import os
import posixpath
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pandas as pd

from styleclf.data.inspection import looks_like_image, reading_reason
from styleclf.data.tables import check_no_duplicates, read_text_table

OUTSIDE_STYLES = "in no style folder"  # the reason for images that lie directly in the images folder


def files_in_folder(images: Path) -> tuple[pd.DataFrame, list[str]]:
    """Every file below the style folders, with the label of its folder and the author that its name begins with.

    Raises ValueError if there is no style folder.
    """
    rows = []
    reasons = []
    for path, reason in _files_of_styles(images):
        filename = path.relative_to(images).as_posix()
        if not _is_unicode(filename):
            filename = filename.encode("utf-8", "backslashreplace").decode("utf-8")
            reason = "file name is not UTF-8"
        rows.append((filename, _label_of(filename), _author_of(filename)))
        reasons.append(reason)
    if set(reasons) <= {OUTSIDE_STYLES}:
        problem = "holds no style folder" if _visible_entries(images) else "is empty"
        raise ValueError(f"{images} {problem}: put the images into one sub-folder for each style")
    return pd.DataFrame(rows, columns=["filename", "label", "author"]), reasons


def files_in_table(csv: str | Path) -> tuple[pd.DataFrame, list[str]]:
    """The rows of the user's table with cleaned names, and with its further columns.

    Raises FileNotFoundError, or ValueError for a table without rows, without `filename` or `label`, or with repeated
    filenames.
    """
    table = read_text_table(csv, ["filename", "label"])
    if table.empty:
        raise ValueError(f"{csv} has no rows: give one row per image")
    table["filename"] = table["filename"].map(_relative_name)
    table["label"] = table["label"].map(clean_text)
    table["author"] = table.get("author", "")
    check_no_duplicates(table["filename"][table["filename"] != ""], csv)
    table = table.drop(columns=["width", "height", "copy_of"], errors="ignore")  # the files themselves say these
    reasons = []
    for filename, label in zip(table["filename"], table["label"], strict=True):
        reasons.append(_row_reason(filename, label))
    return table, reasons


def clean_text(text: str) -> str:
    """The text without blanks around it and with one composition of accents.

    Without that, the same painter from two file systems would be two authors.
    """
    return unicodedata.normalize("NFC", text).strip()


# Folders


def _files_of_styles(images: Path) -> Iterator[tuple[Path, str]]:
    for entry in _visible_entries(images):
        if _is_plain_folder(entry):
            files = list(_files_below(entry, (images.resolve(),)))
            yield from files or [(entry, "empty folder")]
        elif looks_like_image(entry):
            yield entry, OUTSIDE_STYLES


def _files_below(folder: Path, parents: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """Every file below a folder, or the folder itself with the reason why it cannot be walked."""
    resolved = folder.resolve()
    if resolved in parents:
        yield folder, "link to a folder above it"
        return
    try:
        entries = _visible_entries(folder)
    except OSError as error:
        yield folder, reading_reason(error)
        return
    for entry in entries:
        if _is_plain_folder(entry):
            yield from _files_below(entry, (*parents, resolved))
        else:
            yield entry, ""


def _visible_entries(folder: Path) -> list[Path]:
    """Files and folders that are not hidden; __MACOSX holds only the hidden halves of files zipped on a Mac."""
    entries = []
    for entry in sorted(folder.iterdir()):
        if not entry.name.startswith(".") and entry.name != "__MACOSX":
            entries.append(entry)
    return entries


def _is_plain_folder(path: Path) -> bool:
    # os.path.isdir, unlike Path.is_dir, answers False where permission is missing
    return os.path.isdir(path) and not looks_like_image(path)


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


# Names


def _label_of(filename: str) -> str:
    style_folder = PurePosixPath(filename).parts[0]
    return unicodedata.normalize("NFC", style_folder)


def _author_of(filename: str) -> str:
    """What stands before the first underscore of the file name, or '' if there is none."""
    author, underscore, _ = PurePosixPath(filename).stem.partition("_")
    return author if underscore else ""


def _relative_name(filename: str) -> str:
    filename = filename.strip().replace("\\", "/")
    return posixpath.normpath(filename) if filename else ""


def _row_reason(filename: str, label: str) -> str:
    if not filename:
        return "no filename"
    if Path(filename).is_absolute() or filename.split("/")[0] == "..":
        return "outside the images folder"
    if not label:
        return "no label"
    return ""
