"""Which files are there, and what their names say: from a folder of style folders, or from the user's table.

Both ways give a table `filename, label, author` and, for every row, why its file cannot even be tried, or ''.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd

from styleclf.common import count_of, is_control, shown_text
from styleclf.data.annotation.column_map import WRITTEN_COLUMNS, MappedTable
from styleclf.data.annotation.file_names import (
    MAY_BE,
    FileFinder,
    relative_name,
    unescaped_names,
    without_common_folder,
    without_foreign_folders,
)
from styleclf.data.annotation.folders import Walk, visible_entries, walk_folder
from styleclf.data.annotation.layout_detection import detected_layout
from styleclf.data.annotation.layouts import AUTO, Layout, named_layout
from styleclf.data.annotation.own_tables import OwnTable, check_own_columns, read_own_table
from styleclf.data.annotation.people import clean_text
from styleclf.data.annotation.tables import check_no_duplicates
from styleclf.evaluation import LABEL_SEPARATOR, labels_of, noun_for_labels

_EMPTY_WORDS = frozenset(("nan", "na", "n/a", "#n/a", "null", "none", "nil", "nat", "<na>", "undefined", "-", "?"))
_FAULTS_OF_FORMULAS = frozenset(("#ref!", "#name?", "#value!", "#div/0!", "#null!", "#num!", "#spill!", "#bezug!"))
_N_COMPARED = 1000  # names of files, with one that is not there
_SOURCE = "source"  # the column that says from which collection an image comes
_ADVICE_OF_TABLE = "or give a table that has a column of styles (design.py --csv TABLE)"
OUTSIDE_STYLES = "in no style folder"  # the reason for images that lie above the style folders


@dataclass
class Listing:
    """The files that may be paintings, and how their names were read."""

    files: pd.DataFrame  # `filename, label, author` as they are written there, and the table's further columns
    reasons: list[str]  # of every file, why it cannot even be tried, or ''
    source: str  # how names were read, a sentence without full stop
    passed_over: list[tuple[str, str]] = field(default_factory=list)  # folders, each with why nothing in it counts
    doubts: list[str] = field(default_factory=list)  # sentences on what may be meant otherwise
    nobodies: pd.Series = field(default_factory=partial(pd.Series, dtype=str))  # of every file, a name for nobody or ''


def list_files(
    images: Path,
    csv: str | Path | MappedTable | None = None,
    layout: str = AUTO,
) -> Listing:
    """Every file that may be a painting: of the folder, with what a table says about it, or of a table alone.

    A table with a column of styles names all files; one without says who painted the files of the folder.

    Raises:
        FileNotFoundError: there is no such table.
        ValueError: no style folder, a layout that does not exist, or a table without rows, without a column of file
            names, without styles and authors alike, or with a file named twice.
    """
    walk = walk_folder(images)
    if csv is None:
        return _listing_of_folder(images, walk, layout, _ADVICE_OF_TABLE)
    on_disk = [_shown_name(path, images) for path, _ in walk.files]
    source = csv if isinstance(csv, MappedTable) else MappedTable(Path(csv), {})
    table = _table_of_files(source, images, on_disk)
    if "label" in table.rows:
        listing = _listing_of_table(table.rows, source.path, on_disk)
    else:
        listing = _listing_of_folder(images, walk, layout, _columns_sentence(table.rows, source.path))
        _set_authors(listing, table.rows, source.path)
    if table.note:
        listing.doubts.append(table.note)
    return listing


# Folders


def _listing_of_folder(
    images: Path,
    walk: Walk,
    layout_text: str,
    advice: str,  # for a folder without styles, beside making some
) -> Listing:
    names = [_shown_name(path, images) for path, _ in walk.files]
    is_named = layout_text != AUTO
    layout = named_layout(layout_text) if is_named else detected_layout(names)
    rows = []
    reasons = []
    for (path, reason), filename in zip(walk.files, names, strict=True):
        label = layout.label_of(filename) or _label_of_folder(path, images, layout)
        author = layout.author_of(filename)
        rows.append((filename, label, author))
        fault = _fault_of_name(str(path.relative_to(images)))
        reason_outside = "" if label else OUTSIDE_STYLES
        reasons.append(fault or reason or reason_outside)
    if set(reasons) <= {OUTSIDE_STYLES}:
        raise ValueError(f"{_no_styles_sentence(images, layout)}, {advice}")
    files = pd.DataFrame(rows, columns=["filename", "label", "author"])
    source = f"{images} was read as {layout.describe()}"
    if layout.reason:
        source += f": {layout.reason}"
    passed_over = []
    for path, reason in walk.passed_over:
        passed_over.append((_shown_name(path, images), reason))
    doubts = [layout.doubt] if layout.doubt else []
    return Listing(files, reasons, source, passed_over, doubts)


def _label_of_folder(path: Path, images: Path, layout: Layout) -> str:
    """The style of a folder that stands in the list itself, because it is empty or cannot be walked."""
    if not path.is_dir():
        return ""
    name_inside = f"{_shown_name(path, images)}/x"
    return layout.label_of(name_inside)


def _no_styles_sentence(images: Path, layout: Layout) -> str:
    if not visible_entries(images):
        problem = "is empty"
    elif len(layout.levels) > 1:
        problem = f"holds no style folder, read as {layout.describe()}"
    else:
        problem = "holds no style folder"
    return f"{images} {problem}: put the images into one sub-folder for each style"


def _shown_name(path: Path, images: Path) -> str:
    """The path below the images folder, with forward slashes, and with escapes for what is not UTF-8."""
    name = path.relative_to(images).as_posix()
    return shown_text(name)


def _fault_of_name(name: str) -> str:
    """Why no table can name a file; '' if one can."""
    if shown_text(name) != name:
        return "file name is not UTF-8"
    if any(map(is_control, name)):
        return "file name has a line break or another control character: rename it"
    return ""


# Tables


def _columns_sentence(rows: pd.DataFrame, csv: str | Path) -> str:
    """That a table names no styles, and which of its columns may do."""
    further = rows.columns.difference(["filename", "author", "_reason"], sort=False)
    columns = ", ".join(map(repr, further)) or "none"
    return f"or say which column of {csv} holds the styles (columns label=…), its further ones are {columns}"


def _table_of_files(source: MappedTable, images: Path, on_disk: Sequence[str]) -> OwnTable:
    """The user's table with file names as they are on disk, and with a column `_reason`."""
    csv = source.path
    rows, note = read_own_table(csv, known_files=on_disk, mapping=source.columns)
    check_own_columns(rows, ["filename"], csv)
    has_both = "label" in rows and "author" in rows
    if has_both and not rows["label"].str.strip().any():
        rows = rows.drop(columns="label")
    names_further_columns = bool(source.columns) or _SOURCE in rows
    is_only_further = names_further_columns and len(rows.columns) > 1
    if "label" not in rows and "author" not in rows and not is_only_further:
        check_own_columns(rows, ["label"], csv)
    if rows.empty:
        raise ValueError(f"{csv} has no rows: give one row per image")
    names = [relative_name(name, images) for name in rows["filename"]]
    names = unescaped_names(names, on_disk)
    names = without_foreign_folders(names, on_disk)
    names = without_common_folder(names, on_disk)
    finder = FileFinder(on_disk)
    filenames = []
    reasons = []
    for name in names:
        filename, reason = finder.find(name)
        filenames.append(filename)
        reasons.append(_fault_of_name(filename) or reason)
    rows["filename"] = filenames
    rows["_reason"] = reasons
    note_of_formats = _find_in_other_formats(rows, on_disk, csv)
    _check_any_file(rows, on_disk, csv)
    is_named = rows["filename"] != ""
    check_no_duplicates(rows.loc[is_named, "filename"], csv)
    of_the_user = rows.drop(columns=list(WRITTEN_COLUMNS), errors="ignore")
    notes = filter(None, (note, note_of_formats))
    return OwnTable(of_the_user, "; ".join(notes))


