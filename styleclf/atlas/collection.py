"""Columns that a collection brought: place, year, donor …, as the page shows them and filters by them."""

import math
import re
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from styleclf.atlas.records import DATE_NAMES, collected_columns
from styleclf.checks import suggestion
from styleclf.data import dating_of

NO_COLUMNS = "none"  # what a user says who wants none
MOST_CHOICES = 40  # different values with a box each; more of them are searched as text
_LONGEST = 300  # characters of a value
_FEWEST_NUMBERS = 3  # different ones; fewer have boxes
_LEAST_SHARE_DATED = 0.8  # of the different values of a column of dates
_NAMES_OF_IDS = {"id", "ids", "identifier", "accession", "inventory", "inv", "inventar", "inventarnummer", "no", "nr"}
_EMPTY = ""  # the word of images without a value, always the first

Kind = Literal["number", "choice", "text"]


def chosen_columns(
    design: pd.DataFrame,
    names: Sequence[str] | None = None,  # that a user asked for; None: all that the collection brought
) -> list[str]:
    """The columns that an atlas takes, those without any value left out unless they were asked for.

    Raises ValueError for a column that the collection did not bring.
    """
    columns = collected_columns(design)
    if names is None:
        return [column for column in columns if _has_values(_words(design[column]))]
    if tuple(names) == (NO_COLUMNS,) and NO_COLUMNS not in columns:
        return []
    for name in names:
        if name not in columns:
            raise ValueError(_no_such_column(name, columns))
    return list(dict.fromkeys(names))


def with_columns(design: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The design with these of the columns that the collection brought, and without the others."""
    left_out = set(collected_columns(design)) - set(names)
    return design.drop(columns=list(left_out))


def columns_data(design: pd.DataFrame) -> list[dict[str, Any]]:
    """What the page knows of each column that the collection brought, ready for JSON.

    `name`; `kind`: 'number' (a slider), 'choice' (boxes) or 'text' (searched); `words`: its different values, '' first;
    `position`: that of every image's value among them; of a number also `numbers`: that of each word, or None.
    """
    columns = []
    for name in collected_columns(design):
        words = _words(design[name])
        if _has_values(words):
            columns.append({"name": str(name), **_column_data(str(name), words)})
    return columns


def _column_data(name: str, words: pd.Series) -> dict[str, Any]:
    """Kind, words, positions and numbers of a column."""
    values = sorted(set(words) - {_EMPTY}, key=_natural_key)
    numbers = _numbers_of(name, values)
    if numbers:
        values = sorted(values, key=lambda value: _rank(numbers[value]))
    distinct = [_EMPTY, *values]
    position = pd.Index(distinct).get_indexer(pd.Index(words))
    data = {"kind": _kind(values, numbers), "words": distinct, "position": position.tolist()}
    if numbers:
        data["numbers"] = [None, *(numbers[value] for value in values)]
    return data


def _kind(values: Sequence[str], numbers: dict[str, float | None]) -> Kind:
    if numbers:
        return "number"
    return "choice" if len(values) <= MOST_CHOICES else "text"


def _numbers_of(name: str, values: Sequence[str]) -> dict[str, float | None]:
    """The number or year that each value is, None for those that are none; empty for columns of words, and for ids."""
    if _name_words(name) & _NAMES_OF_IDS:
        return {}
    numbers = {value: _number(value) for value in values}
    if None in numbers.values():
        numbers = {value: _year(value) for value in values}
        if not _are_dates(name, list(numbers.values())):
            return {}
    n_different = len(set(numbers.values()) - {None})
    return numbers if n_different >= _FEWEST_NUMBERS else {}


def _are_dates(name: str, years: Sequence[float | None]) -> bool:
    """Whether a column is of dates: by its name, or because it has many values, nearly all of which say a year."""
    n_dated = sum(year is not None for year in years)
    if _name_words(name) & set(DATE_NAMES):
        return n_dated > 0
    return len(years) > MOST_CHOICES and n_dated >= _LEAST_SHARE_DATED * len(years)


def _name_words(name: str) -> set[str]:
    """The words of a column's name: 'objectDate' and 'object_date' have two."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return set(re.findall(r"[^\W\d_]+", spaced.casefold()))


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
    whole = _number(value)
    if whole is not None:
        return whole
    dating = dating_of(value)
    return None if dating is None else math.floor(dating.year)


def _rank(number: float | None) -> float:
    """Where a value with this number stands: those without one come last."""
    return math.inf if number is None else number


def _natural_key(value: str) -> list[tuple[bool, int, str]]:
    """What values are ordered by: 'Room 2' before 'Room 10', small letters beside capitals."""
    parts = re.split(r"([0-9]+)", value.casefold())
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _words(values: pd.Series) -> pd.Series:
    """Values as people read them: 1889 and not 1889.0, '' for none, the beginning of very long ones."""
    is_known = values.notna()
    if pd.api.types.is_float_dtype(values) and (values[is_known] % 1 == 0).all():
        values = values.astype("Int64")
    words = values.astype(object).where(is_known, _EMPTY).astype(str).str.strip()
    is_long = words.str.len() > _LONGEST
    beginnings = words.str.slice(0, _LONGEST) + "…"
    return words.where(~is_long, beginnings).where(np.asarray(is_known), _EMPTY)


def _has_values(words: pd.Series) -> bool:
    return bool((words != _EMPTY).any())


def _no_such_column(name: str, columns: Sequence[str]) -> str:
    """That a design has no such column, and what may have been meant."""
    if not columns:
        return f"--columns {name}: the design has no further columns; design.py --csv TABLE brings those of a table"
    return f"--columns {name}: the design has no such column; {suggestion(name, columns)}"
