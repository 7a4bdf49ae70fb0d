"""Who a work is by, and how surely: "workshop of Rubens", "after Titian", "Rubens and Brueghel", in six languages.

A table of rules says which words mean what, `attribution.csv` beside this file or the user's own. A star stands for a
name: before it, behind it, or between two. Words that stand before a name may also follow it in brackets or after a
comma, and without their last word: "Rembrandt (workshop of)", "Cranach, Werkstatt".

A qualified work is grouped with the painter whom it names, unless its rule says no: a workshop repeats its master's
hand, and a copy its model's composition, so that a model which knows the one recognises the other.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from styleclf.data.column_map import missing_column_sentence
from styleclf.data.own_tables import read_own_table
from styleclf.data.people import SEPARATOR, author_name, clean_text

ATTRIBUTION = "attribution"  # the column beside `author`
BY = "by"  # of a painter without qualifier, beside others with one
_RULES_FILE = Path(__file__).with_name("attribution.csv")
_COLUMNS = ("words", "attribution", "grouped")
_YES_OR_NO = {"yes": True, "no": False}
_STAR = "*"
_PEOPLE_END = re.compile(r"[|;\n]")
_MASTERS = re.compile(r"(the )?(master|meister|maître|maestro|meester|monogrammist)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(the|an?|eine[ms]?|une?|een) (?=\w)", re.IGNORECASE)
_MARKS = "[\u0300-\u036f]*"  # accents behind a letter
_SIGNS = {" ": r"[\s-]+", "'": "['’ʼ`-]"}  # how they may be written
_MOST_STEPS = 6  # qualifiers of one name


class Rule(NamedTuple):
    """Words around a name, what they say of the work, and whether it is grouped with that painter."""

    words: str  # with a star for the name
    attribution: str  # '' for words that only stand between two people
    is_grouped: bool


class Share(NamedTuple):
    """A painter whom a cell names, and how the work is theirs."""

    name: str
    attributions: tuple[str, ...] = ()
    is_grouped: bool = True

    def qualified(self, rule: Rule) -> "Share":
        """The same painter with one more qualifier before the others."""
        if not rule.attribution:
            return self
        attributions = (rule.attribution, *self.attributions)
        return Share(self.name, attributions, self.is_grouped and rule.is_grouped)


class AttributionRules:
    """Rules by which cells of a table are read.

    >>> rules = AttributionRules([Rule("workshop of *", "workshop of", True), Rule("* and *", "", True)])
    >>> rules.read("Workshop of Rubens"), rules.read("Rubens (workshop) and Jan Brueghel")
    (('rubens', 'workshop of'), ('rubens|jan brueghel', 'workshop of|by'))
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = list(rules)
        self.read = lru_cache(maxsize=None)(self._read)

    def _read(self, cell: str) -> tuple[str, str]:
        """`(author, attribution)` of a cell: people joined by `|`, and as many attributions, '' where none has one."""
        shares = []
        for text in _PEOPLE_END.split(cell):
            shares += self._shares(_decomposed(text))
        attribution_of: dict[str, str] = {}
        of_nobody = []
        for share in shares:
            attribution = " ".join(share.attributions)
            author = author_name(share.name) if share.is_grouped else ""
            if author:
                attribution_of.setdefault(author, attribution)
            elif attribution:
                of_nobody.append(attribution)
        attributions = list(attribution_of.values()) or of_nobody
        authors = SEPARATOR.join(attribution_of)
        if not any(attributions):
            return authors, ""
        return authors, SEPARATOR.join(attribution or BY for attribution in attributions)

    def _shares(self, text: str, n_steps: int = 0) -> list[Share]:
        """The painters of one text without separators, each with its qualifiers."""
        if n_steps < _MOST_STEPS:
            shares = self._shares_of_words_around(text, n_steps) or self._shares_of_two(text, n_steps)
            if shares:
                return shares
        name = clean_text(text)
        return [Share(name)] if name else []

    def _shares_of_words_around(self, text: str, n_steps: int) -> list[Share]:
        """The painters of a text with words around one name, such as 'workshop of Rubens'; else none."""
        for rule, pattern in self._around_one:
            match = pattern.fullmatch(text)
            if match:
                inner = match["name"] or match["turned"]
                inner = _ARTICLE.sub("", inner.strip())
                shares = self._shares(inner, n_steps + 1)
                return [share.qualified(rule) for share in shares]
        return []

    def _shares_of_two(self, text: str, n_steps: int) -> list[Share]:
        """The painters of a text with words between two names, such as 'Galle after Rubens'; else none."""
        if _MASTERS.match(text):
            return []
        for rule, pattern in self._between_two:
            match = pattern.fullmatch(text)
            if match:
                first = self._shares(match["first"].strip(), n_steps + 1)
                second = self._shares(match["second"].strip(), n_steps + 1)
                return first + [share.qualified(rule) for share in second]
        return []

    @cached_property
    def _around_one(self) -> list[tuple[Rule, re.Pattern]]:
        """Rules for words before or behind a name with their patterns, longest words first."""
        longest_first = sorted(self.rules, key=lambda rule: -len(rule.words))
        patterns = []
        for rule in longest_first:
            if rule.words.count(_STAR) == 1:
                pattern = _pattern_around(rule.words)
                patterns.append((rule, pattern))
        return patterns

    @cached_property
    def _between_two(self) -> list[tuple[Rule, re.Pattern]]:
        """Rules for words between two names with their patterns, those that qualify first."""
        qualifying_first = sorted(self.rules, key=lambda rule: not rule.attribution)
        patterns = []
        for rule in qualifying_first:
            if rule.words.count(_STAR) == 2:
                words = _spelled(rule.words.strip("* "))
                pattern = rf"(?P<first>.+?)\s+{words}\s+(?P<second>.+)"
                patterns.append((rule, _compiled(pattern)))
        return patterns

    def table(self) -> pd.DataFrame:
        """The rules as the table that a user may change: `words, attribution, grouped`."""
        rows = []
        for rule in self.rules:
            grouped = "yes" if rule.is_grouped else "no"
            rows.append((rule.words, rule.attribution, grouped))
        return pd.DataFrame(rows, columns=list(_COLUMNS))


