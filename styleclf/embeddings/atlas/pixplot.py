"""A folder for PixPlot: a finished plot for its page, and `metadata.csv` for whoever has PixPlot make its own map.

PixPlot's own run finds the images in `data/originals`; places in the columns `x, y` appear in it as the custom layout.
"""

from pathlib import Path

import pandas as pd

from styleclf.common import write_table
from styleclf.embeddings.atlas.pixplot_sheets import CellSheets, thumbnail_of
from styleclf.embeddings.atlas.pixplot_viewer import DATA, write_viewer
from styleclf.embeddings.atlas.records import ID, links_of, record_years, write_ids
from styleclf.embeddings.atlas.thumbnails import thumbnail_pictures, write_picture

_SIDE = 512  # pixels of the longer side of an image


def write_pixplot(
    records: pd.DataFrame,  # of `image_records`
    folder: Path,  # of the images
    out: Path,
    *,
    progress: bool = True,
) -> str:
    """Write `metadata.csv`, the folder `data` of a finished plot and `ids.csv`; returns how to see it."""
    data = out / DATA
    metadata = pixplot_metadata(records)
    sheets = CellSheets(data / "atlases")
    paths = [folder / filename for filename in records["filename"]]
    pictures = thumbnail_pictures(paths, _SIDE, progress=progress)
    for name, picture in zip(metadata["filename"], pictures, strict=True):
        write_picture(picture, data / "originals" / name)
        thumbnail = thumbnail_of(picture)
        write_picture(thumbnail, data / "thumbs" / name)
        sheets.add(thumbnail)
    sheets.write()
    write_viewer(metadata, sheets, data)
    write_table(metadata, out / "metadata.csv")
    write_ids(records, str(out / "ids.csv"))
    return f"copy what is in pixplot/web of PixPlot's repository into {out}, and serve it"


def pixplot_metadata(records: pd.DataFrame) -> pd.DataFrame:
    """The table that PixPlot reads: `filename, category, tags, description, permalink, year, label, x, y`."""
    predictions = "predicted " + records["predicted"]
    painters = records["author"].str.replace("|", " and ")
    tags = records["style"].str.cat([predictions, painters], sep="|")
    return pd.DataFrame(
        {
            "filename": records[ID] + ".jpg",
            "category": records["style"],
            "tags": tags.str.strip("|"),
            "description": records["title"],
            "permalink": links_of(records),
            "year": record_years(records),
            "label": records["style"],
            "x": records["x"],
            "y": records["y"],
        }
    )
