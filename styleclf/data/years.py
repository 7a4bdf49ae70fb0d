"""When a painting was made, as its title or a column of the user's table says.

Read are a year (1650, c. 1650), years from and to (1503-1519, 1918-19), a decade (1890s, of which 1800s is one, too),
and a century (19th century, early 18th century). Not read as years are numbers of catalogues and accessions (no. 1650,
inv. 1923, 1921.14), lives (1754-1823), and what is to come.
"""

import re
from datetime import datetime, timezone
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.output import count_of

_DATE_COLUMNS = ("year", "date", "dated", "jahr", "datum", "annee", "fecha", "anno", "ano", "jaar")
_EARLIEST = 1100  # in a title: 1001 nights are no year
_LONGEST_WORK = 30  # years from and to; more of them are a life
_N_EXAMPLES = 3
_NOT_A_YEAR_BEFORE = r"(?<![0-9])(?<![0-9][.,/])(?<!\$)"
_NOT_A_YEAR_AFTER = r"(?![0-9])(?![.,][0-9])"
_CATALOGUE = re.compile(
    r"\b(?:(?:nos?|nr|num|number|inv|acc|accession|op|opus|bwv|catalogue)\b|(?:cat|lot|pl|fig|k|ref)\.)[ .:#-]*[0-9]+"
)
_CENTURY = re.compile(r"\b(early|mid|late)?[ -]*(?:the[ -])?([0-9]{1,2})(?:st|nd|rd|th)[ -]c(?:ent(?:ury|\.)?|\.)")
_DECADE = re.compile(_NOT_A_YEAR_BEFORE + r"([12][0-9]{2}0)['’]?s\b")
_RANGE = re.compile(_NOT_A_YEAR_BEFORE + r"([12][0-9]{3}) ?(?:-|–|—|/|to|and) ?([0-9]{4}|[0-9]{2})" + _NOT_A_YEAR_AFTER)
_ONE_YEAR = re.compile(_NOT_A_YEAR_BEFORE + r"([12][0-9]{3})" + _NOT_A_YEAR_AFTER)
_THIRDS = {"early": (1, 33), "mid": (34, 66), "late": (67, 100)}  # of a century, its first and last years
_WHOLE_CENTURY = (1, 100)


class Dating(NamedTuple):
    """The years between which a work was made, both included."""

    first: int
    last: int

    @property
    def year(self) -> float:
        """The middle of both."""
        return (self.first + self.last) / 2


def dating_of(
    text: str,
    this_year: int | None = None,  # by default that of the clock
) -> Dating | None:
    """When a work was made, as its title or date says; None where it does not say, or says what is to come.

    Of several dates the last one counts, because titles end with it.

    >>> dating_of("the-swing-c.-1767").year, dating_of("water lilies 1915-26"), dating_of("inv. no. 1650")
    (1767.0, Dating(first=1915, last=1926), None)
    """
    latest = this_year or _this_year()
    last_dating = None
    for dating in _datings(text):
        if dating.first >= _EARLIEST and dating.last <= latest:
            last_dating = dating
    return last_dating


def is_to_come(
    text: str,
    this_year: int | None = None,  # by default that of the clock
) -> bool:
    """Whether a text names a year that is to come, and no other.

    >>> is_to_come("a space odyssey 2101", 2025), is_to_come("the-swing-1767", 2025)
    (True, False)
    """
    latest = this_year or _this_year()
    if dating_of(text, latest) is not None:
        return False
    return any(dating.last > latest for dating in _datings(text))


def _this_year() -> int:
    return datetime.now(timezone.utc).year


def _datings(text: str) -> list[Dating]:
    """All datings in a text, in its order."""
    lower = text.lower()
    plain = lower.replace("_", " ")
    plain = _CATALOGUE.sub(" ", plain)
    dating_at: dict[int, Dating] = {}  # by where it begins
    for pattern, meaning in _MEANINGS:
        for match in pattern.finditer(plain):
            dating = meaning(match)
            if dating is not None:
                place = match.start()
                dating_at[place] = dating
        plain = pattern.sub(_blanks, plain)  # what was read once is not read again
    in_order = sorted(dating_at.items())
    return [dating for _, dating in in_order]


