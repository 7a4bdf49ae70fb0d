"""When a painting was made, as its title or a column of the user's table says.

Read are a year (1650, c. 1650), a day (1889-05-12, 12.5.1889), a month (1889-05), years from and to (1503-1519,
1918-19, 1826-7, 1880 or 1881), a decade (1890s, of which 1800s is one, too), and a century (19th century, early 18th
century, second half of the 17th century, XVIIe siècle, 17. Jh., XVII век). Not read as years are numbers of catalogues
and accessions (no. 1650, inv. 1923, 1921.14), lives (1754-1823), years before Christ, and what is to come.
"""

import re
from datetime import datetime, timezone
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.common import count_of

DATE_COLUMNS = ("year", "date", "dated", "jahr", "datum", "année", "annee", "fecha", "anno", "ano", "jaar")
_TITLE = "title"
_EARLIEST = 1100  # in a title: 1001 nights are not a year
_N_MONTHS = 12
_LONGEST_WORK = 30  # years from and to; more of them are a life
_N_EXAMPLES = 3
_NOT_A_YEAR_BEFORE = r"(?<![0-9])(?<![0-9][.,/])(?<!\$)"
_NOT_A_YEAR_AFTER = r"(?![0-9])(?![.,][0-9])"
_CATALOGUE = re.compile(
    r"\b(?:(?:nos?|nr|num|number|inv|acc|accession|op|opus|bwv|catalogue)\b|(?:cat|lot|pl|fig|k|ref)\.)[ .:#-]*[0-9]+"
)
_PARTS = {  # of a century: its first and last years
    "early": (1, 33),
    "mid": (34, 66),
    "late": (67, 100),
    "first half": (1, 50),
    "second half": (51, 100),
    "first quarter": (1, 25),
    "second quarter": (26, 50),
    "third quarter": (51, 75),
    "last quarter": (76, 100),
    "fourth quarter": (76, 100),
}
_WHOLE_CENTURY = (1, 100)
_ROMAN_NUMBERS = {  # of the centuries that paintings are of
    "xii": 12,
    "xiii": 13,
    "xiv": 14,
    "xv": 15,
    "xvi": 16,
    "xvii": 17,
    "xviii": 18,
    "xix": 19,
    "xx": 20,
    "xxi": 21,
}
_PART = "|".join(_PARTS)
_CENTURY = re.compile(
    rf"\b({_PART})?(?: of)?[ -]*(?:the[ -])?([0-9]{{1,2}})(?:st|nd|rd|th)[ -]c(?:ent(?:uries|ury|\.)?|\.|$)"
)
_ORDINAL = r"([0-9]{1,2}|[ivx]+)"
_CENTURY_AFTER = r"si[eè]cles?|jahrhunderts?|jhd?t?s?\b|век[а-я]*|в\.|secolo|eeuw|世紀|世纪"
_FOREIGN_CENTURY = re.compile(rf"\b{_ORDINAL}(?:-?(?:è?me|de|e|го|й)|\.)? ?(?:{_CENTURY_AFTER})")
_FOREIGN_CENTURY_BEFORE = re.compile(rf"\b(?:siglo|s[eé]culo|secolo|sec\.|wiek) {_ORDINAL}\b")
_LATER_COPY = re.compile(
    r"\b(?:(?:re-?)?(?:printed|cast|issued|struck)|restored|published|gedruckt|gegossen|imprimé|tirage|gedrukt|gegoten)\b.*"
)
_BEFORE_CHRIST = re.compile(
    r"\b(?:[0-9]+ ?(?:-|–|—|/|to|or) ?(?:c\. ?|ca\. ?)?)?"  # 1550-1295 BC
    r"[0-9]+(?:st|nd|rd|th)?(?: c(?:entury|ent\.|\.))? ?(?:bce?\b|b\.c\.|v\. ?chr|до н)"
)
_DAY = re.compile(
    r"(?<![0-9.])(?:([12][0-9]{3})-[01]?[0-9]-[0-3]?[0-9]|[0-3]?[0-9]([./])[0-3]?[0-9]\2([12][0-9]{3}))(?![0-9.,])"
)
_DECADE = re.compile(_NOT_A_YEAR_BEFORE + r"([12][0-9]{2}0)['’]?s\b")
_LAST_DIGIT = "(?<![a-z] )[0-9](?!-?[a-z])"  # of a year, and not as in "1910-3-women" or "1910 and 2 others"
_RANGE = re.compile(
    _NOT_A_YEAR_BEFORE
    + rf"([12][0-9]{{3}}) ?(?:-|–|—|/|to|and|or) ?([0-9]{{4}}|[0-9]{{2}}|{_LAST_DIGIT})"
    + _NOT_A_YEAR_AFTER
)
_ONE_YEAR = re.compile(_NOT_A_YEAR_BEFORE + r"([12][0-9]{3})" + _NOT_A_YEAR_AFTER)


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
    plain = _BEFORE_CHRIST.sub(" ", plain)
    plain = _CATALOGUE.sub(" ", plain)
    work = _LATER_COPY.sub("", plain)
    if _ONE_YEAR.search(work):  # "1826, reprinted 1892" was made in 1826
        plain = work
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
    """The years of '19th century', or of a part of it."""
    part, ordinal = match.groups()
    return _years_of_century(int(ordinal), part)


def _foreign_century(match: re.Match) -> Dating | None:
    """The years of 'XVIIe siècle'; None for what is not a Roman numeral."""
    (ordinal,) = match.groups()
    number = int(ordinal) if ordinal.isdigit() else _ROMAN_NUMBERS.get(ordinal, 0)
    return _years_of_century(number) if number else None


