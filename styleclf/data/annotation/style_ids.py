"""Ids of styles in a controlled vocabulary, such as those of the Getty's AAT or of Wikidata."""

from collections.abc import Mapping

import pandas as pd

STYLE_ID = "label_id"  # the column beside `label`


def style_ids(rows: pd.DataFrame) -> dict[str, str]:
    """The id of every style that has one, from the columns `label` and `label_id`; none where there is no such column.

    Raises ValueError for a style with two ids, naming an image of each.

    >>> style_ids(pd.DataFrame({"label": ["cubism", "cubism"], "label_id": ["Q42934", ""]}))
    {'cubism': 'Q42934'}
    """
    if STYLE_ID not in rows:
        return {}
    ids = rows[STYLE_ID].fillna("")
    ids = ids.astype(str).str.strip()
    has_id = (ids != "") & (rows["label"] != "")
    with_ids = rows.copy()
    with_ids[STYLE_ID] = ids
    with_ids = with_ids[has_id].sort_values("label", kind="stable")
    ids_of_styles = {}
    for style, of_style in with_ids.groupby("label"):
        first_rows = of_style.drop_duplicates(STYLE_ID)
        if len(first_rows) > 1:
            raise ValueError(_conflict_sentence(str(style), first_rows))
        ids_of_styles[str(style)] = first_rows[STYLE_ID].iat[0]
    return ids_of_styles


def with_style_ids(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the id of every style in all its images, also where the table left the cell empty.

    Raises what `style_ids` raises.
    """
    if STYLE_ID not in rows:
        return rows
    ids = rows["label"].map(style_ids(rows))
    rows = rows.copy()
    rows[STYLE_ID] = ids.fillna("")
    return rows


def style_ids_table(ids: Mapping[str, str]) -> pd.DataFrame:
    """The table `label, label_id`, one row per style."""
    rows = list(ids.items())
    return pd.DataFrame(rows, columns=["label", STYLE_ID])


def _conflict_sentence(style: str, rows: pd.DataFrame) -> str:
    """That a style has two ids; `rows` hold an image of each."""
    first, second = rows[STYLE_ID].iloc[:2]
    files = ""
    if "filename" in rows:
        first_file, second_file = rows["filename"].iloc[:2]
        files = f" (of {first_file} and {second_file})"
    return f"the style {style!r} has two ids, {first!r} and {second!r}{files}: give every style one {STYLE_ID}"
