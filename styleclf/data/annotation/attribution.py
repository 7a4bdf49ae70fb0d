"""Who a work is by, and how surely: "workshop of Rubens", "after Titian", "Rubens and Brueghel", in six languages.

A table of rules says which words mean what, `attribution.csv` beside this file or the user's own. A star stands for a
name: before it, behind it, or between two. Words that stand before a name may also follow it in brackets or after a
comma, and without their last word: "Rembrandt (workshop of)", "Cranach, Werkstatt".

Words that say nothing of whose work it is, such as "painter:", life dates and nationalities, have no attribution: the
name is what is left without them.

A qualified work is grouped with the painter whom it names, unless its rule says no: a workshop repeats its master's
hand, and a copy its model's composition, so that a model which knows the one recognises the other.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from styleclf.common import names_with_counts
from styleclf.data.annotation.attribution_patterns import (
    PLACEHOLDER,
    STAR,
    decomposed_text,
    is_nationality,
    key_word,
    names_only_an_origin,
    pattern_around,
    pattern_between,
    plain_letters,
)
from styleclf.data.annotation.column_map import missing_column_sentence
from styleclf.data.annotation.own_tables import read_own_table
from styleclf.data.annotation.people import BY, SEPARATOR, author_name, clean_text
from styleclf.data.annotation.person_addresses import with_names_for_addresses

ATTRIBUTION = "attribution"  # the column beside `author`
_RULES_FILE = Path(__file__).with_name("attribution.csv")
_COLUMNS = ("words", "attribution", "grouped")
_YES_OR_NO = {"yes": True, "no": False}
_PEOPLE_END = re.compile(r"(?:[|;]|\n(?! *\())(?![^()]*\))")  # but not within brackets, nor before a line of them
_MASTERS = re.compile(r"(the )?(master|meister|maître|maestro|meester|monogrammist)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"^(the|an?|eine[ms]?|une?|een) (?=\w)", re.IGNORECASE)
_MOST_STEPS = 8  # words around one name
_LONGEST_NAME = 300  # characters of a text in which such words are looked for
_WITH_PREFIX = ("{words} {name}", "{words}: {name}", "{name} {words}")  # how words and a name are tried together
_ANY_NAME = "Jan Janssen"  # stands for a name where words are tried


class Rule(NamedTuple):
    """Words around a name, what they say of the work, and whether it is grouped with that painter."""

    words: str  # with a star for the name
    attribution: str  # '' for words that only stand between two people, or beside a name
    is_grouped: bool


class Share(NamedTuple):
    """A painter whom a cell names, and how the work is theirs."""

    name: str
    attributions: tuple[str, ...] = ()
    is_grouped: bool = True

    def qualified(self, rule: Rule) -> "Share":
        """The same painter with one more qualifier before the others; "attributed to X (?)" says the same twice."""
        is_there_already = self.attributions[:1] == (rule.attribution,)
        if not rule.attribution or is_there_already:
            return self
        attributions = (rule.attribution, *self.attributions)
        return Share(self.name, attributions, self.is_grouped and rule.is_grouped)

    def author(self) -> str:
        """The name by which the work is grouped; '' for nobody, as in "Flemish workshop" and "Italian"."""
        is_alone = not self.attributions
        if not self.is_grouped or names_only_an_origin(self.name, is_alone=is_alone):
            return ""
        return author_name(self.name)


class _Finder(NamedTuple):
    """A rule, what makes the pattern that finds its words, and a word without which they are not there."""

    rule: Rule
    pattern_of: Callable[[str], re.Pattern]
    key: str

    @classmethod
    def of(cls, rule: Rule, pattern_of: Callable[[str], re.Pattern]) -> "_Finder":
        """What finds the words of a rule."""
        return cls(rule, pattern_of, key_word(rule.words))

    def match(self, text: str, letters: str) -> re.Match | None:
        """Where the words are in a text; patterns are made once and only when they are needed."""
        if self.key not in letters:
            return None
        pattern = self.pattern_of(self.rule.words)
        return pattern.fullmatch(text)


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
        attribution_of: dict[str, str] = {}
        of_nobody: list[str] = []
        for share in self._shares_of_cell(cell):
            author = share.author()
            attribution = " ".join(share.attributions)
            if author:
                attribution_of.setdefault(author, attribution)
            elif attribution:
                of_nobody.append(attribution)
        authors = SEPARATOR.join(attribution_of)
        attributions = list(attribution_of.values()) or of_nobody
        if not any(attributions):
            return authors, ""
        words = [attribution or BY for attribution in attributions]
        return authors, SEPARATOR.join(words)

    def _shares_of_cell(self, cell: str) -> list[Share]:
        """All painters of a cell."""
        shares: list[Share] = []
        for text in _PEOPLE_END.split(cell):
            shares += self._shares(decomposed_text(text))
        return shares

    def _shares(self, text: str, n_steps: int = 0) -> list[Share]:
        """The painters of one text without separators, each with its qualifiers."""
        shares: list[Share] = []
        is_short = len(text) <= _LONGEST_NAME
        if is_short and n_steps < _MOST_STEPS:
            shares = self._shares_of_words_around(text, n_steps) or self._shares_of_two(text, n_steps)
        name = clean_text(text)
        if not shares and name:
            shares = [Share(name)]
        return shares

    def _shares_of_words_around(self, text: str, n_steps: int) -> list[Share]:
        """The painters of a text with words around one name, such as 'workshop of Rubens'; else none."""
        fitting = _first_fitting(self._around_one, text)
        if fitting is None:
            return []
        rule, match = fitting
        inner = match["name"] or match["turned"]
        inner = _ARTICLE.sub("", inner.strip())
        is_beside_a_name = PLACEHOLDER in rule.words
        if is_beside_a_name and is_nationality(inner):  # "Italian, 15th century" says more of nobody
            return [Share("")]
        shares = self._shares(inner, n_steps + 1)
        return [share.qualified(rule) for share in shares]

    def _shares_of_two(self, text: str, n_steps: int) -> list[Share]:
        """The painters of a text with words between two names, such as 'Galle after Rubens'; else none."""
        if _MASTERS.match(text):
            return []
        fitting = _first_fitting(self._between_two, text)
        if fitting is None:
            return []
        rule, match = fitting
        first_name = match["first"].strip()
        second_name = match["second"].strip()
        first = self._shares(first_name, n_steps + 1)
        second = self._shares(second_name, n_steps + 1)
        return first + [share.qualified(rule) for share in second]

    @cached_property
    def _around_one(self) -> list[_Finder]:
        """What finds words before or behind a name, longest words first."""
        rules = self._with_names(1)
        longest_first = sorted(rules, key=lambda rule: -len(rule.words))
        return [_Finder.of(rule, pattern_around) for rule in longest_first]

    @cached_property
    def _between_two(self) -> list[_Finder]:
        """What finds words between two names, those that qualify first."""
        rules = self._with_names(2)
        qualifying_first = sorted(rules, key=lambda rule: not rule.attribution)
        return [_Finder.of(rule, pattern_between) for rule in qualifying_first]

    def _with_names(self, n_names: int) -> list[Rule]:
        """The rules with so many stars."""
        return [rule for rule in self.rules if rule.words.count(STAR) == n_names]

    def table(self) -> pd.DataFrame:
        """The rules as the table that a user may change: `words, attribution, grouped`."""
        rows = []
        for rule in self.rules:
            answer = "yes" if rule.is_grouped else "no"
            rows.append((rule.words, rule.attribution, answer))
        return pd.DataFrame(rows, columns=list(_COLUMNS))


def _first_fitting(finders: Sequence[_Finder], text: str) -> tuple[Rule, re.Match] | None:
    """The first rule whose words are in the text, and where."""
    letters = plain_letters(text)
    for finder in finders:
        match = finder.match(text, letters)
        if match:
            return finder.rule, match
    return None


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
    cells = table[list(_COLUMNS)].itertuples(index=False, name=None)
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
    has_names = words.count(STAR) in (1, 2)
    if is_grouped is None or not has_words or not has_names:
        return None
    return Rule(words, attribution, is_grouped)


def attributed_files(files: pd.DataFrame, rules: AttributionRules) -> pd.DataFrame:
    """The files with `author` as people in lower case, and with `attribution` where any work is qualified.

    A column `attribution` of the table itself, such as "Workshop of", is read by the same rules, as words before the
    name.
    """
    authors = []
    attributions = []
    no_prefixes = pd.Series("", index=files.index)
    prefixes = files.get(ATTRIBUTION, no_prefixes).fillna("")
    for cell, prefix in zip(files["author"], prefixes, strict=True):
        author, attribution = _read_with_prefix(cell, prefix.strip(), rules)
        authors.append(author)
        attributions.append(attribution)
    authors, attributions = with_names_for_addresses(authors, attributions)
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


def _read_with_prefix(cell: str, prefix: str, rules: AttributionRules) -> tuple[str, str]:
    """`(author, attribution)` of a cell, with words that the table has before it in a column of their own.

    Of several people, joined by `|` as the Met does, each may have words of its own.
    """
    names = cell.split(SEPARATOR)
    prefixes = prefix.split(SEPARATOR)
    if len(prefixes) != len(names):
        return rules.read(_with_prefix(prefix, cell, rules))
    texts = []
    for words, name in zip(prefixes, names, strict=True):
        text = _with_prefix(words.strip(), name, rules)
        texts.append(text)
    return rules.read(SEPARATOR.join(texts))


def _with_prefix(prefix: str, name: str, rules: AttributionRules) -> str:
    """The text to be read of a name and the words before it: either, where one of them says it all."""
    if not prefix:
        return name
    author_of_prefix, attribution_of_prefix = rules.read(prefix)
    if author_of_prefix and attribution_of_prefix:
        return prefix
    for pattern in _WITH_PREFIX:
        _, attribution = rules.read(pattern.format(words=prefix, name=_ANY_NAME))
        if attribution:
            return pattern.format(words=prefix, name=name)
    return name


def attribution_sentence(counts: dict[str, int]) -> str:
    """A line on qualified works, or nothing."""
    if not counts:
        return ""
    attributions = ", ".join(names_with_counts(counts.items()))
    return f"works that are not a painter's own, grouped as attribution.csv says: {attributions}"
