"""styleclf.embeddings.atlas.csn: tiles follow the table's order, and a slider's bars hold every image once."""

import json
from itertools import chain

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.embeddings.atlas import csn
from styleclf.embeddings.atlas.csn import (
    _TAKEN_NAMES,
    _in_order_of_colours,
    _metadata_rows,
    _number_columns,
    csn_config,
    histogram,
    write_csn,
)
from styleclf.embeddings.atlas.records import with_free_names
from tests.embeddings.atlas.four_pictures import (  # noqa: F401
    COLOURS,
    FILES,
    check_ids_lead_back,
    four_pictures,
    four_records,
    is_colour,
)


def test_the_collection_space_navigator_finds_tiles_in_the_order_of_its_table(
    four_records, four_pictures, tmp_path, monkeypatch
):
    monkeypatch.setattr(csn, "_TILE_SIDE", 1024)
    write_csn(four_records, four_pictures, tmp_path, progress=False)
    check_ids_lead_back(tmp_path)
    dataset = tmp_path / json.loads((tmp_path / "datasets_config.json").read_text())["data"][0]["directory"]
    config = json.loads((dataset / "config.json").read_text())
    rows = json.loads((dataset / "metadata.json").read_text())
    in_order = [FILES[0], FILES[2], FILES[1], FILES[3]]  # of each style one that was recognised comes first
    assert [row["file"] for row in rows] == in_order
    assert [row["index"] for row in rows] == [0, 1, 2, 3]
    assert config["total"] == len(json.loads((dataset / config["embeddings"][0]["file"]).read_text())) == 4
    tile = Image.open(dataset / "tile_0.png", formats=["PNG"])
    box = config["sprite_image_size"]
    assert tile.size == (config["sprite_actual_size"],) * 2 == (box * config["sprite_side"],) * 2
    colour_of_file = dict(zip(FILES, COLOURS, strict=True))
    for position, row in enumerate(rows):
        colour = colour_of_file[row["file"]]
        assert is_colour(tile, position * box + box // 2, box // 2, colour)
        picture = tmp_path / config["url_prefix"].removeprefix("datasets/") / row["filename"]
        assert is_colour(Image.open(picture, formats=["JPEG"]), 9, 9, colour)
        assert row["link_URL"] == config["url_prefix"] + row["filename"]
    bars = json.loads((dataset / "barData.json").read_text())["confidence"]
    assert sum(bars["histogram"]) == 4
    assert bars["range"] == [0.6, 0.9]
    years = [row["year"] for row in rows]
    assert years == [1912, None, 1915, 1718]  # a slider; a text that is missing would end the search
    assert [row["date"] for row in rows] == ["1912", "", "c. 1915", "1717-1719"]


def test_bars_hold_every_image_with_a_number_once_and_in_order():
    values = pd.Series(np.random.default_rng(0).normal(size=200))
    values[::7] = np.nan
    bars = histogram(values)
    low, high = bars["range"]
    assert (low, high) == (values.min(), values.max())
    assert bars["histogram"] == [len(selection) for selection in bars["selections"]]
    assert sorted(chain.from_iterable(bars["selections"])) == values.dropna().index.tolist()
    edges = np.linspace(low, high, 51)
    for number, selection in enumerate(bars["selections"]):
        of_bar = values[selection]
        assert of_bar.between(edges[number] - 1e-9, edges[number + 1] + 1e-9).all()


def test_equal_numbers_fall_into_one_bar():
    bars = histogram(pd.Series([3, 3, 3]))
    assert sorted(bars["histogram"])[-2:] == [0, 3]
    assert bars["range"] == [3, 3]


def test_numbers_get_sliders_and_words_are_searched(four_records):
    config = csn_config(four_records.assign(height_cm=[1, 2, 3, 4]), ["confidence", "height_cm"], 1)
    kinds = {slider["id"]: (slider["typeNumber"], slider["min"], slider["max"]) for slider in config["sliders"]}
    assert kinds == {"confidence": ("float", 0.6, 0.9), "height_cm": ("int", 1, 4)}
    searched = {field["columnField"] for field in config["search"]}
    assert {"style", "place"} <= searched
    assert searched.isdisjoint(kinds)
    assert len(config["clusters"]["clusterColors"]) == 2


def test_texts_are_texts_and_equal_numbers_have_no_slider(four_records):
    odd = four_records.assign(place=["Paris", None, "", "Wien"], is_public=[True, False, True, None], height_cm=3.0)
    odd = odd.assign(index=["a", "b", "c", "d"])
    free = with_free_names(odd, _TAKEN_NAMES)
    assert _number_columns(free) == ["confidence"]
    rows = _metadata_rows(free, ["confidence"])
    assert [row["place"] for row in rows] == ["Paris", "", "", "Wien"]
    assert [row["is_public"] for row in rows] == ["True", "False", "True", ""]
    assert [row["table_index"] for row in rows] == ["a", "b", "c", "d"]
    assert rows[3]["index"] == 3
    assert rows[0]["height_cm"] == "3.0"


def test_styles_and_predictions_have_the_same_colours():
    styles = ["b", "a", "c", "c", "a", "d"]
    predicted = ["c", "a", "b", "c", "b", "e"]
    records = pd.DataFrame({"style": styles, "predicted": predicted})
    records["right"] = records["style"] == records["predicted"]
    ordered = _in_order_of_colours(records)
    assert ordered["style"].unique()[:2].tolist() == ordered["predicted"].unique()[:2].tolist() == ["a", "c"]
    assert sorted(ordered["style"]) == sorted(styles)
    config = csn_config(ordered.assign(title="", author="", confidence=0.5), [], 1)
    assert len(set(config["clusters"]["clusterColors"])) == 5
