"""Tables whose rows name pictures by their addresses, as museums publish them: each row is a picture with its words.

Another table may complete the rows by a key, as where one lists works and the other their pictures.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from styleclf.common import suggestion
from styleclf.data import read_own_table
from styleclf.data.collect.image_service import ImageService
from styleclf.data.collect.picture_addresses import bare_picture, is_address, names_picture
from styleclf.data.collect.presentation import CanvasPicture, Field, is_rights_label
from styleclf.data.collect.records import BETWEEN_VALUES

TABLE_SUFFIXES = (".csv", ".tsv")
_SERVICE_PATH = "/iiif/"  # in addresses of image services that do not look like pictures
_MASTER_SUFFIXES = (".jp2", ".tif", ".tiff", ".ptif")  # of files that no server shows but by its image service
_ARTIST = "attribution"  # in tables it names who made a work, in manifests whom to credit
_N_TRIED = 200  # rows that show which column holds addresses
_PLACEHOLDER = re.compile(r"{([^{}]+)}")  # the name of a column in a pattern of addresses
_EXAMPLE = "objects.csv:objectid=depictstmsobjectid"
_JOIN = re.compile(
    r"(?P<path>[^\[\]]+?)(\[(?P<column>[^\[\]=]+)=(?P<value>[^\[\]]+)\])?:(?P<own_key>[^:=]+)=(?P<other_key>[^:=]+)"
)


class JoinedTable(NamedTuple):
    """A table that completes another one where its key has the value of the other's key."""

    path: Path
    own_key: str
    other_key: str
    column: str = ""  # where it is named, only rows count that have the value in this column
    value: str = ""


@dataclass(frozen=True)
class TableOptions:
    """What a user says of tables: which column holds the addresses of pictures, and what completes the rows."""

    address_column: str = ""  # or a pattern of addresses; '' for the first column whose values look like pictures
    joins: tuple[JoinedTable, ...] = ()


def parsed_joins(texts: Iterable[str]) -> tuple[JoinedTable, ...]:
    """Tables with their keys, of texts such as `objects.csv:objectid=depictstmsobjectid`.

    `terms.csv[termtype=Style]:objectid=depictstmsobjectid` uses those rows alone that have Style as termtype.

    Raises ValueError for any other text.

    >>> parsed_joins(["terms.csv[termtype=Style]:objectid=id"])[0].value
    'Style'
    """
    joins: list[JoinedTable] = []
    for text in texts:
        match = _JOIN.fullmatch(text)
        if match is None:
            raise ValueError(f"join must look like {_EXAMPLE}, not {text!r}")
        table = JoinedTable(
            path=Path(match["path"]),
            own_key=match["own_key"].strip(),
            other_key=match["other_key"].strip(),
            column=match["column"] or "",
            value=match["value"] or "",
        )
        joins.append(table)
    return tuple(joins)


def pictures_of_table(path: str | Path, options: TableOptions) -> list[CanvasPicture]:
    """The pictures that the rows of a table name; rows without an address are passed over.

    Raises what `pictures_of_rows` raises.
    """
    return pictures_of_rows(read_own_table(path, {}).rows, path, options)


def pictures_of_rows(
    rows: pd.DataFrame,  # all text
    path: str | Path,  # of the table, or an address
    options: TableOptions,
) -> list[CanvasPicture]:
    """The pictures that the rows of a table name; rows without an address are passed over.

    Raises ValueError where no column holds addresses, or where a column that the options name is missing.
    """
    column = options.address_column or _address_column(rows, path)
    addresses = _addresses(rows, column, path)
    for join in options.joins:
        rows = _completed_rows(rows, path, join)
    pictures: list[CanvasPicture] = []
    for address, values in zip(addresses, rows.to_dict("records"), strict=True):
        if is_address(address):
            pictures.append(_row_picture(address, values))
    if not pictures:
        raise ValueError(f"{path} has no http or https address in its column {column!r}")
    return pictures


