"""styleclf.embeddings.atlas.vikus: sprites are where their table says, and few images have large ones."""

import json
import shutil

import pandas as pd
import pytest
from PIL import Image

from styleclf.embeddings.atlas.vikus import (
    _SpriteSheets,
    period_names,
    sprite_side,
    vikus_config,
    vikus_data,
    write_vikus,
)
from tests.embeddings.atlas.four_pictures import (  # noqa: F401
    COLOURS,
    FILES,
    check_ids_lead_back,
    four_pictures,
    four_records,
    is_colour,
)


def test_vikus_finds_sprites_textures_and_places(four_records, four_pictures, tmp_path):
    write_vikus(four_records, four_pictures, tmp_path, progress=False)
    check_ids_lead_back(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    assert [layout["title"] for layout in config["loader"]["layouts"]] == ["Style", "Map", "Time"]
    sheets = json.loads((tmp_path / "sprites/spritesheet.json").read_text())
    (sheet,) = sheets["spritesheets"]
    image = Image.open(tmp_path / "sprites" / sheet["image"], formats=["JPEG"])
    data = pd.read_csv(tmp_path / "data.csv", dtype={"id": str})
    assert sorted(data["id"]) == sorted(sprite["name"] for sprite in sheet["sprites"])
    assert config["loader"]["textures"]["detail"] == {"url": "data/detail/", "size": 300}
    for sprite, colour in zip(sheet["sprites"], COLOURS, strict=True):
        x = sprite["position"]["x"] + sprite["dimension"]["w"] // 2
        y = sprite["position"]["y"] + sprite["dimension"]["h"] // 2
        assert is_colour(image, x, y, colour)
        assert is_colour(Image.open(tmp_path / "detail" / f"{sprite['name']}.jpg", formats=["JPEG"]), 9, 9, colour)
    places = pd.read_csv(tmp_path / "map.csv")
    assert places["id"].tolist() == four_records["id"].tolist()
    assert places["y"].tolist() == [0, 0.5, 0.25, 0.5]  # upwards, as in the atlas


def test_all_pictures_have_one_size(four_records, four_pictures, tmp_path):
    images = tmp_path / "images"
    shutil.copytree(four_pictures, images)
    Image.new("RGB", (50, 100)).save(images / FILES[0])
    write_vikus(four_records, images, tmp_path / "out", progress=False)
    sizes = [Image.open(path).size for path in sorted((tmp_path / "out/detail").iterdir())]
    assert sorted(sizes) == [(150, 300), (300, 200), (300, 200), (300, 200)]


def test_periods_come_one_after_another_and_what_is_undated_last(four_records):
    data = vikus_data(four_records.assign(date=["1912", "n. d.", "", "1717-1719"]))
    assert data["_period"].tolist() == ["1718", "1912", "undated", "undated"]
    assert data["year"].fillna(0).tolist() == [1718, 1912, 0, 0]


@pytest.mark.parametrize("step", [1, 3, 8, 17, 40, 90])
def test_there_are_few_periods_and_every_year_is_in_its_own(step):
    years = pd.Series(range(1500, 1500 + 25 * step, step), dtype="Int64")
    names = period_names(years)
    assert 2 <= names.nunique() <= 25
    for year, name in zip(years, names, strict=True):
        start, _, end = name.partition("–")
        last = (end if len(end) == 4 else start[:2] + end) if end else start
        assert int(start) <= year <= int(last)


def test_names_that_vikus_needs_are_changed(four_records, four_pictures, tmp_path):
    write_vikus(four_records.assign(keywords="boats", rights="https://example.org/cc0"), four_pictures, tmp_path)
    data = pd.read_csv(tmp_path / "data.csv")
    assert set(data["_table_keywords"]) == {"boats"}
    assert "_keywords" not in data
    structure = json.loads((tmp_path / "config.json").read_text())["detail"]["structure"]
    assert {field["name"]: field["type"] for field in structure}["rights"] == "link"


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
    titles = [layout["title"] for layout in vikus_config(without, 128, 300)["loader"]["layouts"]]
    assert titles == ["Style", "Map"]
    assert vikus_data(without)["year"].isna().all()


def test_every_field_that_is_shown_is_a_column_of_the_table(four_records):
    sources = [field["source"] for field in vikus_config(four_records, 128, 300)["detail"]["structure"]]
    table = vikus_data(four_records)
    assert set(sources) <= set(table)
    assert "_place" in sources
    assert not table["keywords"].str.contains(",").any()
