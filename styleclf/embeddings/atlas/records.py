"""What other programs learn of every image: an id that can be the name of a file, words, and a place on the map."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from styleclf.common import write_table
from styleclf.data import DATE_COLUMNS, STYLE_ID, dating_of
from styleclf.evaluation import probas_of

ID = "id"
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9-]+")  # some programs split at commas, dots, bars and slashes
_LONGEST_ID = 80  # characters
_N_DIGEST_BYTES = 4
_TINY = 1e-300  # the longer side of a map whose places are all the same
_SAID_OTHERWISE = ("label", "author", "title", "fold", "filename")  # columns of a design that have a place of their own
# by styleclf, or shown with the style
_WRITTEN = ("width", "height", "copy_of", "group", "folds_by", "fold_name", STYLE_ID)
_IN_RECORDS = (ID, "x", "y", "style", "predicted", "confidence", "right")
_STYLE_ID = "style_id"  # in a controlled vocabulary
_YEAR = "year"
_SPELLINGS_OF_LINKS = ("permalink", "manifest", "canvas", "url", "link")


def image_records(
    design: pd.DataFrame,  # rows of the images, with whatever columns their collection has
    predictions: pd.DataFrame,  # of the same images in the same order
    positions: np.ndarray,  # (n, 2 or 3), NaN where an image has none
) -> pd.DataFrame:
    """One row per image: `id, filename, title, author, style, predicted, confidence, right, fold, x, y`, and the rest.

    `id` is made of letters, digits, `-` and `_` and is unique; `x, y` lie within 0 and 1, y upwards, and images
    without a place are left out. Further columns of the design come along, the ids of styles as `style_id`.
    """
    probas = probas_of(predictions).astype(float)
    style = design["label"].to_numpy()
    pred = predictions["pred"].to_numpy()
    columns = {
        ID: image_ids(design["filename"]),
        "filename": design["filename"].to_numpy(),
        "title": design["title"].fillna("").to_numpy(),
        "author": design["author"].fillna("").to_numpy(),
        "style": style,
        "predicted": pred,
        "confidence": probas.max(axis=1).round(3),
        "right": style == pred,
        "fold": design["fold"].astype(str).to_numpy(),
    }
    records = pd.DataFrame(columns)
    records[["x", "y"]] = _in_unit_square(positions[:, :2])
    if STYLE_ID in design:
        records[_STYLE_ID] = design[STYLE_ID].fillna("").to_numpy()
    for column in further_columns(design):
        records[column] = design[column].to_numpy()
    has_place = records[["x", "y"]].notna().all(axis=1)
    return records[has_place].reset_index(drop=True)


def collected_columns(design: pd.DataFrame) -> list[str]:
    """The columns of a design that its collection brought."""
    own_columns = {*_SAID_OTHERWISE, *_WRITTEN}
    return [column for column in design.columns if column not in own_columns]


def further_columns(table: pd.DataFrame) -> list[str]:
    """Those of them, of a design or of records, whose names records have not taken."""
    return [column for column in collected_columns(table) if column not in _IN_RECORDS]


def image_ids(filenames: Sequence[str]) -> list[str]:
    """A unique id for every file, which stays the same while its name does and no other file asks for it.

    >>> image_ids(["cubism/gris_guitar.jpg", "rococo/boucher_a.jpg", "rococo/boucher a.jpg"])
    ['cubism_gris_guitar', 'rococo_boucher_a-5327355d', 'rococo_boucher_a-aabb66d0']
    """
    names = [_plain_id(filename) for filename in filenames]
    counts = Counter(map(str.lower, names))  # some disks do not tell capitals from small letters
    ids = []
    for filename, name in zip(filenames, names, strict=True):
        is_unique = counts[name.lower()] == 1
        if not name or not is_unique:
            digest = _digest(filename)
            name = f"{name or 'image'}-{digest}"
        ids.append(name)
    return ids


def write_ids(records: pd.DataFrame, path: str) -> None:
    """Write the table `id, filename`, by which what is found in another program leads back to the files."""
    write_table(records[[ID, "filename"]], path)


def year_column(records: pd.DataFrame) -> str:
    """The column that says when works were made: one called year or date, with a year in a row; '' if there is none."""
    for column in records.columns:
        is_named_so = column.strip().lower() in DATE_COLUMNS
        if is_named_so and years_in_cells(records[column]).notna().any():
            return column
    return ""


def record_years(records: pd.DataFrame) -> pd.Series:
    """The year of every image as a whole number, NA where none is known."""
    column = year_column(records)
    if not column:
        return pd.Series(pd.NA, index=records.index, dtype="Int64")
    return years_in_cells(records[column])


def years_in_cells(values: pd.Series) -> pd.Series:
    """Years as whole numbers, NA where a value says none.

    >>> years_in_cells(pd.Series(["c. 1890-1900", 1912.0, "18th century", "n. d."])).tolist()
    [1895, 1912, 1750, <NA>]
    """
    years = values.map(year_of, na_action="ignore")
    return years.astype("Float64").astype("Int64")


def year_of(value: object) -> float | None:
    """The year that a value of a table says, the middle of several, as `styleclf.data.dating_of` reads it."""
    text = str(value).removesuffix(".0")
    dating = dating_of(text)
    return None if dating is None else math.floor(dating.year)


def with_year(records: pd.DataFrame) -> pd.DataFrame:
    """The records, with a column `year` of whole numbers behind the others if they have dates under another name."""
    column = year_column(records)
    if not column or _YEAR in records:
        return records
    return records.assign(year=record_years(records))


def with_free_names(records: pd.DataFrame, taken_names: Sequence[str]) -> pd.DataFrame:
    """The records, whose further columns are called `table_<name>` where a program needs their names for itself."""
    names = {}
    for column in further_columns(records):
        if column in taken_names:
            names[column] = f"table_{column}"
    return records.rename(columns=names)


def links_of(records: pd.DataFrame) -> pd.Series:
    """Addresses of the images' pages, '' where there is none."""
    for name in _SPELLINGS_OF_LINKS:
        if name in records:
            return records[name].fillna("")
    return pd.Series("", index=records.index)


def _plain_id(filename: str) -> str:
    stem = PurePosixPath(filename).with_suffix("").as_posix()
    name = _NOT_IN_ID.sub("_", stem)
    return name.strip("_")[:_LONGEST_ID]


def _digest(filename: str) -> str:
    content = filename.encode("utf-8", "surrogateescape")
    digest = hashlib.blake2b(content, digest_size=_N_DIGEST_BYTES)
    return digest.hexdigest()


def _in_unit_square(positions: np.ndarray) -> np.ndarray:
    """Positions `(n, 2)` with their proportions kept, the longer side of their box from 0 to 1."""
    low = np.nanmin(positions, axis=0)
    high = np.nanmax(positions, axis=0)
    longest = max(high - low)
    from_corner = (positions - low) / max(longest, _TINY)
    return from_corner.round(5)
