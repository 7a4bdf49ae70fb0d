"""A data folder for VIKUS Viewer: config.json, data.csv, timeline.csv, the map, sheets of sprites, larger pictures."""

from pathlib import Path
from typing import Any

import pandas as pd
from PIL import Image

from styleclf.common import write_json, write_table, write_text
from styleclf.embeddings.atlas.records import ID, further_columns, record_years, with_free_names, write_ids
from styleclf.embeddings.atlas.thumbnails import middle_side, scaled_picture, thumbnail_pictures, write_picture

_SHEET_SIDE = 2048  # pixels
_MOST_DETAIL_SIDE = 1024
_DETAIL = "detail"  # folder of larger pictures
_SPRITE_SIDES = ((10_000, 64), (5_000, 90), (0, 128))  # from so many images on: graphics cards hold all sheets at once
_MAP_FILE = "map.csv"
_OWN_FIELDS = ("title", "author", "style", "predicted", "confidence", "fold", "filename")
_TAKEN_NAMES = ("keywords", "imagenum", "period")
_PERIOD = "_period"
_PERIOD_YEARS = (1, 5, 10, 25, 50, 100, 500)
_MOST_PERIODS = 25  # that can be told apart side by side
_UNDATED = "undated"
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
    records = with_free_names(records, _TAKEN_NAMES)
    side = sprite_side(len(records))
    paths = [folder / filename for filename in records["filename"]]
    detail_side = min(_MOST_DETAIL_SIDE, middle_side(paths))
    sheets = _SpriteSheets(out / "sprites", side)
    pictures = thumbnail_pictures(paths, detail_side, progress=progress)
    for name, picture in zip(records[ID], pictures, strict=True):
        detail = scaled_picture(picture, detail_side)  # VIKUS Viewer wants all of one size
        write_picture(detail, out / _DETAIL / f"{name}.jpg")
        sheets.add(name, scaled_picture(picture, side))
    sheets.close()
    write_table(vikus_data(records), out / "data.csv")
    write_table(records[[ID, "x", "y"]], out / _MAP_FILE)
    write_table(pd.DataFrame(columns=["year", "title", "text", "extra"]), out / "timeline.csv")
    write_text("Where a model of painting styles puts these images, and what it takes them for.\n", out / "info.md")
    write_json(vikus_config(records, side, detail_side), out / "config.json")
    write_ids(records, str(out / "ids.csv"))
    return f"put {out} as the folder data beside index.html of VIKUS Viewer, and serve both"


def sprite_side(n_images: int) -> int:
    """Pixels of the longer side of a sprite, fewer for more images."""
    for least, side in _SPRITE_SIDES:
        if n_images > least:
            return side
    return _SPRITE_SIDES[-1][1]


def vikus_data(records: pd.DataFrame) -> pd.DataFrame:
    """The table of images: `id, keywords, year`, and everything else under names that begin with `_`.

    VIKUS Viewer shows groups in the order in which the table names them: periods come one after another, images
    without a year last, or styles by the alphabet where no image has a year.
    """
    keywords = records["style"].str.replace(",", " ")
    years = record_years(records)
    table = pd.DataFrame({ID: records[ID], "keywords": keywords, "year": years})
    for column in _fields(records):
        table[f"_{column}"] = records[column]
    if years.isna().all():
        return table.sort_values("keywords", kind="stable")
    table[_PERIOD] = period_names(years)
    return table.sort_values("year", kind="stable", na_position="last")


def period_names(years: pd.Series) -> pd.Series:
    """The period of every year, such as 1870–79: of the shortest periods of which at most 25 have images.

    >>> period_names(pd.Series([*range(1800, 1860), None], dtype="Int64")).unique()[[0, 1, -2, -1]].tolist()
    ['1800–04', '1805–09', '1855–59', 'undated']
    """
    for n_years in _PERIOD_YEARS:
        starts = years // n_years * n_years
        if starts.nunique() <= _MOST_PERIODS:
            break
    names = {}
    for start in starts.dropna().unique():
        names[start] = _period_name(start, n_years)
    return starts.map(names).astype(object).fillna(_UNDATED)


def _period_name(start: int, n_years: int) -> str:
    """The first and the last year of a period, the last without its century where that is the same."""
    if n_years == 1:
        return str(start)
    last = start + n_years - 1
    is_one_century = start // 100 == last // 100
    end = f"{last % 100:02}" if is_one_century else str(last)
    return f"{start}–{end}"


def vikus_config(
    records: pd.DataFrame,
    side: int,  # of sprites
    detail_side: int,  # of larger pictures
) -> dict[str, Any]:
    """The configuration of the collection for VIKUS Viewer."""
    layouts: list[dict[str, Any]] = [
        {"title": "Style", "type": "group", "groupKey": "_style"},
        {"title": "Map", "url": f"data/{_MAP_FILE}"},
    ]
    if record_years(records).notna().any():
        layouts.append({"title": "Time", "type": "group", "groupKey": _PERIOD})
    structure = []
    for column in _fields(records):
        kind = "link" if _holds_links(records[column]) else "text"
        structure.append({"name": column, "display": "wide", "type": kind, "source": f"_{column}"})
    return {
        "project": {"name": "Painting styles"},
        "loader": {
            "timeline": "data/timeline.csv",
            "items": "data/data.csv",
            "info": "data/info.md",
            "layouts": layouts,
            "textures": {
                "medium": {"url": "data/sprites/spritesheet.json", "size": side},
                "detail": {"url": f"data/{_DETAIL}/", "size": detail_side},
            },
        },
        "style": _STYLE,
        "projection": {"columns": max(3, min(20, len(records) // 500))},
        "detail": {"structure": structure},
    }


def _fields(records: pd.DataFrame) -> list[str]:
    """The columns that are shown of an image."""
    return [*_OWN_FIELDS, *further_columns(records)]


def _holds_links(values: pd.Series) -> bool:
    """Whether a column has values, and all of them are addresses."""
    texts = values.dropna().astype(str)
    texts = texts[texts != ""]
    is_link = texts.str.match("https?://")
    return len(texts) > 0 and bool(is_link.all())


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