def _years_of_century(number: int, part: str | None = None) -> Dating:
    """The years of a century, or of a part of it."""
    first, last = _PARTS.get(part or "", _WHOLE_CENTURY)
    years_before = 100 * (number - 1)
    return Dating(years_before + first, years_before + last)


def _day(match: re.Match) -> Dating | None:
    """The year of '1889-05-12' or '12.5.1889'."""
    text = match.group(1) or match.group(3)
    return Dating(int(text), int(text))


def _decade(match: re.Match) -> Dating | None:
    """The years of '1890s'."""
    (text,) = match.groups()
    first = int(text)
    return Dating(first, first + 9)


def _years_from_and_to(match: re.Match) -> Dating | None:
    """The years of '1503-1519', '1503-19' or '1826-7'; None for a life, and for what goes backwards.

    '1889-05' is a month, and so is '1889-5': as years they would go backwards.
    """
    start, end = match.groups()
    n_repeated = len(start) - len(end)  # digits that the end has in common with the start
    whole_end = start[:n_repeated] + end
    first = int(start)
    last = int(whole_end)
    duration = last - first
    if 0 <= duration <= _LONGEST_WORK:
        return Dating(first, last)
    is_month = n_repeated and int(end) <= _N_MONTHS
    return Dating(first, first) if is_month else None


def _one_year(match: re.Match) -> Dating | None:
    """The year of '1650'."""
    (text,) = match.groups()
    year = int(text)
    return Dating(year, year)


_MEANINGS = [
    (_CENTURY, _century),
    (_FOREIGN_CENTURY, _foreign_century),
    (_FOREIGN_CENTURY_BEFORE, _foreign_century),
    (_DAY, _day),
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
    texts = design[column].fillna("").astype(str)
    in_column = column != _TITLE
    if in_column:
        texts = texts.map(_year_of_cell)
    is_coming = texts.map(is_to_come)
    coming = texts[is_coming]
    if len(coming) and in_column:
        filename = design["filename"][coming.index[0]]
        text = coming.iloc[0]
        raise ValueError(
            f"{filename} has {text!r} as {column}, which lies in the future: correct it, or leave it empty"
        )
    years = np.full(len(design), np.nan)
    for position, text in enumerate(texts):
        dating = dating_of(text)
        if dating is not None:
            years[position] = dating.year
    if np.isnan(years).all():
        raise ValueError(_no_year_sentence(texts, column))
    sentence = _dated_sentence(years, column)
    if in_column:
        is_unread = np.isnan(years) & (texts != "")
        sentence += _unread_text(texts[is_unread], column)
    else:
        sentence += _coming_text(coming)
    return DatedImages(years, sentence)


def _no_year_sentence(texts: pd.Series, column: str) -> str:
    """What to do where no image has a year, with what stands there in its place."""
    images = count_of(len(texts), "image")
    examples = "write years such as 1650, c. 1650, 1503-1519 or 19th century"
    if column == _TITLE:
        return f"none of {images} has a year in its title, and there is no column year: add one, and {examples}"
    values = texts[texts != ""]
    remark = f"such as {values.iloc[0]!r}" if len(values) else "all are empty"
    return f"none of {images} has a year in its column {column}, {remark}: {examples}"


def _year_of_cell(text: str) -> str:
    """A cell of a column of years without what spreadsheets add; '' for years before Christ, and for 0.

    >>> _year_of_cell("1888.0"), _year_of_cell(" c. 1650"), _year_of_cell("-300"), _year_of_cell("0")
    ('1888', 'c. 1650', '', '')
    """
    plain = text.strip()
    number = plain.removesuffix(".0")
    is_year_of_nothing = number.startswith("-") or not number.strip("0")
    if is_year_of_nothing:
        return ""
    return number if number.isdigit() else plain


def _year_column(design: pd.DataFrame) -> str:
    """The column that says when works were made: the first of `DATE_COLUMNS`, else the titles."""
    column_of_key = {}
    for column in design.columns:
        key = column.strip().lower()
        column_of_key[key] = column
    for name in DATE_COLUMNS:
        if name in column_of_key:
            return column_of_key[name]
    return _TITLE


def _dated_sentence(
    years: np.ndarray,  # (n,) NaN where there is none
    column: str,
) -> str:
    """How many images are dated, from when to when."""
    is_dated = np.isfinite(years)
    n_dated = is_dated.sum()
    first = np.nanmin(years)
    last = np.nanmax(years)
    share = f"{n_dated:,} of {len(years):,} images"
    return f"{share} are dated by their {column}, {first:.0f} to {last:.0f}"


def _coming_text(titles: pd.Series) -> str:
    """Which titles name years to come, to follow a sentence; '' for none."""
    if titles.empty:
        return ""
    examples = ", ".join(titles.head(_N_EXAMPLES))
    verb = "name" if len(titles) > 1 else "names"
    return f"; {count_of(len(titles), 'title')} {verb} years to come, such as {examples}"


def _unread_text(cells: pd.Series, column: str) -> str:
    """Which cells of a column hold no date that can be read, to follow a sentence; '' for none."""
    if cells.empty:
        return ""
    examples = ", ".join(cells.drop_duplicates().head(_N_EXAMPLES))
    verb = "are not dates" if len(cells) > 1 else "is not a date"
    number = count_of(len(cells), "cell")
    return f"; {number} of {column} {verb} that can be read, such as {examples}"