def _find_in_other_formats(rows: pd.DataFrame, on_disk: Sequence[str], csv: str | Path) -> str:
    """Let rows whose file is not there name the one that has another suffix, and no row of its own; a note on them."""
    free = set(on_disk).difference(rows["filename"])
    finder = FileFinder(free)
    is_missing = ~rows["filename"].isin(on_disk) & (rows["_reason"] == "")
    examples = []
    for row in rows.index[is_missing]:
        name = rows.at[row, "filename"]
        filename, reason = finder.find_in_other_format(name)
        rows.at[row, "filename"] = filename
        rows.at[row, "_reason"] = reason
        if filename != name:
            examples.append(f"{name!r} for {filename!r}")
    if not examples:
        return ""
    n_files = count_of(len(examples), "file")
    return f"{csv} names {n_files} with another suffix, such as {examples[0]}: these were taken"


def _check_any_file(rows: pd.DataFrame, on_disk: Sequence[str], csv: str | Path) -> None:
    """Raise ValueError, with the file whose name is most alike, for a table that names no file of the folder."""
    is_there = rows["filename"].isin(on_disk)
    if is_there.any() or not on_disk:
        return
    n_files = count_of(len(on_disk), "file")
    example = rows["filename"].iat[0]
    problem = f"{csv} names none of the {n_files} of the images folder, but {example!r}"
    reason = rows["_reason"].iat[0]
    if reason.startswith(MAY_BE):
        raise ValueError(f"{problem}, which {reason}: give its folder, too")
    nearest, *_ = difflib.get_close_matches(example, on_disk[:_N_COMPARED], n=1, cutoff=0)
    raise ValueError(f"{problem}, while there is {nearest!r}: name files by their paths below that folder")


