"""Decisions about labels: a table that a curator has filled in, as a new design, and the history of who changed what.

A row of decisions is about an image (`filename`), or about all works of a painter under a label (`author`, without
`filename`); what is said of an image itself comes first. `decision` is keep, change (to the style in `proposed`),
unsure, or empty. Folds stay as they are: a painter's works stay together, whatever their styles become.

`label_history.csv` beside a design has a row for every decision ever made about it: `round, when, who, filename,
decision, before, after, note`. Nothing is ever removed from it; undoing a round adds another one.
"""

import getpass
import warnings
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.common import count_of, say, suggestion, write_table
from styleclf.data.annotation.column_map import COLUMN_NAMES
from styleclf.data.annotation.file_names import FileFinder, without_foreign_folders
from styleclf.data.annotation.own_tables import read_own_table
from styleclf.data.annotation.tables import read_text_table
from styleclf.data.design import read_design
from styleclf.evaluation import VAL, people_of

LABEL_HISTORY = "label_history.csv"
DECISION_COLUMNS = ["filename", "author", "label", "proposed", "decision", "by", "note"]
HISTORY_COLUMNS = ["round", "when", "who", "filename", "decision", "before", "after", "note"]
_DECISIONS = ("keep", "change", "unsure")
_UNDO = "undo"
_NAMES_OF_COLUMNS = {
    **COLUMN_NAMES,
    "label": "label|style|stil|estilo|stile",
    "proposed": "proposed|proposal|new|newlabel|newstyle|vorschlag",
    "decision": "decision|decided|entscheidung|décision|decisión",
    "by": "by|who|decidedby|von|par|por",
    "note": "note|notes|comment|comments|remark|notiz|bemerkung",
}


class DecidedDesign(NamedTuple):
    """A design after a round of decisions, and the history of all of them."""

    rows: pd.DataFrame  # the design
    history: pd.DataFrame  # HISTORY_COLUMNS, this round's last
    text: str  # what this round changed, for the screen


def decided_design(
    design: str | Path,  # design.csv
    decisions: str | Path,  # table of decisions
    *,
    who: str = "",  # decided, where a row does not say by whom; default: the user of this computer
) -> DecidedDesign:
    """The design with the labels that were decided, and its history. No file is written, and no fold changed.

    Raises OSError where a file is missing. Raises ValueError for a table without its columns, and, with the first row
    that is at fault, for images that the design does not have, of its validation set, or that have another label in
    it than they had when it was decided; for two decisions about an image that differ; for a style that no image has;
    for a change that says not to what; for other words than keep, change and unsure; and where nothing is decided.
    """
    rows = read_design(design)
    table = _read_decisions(decisions, rows["filename"].tolist())
    changes = _changes_of_images(rows, table, decisions)
    _check_styles(rows, changes, decisions)
    label_after = changes.set_index("filename")["after"]
    new_labels = rows["filename"].map(label_after)
    decided = rows.assign(label=new_labels.fillna(rows["label"]))
    _check_tellable(decided, decisions)
    history = read_label_history(Path(design).parent)
    person = who or _user()
    changes["who"] = changes["who"].replace("", person)
    latest_history = _with_round(history, changes)
    return DecidedDesign(decided, latest_history, _changes_text(changes))


def undone_design(
    design: str | Path,  # design.csv
    *,
    who: str = "",  # undoes it; default: the user of this computer
) -> DecidedDesign:
    """The design with the labels from before its last round of decisions, and its history. No file is written.

    A round that is undone already is passed over, so that one round after another can be taken back. Raises ValueError
    for a design without rounds to undo, and where an image has got another label by hand since.
    """
    rows = read_design(design)
    history = read_label_history(Path(design).parent)
    number = _last_round(history)
    if number is None:
        raise ValueError(
            f"there is nothing to undo: {LABEL_HISTORY} beside {design} has no decisions left to take back"
        )
    of_round = history[history["round"] == number]
    changed = of_round[of_round["before"] != of_round["after"]]
    label_of_file = rows.set_index("filename")["label"]
    label_now = changed["filename"].map(label_of_file)
    has_moved_on = label_now != changed["after"]
    if has_moved_on.any():
        row = changed[has_moved_on].iloc[0]
        raise ValueError(
            f"round {number} cannot be undone: it made {row['filename']} {row['after']}, and {design} has something "
            "else by now; give the image that label again, or start from an earlier design"
        )
    old_label = changed.set_index("filename")["before"]
    old_labels = rows["filename"].map(old_label)
    restored = old_labels.fillna(rows["label"])
    undoing = pd.DataFrame(
        {
            "who": who or _user(),
            "filename": of_round["filename"],
            "decision": _UNDO,
            "before": of_round["after"],
            "after": of_round["before"],
            "note": f"round {number}",
        }
    )
    labels = count_of(len(changed), "label")
    text = f"round {number} is undone: {labels} as before it"
    latest_history = _with_round(history, undoing)
    return DecidedDesign(rows.assign(label=restored), latest_history, text)


