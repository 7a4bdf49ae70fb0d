"""Names that differ only in how they are spelled: proposals to merge them, and merging what a user has accepted.

A table of merges has the columns `what` (author or style), `name` and `merge_into`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from styleclf.checks import check_one_of
from styleclf.data.own_tables import read_own_table
from styleclf.data.people import SEPARATOR, author_name, clean_text, people_of, plain_words

COLUMNS = ["what", "name", "merge_into", "n_images"]
_KINDS = ("author", "style")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SINGLE_LETTERS = str.maketrans({"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_LOST_BYTE = "ã"  # in lower case, what Latin-1 makes of the first byte of an accented letter in UTF-8
_LOWERED = str.maketrans("ãâåäîï", "ÃÂÅÄÎÏ")


class Merges(NamedTuple):
    """What each spelling is replaced by."""

    authors: dict[str, str]
    styles: dict[str, str]


def proposed_merges(annotation: pd.DataFrame) -> pd.DataFrame:
    """Authors and styles that differ only in case, accents, hyphens, blanks, order or broken encoding.

    One row for each spelling and the one that it may be merged into, which has most images: `what, name, merge_into,
    n_images`, the last being the images under that spelling.

    >>> authors = ["monet, claude", "claude monet", "claude monet", "gris"]
    >>> proposed_merges(pd.DataFrame({"author": authors, "label": "cubism"})).to_numpy().tolist()
    [['author', 'monet, claude', 'claude monet', 1]]
    """
    people: Counter[str] = Counter()
    for author in annotation["author"]:
        people.update(people_of(author))
    rows: list[tuple[str, str, str, int]] = []
    for what, counts in (("author", people), ("style", Counter(annotation["label"]))):
        for spellings in _alike(counts):
            best, *others = sorted(spellings, key=lambda name: (-counts[name], _oddity(name), name))
            rows.extend((what, name, best, counts[name]) for name in others)
    return pd.DataFrame(rows, columns=COLUMNS)


def read_merges(path: str | Path) -> Merges:
    """The merges of a table. Raises FileNotFoundError, or ValueError for missing columns or another `what`."""
    rows, _ = read_own_table(path, {name: name for name in COLUMNS})
    missing = [column for column in COLUMNS[:3] if column not in rows]
    if missing:
        raise ValueError(
            f"{path} lacks the columns {', '.join(missing)}: it should be what design.py wrote as merges.csv"
        )
    merges = Merges({}, {})
    for what, name, target in rows[COLUMNS[:3]].itertuples(index=False):
        check_one_of(what.strip(), _KINDS, f"the column what of {path}")
        if what.strip() == "author":
            merges.authors[clean_text(name).lower()] = author_name(target)
        elif clean_text(target):
            merges.styles[clean_text(name)] = clean_text(target)
    return merges


def merged_author(author: str, authors: Mapping[str, str]) -> str:
    """The author with every spelling replaced, also where it is replaced by one that is itself replaced.

    >>> merged_author("monet, claude|gris", {"monet, claude": "claude monet"})
    'claude monet|gris'
    """
    people = [_last_target(name, authors) for name in people_of(author)]
    return SEPARATOR.join(dict.fromkeys(filter(None, people)))


def merged_style(label: str, styles: Mapping[str, str]) -> str:
    """The style by the spelling that it is merged into."""
    return _last_target(label, styles)


def _last_target(name: str, targets: Mapping[str, str]) -> str:
    passed = set()
    while name in targets and name not in passed:
        passed.add(name)
        name = targets[name]
    return name


# Which names are alike


def _alike(names: Iterable[str]) -> list[list[str]]:
    """Groups of two names or more that share a key."""
    group_of_key: dict[str, set[str]] = {}
    for name in names:
        group = {name}
        keys = _keys(name)
        for key in keys:
            group |= group_of_key.get(key, set())
        for member in group:
            for key in _keys(member):
                group_of_key[key] = group
    _join_lost_bytes(names, group_of_key)
    groups = {id(group): sorted(group) for group in group_of_key.values() if len(group) > 1}
    return sorted(groups.values())


def _join_lost_bytes(names: Iterable[str], group_of_key: dict[str, set[str]]) -> None:
    """Join a name that has lost the second byte of an accented letter to the one name that it can have been."""
    by_shape: dict[tuple[int, str], list[str]] = defaultdict(list)
    for key in group_of_key:
        for position in range(len(key)):
            by_shape[position, key[:position] + key[position + 1 :]].append(key)
    for name in names:
        if name.count(_LOST_BYTE) != 1:
            continue
        broken = "".join(plain_words(name.replace(_LOST_BYTE, "0"))).translate(_SINGLE_LETTERS)
        position = broken.find("0")
        group = group_of_key[_keys(name)[0]]
        for key in by_shape[position, broken.replace("0", "", 1)]:
            group = group | group_of_key[key]
        if len(group) > 1:
            for member in group:
                for key in _keys(member):
                    group_of_key[key] = group


def _keys(name: str) -> list[str]:
    """What names that are spelled alike have in common: their letters, in the order of words or of the alphabet."""
    repaired = _repaired(name)
    keys = []
    for text in (repaired, repaired.casefold().translate(_UMLAUTS)):
        words = plain_words(text.casefold().translate(_SINGLE_LETTERS))
        keys.append("".join(words) or text)
        keys.append("".join(sorted(words)) or text)
    return list(dict.fromkeys(keys))


def _repaired(name: str) -> str:
    """The name as it was before its UTF-8 was read as Latin-1 or Windows-1252, and then perhaps put in lower case."""
    for text in (name, name.translate(_LOWERED)):
        for encoding in ("cp1252", "latin-1"):
            try:
                return text.encode(encoding).decode("utf-8")
            except UnicodeError:
                continue
    return name


def _oddity(name: str) -> tuple[bool, bool, bool, bool]:
    """The less, the likelier a name is the right spelling: whole encoding, no inversion, no blank ends, accents."""
    return _repaired(name) != name, "," in name, name != name.lower() and name.isupper(), name.isascii()
