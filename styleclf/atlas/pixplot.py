"""A folder for PixPlot: `metadata.csv` with the columns that it knows, and the images under the names it gives there.

PixPlot makes its own map; places in the columns `x, y` appear in it as the custom layout.
"""

from pathlib import Path

import pandas as pd

from styleclf.atlas.records import ID, write_ids, year_column, years_of
from styleclf.atlas.thumbnails import thumbnail_pictures, write_picture
from styleclf.output import write_table

_SIDE = 512  # pixels of the longer side of an image
_SPELLINGS_OF_LINKS = ("permalink", "manifest", "canvas", "url", "link")


def write_pixplot(
    records: pd.DataFrame,  # of `image_records`
    folder: Path,  # of the images
    out: Path,
    *,
    progress: bool = True,
) -> str:
    """Write `metadata.csv`, `images/` and `ids.csv`; returns the command that makes the plot of them."""
    paths = [folder / filename for filename in records["filename"]]
    for name, picture in zip(records[ID], thumbnail_pictures(paths, _SIDE, progress=progress), strict=True):
        write_picture(picture, out / "images" / f"{name}.jpg")
    write_table(pixplot_metadata(records), out / "metadata.csv")
    write_ids(records, str(out / "ids.csv"))
    return f'pixplot --images "{out}/images/*.jpg" --metadata {out}/metadata.csv'


def pixplot_metadata(records: pd.DataFrame) -> pd.DataFrame:
    """The table that PixPlot reads: `filename, category, tags, description, permalink, year, label, x, y`."""
    tags = records["style"] + "|predicted " + records["predicted"] + "|" + records["author"].str.replace("|", " and ")
    year = year_column(records)
    years = years_of(records[year]).astype("Int64") if year else pd.Series(pd.NA, index=records.index)
    return pd.DataFrame(
        {
            "filename": records[ID] + ".jpg",
            "category": records["style"],
            "tags": tags.str.strip("|"),
            "description": records["title"],
            "permalink": _links(records),
            "year": years,
            "label": records["style"],
            "x": records["x"],
            "y": records["y"],
        }
    )


def _links(records: pd.DataFrame) -> pd.Series:
    """Addresses of the images' pages, '' where there is none."""
    for name in _SPELLINGS_OF_LINKS:
        if name in records:
            return records[name].fillna("")
    return pd.Series("", index=records.index)