def _last_round(history: pd.DataFrame) -> int | None:
    """The last round that is not undone; None if there is none."""
    rounds: list[int] = []
    for number, of_round in history.groupby("round", sort=True):
        is_undoing = of_round["decision"].iat[0] == _UNDO
        if is_undoing and rounds:
            rounds.pop()
        elif not is_undoing:
            rounds.append(int(number))
    return rounds[-1] if rounds else None


def revised_design(
    design: str | Path,  # design.csv
    decisions: str | Path | None = None,  # table of decisions; default: the last round of them is undone
    *,
    out: str | Path,  # folder of the new design
    who: str = "",
) -> pd.DataFrame:
    """The rows of a design after a round of decisions, or before its last one; what changes is said.

    The history is written into the folder of the new design. Raises what `decided_design` and `undone_design` raise,
    and ValueError where the new design would take the place of the old one.
    """
    folder = Path(design).parent
    if folder.resolve() == Path(out).resolve():
        advice = f"name a folder for the new one, such as design.py --out {folder}-2"
        raise ValueError(f"the design in {folder} stays as it is: {advice}")
    revised = decided_design(design, decisions, who=who) if decisions else undone_design(design, who=who)
    say(revised.text)
    write_table(revised.history, Path(out) / LABEL_HISTORY)
    return revised.rows


def read_label_history(folder: str | Path) -> pd.DataFrame:
    """All decisions about the design in a folder, `HISTORY_COLUMNS`; an empty table where there were none.

    Raises ValueError for a damaged file.
    """
    file = Path(folder) / LABEL_HISTORY
    if not file.is_file():
        return pd.DataFrame(columns=HISTORY_COLUMNS)
    history = read_text_table(file, HISTORY_COLUMNS)
    rounds = pd.to_numeric(history["round"], errors="coerce")
    is_wrong = rounds.isna()
    if is_wrong.any():
        wrong = history.loc[is_wrong, "round"].iat[0]
        raise ValueError(f"{file} is damaged, it has {wrong!r} as a round: correct it, a round is a whole number")
    return history.assign(round=rounds.astype(int))


def confirmed_labels(history: pd.DataFrame) -> set[tuple[str, str]]:
    """`(filename, label)` of the images whose label was kept, or changed to, in their last decision."""
    last = history.drop_duplicates("filename", keep="last")
    settled = last[last["decision"].isin(("keep", "change"))]
    return set(zip(settled["filename"], settled["after"], strict=True))


