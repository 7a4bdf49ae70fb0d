"""Columns that a collection brought: place, year, donor …, as the page shows them and filters by them."""

import math
import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from styleclf.common import say, suggestion
from styleclf.data import DATE_COLUMNS, Paintings, dating_of
from styleclf.embeddings.atlas.records import collected_columns

NO_COLUMNS = "none"  # what a user says who wants none
MOST_CHOICES = 40  # different values with a box each; more of them are searched as text
_LONGEST = 300  # characters of a value
_FEWEST_NUMBERS = 3  # different ones; fewer have boxes
_LEAST_SHARE_DATED = 0.8  # of the different values of a column of dates
_NAMES_OF_IDS = {"id", "ids", "identifier", "accession", "inventory", "inv", "inventar", "inventarnummer", "no", "nr"}
_EMPTY = ""  # the word of images without a value, always the first

Kind = Literal["number", "choice", "text"]


def shown_columns(
    design: pd.DataFrame,
    names: Sequence[str] | None = None,  # that a user asked for; None: all that the collection brought
) -> list[str]:
    """The columns that an atlas takes, those without any value left out unless they were asked for.

    Raises ValueError for a column that the collection did not bring.
    """
    if names is None:
        return _filled_columns(design)
    columns = collected_columns(design)
    asks_for_none = list(names) == [NO_COLUMNS]
    if asks_for_none and NO_COLUMNS not in columns:
        return []
    for name in names:
        if name not in columns:
            raise ValueError(_no_such_column(name, columns))
    return list(dict.fromkeys(names))


def with_shown_columns(paintings: Paintings, names: Sequence[str] | None) -> Paintings:
    """The paintings with the columns that `shown_columns` takes, which a line names. Raises what it raises."""
    design = paintings.rows
    columns = shown_columns(design, names)
    if columns:
        names_of_columns = ", ".join(columns)
        say(f"columns: {names_of_columns}")
    left_out = []
    for column in collected_columns(design):
        if column not in columns:
            left_out.append(column)
    rows = design.drop(columns=left_out)
    return paintings.with_rows(rows)


def columns_data(design: pd.DataFrame) -> list[dict[str, Any]]:
    """What the page knows of each column that the collection brought, ready for JSON.

    `name`; `kind`: 'number' (a slider), 'choice' (boxes) or 'text' (searched); `words`: its different values, '' first;
    `position`: that of every image's value among them; of a number also `numbers`: that of each word, or None.
    """
    columns = []
    for name in _filled_columns(design):
        words = _words(design[name])
        columns.append(_column_data(name, words))
    return columns


def _filled_columns(design: pd.DataFrame) -> list[str]:
    """The columns that the collection brought and that have a value anywhere."""
    names = []
    for name in collected_columns(design):
        words = _words(design[name])
        has_value = words != _EMPTY
        if has_value.any():
            names.append(name)
    return names


def _column_data(name: str, words: pd.Series) -> dict[str, Any]:
    """Name, kind, words, positions and numbers of a column."""
    different_words = set(words) - {_EMPTY}
    values = sorted(different_words, key=_natural_key)
    numbers = _numbers_of(name, values)
    if numbers:
        values.sort(key=lambda value: _rank(numbers[value]))
    distinct = [_EMPTY, *values]
    positions = pd.Index(distinct).get_indexer(pd.Index(words))
    data = {
        "name": str(name),
        "kind": _kind(values, numbers),
        "words": distinct,
        "position": positions.tolist(),
    }
    if numbers:
        data["numbers"] = [numbers.get(value) for value in distinct]
    return data


def _kind(values: Sequence[str], numbers: dict[str, float | None]) -> Kind:
    """How a column is filtered by."""
    if numbers:
        return "number"
    return "choice" if len(values) <= MOST_CHOICES else "text"


def _numbers_of(name: str, values: Sequence[str]) -> dict[str, float | None]:
    """The number or year that each value is, None for those that are none; empty for columns of words, and for ids."""
    if _name_words(name) & _NAMES_OF_IDS:
        return {}
    numbers = {value: _number(value) for value in values}
    if None in numbers.values():
        numbers = _years_of(name, values)
    different_numbers = set(numbers.values()) - {None}
    return numbers if len(different_numbers) >= _FEWEST_NUMBERS else {}


def _years_of(name: str, values: Sequence[str]) -> dict[str, float | None]:
    """The year of each value, None for those that say none; empty for columns that are not of dates.

    A column is of dates by its name, or because it has many values, nearly all of which say a year.
    """
    years = {value: _year(value) for value in values}
    n_undated = list(years.values()).count(None)
    n_dated = len(values) - n_undated
    if _name_words(name) & set(DATE_COLUMNS):
        return years
    has_many_values = len(values) > MOST_CHOICES
    are_dates = n_dated >= _LEAST_SHARE_DATED * len(values)
    return years if has_many_values and are_dates else {}


def _name_words(name: str) -> set[str]:
    """The words of a column's name: 'objectDate' and 'object_date' have two."""
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", str(name))
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return set(words)


def _number(value: str) -> float | None:
    """The number that a value is; whole ones as such."""
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _year(value: str) -> float | None:
    """The year that a value says, the middle of several."""
    number = _number(value)
    if number is not None:
        return number
    dating = dating_of(value)
    return None if dating is None else math.floor(dating.year)


def _rank(number: float | None) -> float:
    """Where a value with this number stands: those without one come last."""
    return math.inf if number is None else number


def _natural_key(value: str) -> list[tuple[bool, int, str]]:
    """What values are ordered by: 'Room 2' before 'Room 10', small letters beside capitals."""
    key = []
    for part in re.split(r"([0-9]+)", value.casefold()):
        is_number = part.isdecimal()
        number = int(part) if is_number else 0
        key.append((not is_number, number, part))
    return key


def _words(values: pd.Series) -> pd.Series:
    """Values as people read them: 1889 and not 1889.0, '' for none, the beginning of very long ones."""
    is_known = values.notna()
    if _are_whole_numbers(values):
        values = values.astype("Int64")
    words = values.astype(object).where(is_known, _EMPTY)
    words = words.astype(str).str.strip()
    is_short = words.str.len() <= _LONGEST
    beginnings = words.str.slice(0, _LONGEST) + "…"
    words = words.where(is_short, beginnings)
    return words.where(np.asarray(is_known), _EMPTY)


def _are_whole_numbers(values: pd.Series) -> bool:
    """Whether a column of floats holds whole numbers alone, beside empty cells."""
    if not pd.api.types.is_float_dtype(values):
        return False
    remainders = values.dropna() % 1
    return bool((remainders == 0).all())


def _no_such_column(name: str, columns: Sequence[str]) -> str:
    """That a design has no such column, and what may have been meant."""
    if not columns:
        advice = "design.py --csv TABLE brings those of a table"
        return f"atlas.py --columns {name}: the design has no further columns; {advice}"
    return f"atlas.py --columns {name}: the design has no such column; {suggestion(name, columns)}"
