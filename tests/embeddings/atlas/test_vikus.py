"""styleclf.embeddings.atlas.vikus: sprites are where their table says, and few images have large ones."""

import json

import pandas as pd
import pytest
from PIL import Image

from styleclf.embeddings.atlas.vikus import _SpriteSheets, sprite_side, vikus_config, vikus_data, write_vikus
from tests.embeddings.atlas.four_pictures import COLOURS, check_ids_lead_back, four_pictures, four_records, is_colour  # noqa: F401


def test_vikus_finds_sprites_textures_and_places(four_records, four_pictures, tmp_path):
    write_vikus(four_records, four_pictures, tmp_path, progress=False)
    check_ids_lead_back(tmp_path)
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


@pytest.mark.parametrize("n, side", [(1, 128), (5_000, 128), (5_001, 90), (10_000, 90), (10_001, 64), (100_000, 64)])
def test_more_images_have_smaller_sprites(n, side):
    assert sprite_side(n) == side


def test_sheets_are_written_when_they_are_full(tmp_path):
    sheets = _SpriteSheets(tmp_path, side=1024)
    for number in range(5):
        sheets.add(str(number), Image.new("RGB", (1000, 500), (50 * number, 0, 0)))
    assert len(list(tmp_path.glob("*.jpg"))) == 1
    sheets.close()
    first, second = json.loads((tmp_path / "spritesheet.json").read_text())["spritesheets"]
    positions = [(sprite["position"]["x"], sprite["position"]["y"]) for sprite in first["sprites"]]
    assert positions == [(0, 0), (1024, 0), (0, 1024), (1024, 1024)]
    assert [sprite["name"] for sprite in second["sprites"]] == ["4"]
    assert is_colour(Image.open(tmp_path / first["image"]), 1024 + 500, 1024 + 250, (150, 0, 0))
    assert is_colour(Image.open(tmp_path / second["image"]), 500, 250, (200, 0, 0))


def test_without_years_there_is_no_order_by_time(four_records):
    without = four_records.drop(columns="date")
    titles = [layout["title"] for layout in vikus_config(without, 128)["loader"]["layouts"]]
    assert titles == ["Style", "Map"] and vikus_data(without)["year"].isna().all()


def test_every_field_that_is_shown_is_a_column_of_the_table(four_records):
    sources = [field["source"] for field in vikus_config(four_records, 128)["detail"]["structure"]]
    table = vikus_data(four_records)
    assert set(sources) <= set(table) and "_place" in sources
    assert not table["keywords"].str.contains(",").any()