def _user() -> str:
    """The name of whoever runs this; '' where the system does not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # KeyError up to Python 3.12, ImportError on Windows
        return ""


def _read_decisions(path: str | Path, filenames: Sequence[str]) -> pd.DataFrame:
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
    slashed = names.str.replace("\\", "/", regex=False)  # as Windows writes paths
    names = names.where(names.isin(filenames), slashed)
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


def _changes_of_images(rows: pd.DataFrame, table: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """`who, filename, decision, before, after, note`: a row for every image that is decided about."""
    of_images = table[table["filename"] != ""]
    of_painters = table[table["filename"] == ""]
    _check_files(rows, of_images, path)
    spread = _images_of_painters(rows, of_painters, path)
    is_decided_itself = spread["filename"].isin(of_images["filename"])
    spread = spread[~is_decided_itself]
    decided = pd.concat([of_images, spread], ignore_index=True)
    is_change = decided["decision"] == "change"
    is_empty = decided["proposed"].isin(["", "-"])
    is_same = decided["proposed"] == decided["label"]
    unsaid = decided[is_change & (is_empty | is_same)]
    if len(unsaid):
        file = unsaid["filename"].iat[0]
        raise ValueError(f"{path} changes {file}, but not to another style: write it into the column proposed")
    changes = pd.DataFrame(
        {
            "who": decided["by"],
            "filename": decided["filename"],
            "decision": decided["decision"],
            "before": decided["label"],
            "after": decided["proposed"].where(is_change, decided["label"]),
            "note": decided["note"],
        }
    )
    _check_agreement(changes, path)
    return changes.drop_duplicates("filename", ignore_index=True)


def _check_files(rows: pd.DataFrame, table: pd.DataFrame, path: str | Path) -> None:
    """Raise ValueError for images that are gone, of the validation set, or that have another label by now."""
    design = rows.set_index("filename")
    is_gone = ~table["filename"].isin(design.index)
    if is_gone.any():
        n_gone = int(is_gone.sum())
        images = count_of(n_gone, "image")
        example = table.loc[is_gone, "filename"].iat[0]
        subject = f"{images} that the design does not have, such as {example}"
        advice = "remove these rows, or name the design that has them"
        raise ValueError(f"{path} decides about {subject}: {advice}")
    folds = table["filename"].map(design["fold"])
    in_validation = table.loc[folds == VAL, "filename"]
    if len(in_validation):
        example = in_validation.iat[0]
        advice = "nothing is decided by looking at it, so remove these rows"
        raise ValueError(f"{path} decides about {example} of the validation set: {advice}")
    labels = table["filename"].map(design["label"])
    is_stale = labels != table["label"]
    if is_stale.any():
        row = table[is_stale].iloc[0]
        now = labels[is_stale].iat[0]
        n_stale = int(is_stale.sum())
        images = count_of(n_stale, "image")
        example = f"{row['filename']} was {row['label']} there and is {now} in the design"
        advice = "it may have been applied already, or name the design that it was made for"
        raise ValueError(f"{path} was made for other labels, of {images}: {example}; {advice}")


def _images_of_painters(rows: pd.DataFrame, table: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """The decisions about painters, a row for each of their images under that label."""
    outside_validation = rows[rows["fold"] != VAL]
    people = outside_validation["author"].map(people_of)
    spread = [table.iloc[:0]]
    for row in table.itertuples():
        is_by = _names_person(people, row.author.lower())
        has_label = outside_validation["label"] == row.label
        filenames = outside_validation.loc[is_by & has_label, "filename"]
        if filenames.empty:
            subject = f"{row.label} by {row.author or 'nobody'}"
            raise ValueError(
                f"{path} decides about {subject}, of which the design has no image: remove the row, or name the "
                "design that it was made for"
            )
        values = {column: getattr(row, column) for column in DECISION_COLUMNS}
        spread.append(pd.DataFrame({**values, "filename": filenames}))
    return pd.concat(spread, ignore_index=True)


def _names_person(people: pd.Series, person: str) -> np.ndarray:
    """Which of the lists of people name a person; an empty name is in none of them."""
    is_named = [person in names for names in people]
    return np.array(is_named, dtype=bool)


def _check_agreement(changes: pd.DataFrame, path: str | Path) -> None:
    """Raise ValueError where an image has two decisions that differ."""
    different = changes.drop_duplicates(["filename", "decision", "after"])
    is_repeated = different["filename"].duplicated(keep=False)
    if is_repeated.any():
        rows = different[is_repeated]
        file = rows["filename"].iat[0]
        of_file = rows[rows["filename"] == file]
        words = [f"{row.decision} ({row.after})" for row in of_file.itertuples()]
        decisions = " and ".join(words)
        raise ValueError(f"{path} decides {decisions} about {file}: leave one of these rows")


def _check_styles(rows: pd.DataFrame, changes: pd.DataFrame, path: str | Path) -> None:
    """Raise ValueError for a new style that no image of the design has."""
    styles = sorted(rows["label"].unique())
    strangers = changes.loc[~changes["after"].isin(styles)]
    if len(strangers):
        row = strangers.iloc[0]
        style = row["after"]
        advice = suggestion(style, styles)
        change = f"{row['filename']} to {style!r}, a style that no image has"
        raise ValueError(f"{path} changes {change}: {advice}")


def _check_tellable(decided: pd.DataFrame, path: str | Path) -> None:
    """Raise ValueError where all images would be of one style."""
    styles = decided.loc[decided["fold"] != VAL, "label"].unique()
    if len(styles) == 1:
        raise ValueError(f"after {path} every image would be {styles[0]}, so there would be nothing to tell apart")


def _with_round(history: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """The history with one more round, of now."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    last_round = 0 if history.empty else int(history["round"].max())
    latest = changes.assign(round=last_round + 1, when=now)
    latest = latest[HISTORY_COLUMNS]
    if history.empty:
        return latest.reset_index(drop=True)
    return pd.concat([history, latest], ignore_index=True)


def _changes_text(changes: pd.DataFrame) -> str:
    """What a round decides, and what becomes of what, as lines for the screen."""
    changed = changes[changes["decision"] == "change"]
    n_kept = int((changes["decision"] == "keep").sum())
    n_unsure = int((changes["decision"] == "unsure").sum())
    labels = count_of(len(changed), "label")
    lines = [f"{labels} changed, {n_kept:,} kept, {n_unsure:,} unsure"]
    for (before, after), rows in changed.groupby(["before", "after"], sort=True):
        images = count_of(len(rows), "image")
        lines.append(f"  {before} -> {after}: {images}")
    return "\n".join(lines)
