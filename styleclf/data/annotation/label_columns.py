"""Labels that stand in several columns of a user's table: 'label=Style+Genre', or one column of yes and no for each."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from styleclf.data.annotation.column_map import existing_column
from styleclf.evaluation import LABEL_SEPARATOR

_PLUS = "+"  # between columns
_YES = ("1", "1.0", "yes", "y", "true", "x", "ja", "oui", "si", "sí", "da")
_NO = ("", "0", "0.0", "no", "n", "false", "-", "nein", "non", "nee")


def with_joined_labels(
    rows: pd.DataFrame,
    mapping: Mapping[str, str],  # the user's column by the name that it shall have
    path: str | Path,  # of the table, in messages
) -> pd.DataFrame:
    """The table with one column more where several columns are mapped to `label`: all their labels, with bars between.

    A cell that says yes gives the name of its column as label, one that says no gives none, and any other text is a
    label itself. The new column is called as the mapping calls it. Raises ValueError for a column that is not there,
    and for one of yes and no in which all rows say the same.

    >>> rows = pd.DataFrame({"Style": ["cubism", "rococo"], "portrait": ["yes", "no"]})
    >>> with_joined_labels(rows, {"label": "Style+portrait"}, "my.csv")["Style+portrait"].tolist()
    ['cubism|portrait', 'rococo']
    """
    source = mapping.get("label", "")
    if _PLUS not in source or source in rows.columns:
        return rows
    table = rows.copy()
    table[source] = ""
    for part in source.split(_PLUS):
        column = existing_column(part.strip(), list(rows.columns), path)
        labels = _labels_of_column(rows[column], path)
        table[source] += LABEL_SEPARATOR + labels
    table[source] = table[source].str.replace(r"\|+", LABEL_SEPARATOR, regex=True)
    table[source] = table[source].str.strip(LABEL_SEPARATOR)
    return table


def _labels_of_column(
    cells: pd.Series,
    path: str | Path,
) -> pd.Series:
    """The label that each cell gives, '' for none. Raises ValueError if all say yes, or all no."""
    name = str(cells.name)
    texts = cells.astype(str).str.strip()
    answers = texts.str.casefold()
    is_yes = answers.isin(_YES)
    is_no = answers.isin(_NO)
    labels = texts.mask(is_no, "")
    is_answered = is_yes | is_no
    if not is_answered.all():
        return labels
    if is_yes.all() or is_no.all():
        subject = "every row" if is_yes.all() else "no row"
        problem = f"in {path} {subject} has the label {name}, so there is nothing to tell apart"
        raise ValueError(f"{problem}: leave the column out")
    return labels.mask(is_yes, name.strip())
