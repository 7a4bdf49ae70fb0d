"""Which metadata fields become which columns of the table.

The user says it for some columns; for the rest a field is taken whose label is a usual one. A label is compared without
case and signs, in every language it has.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from styleclf.common import count_of, suggestion
from styleclf.data.collect.presentation import CanvasPicture, Field

_BETWEEN = "; "
_USUAL_LABELS = {  # the first that a picture has is the one
    "label": "style|art style|artistic style|stil|stijl|estilo|stile|movement|art movement",
    "author": "artist|artists|artist name|creator|creators|maker|makers|painter|author|authors|production|attributed to"
    "|künstler|künstlerin|maler|urheber|hersteller|artiste|peintre|auteur|créateur|kunstenaar|schilder|vervaardiger"
    "|autor|artista|pintor|autore|pittore",
    "title": "title|titles|object title|titel|titre|título|titolo",
    "date": "date|dates|date created|creation date|created|date made|production date|object date|dated|year|datierung"
    "|datum|entstehungszeit|jahr|date de création|datering|fecha|data|datazione",
    "place": "place|place of origin|place of creation|place created|place made|origin|geography|country|culture"
    "|location|entstehungsort|ort|herstellungsort|lieu|lieu de création|plaats|lugar|luogo",
    "provenance": "provenance|credit line|credit|creditline|repository|holding institution|collection|owner|provenienz"
    "|herkunft|sammlung|kreditzeile|mention obligatoire|herkomst|procedencia|provenienza",
}
_OWN_COLUMNS = frozenset(  # what the table has in any case
    {"filename", "source", "rights", "credit", "canvas", "manifest", "image", "width", "height", "bytes", "sha256"}
)
_N_EXAMPLES = 3
_LONGEST_EXAMPLE = 40  # characters


class Columns(NamedTuple):
    """For every column of metadata the labels of the fields that may fill it, as keys without case and signs."""

    keys: dict[str, tuple[str, ...]]

    def values(self, picture: CanvasPicture) -> dict[str, str]:
        """What stands in each column for a picture."""
        values: dict[str, str] = {}
        for column, keys in self.keys.items():
            values[column] = _value(picture.fields, keys)
        values["title"] = values["title"] or picture.title
        values["date"] = values["date"] or picture.date
        return values


def check_fields(fields: Mapping[str, str]) -> None:
    """Raise ValueError where a field is to fill a column that the table has in any case."""
    for column in fields:
        if column in _OWN_COLUMNS:
            raise ValueError(f"fields cannot fill the column {column!r}, which the table has in any case")


def make_columns(fields: Mapping[str, str], pictures: Sequence[CanvasPicture]) -> Columns:
    """The columns of a table: what the user chose, and the usual ones beside.

    Raises ValueError for a field that no picture has.
    """
    labels = _labels(pictures)
    keys: dict[str, tuple[str, ...]] = {}
    for column, usual_labels in _USUAL_LABELS.items():
        keys[column] = tuple(map(_key, usual_labels.split("|")))
    for column, field in fields.items():
        if pictures and _key(field) not in labels:
            raise ValueError(_unknown_field(field, labels))
        keys[column] = (_key(field),)
    return Columns(keys)


def fields_text(pictures: Sequence[CanvasPicture]) -> str:
    """The metadata fields of the pictures, the frequent ones first, with values as examples."""
    counts: Counter[str] = Counter()
    examples: dict[str, dict[str, None]] = {}
    for picture in pictures:
        for field in dict.fromkeys(picture.fields):
            counts[field.labels[0]] += 1
            examples.setdefault(field.labels[0], {})[field.value] = None
    n_fields = count_of(len(counts), "metadata field")
    n_pictures = count_of(len(pictures), "picture")
    lines = [f"{n_fields} of {n_pictures}"]
    for label, n_times in counts.most_common():
        values = _examples_text(examples[label])
        lines.append(f"  {label}: {n_times:,} times, such as {values}")
    return "\n".join(lines)


def filled_text(columns: Columns, rows: Sequence[Mapping[str, str]]) -> str:
    """How many rows of a table have something in each column of metadata."""
    parts: list[str] = []
    for column in columns.keys:
        n_filled = sum(bool(row[column]) for row in rows)
        parts.append(f"{column} {n_filled:,}")
    counts = ", ".join(parts)
    return f"filled in of {count_of(len(rows), 'row')}: {counts}"


def _value(fields: Iterable[Field], keys: Sequence[str]) -> str:
    """The values of the field whose label comes first among the keys."""
    values: dict[str, list[str]] = {}
    for field in fields:
        for label in field.labels:
            values.setdefault(_key(label), []).append(field.value)
    for key in keys:
        if key in values:
            return _BETWEEN.join(dict.fromkeys(values[key]))
    return ""


def _labels(pictures: Iterable[CanvasPicture]) -> dict[str, str]:
    """A label of each field by its key."""
    labels: dict[str, str] = {}
    for picture in pictures:
        for field in picture.fields:
            for label in field.labels:
                labels.setdefault(_key(label), label)
    return labels


def _unknown_field(field: str, labels: Mapping[str, str]) -> str:
    if not labels:
        return f"no picture has a metadata field {field!r}, they have no metadata at all"
    advice = suggestion(field, list(labels.values()))
    return f"no picture has a metadata field {field!r}: {advice}"


@lru_cache(maxsize=4096)
def _key(label: str) -> str:
    """A label without case, accents and signs."""
    decomposed = unicodedata.normalize("NFKD", label.casefold())
    return re.sub(r"[\W_]+", "", decomposed, flags=re.UNICODE)


def _examples_text(values: Iterable[str]) -> str:
    texts: list[str] = []
    for value in list(values)[:_N_EXAMPLES]:
        text = value
        if len(text) > _LONGEST_EXAMPLE:
            text = f"{text[: _LONGEST_EXAMPLE - 1]}…"
        texts.append(repr(text))
    return ", ".join(texts)
