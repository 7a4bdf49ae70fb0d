"""The folder `data` that PixPlot's page loads, made here: without its network, which wants TensorFlow, and its map.

The form is that of PixPlot 0.0.113: a manifest that names layouts, a list of images with their places on sheets, a file
of words for every image, lists of images by tag and by year. The groups of its side bar ("hotspots") are the styles.
"""

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from styleclf.common import write_text
from styleclf.embeddings.atlas.pixplot_layouts import (
    LabelledLayout,
    bars_of_years,
    boxes_of_categories,
    centred_places,
    grid_in_order,
    grid_of_map,
)
from styleclf.embeddings.atlas.pixplot_sheets import CELL_HEIGHT, SHEET_SIDE, THUMB_SIDE, CellSheets

DATA = "data"
_ROOT = "pixplot"  # before all paths in the manifest, from where the page takes it away again
_MANIFEST = {  # what is the same for all
    "version": "0.0.113",
    "plot_id": "styleclf",
    "output_directory": _ROOT,
    "initial_layout": "umap",
    "imagelist": f"{_ROOT}/{DATA}/imagelist.json",
    "atlas_dir": f"{_ROOT}/{DATA}/atlases",
    "metadata": True,
    "default_hotspots": f"{_ROOT}/{DATA}/hotspots/hotspot.json",
    "custom_hotspots": f"{_ROOT}/{DATA}/hotspots/user_hotspots.json",
    "gzipped": False,
    "config": {"sizes": {"atlas": SHEET_SIDE, "cell": CELL_HEIGHT, "lod": THUMB_SIDE}},
}
_POINT_SIZES = {  # in cells of a square that all images fill
    "grid": 1.0,
    "max": 1.2,
    "scatter": 0.2,
    "initial": 0.2,
    "date": 0.2,
    "categorical": 0.6,
    "geographic": 0.025,
}
_N_DIGITS = 5
_MOST_HOTSPOTS = 10
_NOT_IN_NAMES = re.compile(r"[^\w .-]+")  # tags are names of files, and parts of addresses


def write_viewer(
    metadata: pd.DataFrame,  # of `pixplot_metadata`
    sheets: CellSheets,
    out: Path,  # the folder data
) -> None:
    """Write everything but pictures that the page loads."""
    layouts = _write_layouts(metadata, out)
    atlas = {"count": len(sheets.places), "positions": sheets.places}
    images = metadata["filename"].to_list()
    _write({"cell_sizes": sheets.sizes, "images": images, "atlas": atlas}, out / "imagelist.json")
    _write(style_hotspots(metadata), out / "hotspots" / "hotspot.json")
    _write_words(metadata, out / "metadata")
    side = math.ceil(math.sqrt(len(metadata)))
    point_sizes = {name: size / side for name, size in _POINT_SIZES.items()}
    manifest = _MANIFEST | {"layouts": layouts, "point_sizes": {"min": 0, **point_sizes}}
    _write(manifest, out / "manifest.json")


def style_hotspots(metadata: pd.DataFrame) -> list[dict[str, Any]]:
    """The ten most frequent styles, as groups of images by their numbers."""
    counts = metadata["category"].value_counts()
    rows = metadata.reset_index(drop=True)
    hotspots = []
    for style in counts.index[:_MOST_HOTSPOTS]:
        members = rows[rows["category"] == style]
        hotspot = {
            "label": style,
            "img": members["filename"].iat[0],
            "images": members.index.to_list(),
            "layout": "umap",
        }
        hotspots.append(hotspot)
    return hotspots


def tags_of(text: str) -> list[str]:
    """The tags in a cell of the metadata, in letters that names of files may have.

    >>> tags_of("art nouveau|predicted cubism|Turner, J. M. W.")
    ['art nouveau', 'predicted cubism', 'Turner J. M. W.']
    """
    tags = []
    for tag in text.split("|"):
        words = _NOT_IN_NAMES.sub(" ", tag).split()
        if words:
            tags.append(" ".join(words))
    return list(dict.fromkeys(tags))


def _write_layouts(metadata: pd.DataFrame, out: Path) -> dict[str, Any]:
    """Write the places of every layout; returns what the manifest says of them."""
    layout_paths = _LayoutFolder(out)
    places = metadata[["x", "y"]].to_numpy(dtype=float)
    by_name = np.argsort(np.argsort(metadata["filename"].to_numpy(dtype=str)))
    in_order = grid_in_order(len(places))
    on_grid = layout_paths.write("grid", grid_of_map(places))
    variant = {
        "n_neighbors": 15,  # which is not asked: the page wants a number
        "min_dist": 0.01,
        "layout": layout_paths.write("umap", centred_places(places)),
        "jittered": on_grid,
    }
    layouts: dict[str, Any] = {
        "umap": {"variants": [variant]},
        "alphabetic": {"layout": layout_paths.write("alphabetic", in_order[by_name])},
        "grid": {"layout": on_grid},
        "categorical": layout_paths.write_labelled("categorical", boxes_of_categories(metadata["category"])),
        "date": False,
        "geographic": None,
        "custom": None,
    }
    if _has_dates(metadata):
        years = metadata["year"].astype(float)
        layouts["date"] = layout_paths.write_labelled("timeline", bars_of_years(years))
    return layouts


class _LayoutFolder:
    """Writes layouts; returns their paths as the manifest has them."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "layouts"

    def write(self, name: str, places: np.ndarray) -> str:
        """Write the places of all images."""
        return self._write(_rounded_places(places), f"{name}.json")

    def write_labelled(self, name: str, layout: LabelledLayout) -> dict[str, str]:
        """Write the places of all images, and the names of their groups."""
        positions = _rounded_places(layout.label_places)
        labels = {"positions": positions, "labels": layout.labels, "cols": 3}
        return {
            "layout": self.write(name, layout.places),
            "labels": self._write(labels, f"{name}-labels.json"),
        }

    def _write(self, value: Any, file: str) -> str:
        _write(value, self.folder / file)
        return f"{_ROOT}/{DATA}/{self.folder.name}/{file}"


def _rounded_places(places: np.ndarray) -> list[list[float]]:
    return places.round(_N_DIGITS).tolist()


def _has_dates(metadata: pd.DataFrame) -> bool:
    return metadata["year"].nunique() > 1


def _write_words(metadata: pd.DataFrame, out: Path) -> None:
    """Write the words of every image, and lists of images by tag and by year."""
    images_of_tag: dict[str, list[str]] = {}
    texts = metadata.astype(object).fillna("")
    for row in texts.to_dict("records"):
        filename = row["filename"]
        row["tags"] = tags_of(row["tags"])
        _write(row, out / "file" / f"{filename}.json")
        for tag in row["tags"]:
            name = tag.replace(" ", "__")
            images_of_tag.setdefault(name, []).append(filename)
    for name, images in images_of_tag.items():
        _write(images, out / "options" / f"{name}.json")
    select = {"filter_name": "select", "filter_values": list(images_of_tag)}
    _write([select], out / "filters" / "filters.json")
    if _has_dates(metadata):
        _write(_images_by_year(metadata), out / "dates.json")


def _images_by_year(metadata: pd.DataFrame) -> dict[str, Any]:
    """The images of every year, and the first and last year."""
    rows = metadata.dropna(subset="year")
    years = rows["year"].astype(int)
    images = rows["filename"].groupby(years).agg(list)
    domain = {"min": int(years.min()), "max": int(years.max())}
    images.index = images.index.astype(str)
    return {"domain": domain, "dates": images.to_dict()}


def _write(value: Any, path: Path) -> None:
    text = json.dumps(value, ensure_ascii=False)
    write_text(text, path)
