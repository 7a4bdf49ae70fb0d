"""Records in JSON, as museums' programming interfaces answer and as many of their dumps are: each is a row of a table.

Three forms are read: a list of objects; an object that holds such a list, however deep, as in `items`, `records` or
`results.bindings`; and JSON lines, one object in each.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

BETWEEN_VALUES = "|"  # between several values of one cell
_NAMES_OF_IIIF = ("@context", "@id", "@type", "id", "type", "sequences", "manifests", "members", "collections")
_MOST_LEVELS = 6  # of objects within objects, below which nothing is looked for


def read_records(content: bytes) -> pd.DataFrame | None:
    """The records of a document as a table of text; None where it has none, or is one of IIIF.

    What lies within a record gets the names on the way as its column, `images.iiifbaseuri`. Several values, of a list
    or of several inner records, stand in one cell with a bar between. Those of inner records keep their places, so that
    the second of several people has the second role: a cell has an empty place where one of them has no value.

    >>> read_records(b'{"items": [{"id": 1, "artist": ["Ann", "Ben"]}]}').to_dict("records")
    [{'id': '1', 'artist': 'Ann|Ben'}]
    >>> read_records(b'[{"by": [{"name": "Ann"}, {"name": "Ben", "role": "after"}]}]').to_dict("records")
    [{'by.name': 'Ann|Ben', 'by.role': '|after'}]
    """
    try:
        text = content.decode("utf-8-sig")
        document = _json_value(text)
        records = _records_in(document)
    except (ValueError, RecursionError):
        return None
    if not records:
        return None
    rows: list[dict[str, str]] = []
    for record in records:
        row = _cells(record)
        rows.append(row)
    table = pd.DataFrame(rows, dtype=str)
    return table.fillna("")


def _json_value(text: str) -> Any:
    """The value of a JSON text, or the list of those of its lines. Raises ValueError for any other text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        documents: list[Any] = []
        for line in text.splitlines():
            if line.strip():
                document = json.loads(line)
                documents.append(document)
        return documents


def _records_in(document: Any) -> list[dict[str, Any]]:
    """The records of a document; none of what has names of IIIF, whose lists are of other things."""
    if isinstance(document, dict):
        for name in _NAMES_OF_IIIF:
            if name in document:
                return []
    return _longest_list(document, _MOST_LEVELS)


def _longest_list(node: Any, n_levels: int) -> list[dict[str, Any]]:
    """The longest list of objects in a value: itself, or one in what it holds; empty where there is none."""
    if isinstance(node, list):
        return [item for item in node if isinstance(item, dict)]
    longest: list[dict[str, Any]] = []
    if not isinstance(node, dict) or not n_levels:
        return longest
    for value in node.values():
        candidate = _longest_list(value, n_levels - 1)
        if len(candidate) > len(longest):
            longest = candidate
    return longest


def _cells(record: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a record's cells by the names of their columns."""
    texts: dict[str, dict[str, None]] = {}
    for name, text in _named_texts(record, "", _MOST_LEVELS):
        different_texts = texts.setdefault(name, {})
        different_texts[text] = None
    cells: dict[str, str] = {}
    for name, different_texts in texts.items():
        cells[name] = BETWEEN_VALUES.join(different_texts)
    return cells


def _named_texts(node: Any, name: str, n_levels: int) -> Iterator[tuple[str, str]]:
    """The texts in a value, each with the names that lead to it; nothing of what is null, empty or too deep."""
    if isinstance(node, list) and n_levels and _are_flat_records(node):
        yield from _texts_in_places(node, name)
        return
    if isinstance(node, list):
        for item in node:
            yield from _named_texts(item, name, n_levels)
        return
    if isinstance(node, Mapping):
        if not n_levels:
            return
        for key, value in node.items():
            inner_name = f"{name}.{key}" if name else key
            yield from _named_texts(value, inner_name, n_levels - 1)
        return
    text = _text_of(node)
    if text:
        yield name, text


def _are_flat_records(nodes: Sequence[Any]) -> bool:
    """Whether values are several objects in which nothing lies deeper."""
    if len(nodes) < 2:
        return False
    for node in nodes:
        if not isinstance(node, Mapping):
            return False
        if any(isinstance(value, list | Mapping) for value in node.values()):
            return False
    return True


def _texts_in_places(nodes: Sequence[Mapping[str, Any]], name: str) -> Iterator[tuple[str, str]]:
    """For every key of several objects its texts, each in the place of its object; once where all have the same."""
    keys = dict.fromkeys(key for node in nodes for key in node)
    for key in keys:
        texts = [_text_of(node.get(key)) for node in nodes]
        if len(set(texts)) == 1:
            texts = texts[:1]
        cell = BETWEEN_VALUES.join(texts)
        if cell:
            inner_name = f"{name}.{key}" if name else key
            yield inner_name, cell


def _text_of(value: object) -> str:
    """A single value as text; '' for null."""
    return "" if value is None else str(value)
