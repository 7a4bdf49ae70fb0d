"""Image folder (or a CSV) -> annotation: one row for every readable image, and a reason for every file left out.

The layout is `<images>/<style>/<author>_<title>.jpg`. Every file is opened and decoded once, so that nothing downstream
meets a broken image hours later.
"""

import os
import posixpath
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from styleclf.data.inspection import Finding, _inspect_all, _looks_like_image, _reading_reason

_ANNOTATION_COLUMNS = ["label", "author", "title", "filename", "width", "height"]  # and `copy_of`, then the user's own
_LOOSE = "in no style folder"


def annotate(
    images: str | Path,  # folder of style folders
    csv: str | Path | None = None,  # table with `filename,label[,author]` instead of the folder walk
    authorless: Collection[str] = ("photo", "cartoon"),  # styles whose files have no author
    progress: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Catalogue the images of a folder: `(annotation, rejected)`, both sorted by filename.

    `annotation` has the columns `label, author, title, filename, width, height, copy_of` and, with `csv`, that table's
    further columns. `filename` is relative to `images`, with forward slashes. `author` is '' for none. `width, height`
    are pixels as shown, after the EXIF rotation. `copy_of` is the first byte-identical file, or ''.
    `rejected` has `filename, reason`.

    Hidden files, and loose files directly in `images` that are no images, are passed over. `authorless` ignores case
    and holds for `csv` too.

    Raises:
        FileNotFoundError: there is no such folder or table.
        ValueError: no style folders, a single style, a style with fewer than two readable images, an unusable table.
    """
    images = _existing_folder(images)
    listed, reasons = _listed_in_folder(images) if csv is None else _listed_in_csv(csv)
    listed["author"] = _authors(listed, authorless)
    if "title" not in listed:
        listed["title"] = [_title(*pair) for pair in zip(listed["filename"], listed["author"], strict=True)]
    paths = [images / filename for filename in listed["filename"]]
    found = _inspect_all(paths, reasons, progress)
    _check_styles(listed["label"], found, images)
    return _annotation(listed, found), _rejected(listed["filename"], found)


def rejection_summary(rejected: pd.DataFrame) -> str:
    """Lines for the screen: how many files were rejected for each reason, with one example each."""
    if rejected.empty:
        return "no file was rejected"
    lines = [f"{_counted(len(rejected), 'file')} rejected:"]
    for reason, n in rejected["reason"].value_counts().sort_index().sort_values(ascending=False, kind="stable").items():
        example = rejected.loc[rejected["reason"] == reason, "filename"].iat[0]
        lines.append(f"{n:>7}  {reason} ({'such as ' if n > 1 else ''}{example})")
    return "\n".join(lines)


def conflicting_copies(annotation: pd.DataFrame) -> pd.DataFrame:
    """Byte-identical files that stand under two authors or two styles: columns `copy_of, filename, label, author`.

    Here `copy_of` names the first file of each family on all its rows, the first file's own included.
    """
    table = annotation[["copy_of", "filename", "label", "author"]].copy()
    table["copy_of"] = table["copy_of"].where(table["copy_of"] != "", table["filename"])
    families = table.groupby("copy_of")
    named = table[table["author"] != ""].groupby("copy_of")["author"].nunique()
    two_authors = table["copy_of"].map(named).fillna(0) > 1
    two_styles = families["label"].transform("nunique") > 1
    return table[two_authors | two_styles].sort_values(["copy_of", "filename"], ignore_index=True)


def read_annotation(path: str | Path) -> pd.DataFrame:
    """Read annotation.csv: text columns as str with '' for nothing, `width` and `height` as int.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it lacks a needed column, names a file twice, or has a width or height that is no whole number.
    """
    table = _read_csv(path, _ANNOTATION_COLUMNS)
    _check_no_duplicates(table["filename"], path)
    for side in ("width", "height"):
        table[side] = _whole_numbers(table[side], path)
    if "copy_of" not in table:
        table["copy_of"] = ""
    return table


# Listing: which files are there, and what their names say


def _existing_folder(images: str | Path) -> Path:
    images = Path(images)
    if not images.exists():
        raise FileNotFoundError(f"no images folder at {images}: make it, with one sub-folder for each style")
    if not images.is_dir():
        raise ValueError(f"{images} is a file: name the folder that holds the style folders")
    return images


def _listed_in_folder(images: Path) -> tuple[pd.DataFrame, list[str]]:
    """Every file below the style folders with its label and author, and a reason where it cannot even be tried."""
    rows, reasons = [], []
    for path, reason in _files_of_styles(images):
        filename = path.relative_to(images).as_posix()
        if not _is_unicode(filename):
            filename, reason = filename.encode("utf-8", "backslashreplace").decode("utf-8"), "file name is not UTF-8"
        name = PurePosixPath(filename)
        rows.append((filename, unicodedata.normalize("NFC", name.parts[0]), name.stem.partition("_")))
        reasons.append(reason)
    if all(reason == _LOOSE for reason in reasons):
        what = "holds no style folder" if any(_visible(images)) else "is empty"
        raise ValueError(f"{images} {what}: put the images into one sub-folder for each style")
    authors = [before if underscore else "" for _, _, (before, underscore, _) in rows]
    return pd.DataFrame({"filename": [r[0] for r in rows], "label": [r[1] for r in rows], "author": authors}), reasons


def _files_of_styles(images: Path) -> Iterator[tuple[Path, str]]:
    for entry in _visible(images):
        if _is_plain_folder(entry):
            yield from list(_files_below(entry, (images.resolve(),))) or [(entry, "empty folder")]
        elif _looks_like_image(entry):
            yield entry, _LOOSE


def _files_below(folder: Path, above: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """Every file below a folder, or the folder itself with the reason why it cannot be walked."""
    here = folder.resolve()
    if here in above:
        yield folder, "link to a folder above it"
        return
    try:
        entries = list(_visible(folder))
    except OSError as error:
        yield folder, _reading_reason(error)
        return
    for entry in entries:
        if _is_plain_folder(entry):
            yield from _files_below(entry, (*above, here))
        else:
            yield entry, ""


def _visible(folder: Path) -> Iterator[Path]:
    # __MACOSX holds nothing but the hidden halves of files that were zipped on a Mac
    return (p for p in sorted(folder.iterdir()) if not p.name.startswith(".") and p.name != "__MACOSX")


def _is_plain_folder(path: Path) -> bool:
    # os.path.isdir, unlike Path.is_dir, answers False where permission is missing
    return os.path.isdir(path) and not _looks_like_image(path)


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _listed_in_csv(csv: str | Path) -> tuple[pd.DataFrame, list[str]]:
    """The rows of the user's table with cleaned names, and a reason where a row cannot even be tried."""
    table = _read_csv(csv, ["filename", "label"])
    if table.empty:
        raise ValueError(f"{csv} has no rows: list one image a row")
    table["filename"] = table["filename"].map(_relative_name)
    table["label"] = table["label"].map(_clean)
    table["author"] = table.get("author", "")
    _check_no_duplicates(table["filename"][table["filename"] != ""], csv)
    table = table.drop(columns=["width", "height", "copy_of"], errors="ignore")  # found anew from the files
    return table, [_row_reason(*pair) for pair in zip(table["filename"], table["label"], strict=True)]


def _relative_name(filename: str) -> str:
    filename = filename.strip().replace("\\", "/")
    return posixpath.normpath(filename) if filename else ""


def _row_reason(filename: str, label: str) -> str:
    if not filename:
        return "no filename"
    if Path(filename).is_absolute() or filename.split("/")[0] == "..":
        return "outside the images folder"
    return "" if label else "no label"


def _authors(listed: pd.DataFrame, authorless: Collection[str]) -> list[str]:
    without = {style.casefold() for style in ([authorless] if isinstance(authorless, str) else authorless)}
    pairs = zip(listed["label"], listed["author"], strict=True)
    return ["" if label.casefold() in without else _clean(author).lower() for label, author in pairs]


def _clean(text: str) -> str:
    # one composition of accents, or the same painter from two file systems would be two authors
    return unicodedata.normalize("NFC", text).strip()


def _title(filename: str, author: str) -> str:
    """The rest of the stem once its author is taken off; the whole stem where it does not begin with one."""
    stem = unicodedata.normalize("NFC", PurePosixPath(filename).stem)
    before, underscore, rest = stem.partition("_")
    return rest if underscore and _clean(before).lower() == author else stem


# Tables


def _check_styles(labels: pd.Series, found: list[Finding], images: Path) -> None:
    by_style: dict[str, list] = {}
    for label, finding in zip(labels, found, strict=True):
        if label and finding != _LOOSE:
            by_style.setdefault(label, []).append(finding)
    poor = [_described(label, found) for label, found in by_style.items() if _n_sound(found) < 2]
    if poor:
        raise ValueError(
            f"{images} has too little for {', '.join(poor)}: give each style two images or more, or leave it out"
        )
    if len(by_style) < 2:
        styles = f"only the style {next(iter(by_style))!r}" if by_style else "no style"
        raise ValueError(f"{images} has {styles}: a classifier needs at least two styles")


def _n_sound(found: list[Finding]) -> int:
    return sum(not isinstance(finding, str) for finding in found)


def _described(label: str, found: list[Finding]) -> str:
    rejected = [finding for finding in found if isinstance(finding, str)]
    why = f", {len(rejected)} rejected such as: {rejected[0]}" if rejected else ""
    return f"style {label!r} ({_counted(_n_sound(found), 'readable image')}{why})"


def _annotation(listed: pd.DataFrame, found: list[Finding]) -> pd.DataFrame:
    table = listed[[not isinstance(finding, str) for finding in found]].copy()
    table["width"], table["height"], digest = zip(*(f for f in found if not isinstance(f, str)), strict=True)
    first = table["filename"].groupby(np.array(digest)).transform("min")
    table["copy_of"] = first.where(first != table["filename"], "")
    own = [column for column in table if column not in {*_ANNOTATION_COLUMNS, "copy_of"}]
    return table[[*_ANNOTATION_COLUMNS, "copy_of", *own]].sort_values("filename", ignore_index=True)


def _rejected(filenames: pd.Series, found: list[Finding]) -> pd.DataFrame:
    pairs = sorted(pair for pair in zip(filenames, found, strict=True) if isinstance(pair[1], str))
    return pd.DataFrame(pairs, columns=["filename", "reason"], dtype=str)


def _read_csv(path: str | Path, needed: list[str]) -> pd.DataFrame:
    """A table of text with '' for nothing; 'NA' and 'nan' stay the names they may be."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"no table at {path}")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", index_col=False).fillna("")
    except (UnicodeDecodeError, pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise ValueError(f"{path} is not a comma-separated UTF-8 table: {' '.join(str(error).split())}") from error
    table.columns = [name.strip() for name in table.columns]
    missing = [name for name in needed if name not in table]
    if missing:
        raise ValueError(f"{path} lacks the columns {', '.join(missing)}; it has {', '.join(table.columns)}")
    return table


def _check_no_duplicates(filenames: pd.Series, path: str | Path) -> None:
    twice = filenames[filenames.duplicated()].unique()
    if len(twice):
        raise ValueError(f"{path} names {_counted(len(twice), 'file')} more than once: {', '.join(twice[:3])}")


def _whole_numbers(column: pd.Series, path: str | Path) -> pd.Series:
    wrong = column[~column.str.fullmatch("[0-9]+")]
    if len(wrong):
        raise ValueError(f"{path} has {wrong.iat[0]!r} as {column.name}: give a whole number of pixels")
    return column.astype("int64")


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
