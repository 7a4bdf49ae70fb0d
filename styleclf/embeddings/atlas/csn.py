"""A folder `datasets` for the Collection Space Navigator: metadata, a mapping, tiles of thumbnails, histograms."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.common import write_json, write_text
from styleclf.embeddings.atlas.records import ID, further_columns, links_of, with_free_names, with_year, write_ids
from styleclf.embeddings.atlas.thumbnails import thumbnail_pictures, write_picture
from styleclf.plots import style_colours

_DATASET = "styleclf"
_PICTURES = "images"  # folder of what is shown of the image under the pointer
_PICTURE_SIDE = 320  # pixels of that place
_TAKEN_NAMES = ("index", "file", "link_URL")
_TILE_SIDE = 2048  # pixels
_COLUMNS = 32  # thumbnails in a row of a tile
_BORDER = 4  # pixels around a thumbnail, by which clusters are coloured
_BORDER_COLOUR = (1, 1, 1, 1)  # almost transparent
_REACH = 25.0  # of the map, from its middle
_N_BARS = 50
_N_DIGITS = 4
_LEAST_STEP = float(np.finfo(float).tiny)
_SLIDER_COLOUR = "#2f6db5"
_INFO = ("title", "author", "style", "predicted", "confidence")


def write_csn(
    records: pd.DataFrame,  # of `image_records`
    folder: Path,  # of the images
    out: Path,
    *,
    progress: bool = True,
) -> str:
    """Write what the Collection Space Navigator loads; returns a sentence on how to see it."""
    dataset = out / _DATASET
    free_records = with_free_names(with_year(records), _TAKEN_NAMES)
    records = _in_order_of_colours(free_records)
    n_tiles = _write_pictures(records, folder, dataset, progress=progress)
    numbers = _number_columns(records)
    _write_compact(_metadata_rows(records, numbers), dataset / "metadata.json")
    _write_compact(_places_around_middle(records), dataset / "map.json")
    bars = {}
    for name in numbers:
        bars[name] = histogram(records[name])
    write_json(bars, dataset / "barData.json")
    write_json(csn_config(records, numbers, n_tiles), dataset / "config.json")
    entry = {"name": _DATASET, "directory": _DATASET}
    write_json({"default": 0, "data": [entry]}, out / "datasets_config.json")
    write_ids(records, str(out / "ids.csv"))
    return f"put what is in {out} into build/datasets of the Collection Space Navigator, and serve build"


def _in_order_of_colours(records: pd.DataFrame) -> pd.DataFrame:
    """The records, of each style one first that was recognised.

    The Collection Space Navigator gives its colours to the names in a column in the order in which it meets them, so
    that a style and a prediction have the same colour if their columns begin alike.
    """
    right = records[records["right"]]
    firsts = right.drop_duplicates("style")
    later_rows = records.drop(index=firsts.index)
    return pd.concat([firsts, later_rows], ignore_index=True)


def _picture_names(records: pd.DataFrame) -> pd.Series:
    return records[ID] + ".jpg"


def _metadata_rows(
    records: pd.DataFrame,
    numbers: list[str],  # columns that have a slider
) -> list[dict[str, Any]]:
    """All columns of every image, numbered from 0: numbers or None where there is a slider, else texts, '' for nothing.

    `filename` is the picture that is shown, `file` that of the collection, `link_URL` what a double click opens.
    """
    names = _picture_names(records)
    links = links_of(records)
    pictures = f"datasets/{_DATASET}/{_PICTURES}/" + names
    metadata = records.rename(columns={"filename": "file"})
    metadata = metadata.assign(filename=names, link_URL=links.where(links != "", pictures))
    for column in metadata.columns.difference([*numbers, "x", "y"]):
        values = metadata[column]
        texts = values.astype(object).map(str)
        metadata[column] = texts.where(values.notna(), "")
    rows = metadata.rename_axis("index").reset_index()
    is_known = rows.notna()
    return rows.astype(object).where(is_known, None).to_dict("records")


def _places_around_middle(records: pd.DataFrame) -> list[list[float]]:
    """The places of all images, measured from the middle of the map."""
    places = records[["x", "y"]]
    middle = places.max() / 2
    scaled = (places - middle) * 2 * _REACH
    rounded = scaled.round(_N_DIGITS)
    return rounded.to_numpy().tolist()


def _write_compact(value: Any, path: Path) -> None:
    """Write JSON without blanks: it has a line for every image."""
    text = json.dumps(value, ensure_ascii=False)
    write_text(text, path)


def csn_config(records: pd.DataFrame, numbers: list[str], n_tiles: int) -> dict[str, Any]:
    """The configuration of a dataset for the Collection Space Navigator."""
    names = pd.concat([records["style"], records["predicted"]])
    styles = names.unique()
    colours = style_colours(sorted(styles))
    further = further_columns(records)
    info = [*_INFO, *further]
    search = []
    for column in info:
        if column not in numbers:
            search.append({"columnField": column, "type": "selection"})
    return {
        "title": "Painting styles",
        "datasetInfo": "Where a model puts these images, and what it takes them for.",
        "embeddings": [{"name": "map", "file": "map.json"}],
        "clusters": {
            "clusterList": ["style", "predicted"],
            "clusterColors": [colours[style] for style in styles],
        },
        "total": len(records),
        "sliders": [_slider(records[name]) for name in numbers],
        "info": info,
        "search": search,
        "url_prefix": f"datasets/{_DATASET}/{_PICTURES}/",
        "sprite_side": _COLUMNS,
        "sprite_dir": _DATASET,
        "sprite_number": n_tiles,
        "sprite_image_size": _TILE_SIDE // _COLUMNS,
        "sprite_actual_size": _TILE_SIDE,
    }


def _slider(column: pd.Series) -> dict[str, Any]:
    """The slider of a column of numbers."""
    values = column.dropna()
    is_whole = values == values.round()
    return {
        "id": column.name,
        "title": column.name,
        "info": "",
        "typeNumber": "int" if is_whole.all() else "float",
        "color": _SLIDER_COLOUR,
        "min": float(values.min()),
        "max": float(values.max()),
    }


def histogram(values: pd.Series) -> dict[str, list]:
    """Counts of images in 50 equal steps, the images of each, and the least and the largest value."""
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    positions = np.flatnonzero(np.isfinite(numbers))
    finite = numbers[positions]
    low = float(finite.min())
    high = float(finite.max())
    step = max((high - low) / _N_BARS, _LEAST_STEP)
    bars = (finite - low) // step
    bars = np.minimum(bars, _N_BARS - 1)
    selections = []
    counts = []
    for bar in range(_N_BARS):
        selection = positions[bars == bar]
        selections.append(selection.tolist())
        counts.append(len(selection))
    return {"histogram": counts, "selections": selections, "range": [low, high]}


def _number_columns(records: pd.DataFrame) -> list[str]:
    """The columns that get a slider: of numbers, of which there are different ones."""
    columns = []
    for column in records.select_dtypes("number"):
        is_different = records[column].nunique() > 1
        if is_different and column not in (ID, "x", "y"):
            columns.append(column)
    return columns


def _write_pictures(records: pd.DataFrame, folder: Path, out: Path, *, progress: bool) -> int:
    """Write all images small, and smaller on tiles, one tile at a time in memory; returns the number of tiles."""
    box = _TILE_SIDE // _COLUMNS
    inner = box - 2 * _BORDER
    paths = [folder / filename for filename in records["filename"]]
    pictures = thumbnail_pictures(paths, _PICTURE_SIDE, progress=progress)
    tiles = _Tiles(out, box)
    for name, picture in zip(_picture_names(records), pictures, strict=True):
        write_picture(picture, out / _PICTURES / name)
        picture.thumbnail((inner, inner))
        tiles.add(picture)
    tiles.close()
    return tiles.n_tiles


class _Tiles:
    """Thumbnails in boxes on tiles, which are written as soon as they are full."""

    def __init__(self, folder: Path, box: int) -> None:
        self.folder = folder
        self.box = box  # pixels a side
        self.n_tiles = 0
        self._begin()

    def _begin(self) -> None:
        self.tile = Image.new("RGBA", (_TILE_SIDE, _TILE_SIDE), _BORDER_COLOUR)
        self.n_boxes = 0

    def add(self, picture: Image.Image) -> None:
        """Put a picture into the middle of the next box."""
        row, column = divmod(self.n_boxes, _COLUMNS)
        left = (self.box - picture.width) // 2
        top = (self.box - picture.height) // 2
        place = (column * self.box + left, row * self.box + top)
        self.tile.paste(picture, place)
        self.n_boxes += 1
        if self.n_boxes == _COLUMNS**2:
            self.close()

    def close(self) -> None:
        """Write the tile, if there is anything on it."""
        if not self.n_boxes:
            return
        write_picture(self.tile, self.folder / f"tile_{self.n_tiles}.png")
        self.n_tiles += 1
        self._begin()
