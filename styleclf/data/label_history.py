"""The history of a design's labels: every decision ever made about them, round by round.

`label_history.csv` beside a design has a row for every decision: `round, when, who, filename, decision, before, after,
note`. Nothing is ever removed from it; undoing a round adds another one.
"""

from datetime import datetime, timezone
from pathlib import Path

import pandas as pd

from styleclf.data.annotation.tables import read_text_table

LABEL_HISTORY = "label_history.csv"
HISTORY_COLUMNS = ["round", "when", "who", "filename", "decision", "before", "after", "note"]
UNDO = "undo"  # in place of a decision


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
    is_settled = last["decision"].isin(("keep", "change"))
    pairs = last.loc[is_settled, ["filename", "after"]]
    return set(pairs.itertuples(index=False, name=None))


def last_round(history: pd.DataFrame) -> int | None:
    """The last round that is not undone; None if there is none."""
    rounds: list[int] = []
    for number, of_round in history.groupby("round", sort=True):
        is_undoing = of_round["decision"].iat[0] == UNDO
        if is_undoing and rounds:
            rounds.pop()
        elif not is_undoing:
            rounds.append(int(number))
    return rounds[-1] if rounds else None


def with_round(history: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """The history with one more round, of now."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    number = 1
    if not history.empty:
        number += int(history["round"].max())
    latest = changes.assign(round=number, when=now)
    latest = latest[HISTORY_COLUMNS]
    if history.empty:
        return latest.reset_index(drop=True)
    return pd.concat([history, latest], ignore_index=True)
