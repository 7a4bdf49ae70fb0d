"""Names that differ only in how they are spelled: proposals to merge them, and merging what a user has accepted.

A table of merges has the columns `what` (author or style), `name` and `merge_into`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pandas as pd

from styleclf.common import check_one_of
from styleclf.data.annotation.people import SEPARATOR, author_name, clean_text, people_of, plain_words
from styleclf.data.annotation.tables import read_text_table
from styleclf.evaluation import LABEL_SEPARATOR, labels_of, linked_groups

_NEEDED_COLUMNS = ["what", "name", "merge_into"]
MERGE_COLUMNS = [*_NEEDED_COLUMNS, "n_images"]
_KINDS = ("author", "style")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SINGLE_LETTERS = str.maketrans("øłđðı", "olddi") | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
_MARKS_OF_COPIES = re.compile(  # that file managers add to the name of a copied folder
    r"^(?:copy of|kopie von|copie de|copia di|copia de) "
    r"| ?-? ?\(?\b(?:copy|kopie|copie|copia)(?: \d+)?\)?$"
    r"| ?\(\d+\)$"
)
_NUMBER = re.compile(r"0*([0-9]+)(?:[.,]0+)?")  # as spreadsheets write it
_LOST_BYTE = "ã"  # in lower case, what Latin-1 makes of the first byte of an accented letter in UTF-8
_LOWERED = str.maketrans("ãâåäîï", "ÃÂÅÄÎÏ")


_Shapes: TypeAlias = dict[tuple[int, str], list[str]]  # keys of names by a position, and what is around it


class Merges(NamedTuple):
    """What each spelling is replaced by."""

    authors: dict[str, str]
    styles: dict[str, str]


def proposed_merges(annotation: pd.DataFrame) -> pd.DataFrame:
    """Authors and styles that differ only in case, accents, hyphens, blanks, order, encoding or the mark of a copy.

    Of an image with several labels each counts by itself. One row for each spelling and the one that it may be merged
    into, which has most images: `what, name, merge_into, n_images`, the last being the images under that spelling.

    >>> authors = ["monet, claude", "claude monet", "claude monet", "gris"]
    >>> proposed_merges(pd.DataFrame({"author": authors, "label": "cubism"})).to_numpy().tolist()
    [['author', 'monet, claude', 'claude monet', 1]]
    """
    people = _images_of_people(annotation)
    styles: Counter[str] = Counter()
    for label in annotation["label"]:
        styles.update(labels_of(label))
    rows = [*_proposals("author", people), *_proposals("style", styles)]
    return pd.DataFrame(rows, columns=MERGE_COLUMNS)


def with_one_spelling(annotation: pd.DataFrame) -> pd.DataFrame:
    """The annotation with one name for authors who differ in nothing but their spelling, as `proposed_merges` says.

    >>> rows = pd.DataFrame({"author": ["monet, claude", "claude monet|gris", ""], "label": "cubism"})
    >>> with_one_spelling(rows)["author"].tolist()
    ['claude monet', 'claude monet|gris', '']
    """
    targets = {}
    people = _images_of_people(annotation)
    for _, name, target, _ in _proposals("author", people):
        targets[name] = target
    authors = annotation["author"].map(lambda author: merged_author(author, targets), na_action="ignore")
    return annotation.assign(author=authors)


def _images_of_people(annotation: pd.DataFrame) -> Counter[str]:
    """How many images there are under every author's name."""
    people: Counter[str] = Counter()
    for author in annotation["author"].dropna():
        people.update(people_of(author))
    return people


def _proposals(
    kind: str,
    counts: Mapping[str, int],  # images under each name
) -> list[tuple[str, str, str, int]]:
    """Rows of `MERGE_COLUMNS` for names that are alike."""
    rows = []
    for spellings in _alike(counts):
        likeliest_first = sorted(spellings, key=lambda name: (_oddity(name), name))
        best, *variants = sorted(likeliest_first, key=lambda name: (_is_copy(name), -counts[name]))
        for name in variants:
            rows.append((kind, name, best, counts[name]))
    return rows


def read_merges(path: str | Path) -> Merges:
    """The merges of a table. Raises FileNotFoundError, or ValueError for missing columns or another `what`."""
    advice = ": it should be what design.py wrote as merges.csv"
    table = read_text_table(path, _NEEDED_COLUMNS, advice)
    merges = Merges({}, {})
    for row in table.itertuples():
        kind = row.what.strip()
        check_one_of(kind, _KINDS, f"the column what of {path}")
        name = clean_text(row.name)
        target = clean_text(row.merge_into)
        if kind == "author":
            merges.authors[name.lower()] = author_name(target)
        elif target:
            merges.styles[name] = target
    return merges


