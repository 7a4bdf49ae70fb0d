"""Image folder (or a CSV) -> annotation: one row per readable image, and a reason for every file left out.

The layout is `<images>/<style>/<author>_<title>.jpg`. Every file is opened and decoded once, so that nothing downstream
meets a broken image hours later.
"""

import unicodedata
from collections.abc import Collection
from pathlib import Path, PurePosixPath

import pandas as pd

from styleclf.data.inspection import inspect_files
from styleclf.data.listing import OUTSIDE_STYLES, clean_text, files_in_folder, files_in_table
from styleclf.data.tables import ANNOTATION_COLUMNS
from styleclf.output import count_of

_MIN_IMAGES = 2  # readable ones of every style


def annotate(
    images: str | Path,  # folder of style folders
    csv: str | Path | None = None,  # table with `filename,label[,author]` instead of the folder walk
    authorless: Collection[str] = ("photo", "cartoon"),  # styles whose files have no author
    *,
    progress: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Catalogue the images of a folder: `(annotation, rejected)`, both sorted by filename.

    `annotation` has the columns `label, author, title, filename, width, height, copy_of` and, with `csv`, that table's
    further columns. `filename` is relative to `images`, with forward slashes. `author` is '' if there is none.
    `width, height` are pixels as shown, after the EXIF rotation. `copy_of` is the first byte-identical file, or ''.
    `rejected` has `filename, reason`.

    Hidden files are passed over, and so are files directly in `images` that are not images. `authorless` ignores case
    and applies to `csv` too.

    Raises:
        FileNotFoundError: there is no such folder or table.
        ValueError: no style folders, a single style, a style with fewer than two readable images, an unusable table.
    """
    folder = _existing_folder(images)
    if csv is None:
        files, reasons = files_in_folder(folder)
    else:
        files, reasons = files_in_table(csv)
    files["author"] = _authors(files, authorless)
    if "title" not in files:
        files["title"] = _titles(files)
    paths = [folder / filename for filename in files["filename"]]
    inspections = inspect_files(paths, reasons, progress)
    _check_styles(files["label"], inspections["reason"], folder)
    annotation = _annotation(files, inspections)
    rejected = _rejections(files["filename"], inspections["reason"])
    return annotation, rejected


def rejection_summary(rejected: pd.DataFrame) -> str:
    """Lines for the screen: how many files were rejected for each reason, with one example per reason.

    >>> table = pd.DataFrame({"filename": ["cubism/a.jpg", "cubism/b.jpg"], "reason": ["empty file", "empty file"]})
    >>> print(rejection_summary(table))
    2 files rejected:
          2  empty file (such as cubism/a.jpg)
    """
    if rejected.empty:
        return "no file was rejected"
    lines = [f"{count_of(len(rejected), 'file')} rejected:"]
    counts = rejected["reason"].value_counts().sort_index()
    most_frequent_first = counts.sort_values(ascending=False, kind="stable")
    for reason, n in most_frequent_first.items():
        has_reason = rejected["reason"] == reason
        example = rejected.loc[has_reason, "filename"].iat[0]
        such_as = "such as " if n > 1 else ""
        lines.append(f"{n:>7}  {reason} ({such_as}{example})")
    return "\n".join(lines)


def conflicting_copies(annotation: pd.DataFrame) -> pd.DataFrame:
    """Byte-identical files that stand under two authors or two styles: columns `copy_of, filename, label, author`.

    In this table `copy_of` names the first file of each family on all its rows, the first file's own included.

    >>> rows = [("cubism/gris_1.jpg", "cubism", "gris", ""), ("rococo/x.jpg", "rococo", "", "cubism/gris_1.jpg")]
    >>> annotation = pd.DataFrame(rows, columns=["filename", "label", "author", "copy_of"])
    >>> conflicting_copies(annotation)["filename"].tolist()
    ['cubism/gris_1.jpg', 'rococo/x.jpg']
    """
    table = annotation[["copy_of", "filename", "label", "author"]].copy()
    is_copy = table["copy_of"] != ""
    table["copy_of"] = table["copy_of"].where(is_copy, table["filename"])
    authors = table["author"].where(table["author"] != "")  # NaN is not counted below
    n_authors = authors.groupby(table["copy_of"]).transform("nunique")
    n_styles = table.groupby("copy_of")["label"].transform("nunique")
    conflicts = table[(n_authors > 1) | (n_styles > 1)]
    return conflicts.sort_values(["copy_of", "filename"], ignore_index=True)


# Names


def _authors(files: pd.DataFrame, authorless: Collection[str]) -> pd.Series:
    """The authors in lower case, '' for the files of styles that have none."""
    styles = [authorless] if isinstance(authorless, str) else authorless
    casefolded = {style.casefold() for style in styles}
    is_authorless = files["label"].map(str.casefold).isin(casefolded)
    authors = files["author"].map(_author_name)
    return authors.mask(is_authorless, "")


def _author_name(text: str) -> str:
    return clean_text(text).lower()


def _titles(files: pd.DataFrame) -> list[str]:
    titles = []
    for filename, author in zip(files["filename"], files["author"], strict=True):
        titles.append(_title(filename, author))
    return titles


def _title(filename: str, author: str) -> str:
    """The stem without its author; the whole stem where it does not begin with the author."""
    stem = unicodedata.normalize("NFC", PurePosixPath(filename).stem)
    prefix, underscore, title = stem.partition("_")
    begins_with_author = underscore and _author_name(prefix) == author
    return title if begins_with_author else stem


# Checks


def _existing_folder(images: str | Path) -> Path:
    folder = Path(images)
    if not folder.exists():
        raise FileNotFoundError(f"no images folder at {images}: make it, with one sub-folder for each style")
    if not folder.is_dir():
        raise ValueError(f"{images} is a file: name the folder that holds the style folders")
    return folder


def _check_styles(labels: pd.Series, reasons: pd.Series, images: Path) -> None:
    in_style = (labels != "") & (reasons != OUTSIDE_STYLES)
    by_style = reasons[in_style].groupby(labels[in_style], sort=False)
    poor_styles = []
    for label, style_reasons in by_style:
        n_readable = (style_reasons == "").sum()
        if n_readable < _MIN_IMAGES:
            poor_styles.append(_style_summary(label, style_reasons))
    if poor_styles:
        names = ", ".join(poor_styles)
        raise ValueError(f"{images} has too little for {names}: give each style two images or more, or leave it out")
    styles = list(by_style.groups)
    if len(styles) < 2:
        content = f"only the style {styles[0]!r}" if styles else "no style"
        raise ValueError(f"{images} has {content}: a classifier needs at least two styles")


def _style_summary(label: str, reasons: pd.Series) -> str:
    rejections = reasons[reasons != ""]
    n_readable = len(reasons) - len(rejections)
    readable = count_of(n_readable, "readable image")
    if rejections.empty:
        return f"style {label!r} ({readable})"
    example = rejections.iat[0]
    return f"style {label!r} ({readable}, {len(rejections)} rejected such as: {example})"


# Tables


def _annotation(files: pd.DataFrame, inspections: pd.DataFrame) -> pd.DataFrame:
    is_sound = inspections["reason"] == ""
    table = files[is_sound].copy()
    sound = inspections[is_sound]
    table["width"] = sound["width"]
    table["height"] = sound["height"]
    first_copy = table["filename"].groupby(sound["digest"]).transform("min")
    is_copy = first_copy != table["filename"]
    table["copy_of"] = first_copy.where(is_copy, "")
    columns = [*ANNOTATION_COLUMNS, "copy_of"]
    further_columns = table.columns.difference(columns, sort=False)
    table = table[[*columns, *further_columns]]
    return table.sort_values("filename", ignore_index=True)


def _rejections(filenames: pd.Series, reasons: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({"filename": filenames, "reason": reasons})
    rejected = table[reasons != ""]
    return rejected.sort_values(["filename", "reason"], ignore_index=True)