def _addresses(
    rows: pd.DataFrame,
    column: str,
    path: str | Path,  # of the table
) -> list[str]:
    """`(n,)` the addresses in a column, of several in a cell the first; or those that a pattern makes of columns.

    A pattern has the names of columns in braces, such as 'https://museum.example/iiif/{image_id}'; without a value
    there, a row has no address.
    """
    names = _PLACEHOLDER.findall(column)
    if not names:
        _check_column(rows, column, path)
        return [_first_value(value) for value in rows[column]]
    for name in names:
        _check_column(rows, name, path)
    return [_filled_address(column, values) for values in rows[names].to_dict("records")]


def _filled_address(
    pattern: str,
    values: Mapping[str, str],  # by the names in its braces
) -> str:
    """The address that a pattern makes of a row; '' where the row lacks one of the values."""
    address = pattern
    for name, cell in values.items():
        value = _first_value(cell)
        if not value:
            return ""
        address = address.replace(f"{{{name}}}", value)
    return address.replace(" ", "%20")


def _first_value(cell: str) -> str:
    """The first of several values of a cell that is not empty."""
    return cell.strip(f"{BETWEEN_VALUES} ").partition(BETWEEN_VALUES)[0].strip()


def _row_picture(address: str, values: Mapping[str, str]) -> CanvasPicture:
    """The picture at an address with the words of its row."""
    fields: list[Field] = []
    statements: list[str] = []
    for name, text in values.items():
        value = " ".join(text.split())
        if not value or value == address:
            continue
        fields.append(Field((name,), value))
        if is_rights_label(name) and name != _ARTIST:
            statements.append(value)
    picture = bare_picture(address)
    is_master = address.lower().endswith(_MASTER_SUFFIXES)
    looks_like_service = _SERVICE_PATH in address and (is_master or not names_picture(address))
    if picture.service is None and looks_like_service:
        picture = replace(picture, service=ImageService(address.rstrip("/")))
    return replace(
        picture,
        fields=tuple(fields),
        statements=tuple(statements),
        rights="; ".join(statements),
    )


def _address_column(rows: pd.DataFrame, path: str | Path) -> str:
    """The first column whose values look like addresses of pictures. Raises ValueError where there is none."""
    for column in rows.columns:
        values = rows[column].head(_N_TRIED).map(_first_value)
        values = values[values != ""]
        n_pictures = sum(map(_looks_like_picture, values))
        if n_pictures > len(values) / 2:
            return str(column)
    advice = "name it: recipes/collect.py --address COLUMN"
    raise ValueError(f"{path} has no column that looks like addresses of pictures among {_names(rows)}: {advice}")


def _looks_like_picture(value: str) -> bool:
    return is_address(value) and names_picture(value)


def _completed_rows(rows: pd.DataFrame, path: str | Path, join: JoinedTable) -> pd.DataFrame:
    """The rows with the columns of a table that completes them; of several rows with one key it takes the first."""
    _check_column(rows, join.other_key, path)
    further = read_own_table(join.path, {}).rows
    for column in filter(None, (join.own_key, join.column)):
        _check_column(further, column, join.path)
    if join.column:
        further = further[further[join.column] == join.value]
    further = further.drop_duplicates(join.own_key).set_index(join.own_key)
    if not further.index.isin(rows[join.other_key]).any():
        columns = f"{join.own_key!r} of the one and {join.other_key!r} of the other"
        raise ValueError(f"{join.path} and {path} have no value in common in {columns}")
    new_columns = [column for column in further.columns if column not in rows]
    return rows.join(further[new_columns], on=join.other_key).fillna("")


def _check_column(rows: pd.DataFrame, column: str, path: str | Path) -> None:
    if column not in rows:
        advice = suggestion(column, list(rows.columns))
        raise ValueError(f"{path} has no column {column!r}: {advice}")


def _names(rows: pd.DataFrame) -> str:
    return ", ".join(map(str, rows.columns))