def _listing_of_table(
    rows: pd.DataFrame,
    csv: str | Path,
    on_disk: Sequence[str],
) -> Listing:
    reasons = []
    files = rows.drop(columns="_reason")
    files["label"] = files["label"].map(_label_cell)
    for filename, label, reason in zip(files["filename"], files["label"], rows["_reason"], strict=True):
        reasons.append(reason or _row_reason(filename, label))
    has_authors = "author" in files
    if not has_authors:
        files["author"] = ""
    noun = noun_for_labels(files["label"])
    columns = f"{noun}s and authors" if has_authors else f"{noun}s, but no authors"
    n_files = count_of(len(files), "file")
    listing = Listing(files, reasons, f"{csv} says the {columns} of {n_files}")
    listing.doubts += _strange_labels(files["label"], csv)
    unnamed_files = set(on_disk) - set(files["filename"])
    if unnamed_files:
        n_unnamed = count_of(len(unnamed_files), "file")
        listing.passed_over.append((n_unnamed, f"not in {csv}"))
    return listing


def _label_cell(text: str) -> str:
    """A cell of styles with each of them once: 'cubism|cubism' and '|cubism|' are one label and not several."""
    one_line = " ".join(clean_text(text).split())
    return LABEL_SEPARATOR.join(labels_of(one_line))


def _strange_labels(labels: pd.Series, csv: str | Path) -> list[str]:
    """A sentence for every style that programs write for an empty cell, a faulty formula, or in place of its value."""
    sentences = []
    for label, n_images in labels.value_counts().items():
        origin = _origin_of_label(str(label))
        if origin:
            images = count_of(n_images, "image")
            sentences.append(
                f"{csv} has {label!r} as the style of {images}, as programs write for {origin}: it counts as a style, "
                "so correct or empty these cells if it is none"
            )
    return sentences


def _origin_of_label(label: str) -> str:
    """For what programs write such a label; '' for one that people write."""
    if label.lower() in _EMPTY_WORDS:
        return "an empty cell"
    if label.lower() in _FAULTS_OF_FORMULAS:
        return "a formula that fails"
    return "a formula without its value" if label.startswith("=") else ""


def _set_authors(listing: Listing, rows: pd.DataFrame, csv: str | Path) -> None:
    """Let a table without styles say who painted the files, and whatever else it knows of them."""
    files = listing.files
    columns = rows.set_index("filename")
    columns = columns.drop(columns=["_reason", "label"], errors="ignore")
    in_table = files["filename"].isin(columns.index)
    n_in_table = int(in_table.sum())
    by_file = columns.reindex(files["filename"])
    by_file = by_file.reset_index(drop=True).fillna("")
    for column in by_file:
        old_values = files.get(column, "")
        files[column] = by_file[column].where(in_table, old_values)
    named_files = count_of(n_in_table, "file")
    says = "says who painted" if "author" in columns else "says more of"
    listing.source += f"; {csv} {says} {named_files}"
    exists = columns.index.isin(files["filename"])
    missing = columns.index[~exists]
    if len(missing):
        example = missing[0]
        reason = rows.loc[~exists, "_reason"].iat[0]
        explanation = f", which {reason}" if reason.startswith(MAY_BE) else ""
        missing_files = count_of(len(missing), "file")
        listing.doubts.append(
            f"{csv} names {missing_files} that the images folder lacks, such as {example!r}{explanation}"
        )
    n_unnamed = len(files) - n_in_table
    if n_unnamed and "author" in columns:
        unnamed_files = count_of(n_unnamed, "file")
        listing.doubts.append(f"{csv} does not name {unnamed_files}, so the authors are those of the files' own names")


def _row_reason(filename: str, label: str) -> str:
    if not filename:
        return "no filename"
    leads_outside = filename.split("/")[0] == ".."
    if Path(filename).is_absolute() or leads_outside:
        return "outside the images folder"
    return "" if label else "no label"
