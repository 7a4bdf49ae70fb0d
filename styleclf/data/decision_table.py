"""Tables of decisions about labels, as a curator has filled them in, in whatever program.

A row is about an image (`filename`), or about all works of a painter under a label (`author`, without `filename`).
`decision` is keep, change (to the style in `proposed`), unsure, or empty.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from styleclf.common import suggestion
from styleclf.data.annotation.column_map import COLUMN_NAMES
from styleclf.data.annotation.file_names import FileFinder, without_foreign_folders
from styleclf.data.annotation.own_tables import read_own_table

DECISION_COLUMNS = ["filename", "author", "label", "proposed", "decision", "by", "note"]
_DECISIONS = ("keep", "change", "unsure")
_NAMES_OF_COLUMNS = {
    **COLUMN_NAMES,
    "label": "label|style|stil|estilo|stile",
    "proposed": "proposed|proposal|new|newlabel|newstyle|vorschlag",
    "decision": "decision|decided|entscheidung|décision|decisión",
    "by": "by|who|decidedby|von|par|por",
    "note": "note|notes|comment|comments|remark|notiz|bemerkung",
}


def read_decisions(path: str | Path, filenames: Sequence[str]) -> pd.DataFrame:
    """The rows that decide something, `DECISION_COLUMNS`, with decisions in lower case and files as in the design."""
    own_table = read_own_table(path, _NAMES_OF_COLUMNS, filenames)
    if own_table.note:
        warnings.warn(own_table.note, stacklevel=3)
    table = own_table.rows
    for column in ("filename", "label", "proposed", "decision"):
        if column not in table:
            raise ValueError(f"{path} lacks the column {column}: doctor.py writes a table to decide in")
    table = table.reindex(columns=DECISION_COLUMNS, fill_value="")
    for column in DECISION_COLUMNS:
        table[column] = table[column].str.strip()
    table["decision"] = table["decision"].str.lower()
    table = table[table["decision"] != ""].reset_index(drop=True)
    if table.empty:
        raise ValueError(f"{path} decides nothing: write keep, change or unsure into its column decision")
    _check_subjects(table, path)
    _check_words(table, path)
    return table.assign(filename=_files_of_design(table["filename"], filenames))


def _files_of_design(names: pd.Series, filenames: Sequence[str]) -> list[str]:
    """The files that the names mean; as in the design where they are found there."""
    finder = FileFinder(filenames)
    posix_names = names.str.replace("\\", "/", regex=False)  # as Windows writes paths
    names = names.where(names.isin(filenames), posix_names)
    files = []
    for name in without_foreign_folders(names.tolist(), filenames):
        file, _ = finder.find(name)
        files.append(file)
    return files


def _check_subjects(table: pd.DataFrame, path: str | Path) -> None:
    """Raise ValueError for a row that names neither an image nor a painter, or not under which label they stood."""
    for number, row in enumerate(table.itertuples(), start=1):
        subject = row.filename or row.author
        if not subject:
            advice = "fill in filename, or author and label"
            raise ValueError(f"decision {number} in {path} names neither an image nor a painter: {advice}")
        if not row.label:
            advice = "write it into the column label"
            raise ValueError(f"{path} does not say which label {subject} had when it was decided: {advice}")


def _check_words(table: pd.DataFrame, path: str | Path) -> None:
    """Raise ValueError for a decision in other words than keep, change and unsure."""
    for row in table.itertuples():
        if row.decision in _DECISIONS:
            continue
        subject = row.filename or row.author
        advice = suggestion(row.decision, _DECISIONS)
        decision = f"{row.decision!r} as the decision about {subject}"
        raise ValueError(f"{path} has {decision}: {advice}")
