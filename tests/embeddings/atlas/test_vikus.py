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
    out = tmp_path
    write_vikus(four_records, four_pictures, out, progress=False)
    check_ids_lead_back(out)
    (sheet,) = json_of(out / "sprites/spritesheet.json")["spritesheets"]
    image = Image.open(out / "sprites" / sheet["image"], formats=["JPEG"])
    for sprite, colour in zip(sheet["sprites"], COLOURS, strict=True):
        x, y = middle_of(sprite)
        assert is_colour(image, x, y, colour)
        texture = Image.open(out / "detail" / f"{sprite['name']}.jpg", formats=["JPEG"])
        assert is_colour(texture, 9, 9, colour)
    names = [sprite["name"] for sprite in sheet["sprites"]]
    data = pd.read_csv(out / "data.csv", dtype={"id": str})
    assert sorted(data["id"]) == sorted(names)
    places = pd.read_csv(out / "map.csv")
    assert places["id"].tolist() == four_records["id"].tolist()
    assert places["y"].tolist() == [0, 0.5, 0.25, 0.5]  # upwards, as in the atlas


def json_of(file):
    return json.loads(file.read_text())


def middle_of(sprite):
    position = sprite["position"]
    size = sprite["dimension"]
    return position["x"] + size["w"] // 2, position["y"] + size["h"] // 2


def test_the_configuration_names_layouts_and_textures(four_records, four_pictures, tmp_path):
    write_vikus(four_records, four_pictures, tmp_path, progress=False)
    loader = json_of(tmp_path / "config.json")["loader"]
    titles = [layout["title"] for layout in loader["layouts"]]
    assert titles == ["Style", "Map", "Time"]
    assert loader["textures"]["detail"] == {"url": "data/detail/", "size": 300}


def test_all_pictures_have_one_size(four_records, four_pictures, tmp_path):
    images = tmp_path / "images"
    shutil.copytree(four_pictures, images)
    Image.new("RGB", (50, 100)).save(images / FILES[0])
    write_vikus(four_records, images, tmp_path / "out", progress=False)
    textures = (tmp_path / "out/detail").iterdir()
    sizes = [Image.open(path).size for path in textures]
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
        first, last = ends_of(name)
        assert first <= year <= last


def ends_of(period):
    """The years of a period such as 1712, 1710–19 or 1690–1709."""
    start, _, end = period.partition("–")
    if len(end) == 2:
        end = start[:2] + end
    return int(start), int(end or start)


def test_names_that_vikus_needs_are_changed(four_records, four_pictures, tmp_path):
    records = four_records.assign(keywords="boats", rights="https://example.org/cc0")
    write_vikus(records, four_pictures, tmp_path)
    data = pd.read_csv(tmp_path / "data.csv")
    assert set(data["_table_keywords"]) == {"boats"}
    assert "_keywords" not in data
    fields = json_of(tmp_path / "config.json")["detail"]["structure"]
    types = {field["name"]: field["type"] for field in fields}
    assert types["rights"] == "link"


@pytest.mark.parametrize("n, side", [(1, 128), (5_000, 128), (5_001, 90), (10_000, 90), (10_001, 64), (100_000, 64)])
def test_more_images_have_smaller_sprites(n, side):
    assert sprite_side(n) == side


def test_sheets_are_written_when_they_are_full(tmp_path):
    sheets = _SpriteSheets(tmp_path, side=1024)
    for number in range(5):
        picture = Image.new("RGB", (1000, 500), (50 * number, 0, 0))
        sheets.add(str(number), picture)
    assert len(list(tmp_path.glob("*.jpg"))) == 1
    sheets.close()
    first, second = json_of(tmp_path / "spritesheet.json")["spritesheets"]
    positions = [sprite["position"] for sprite in first["sprites"]]
    assert [(place["x"], place["y"]) for place in positions] == [(0, 0), (1024, 0), (0, 1024), (1024, 1024)]
    (last,) = second["sprites"]
    assert last["name"] == "4"
    of_last_on_first = (1024 + 500, 1024 + 250)
    assert is_colour(Image.open(tmp_path / first["image"]), *of_last_on_first, (150, 0, 0))
    assert is_colour(Image.open(tmp_path / second["image"]), 500, 250, (200, 0, 0))


def test_without_years_there_is_no_order_by_time(four_records):
    undated = four_records.drop(columns="date")
    layouts = vikus_config(undated, 128, 300)["loader"]["layouts"]
    assert [layout["title"] for layout in layouts] == ["Style", "Map"]
    assert vikus_data(undated)["year"].isna().all()


def test_every_field_that_is_shown_is_a_column_of_the_table(four_records):
    fields = vikus_config(four_records, 128, 300)["detail"]["structure"]
    sources = [field["source"] for field in fields]
    table = vikus_data(four_records)
    assert set(sources) <= set(table)
    assert "_place" in sources
    assert not table["keywords"].str.contains(",").any()
