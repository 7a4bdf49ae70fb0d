"""Decisions about labels: what they make of a design, and the design as it was before them.

What is said of an image itself comes before what is said of its painter. Folds stay as they are: a painter's works stay
together, whatever their styles become.
"""

import getpass
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.common import count_of, say, suggestion, write_table
from styleclf.data.decision_table import DECISION_COLUMNS, read_decisions
from styleclf.data.design import read_design
from styleclf.data.label_history import LABEL_HISTORY, UNDO, last_round, read_label_history, with_round
from styleclf.evaluation import VAL, people_of


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
    table = read_decisions(decisions, rows["filename"].tolist())
    changes = _changes_of_images(rows, table, decisions)
    _check_styles(rows, changes, decisions)
    label_after = changes.set_index("filename")["after"]
    new_labels = rows["filename"].map(label_after)
    new_rows = rows.assign(label=new_labels.fillna(rows["label"]))
    _check_tellable(new_rows, decisions)
    history = read_label_history(Path(design).parent)
    person = who or _user()
    changes["who"] = changes["who"].replace("", person)
    latest_history = with_round(history, changes)
    return DecidedDesign(new_rows, latest_history, _changes_text(changes))


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
    number = last_round(history)
    if number is None:
        raise ValueError(
            f"there is nothing to undo: {LABEL_HISTORY} beside {design} has no decisions left to take back"
        )
    of_round = history[history["round"] == number]
    changed_rows = of_round[of_round["before"] != of_round["after"]]
    label_of_file = rows.set_index("filename")["label"]
    label_now = changed_rows["filename"].map(label_of_file)
    has_moved_on = label_now != changed_rows["after"]
    if has_moved_on.any():
        filename, after = changed_rows.loc[has_moved_on, ["filename", "after"]].iloc[0]
        advice = "give the image that label again, or start from an earlier design"
        raise ValueError(
            f"round {number} cannot be undone: it made {filename} {after}, and {design} has something else by now; "
            f"{advice}"
        )
    old_label = changed_rows.set_index("filename")["before"]
    old_labels = rows["filename"].map(old_label)
    restored_labels = old_labels.fillna(rows["label"])
    labels = count_of(len(changed_rows), "label")
    text = f"round {number} is undone: {labels} as before it"
    undoing = _undoing_changes(of_round, who or _user())
    latest_history = with_round(history, undoing)
    return DecidedDesign(rows.assign(label=restored_labels), latest_history, text)


def _undoing_changes(of_round: pd.DataFrame, who: str) -> pd.DataFrame:
    """The changes that take those of a round back."""
    return pd.DataFrame(
        {
            "who": who,
            "filename": of_round["filename"],
            "decision": UNDO,
            "before": of_round["after"],
            "after": of_round["before"],
            "note": "round " + of_round["round"].astype(str),
        }
    )


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
    revision = decided_design(design, decisions, who=who) if decisions else undone_design(design, who=who)
    say(revision.text)
    write_table(revision.history, Path(out) / LABEL_HISTORY)
    return revision.rows


def _user() -> str:
    """The name of whoever runs this; '' where the system does not know."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # KeyError up to Python 3.12, ImportError on Windows
        return ""


def _changes_of_images(
    rows: pd.DataFrame,  # of the design
    table: pd.DataFrame,  # of decisions
    path: str | Path,  # of that table
) -> pd.DataFrame:
    """`who, filename, decision, before, after, note`: a row for every image that is decided about."""
    of_images = table[table["filename"] != ""]
    of_painters = table[table["filename"] == ""]
    _check_files(rows, of_images, path)
    image_rows = _images_of_painters(rows, of_painters, path)
    is_decided_itself = image_rows["filename"].isin(of_images["filename"])
    image_rows = image_rows[~is_decided_itself]
    all_decisions = pd.concat([of_images, image_rows], ignore_index=True)
    is_change = all_decisions["decision"] == "change"
    is_empty = all_decisions["proposed"].isin(["", "-"])
    is_same = all_decisions["proposed"] == all_decisions["label"]
    unsaid = all_decisions[is_change & (is_empty | is_same)]
    if len(unsaid):
        file = unsaid["filename"].iat[0]
        raise ValueError(f"{path} changes {file}, but not to another style: write it into the column proposed")
    changes = pd.DataFrame(
        {
            "who": all_decisions["by"],
            "filename": all_decisions["filename"],
            "decision": all_decisions["decision"],
            "before": all_decisions["label"],
            "after": all_decisions["proposed"].where(is_change, all_decisions["label"]),
            "note": all_decisions["note"],
        }
    )
    _check_agreement(changes, path)
    return changes.drop_duplicates("filename", ignore_index=True)


def _check_files(
    rows: pd.DataFrame,  # of the design
    table: pd.DataFrame,  # of decisions
    path: str | Path,  # of that table
) -> None:
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
        filename, before = table.loc[is_stale, ["filename", "label"]].iloc[0]
        now = labels[is_stale].iat[0]
        n_stale = int(is_stale.sum())
        images = count_of(n_stale, "image")
        example = f"{filename} was {before} there and is {now} in the design"
        advice = "it may have been applied already, or name the design that it was made for"
        raise ValueError(f"{path} was made for other labels, of {images}: {example}; {advice}")


def _images_of_painters(
    rows: pd.DataFrame,  # of the design
    table: pd.DataFrame,  # of decisions
    path: str | Path,  # of that table
) -> pd.DataFrame:
    """The decisions about painters, a row for each of their images under that label."""
    outside_validation = rows[rows["fold"] != VAL]
    people = outside_validation["author"].map(people_of)
    parts = [table.iloc[:0]]
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
        parts.append(pd.DataFrame({**values, "filename": filenames}))
    return pd.concat(parts, ignore_index=True)


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
        words = of_file["decision"] + " (" + of_file["after"] + ")"
        decisions = " and ".join(words)
        raise ValueError(f"{path} decides {decisions} about {file}: leave one of these rows")


def _check_styles(
    rows: pd.DataFrame,  # of the design
    changes: pd.DataFrame,
    path: str | Path,  # of the table of decisions
) -> None:
    """Raise ValueError for a new style that no image of the design has."""
    styles = sorted(rows["label"].unique())
    strangers = changes.loc[~changes["after"].isin(styles)]
    if len(strangers):
        filename, style = strangers[["filename", "after"]].iloc[0]
        advice = suggestion(style, styles)
        change = f"{filename} to {style!r}, a style that no image has"
        raise ValueError(f"{path} changes {change}: {advice}")


def _check_tellable(rows: pd.DataFrame, path: str | Path) -> None:
    """Raise ValueError where all images would be of one style."""
    styles = rows.loc[rows["fold"] != VAL, "label"].unique()
    if len(styles) == 1:
        style = styles[0]
        raise ValueError(f"after {path} every image would be {style}, so there would be nothing to tell apart")


def _changes_text(changes: pd.DataFrame) -> str:
    """What a round decides, and what becomes of what, as lines for the screen."""
    label_changes = changes[changes["decision"] == "change"]
    counts = Counter(changes["decision"])
    n_kept = counts["keep"]
    n_unsure = counts["unsure"]
    labels = count_of(counts["change"], "label")
    lines = [f"{labels} changed, {n_kept:,} kept, {n_unsure:,} unsure"]
    for (before, after), rows in label_changes.groupby(["before", "after"], sort=True):
        images = count_of(len(rows), "image")
        lines.append(f"  {before} -> {after}: {images}")
    return "\n".join(lines)