def merged_author(author: str, authors: Mapping[str, str]) -> str:
    """The author with every spelling replaced, also where it is replaced by one that is itself replaced.

    >>> merged_author("monet, claude|gris", {"monet, claude": "claude monet"})
    'claude monet|gris'
    """
    people = [_last_target(name, authors) for name in people_of(author)]
    known_people = dict.fromkeys(filter(None, people))  # each once, in their order
    return SEPARATOR.join(known_people)


def merged_style(label: str, styles: Mapping[str, str]) -> str:
    """The style, or each of several, by the spelling that it is merged into; a table may name several together, too.

    >>> merged_style("Cubism|portrait", {"Cubism": "cubism"})
    'cubism|portrait'
    """
    whole = _last_target(label, styles)
    targets = [_last_target(name, styles) for name in labels_of(whole)]
    labels = labels_of(LABEL_SEPARATOR.join(targets))  # two spellings may have become one label
    return LABEL_SEPARATOR.join(labels)


def _last_target(name: str, targets: Mapping[str, str]) -> str:
    """The end of the chain of replacements that begins at a name; a circle is left where it closes."""
    visited = set()
    while name in targets and name not in visited:
        visited.add(name)
        name = targets[name]
    return name


# Which names are alike


def _alike(names: Iterable[str]) -> list[list[str]]:
    """Groups of two names or more that share a key."""
    names = sorted(names)
    positions = []
    keys = []
    shapes = _shapes_of(names)
    for position, name in enumerate(names):
        for key in [*_keys(name), *_restored_keys(name, shapes)]:
            positions.append(position)
            keys.append(key)
    numbers = linked_groups(len(names), positions, keys)
    groups = defaultdict(list)
    for name, number in zip(names, numbers, strict=True):
        groups[number].append(name)
    return [group for group in groups.values() if len(group) > 1]


def _shapes_of(names: Iterable[str]) -> _Shapes:
    """The keys of all names by what remains of them without the letter at a position."""
    shapes: _Shapes = defaultdict(list)
    if not any(_LOST_BYTE in name for name in names):
        return shapes
    for name in names:
        for key in _keys(name):
            for position in range(len(key)):
                before = key[:position]
                behind = key[position + 1 :]
                shapes[position, before + behind].append(key)
    return shapes


def _restored_keys(name: str, shapes: _Shapes) -> list[str]:
    """Keys that a name may have had before it lost the second byte of one accented letter."""
    if name.count(_LOST_BYTE) != 1:
        return []
    words = plain_words(name.replace(_LOST_BYTE, "0"))
    letters = "".join(words).translate(_SINGLE_LETTERS)
    position = letters.find("0")
    remainder = letters.replace("0", "", 1)
    return shapes.get((position, remainder), [])


def _keys(name: str) -> list[str]:
    """What names that are spelled alike have in common: their letters, with words as they stand or sorted."""
    repaired_name = _repaired_name(name).casefold()
    if not any(map(str.isalpha, repaired_name)):
        return [_key_of_number(repaired_name)]
    repaired_name = _MARKS_OF_COPIES.sub("", repaired_name) or repaired_name
    keys = []
    for text in (repaired_name, repaired_name.translate(_UMLAUTS)):
        words = plain_words(text.translate(_SINGLE_LETTERS))
        as_written = "".join(words)
        in_order = "".join(sorted(words))
        keys += [as_written or text, in_order or text]
    return keys


def _key_of_number(name: str) -> str:
    """The same for '1', '01' and '1.0', but not for '10': what parts the figures of a name without letters counts."""
    number = _NUMBER.fullmatch(name)
    if number:
        return number[1]
    return " ".join(plain_words(name)) or name


def _is_copy(name: str) -> bool:
    """Whether a name has the mark of a copied folder."""
    return _MARKS_OF_COPIES.search(name.casefold()) is not None


def _repaired_name(name: str) -> str:
    """The name as it was before its UTF-8 was read as Latin-1 or Windows-1252, and then perhaps put in lower case."""
    for text in (name, name.translate(_LOWERED)):
        for encoding in ("cp1252", "latin-1"):
            try:
                return text.encode(encoding).decode("utf-8")
            except UnicodeError:
                continue
    return name


def _oddity(name: str) -> tuple[bool, bool, bool]:
    """A key for sorting the likeliest spelling first: intact encoding, then no inversion, then accents."""
    is_broken = _repaired_name(name) != name
    is_inverted = "," in name
    return is_broken, is_inverted, name.isascii()
