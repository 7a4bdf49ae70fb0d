"""A data folder for VIKUS Viewer: config.json, data.csv, timeline.csv, the map, sheets of sprites, larger pictures."""

from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image

from styleclf.common import write_json, write_table, write_text
from styleclf.embeddings.atlas.records import ID, further_columns, record_years, write_ids, year_column
from styleclf.embeddings.atlas.thumbnails import thumbnail_pictures, write_picture

_SHEET_SIDE = 2048  # pixels
_DETAIL_SIDE = 1024
_SPRITE_SIDES = ((10_000, 64), (5_000, 90), (0, 128))  # from so many images on: graphics cards hold all sheets at once
_MAP_FILE = "map.csv"
_OWN_FIELDS = ("title", "author", "style", "predicted", "confidence", "fold", "filename")
_STYLE = {  # of the page
    "fontColor": "#212121",
    "fontColorActive": "#ffffff",
    "fontBackground": "#2f6db5",
    "textShadow": "none",
    "timelineBackground": "#ffffff",
    "timelineFontColor": "#212121",
    "detailBackground": "#ffffff",
    "infoBackground": "#f4f4f4",
    "infoFontColor": "#212121",
    "canvasBackground": "#ffffff",
    "searchbarBackground": "#f4f4f4",
}


def write_vikus(
    records: pd.DataFrame,  # of `image_records`
    folder: Path,  # of the images
    out: Path,  # to be put beside index.html of VIKUS Viewer under the name data
    *,
    progress: bool = True,
) -> str:
    """Write everything that VIKUS Viewer loads; returns a sentence on how to see it."""
    side = sprite_side(len(records))
    sheets = _SpriteSheets(out / "sprites", side)
    paths = [folder / filename for filename in records["filename"]]
    for name, picture in zip(records[ID], thumbnail_pictures(paths, _DETAIL_SIDE, progress=progress), strict=True):
        write_picture(picture, out / str(_DETAIL_SIDE) / f"{name}.jpg")
        picture.thumbnail((side, side))
        sheets.add(name, picture)
    sheets.close()
    write_table(vikus_data(records), out / "data.csv")
    layout = records[[ID, "x", "y"]].assign(y=1 - records["y"])  # there, y counts downwards
    write_table(layout, out / _MAP_FILE)
    write_table(pd.DataFrame(columns=["year", "title", "text", "extra"]), out / "timeline.csv")
    write_text("Where a model of painting styles puts these images, and what it takes them for.\n", out / "info.md")
    write_json(vikus_config(records, side), out / "config.json")
    write_ids(records, str(out / "ids.csv"))
    return f"put {out} as the folder data beside index.html of VIKUS Viewer, and serve both"


def sprite_side(n_images: int) -> int:
    """Pixels of the longer side of a sprite, fewer for more images."""
    for least, side in _SPRITE_SIDES:
        if n_images > least:
            return side
    return _SPRITE_SIDES[-1][1]


def vikus_data(records: pd.DataFrame) -> pd.DataFrame:
    """The table of images: `id, keywords, year`, and everything else under names that begin with `_`."""
    keywords = records["style"].str.replace(",", " ")
    table = pd.DataFrame({ID: records[ID], "keywords": keywords, "year": record_years(records)})
    for column in _fields(records):
        table[f"_{column}"] = records[column]
    return table


def vikus_config(records: pd.DataFrame, side: int) -> dict[str, Any]:
    """What VIKUS Viewer is told of the collection."""
    layouts: list[dict[str, Any]] = [
        {"title": "Style", "type": "group", "groupKey": "_style"},
        {"title": "Map", "url": f"data/{_MAP_FILE}"},
    ]
    if year_column(records):
        layouts.append({"title": "Time", "type": "group", "groupKey": "year"})
    structure = []
    for column in _fields(records):
        structure.append({"name": column, "display": "wide", "type": "text", "source": f"_{column}"})
    return {
        "project": {"name": "Painting styles"},
        "loader": {
            "timeline": "data/timeline.csv",
            "items": "data/data.csv",
            "info": "data/info.md",
            "layouts": layouts,
            "textures": {
                "medium": {"url": "data/sprites/spritesheet.json", "size": side},
                "detail": {"url": f"data/{_DETAIL_SIDE}/", "size": _DETAIL_SIDE},
            },
        },
        "style": _STYLE,
        "projection": {"columns": max(3, min(20, len(records) // 500))},
        "detail": {"structure": structure},
    }


def _fields(records: pd.DataFrame) -> list[str]:
    """The columns that are shown of an image."""
    return [*_OWN_FIELDS, *further_columns(records)]


class _SpriteSheets:
    """Sprites in boxes of `side` pixels, on JPEG sheets that are written as soon as they are full."""

    def __init__(self, folder: Path, side: int) -> None:
        self.folder = folder
        self.side = side
        self.columns = _SHEET_SIDE // side
        self.sheets: list[dict[str, Any]] = []
        self._begin()

    def _begin(self) -> None:
        self.sheet = Image.new("RGB", (_SHEET_SIDE, _SHEET_SIDE), "white")
        self.sprites: list[dict[str, Any]] = []

    def add(self, name: str, picture: Image.Image) -> None:
        """Put a picture into the next box."""
        row, column = divmod(len(self.sprites), self.columns)
        x = column * self.side
        y = row * self.side
        self.sheet.paste(picture, (x, y))
        sprite = {
            "name": name,
            "position": {"x": x, "y": y},
            "dimension": {"w": picture.width, "h": picture.height},
        }
        self.sprites.append(sprite)
        if len(self.sprites) == self.columns**2:
            self._write_sheet()

    def _write_sheet(self) -> None:
        name = f"spritesheet-{len(self.sheets)}.jpg"
        write_picture(self.sheet, self.folder / name)
        self.sheets.append({"image": name, "sprites": self.sprites})
        self._begin()

    def close(self) -> None:
        """Write the last sheet and what is where on all of them."""
        if self.sprites:
            self._write_sheet()
        meta = {"type": "sharpsheet", "version": "1", "app": "styleclf"}
        write_json({"meta": meta, "spritesheets": self.sheets}, self.folder / "spritesheet.json")
