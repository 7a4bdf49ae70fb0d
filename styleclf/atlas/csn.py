"""A folder `datasets` for the Collection Space Navigator: metadata, a mapping, tiles of thumbnails, histograms."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.atlas.records import ID, further_columns, write_ids
from styleclf.atlas.thumbnails import thumbnail_pictures, write_picture
from styleclf.output import write_json, write_text
from styleclf.plots import style_colours

_DATASET = "styleclf"
_TILE_SIDE = 2048  # pixels
_COLUMNS = 32  # thumbnails in a row of a tile
_BORDER = 4  # pixels around a thumbnail, by which clusters are coloured
_BORDER_COLOUR = (1, 1, 1, 1)  # almost transparent
_REACH = 25.0  # of the map, from its middle
_N_BARS = 50
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
    paths = [folder / filename for filename in records["filename"]]
    n_tiles = _write_tiles(paths, dataset, progress=progress)
    metadata = records.rename_axis("index").reset_index()
    rows = metadata.astype(object).where(metadata.notna(), None)
    write_text(json.dumps(rows.to_dict("records"), ensure_ascii=False), dataset / "metadata.json")
    places = (records[["x", "y"]] - records[["x", "y"]].max() / 2) * 2 * _REACH
    write_text(json.dumps(places.round(4).to_numpy().tolist()), dataset / "map.json")
    numbers = _number_columns(records)
    write_json({name: histogram(records[name]) for name in numbers}, dataset / "barData.json")
    write_json(csn_config(records, numbers, n_tiles), dataset / "config.json")
    write_json({"default": 0, "data": [{"name": _DATASET, "directory": _DATASET}]}, out / "datasets_config.json")
    write_ids(records, str(out / "ids.csv"))
    return f"put what is in {out} into build/datasets of the Collection Space Navigator, and serve build"


def csn_config(records: pd.DataFrame, numbers: list[str], n_tiles: int) -> dict[str, Any]:
    """What the Collection Space Navigator is told of a dataset."""
    styles = list(dict.fromkeys(records["style"]))
    colours = style_colours(sorted(styles))
    sliders = []
    for name in numbers:
        values = records[name].dropna()
        kind = "int" if (values == values.round()).all() else "float"
        limits = {"min": float(values.min()), "max": float(values.max())}
        sliders.append({"id": name, "title": name, "info": "", "typeNumber": kind, "color": _SLIDER_COLOUR} | limits)
    searchable = [column for column in (*_INFO, *further_columns(records)) if column not in numbers]
    return {
        "title": "Painting styles",
        "datasetInfo": "Where a model puts these images, and what it takes them for.",
        "embeddings": [{"name": "map", "file": "map.json"}],
        "clusters": {"clusterList": ["style", "predicted"], "clusterColors": [colours[style] for style in styles]},
        "total": len(records),
        "sliders": sliders,
        "info": [*_INFO, *further_columns(records)],
        "search": [{"columnField": column, "type": "selection"} for column in searchable],
        "url_prefix": "",
        "sprite_side": _COLUMNS,
        "sprite_dir": _DATASET,
        "sprite_number": n_tiles,
        "sprite_image_size": _TILE_SIDE // _COLUMNS,
        "sprite_actual_size": _TILE_SIDE,
    }


def histogram(values: pd.Series) -> dict[str, list]:
    """Counts of images in 50 equal steps, the images of each, and the least and the largest value."""
    numbers = values.to_numpy(dtype=float)
    known = np.flatnonzero(np.isfinite(numbers))
    low, high = numbers[known].min(), numbers[known].max()
    step = max((high - low) / _N_BARS, np.finfo(float).tiny)
    bars = np.minimum((numbers[known] - low) // step, _N_BARS - 1).astype(int)
    selections = [known[bars == bar].tolist() for bar in range(_N_BARS)]
    counts = [len(selection) for selection in selections]
    return {"histogram": counts, "selections": selections, "range": [float(low), float(high)]}


def _number_columns(records: pd.DataFrame) -> list[str]:
    """The columns that get a slider."""
    numbers = records.select_dtypes("number").columns
    return [column for column in numbers if column not in (ID, "x", "y") and records[column].notna().any()]


def _write_tiles(paths: list[Path], out: Path, *, progress: bool) -> int:
    """Write all thumbnails on tiles, one at a time in memory; returns the number of tiles."""
    box = _TILE_SIDE // _COLUMNS
    inner = box - 2 * _BORDER
    n_on_tile = _COLUMNS**2
    tile = Image.new("RGBA", (_TILE_SIDE, _TILE_SIDE), _BORDER_COLOUR)
    for position, picture in enumerate(thumbnail_pictures(paths, inner, progress=progress)):
        row, column = divmod(position % n_on_tile, _COLUMNS)
        left = column * box + (box - picture.width) // 2
        top = row * box + (box - picture.height) // 2
        tile.paste(picture, (left, top))
        is_full = (position + 1) % n_on_tile == 0
        if is_full or position + 1 == len(paths):
            write_picture(tile, out / f"tile_{position // n_on_tile}.png")
            tile = Image.new("RGBA", (_TILE_SIDE, _TILE_SIDE), _BORDER_COLOUR)
    return -(-len(paths) // n_on_tile)
