"""styleclf.embeddings.atlas.collection: which columns of a table an atlas shows, and how it filters by them."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data.paintings import Paintings
from styleclf.embeddings.atlas.collection import MOST_CHOICES, columns_data, shown_columns, with_shown_columns

DESIGN = pd.DataFrame(
    {
        "label": "cubism",
        "author": "gris",
        "title": "a",
        "filename": [f"{i}.jpg" for i in range(50)],
        "fold": 0,
        "width": 100,
        "year": [np.nan, *range(1870, 1919)],
        "Object Date": ["n.d.", "19th century", "1503-1519", "c. 1650", *["1890s"] * 46],
        "place": ["", *["Paris", "Ceret"] * 24, "Paris "],
        "accession": [f"1905.{i:02}" for i in range(50)],
        "Object ID": range(50),
        "height_cm": [i / 4 for i in range(50)],
        "is_public": [True, False] * 25,
        "empty": np.nan,
        "notes": "x" * 1000,
    }
)
BROUGHT = list(DESIGN.columns[6:])


@pytest.fixture(scope="module")
def by_name():
    return {column["name"]: column for column in columns_data(DESIGN)}


def test_kinds_follow_the_values(by_name):
    kinds = {name: column["kind"] for name, column in by_name.items()}
    numbers = dict.fromkeys(("year", "Object Date", "height_cm"), "number")
    choices = dict.fromkeys(("place", "is_public", "notes"), "choice")
    assert kinds == numbers | choices | {"accession": "text", "Object ID": "text"}
    rooms = pd.DataFrame({"room": [f"Room {i}" for i in range(MOST_CHOICES + 1)]})
    (few,) = columns_data(rooms[1:])
    assert few["kind"] == "choice" and few["words"] == ["", *rooms["room"][1:]], "Room 2 before Room 10"
    assert columns_data(rooms)[0]["kind"] == "text"


def test_words_are_those_of_the_table_and_numbers_stand_in_order(by_name):
    for name, column in by_name.items():
        shown = [column["words"][position] for position in column["position"]]
        assert column["words"][0] == ""
        assert len(set(column["words"])) == len(column["words"])
        if name in ("place", "accession", "Object Date"):
            assert shown == DESIGN[name].str.strip().tolist()
        if column["kind"] == "number":
            known = [number for number in column["numbers"] if number is not None]
            assert known == sorted(known)
            assert len(column["numbers"]) == len(column["words"])
    assert by_name["year"]["words"][1] == "1870"
    assert by_name["year"]["position"][0] == 0
    dates = dict(zip(by_name["Object Date"]["words"], by_name["Object Date"]["numbers"], strict=True))
    assert dates == {"": None, "1503-1519": 1511, "c. 1650": 1650, "19th century": 1850, "1890s": 1894, "n.d.": None}
    assert len(by_name["notes"]["words"][1]) < 400


def test_columns_are_chosen_by_name():
    with_values = [name for name in BROUGHT if name != "empty"]
    assert shown_columns(DESIGN) == with_values
    assert shown_columns(DESIGN, ["place", "year"]) == ["place", "year"]
    assert shown_columns(DESIGN, ["none"]) == []
    table = with_shown_columns(Paintings(DESIGN, "nowhere"), ["place"]).rows
    assert list(table) == [*DESIGN.columns[:6], "place"]
    with pytest.raises(ValueError, match="--columns yaer: the design has no such column; did you mean 'year'"):
        shown_columns(DESIGN, ["place", "yaer"])
    with pytest.raises(ValueError, match="brings those of a table"):
        shown_columns(DESIGN[["label", "width"]], ["place"])
