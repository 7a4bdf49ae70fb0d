"""styleclf.embeddings.atlas.csn: tiles follow the table's order, and a slider's bars hold every image once."""

import json
from itertools import chain, pairwise

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
    dataset = dataset_in(tmp_path)
    config = json_of(dataset / "config.json")
    rows = json_of(dataset / "metadata.json")
    in_order = [FILES[0], FILES[2], FILES[1], FILES[3]]  # of each style one that was recognised comes first
    assert [row["file"] for row in rows] == in_order
    assert [row["index"] for row in rows] == [0, 1, 2, 3]
    embeddings = json_of(dataset / config["embeddings"][0]["file"])
    assert config["total"] == len(embeddings) == 4
    tile = Image.open(dataset / "tile_0.png", formats=["PNG"])
    box = config["sprite_image_size"]
    side = config["sprite_actual_size"]
    assert side == box * config["sprite_side"]
    assert tile.size == (side, side)
    pictures = tmp_path / config["url_prefix"].removeprefix("datasets/")
    colours = dict(zip(FILES, COLOURS, strict=True))
    for position, row in enumerate(rows):
        colour = colours[row["file"]]
        assert is_colour(tile, position * box + box // 2, box // 2, colour)
        picture = Image.open(pictures / row["filename"], formats=["JPEG"])
        assert is_colour(picture, 9, 9, colour)
        assert row["link_URL"] == config["url_prefix"] + row["filename"]


def json_of(file):
    return json.loads(file.read_text())


def dataset_in(out):
    """The folder of the only data set."""
    (dataset,) = json_of(out / "datasets_config.json")["data"]
    return out / dataset["directory"]


def test_the_collection_space_navigator_gets_numbers_for_sliders(four_records, four_pictures, tmp_path):
    write_csn(four_records, four_pictures, tmp_path, progress=False)
    dataset = dataset_in(tmp_path)
    bars = json_of(dataset / "barData.json")["confidence"]
    assert sum(bars["histogram"]) == 4
    assert bars["range"] == [0.6, 0.9]
    rows = json_of(dataset / "metadata.json")
    years = [row["year"] for row in rows]
    assert years == [1912, None, 1915, 1718]  # a slider; a text that is missing would end the search
    assert [row["date"] for row in rows] == ["1912", "", "c. 1915", "1717-1719"]


def test_bars_hold_every_image_with_a_number_once_and_in_order():
    values = pd.Series(np.random.default_rng(0).normal(size=200))
    values[::7] = np.nan
    bars = histogram(values)
    low, high = bars["range"]
    assert low == values.min()
    assert high == values.max()
    selections = bars["selections"]
    assert bars["histogram"] == [len(selection) for selection in selections]
    selected = chain.from_iterable(selections)
    assert sorted(selected) == values.dropna().index.tolist()
    edges = np.linspace(low, high, 51)
    for selection, (left, right) in zip(selections, pairwise(edges), strict=True):
        of_bar = values[selection]
        assert of_bar.between(left - 1e-9, right + 1e-9).all()


def test_equal_numbers_fall_into_one_bar():
    bars = histogram(pd.Series([3, 3, 3]))
    assert sorted(bars["histogram"])[-2:] == [0, 3]
    assert bars["range"] == [3, 3]


def test_numbers_get_sliders_and_words_are_searched(four_records):
    numbers = ["confidence", "height_cm"]
    config = csn_config(four_records.assign(height_cm=[1, 2, 3, 4]), numbers, 1)
    sliders = pd.DataFrame(config["sliders"])
    assert sliders["id"].tolist() == numbers
    assert sliders["typeNumber"].tolist() == ["float", "int"]
    assert sliders["min"].tolist() == [0.6, 1]
    assert sliders["max"].tolist() == [0.9, 4]
    searched = {field["columnField"] for field in config["search"]}
    assert {"style", "place"} <= searched
    assert searched.isdisjoint(numbers)
    assert len(config["clusters"]["clusterColors"]) == 2


def test_texts_are_texts_and_equal_numbers_have_no_slider(four_records):
    odd = four_records.assign(
        place=["Paris", None, "", "Wien"],
        is_public=[True, False, True, None],
        height_cm=3.0,
        index=["a", "b", "c", "d"],
    )
    free = with_free_names(odd, _TAKEN_NAMES)
    assert _number_columns(free) == ["confidence"]
    rows = pd.DataFrame(_metadata_rows(free, ["confidence"]))
    assert rows["place"].tolist() == ["Paris", "", "", "Wien"]
    assert rows["is_public"].tolist() == ["True", "False", "True", ""]
    assert rows["table_index"].tolist() == ["a", "b", "c", "d"]
    assert rows["index"].tolist() == [0, 1, 2, 3]
    assert set(rows["height_cm"]) == {"3.0"}


def test_styles_and_predictions_have_the_same_colours():
    styles = ["b", "a", "c", "c", "a", "d"]
    predicted = ["c", "a", "b", "c", "b", "e"]
    records = pd.DataFrame({"style": styles, "predicted": predicted})
    records["right"] = records["style"] == records["predicted"]
    ordered = _in_order_of_colours(records)
    for column in ("style", "predicted"):
        first, second, *_ = ordered[column].unique()
        assert [first, second] == ["a", "c"]
    assert sorted(ordered["style"]) == sorted(styles)
    config = csn_config(ordered.assign(title="", author="", confidence=0.5), [], 1)
    assert len(set(config["clusters"]["clusterColors"])) == 5
