"""styleclf.atlas.exports: what other programs find, that ids lead back, and that pictures are where they are said."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.atlas.exports import PROGRAMS, write_export
from styleclf.atlas.records import image_ids, image_records, year_column, years_of

STYLES = ["cubism", "rococo"]
COLOURS = [(220, 30, 30), (30, 200, 40), (20, 30, 230), (240, 240, 20)]
FILES = ["cubism/gris_a, b.jpg", "cubism/gris_c.jpg", "rococo/watteau_a.jpg", "rococo/watteau a.jpg"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Four pictures of one colour each."""
    folder = tmp_path_factory.mktemp("images")
    for filename, colour in zip(FILES, COLOURS, strict=True):
        (folder / filename).parent.mkdir(exist_ok=True)
        Image.new("RGB", (300, 200), colour).save(folder / filename, quality=95)
    return folder


@pytest.fixture
def records():
    """Their records."""
    design = pd.DataFrame({"label": ["cubism", "cubism", "rococo", "rococo"], "author": ["gris"] * 2 + ["watteau"] * 2})
    design = design.assign(title=list("abcd"), filename=FILES, fold=[0, 1, 0, 1], width=300, height=200)
    design = design.assign(date=["1912", "c. 1915", "", "1717-1719"], place=["Paris"] * 4)
    predictions = pd.DataFrame({"pred": ["cubism", "rococo", "rococo", "rococo"]})
    predictions = predictions.assign(proba_cubism=[0.9, 0.2, 0.1, 0.4], proba_rococo=[0.1, 0.8, 0.9, 0.6])
    positions = np.array([[0, 0], [4, 2], [2, 1], [1, 2]], float)
    return image_records(design, predictions, positions)


def colour_at(image, x, y):
    return np.asarray(image.convert("RGB"))[y, x].astype(int)


def is_colour(image, x, y, colour):
    return np.abs(colour_at(image, x, y) - colour).max() < 12


def test_ids_are_unique_and_plain():
    ids = image_ids([*FILES, "日本/絵.jpg", "日本/画.jpg", "Cubism/Gris_C.jpg"])
    assert len({name.lower() for name in ids}) == 7
    assert all(name.replace("-", "").replace("_", "").isalnum() and name.isascii() for name in ids)
    assert image_ids(FILES)[0] == ids[0] == "cubism_gris_a_b"


def test_records_have_places_in_a_square_and_further_columns(records):
    assert records[["x", "y"]].to_numpy().tolist() == [[0, 0], [1, 0.5], [0.5, 0.25], [0.25, 0.5]]
    assert records["right"].tolist() == [True, False, True, True]
    assert {"date", "place"} <= set(records) and "width" not in records
    assert year_column(records) == "date"
    assert years_of(records["date"]).tolist()[::3] == [1912, 1717]


@pytest.mark.parametrize("program", PROGRAMS)
def test_ids_lead_back_to_files(program, records, folder, tmp_path):
    write_export(program, records, folder, out=tmp_path, progress=False)
    table = pd.read_csv(tmp_path / "ids.csv")
    assert dict(zip(table["id"], table["filename"], strict=True)) == dict(zip(image_ids(FILES), FILES, strict=True))


def test_an_unknown_program_is_refused(records, folder, tmp_path):
    with pytest.raises(ValueError, match="--to must be one of pixplot, vikus, csn, parquet, not 'excel'"):
        write_export("excel", records, folder, out=tmp_path)


def test_pixplot_finds_each_image_of_its_table(records, folder, tmp_path):
    write_export("pixplot", records, folder, out=tmp_path, progress=False)
    table = pd.read_csv(tmp_path / "metadata.csv")
    assert list(table) == ["filename", "category", "tags", "description", "permalink", "year", "label", "x", "y"]
    for filename, colour in zip(table["filename"], COLOURS, strict=True):
        assert is_colour(Image.open(tmp_path / "images" / filename, formats=["JPEG"]), 20, 20, colour)
    assert table["tags"].iat[1] == "cubism|predicted rococo|gris"
    assert table["year"].fillna(0).tolist() == [1912, 1915, 0, 1717]


def test_vikus_finds_sprites_textures_and_places(records, folder, tmp_path):
    write_export("vikus", records, folder, out=tmp_path, progress=False)
    config = json.loads((tmp_path / "config.json").read_text())
    assert [layout["title"] for layout in config["loader"]["layouts"]] == ["Style", "Map", "Time"]
    sheets = json.loads((tmp_path / "sprites/spritesheet.json").read_text())
    (sheet,) = sheets["spritesheets"]
    image = Image.open(tmp_path / "sprites" / sheet["image"], formats=["JPEG"])
    data = pd.read_csv(tmp_path / "data.csv", dtype={"id": str})
    assert data["id"].tolist() == [sprite["name"] for sprite in sheet["sprites"]]
    for sprite, colour in zip(sheet["sprites"], COLOURS, strict=True):
        x = sprite["position"]["x"] + sprite["dimension"]["w"] // 2
        y = sprite["position"]["y"] + sprite["dimension"]["h"] // 2
        assert is_colour(image, x, y, colour)
        assert is_colour(Image.open(tmp_path / "1024" / f"{sprite['name']}.jpg", formats=["JPEG"]), 9, 9, colour)
    places = pd.read_csv(tmp_path / "map.csv")
    assert places["id"].tolist() == data["id"].tolist() and places["y"].tolist() == [1, 0.5, 0.75, 0.5]


def test_the_collection_space_navigator_finds_tiles_in_the_order_of_its_table(records, folder, tmp_path):
    write_export("csn", records, folder, out=tmp_path, progress=False)
    dataset = tmp_path / json.loads((tmp_path / "datasets_config.json").read_text())["data"][0]["directory"]
    config = json.loads((dataset / "config.json").read_text())
    rows = json.loads((dataset / "metadata.json").read_text())
    assert [row["filename"] for row in rows] == FILES and [row["index"] for row in rows] == [0, 1, 2, 3]
    assert config["total"] == len(json.loads((dataset / config["embeddings"][0]["file"]).read_text())) == 4
    tile = Image.open(dataset / "tile_0.png", formats=["PNG"])
    box = config["sprite_image_size"]
    assert tile.size == (config["sprite_actual_size"],) * 2 == (box * config["sprite_side"],) * 2
    for position, colour in enumerate(COLOURS):
        assert is_colour(tile, position * box + box // 2, box // 2, colour)
    bars = json.loads((dataset / "barData.json").read_text())["confidence"]
    assert sum(bars["histogram"]) == 4 and bars["range"] == [0.6, 0.9]


def test_the_parquet_table_carries_thumbnails(records, folder, tmp_path):
    import io

    from pyarrow.parquet import read_table

    write_export("parquet", records, folder, out=tmp_path, progress=False)
    table = read_table(tmp_path / "atlas.parquet").to_pandas()
    pd.testing.assert_frame_equal(table.drop(columns="image"), records, check_dtype=False)
    for image, colour in zip(table["image"], COLOURS, strict=True):
        assert is_colour(Image.open(io.BytesIO(image["bytes"]), formats=["JPEG"]), 9, 9, colour)
    labels = json.loads((tmp_path / "labels.json").read_text())
    assert labels["classes"] == STYLES
    assert labels["labels"]["cubism/gris_c"]["label"] == "rococo"
    assert labels["labels"]["cubism/gris_c"]["attributes"]["style"] == "cubism"