def _blanks(match: re.Match) -> str:
    """As many blanks as the match has letters."""
    matched_text = match.group()
    return " " * len(matched_text)


def _century(match: re.Match) -> Dating | None:
    """The years of '19th century', or of a third of it."""
    part, ordinal = match.groups()
    first, last = _THIRDS.get(part, _WHOLE_CENTURY)
    centuries_before = int(ordinal) - 1
    before = 100 * centuries_before
    return Dating(before + first, before + last)


def _decade(match: re.Match) -> Dating | None:
    """The years of '1890s'."""
    (text,) = match.groups()
    first = int(text)
    return Dating(first, first + 9)


def _years_from_and_to(match: re.Match) -> Dating | None:
    """The years of '1503-1519' or '1503-19'; None for a life, and for what goes backwards."""
    start, end = match.groups()
    if len(end) == 2:
        century = start[:2]
        end = century + end
    first = int(start)
    last = int(end)
    duration = last - first
    if 0 <= duration <= _LONGEST_WORK:
        return Dating(first, last)
    return None


def _one_year(match: re.Match) -> Dating | None:
    """The year of '1650'."""
    (text,) = match.groups()
    year = int(text)
    return Dating(year, year)


_MEANINGS = [
    (_CENTURY, _century),
    (_DECADE, _decade),
    (_RANGE, _years_from_and_to),
    (_ONE_YEAR, _one_year),
]


class DatedImages(NamedTuple):
    """The years of images, and where they were read."""

    years: np.ndarray  # (n,) float, NaN where there is none
    sentence: str  # how many there are, of which column


def dated_images(design: pd.DataFrame) -> DatedImages:
    """The years of the images of a design: of a column `year` or `date` if it has one, else of their titles.

    Raises ValueError for a column that has a year to come, or no year in any row.
    """
    column = _year_column(design)
    texts = design[column].fillna("")
    texts = texts.astype(str)
    is_coming = texts.map(is_to_come)
    coming = texts[is_coming]
    if len(coming) and column != "title":
        filename = design["filename"][coming.index[0]]
        text = coming.iloc[0]
        raise ValueError(f"{filename} has {text!r} as {column}, which is to come: correct it, or leave it empty")
    years = np.full(len(design), np.nan)
    for position, text in enumerate(texts):
        dating = dating_of(text)
        if dating is not None:
            years[position] = dating.year
    if np.isnan(years).all():
        images = count_of(len(design), "image")
        advice = "add a column year, such as 1650, c. 1650, 1503-1519 or 19th century"
        raise ValueError(f"none of {images} has a year in its {column}: {advice}")
    sentence = _dated_sentence(years, column, coming)
    return DatedImages(years, sentence)


def _year_column(design: pd.DataFrame) -> str:
    """The column that says when works were made: the first of `_DATE_COLUMNS`, else the titles."""
    column_of_key = {}
    for column in design.columns:
        key = column.strip().lower()
        column_of_key[key] = column
    for name in _DATE_COLUMNS:
        if name in column_of_key:
            return column_of_key[name]
    return "title"


def _dated_sentence(
    years: np.ndarray,  # (n,) NaN where there is none
    column: str,
    coming: pd.Series,  # titles that name years to come
) -> str:
    """How many images are dated, from when to when, and which titles name years to come."""
    is_dated = np.isfinite(years)
    n_dated = is_dated.sum()
    first = np.nanmin(years)
    last = np.nanmax(years)
    n_images = len(years)
    sentence = f"{n_dated:,} of {n_images:,} images are dated by their {column}, {first:.0f} to {last:.0f}"
    if coming.empty:
        return sentence
    examples = ", ".join(coming.head(_N_EXAMPLES))
    titles = count_of(len(coming), "title")
    verb = "name" if len(coming) > 1 else "names"
    return f"{sentence}; {titles} {verb} years to come, such as {examples}"
