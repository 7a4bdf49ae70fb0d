"""styleclf.embeddings.atlas.pixplot: the table's files are there, and its columns are PixPlot's."""

import pandas as pd
from PIL import Image

from styleclf.embeddings.atlas.pixplot import pixplot_metadata, write_pixplot
from tests.embeddings.atlas.four_pictures import COLOURS, check_ids_lead_back, four_pictures, four_records, is_colour  # noqa: F401


def test_pixplot_finds_each_image_of_its_table(four_records, four_pictures, tmp_path):
    write_pixplot(four_records, four_pictures, tmp_path, progress=False)
    check_ids_lead_back(tmp_path)
    table = pd.read_csv(tmp_path / "metadata.csv")
    assert list(table) == ["filename", "category", "tags", "description", "permalink", "year", "label", "x", "y"]
    for filename, colour in zip(table["filename"], COLOURS, strict=True):
        for folder in ("originals", "thumbs"):
            picture = Image.open(tmp_path / "data" / folder / filename, formats=["JPEG"])
            assert is_colour(picture, 20, 20, colour)
    assert table["tags"].iat[1] == "cubism|predicted rococo|gris"
    assert table["year"].fillna(0).tolist() == [1912, 1915, 0, 1718]


def test_without_years_and_pages_these_columns_are_empty(four_records):
    table = pixplot_metadata(four_records.drop(columns="date"))
    assert table["year"].isna().all()
    assert (table["permalink"] == "").all()


def test_pages_of_pictures_and_joint_works_go_along(four_records):
    pages = [f"https://museum.example/{number}" for number in range(3)]
    table = pixplot_metadata(four_records.assign(manifest=[*pages, None], author="gris|braque"))
    assert table["permalink"].tolist() == [*pages, ""]
    assert set(table["tags"].str.split("|").str[-1]) == {"gris and braque"}