def read_attribution_rules(path: str | Path | None = None) -> AttributionRules:
    """The rules of a table `words, attribution, grouped`; without one those that come with styleclf.

    Raises FileNotFoundError where there is no such file, ValueError, with the row, for one that is no rule.
    """
    path = _RULES_FILE if path is None else path
    column_names = {column: column for column in _COLUMNS}
    table = read_own_table(path, column_names).rows
    for column in _COLUMNS:
        if column not in table:
            raise ValueError(missing_column_sentence(column, table.columns, path))
    rules = []
    cells = zip(table["words"], table["attribution"], table["grouped"], strict=True)
    for words, attribution, grouped in cells:
        rule = _rule_of(words, attribution, grouped)
        if rule is None:
            advice = "write words with a star for the name, such as 'workshop of *', and yes or no as grouped"
            raise ValueError(f"{path} has {words!r} with grouped {grouped!r}: {advice}")
        rules.append(rule)
    return AttributionRules(rules)


def _rule_of(words: str, attribution: str, grouped: str) -> Rule | None:
    """The rule of a row, or None for a row that is none."""
    words = unicodedata.normalize("NFC", words)
    words = " ".join(words.casefold().split())
    attribution = " ".join(attribution.split())
    is_grouped = _YES_OR_NO.get(grouped.strip().casefold())
    has_words = words.strip("* ") != ""
    if is_grouped is None or not has_words or words.count(_STAR) not in (1, 2):
        return None
    return Rule(words, attribution, is_grouped)


def attributed(files: pd.DataFrame, rules: AttributionRules) -> pd.DataFrame:
    """The files with `author` as people in lower case, and with `attribution` where any work is qualified.

    A column `attribution` of the table itself, such as "Workshop of", is read by the same rules, as words before the
    name.
    """
    authors = []
    attributions = []
    prefixes = files.get(ATTRIBUTION, pd.Series("", index=files.index))
    for written, prefix in zip(files["author"], prefixes.fillna(""), strict=True):
        author, attribution = _read_with_prefix(written, prefix.strip(), rules)
        authors.append(author)
        attributions.append(attribution)
    files = files.assign(author=authors)
    if any(attributions):
        return files.assign(**{ATTRIBUTION: attributions})
    return files.drop(columns=ATTRIBUTION, errors="ignore")


def attribution_counts(annotation: pd.DataFrame) -> dict[str, int]:
    """How many images have each attribution, the most frequent first."""
    if ATTRIBUTION not in annotation:
        return {}
    texts = annotation[ATTRIBUTION].fillna("")
    attributions = texts.str.split(SEPARATOR, regex=False).explode()
    is_own = attributions.isin(["", BY])
    return attributions[~is_own].value_counts().to_dict()


def _read_with_prefix(written: str, prefix: str, rules: AttributionRules) -> tuple[str, str]:
    """`(author, attribution)` of a cell, with words that the table has before it in a column of their own."""
    author, attribution = rules.read(written)
    if not prefix:
        return author, attribution
    _, attribution_of_prefix = rules.read(prefix)
    if attribution_of_prefix:  # it holds the name, too
        return author, attribution_of_prefix
    author_with_prefix, attribution_with_prefix = rules.read(f"{prefix} {written}")
    if attribution_with_prefix:
        return author_with_prefix, attribution_with_prefix
    return author, attribution


def _pattern_around(words: str) -> re.Pattern:
    """What matches words around a name: as they stand, and behind the name in brackets or after a comma."""
    before, behind = (part.strip() for part in words.split(_STAR))
    if behind:
        return _compiled(rf"(?P<name>.+?)[\s,(\[-]+{_spelled(behind)}[\s)\]]*(?P<turned>)")
    gap = "" if before.endswith("'") else r"[\s-]+"
    first_words = before.rpartition(" ")[0] or before
    endings = f"(?:{_spelled(before)}|{_spelled(first_words)})"
    as_written = rf"\[?{_spelled(before)}{gap}(?P<name>.+?)\]?"
    turned = rf"(?P<turned>.+?)(?:\s*[(\[]\s*{endings}\s*[)\]]|\s*,\s*{endings})"
    return _compiled(f"{as_written}|{turned}")


def _spelled(words: str) -> str:
    """A pattern for words in either case, with any blanks or hyphens between them, with or without accents."""
    pattern = ""
    for letter in unicodedata.normalize("NFKD", words):
        if letter in _SIGNS:
            pattern += _SIGNS[letter]
        elif letter.isalpha():
            pattern += letter + _MARKS
        elif not unicodedata.combining(letter):
            pattern += re.escape(letter)
    return pattern


def _compiled(pattern: str) -> re.Pattern:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text).strip()


def attribution_sentence(counts: dict[str, int]) -> str:
    """A line on qualified works, or nothing."""
    items = []
    for name, n in counts.items():
        items.append(f"{name} ({n:,})")
    if not items:
        return ""
    return f"works that are not a painter's own, grouped as attribution.csv says: {', '.join(items)}"
