"""styleclf.embeddings.atlas.pixplot_sheets: every thumbnail in its place on its sheet."""

import pytest
from PIL import Image

from styleclf.embeddings.atlas.pixplot_sheets import CELL_HEIGHT, SHEET_SIDE, CellSheets, thumbnail_of
from tests.embeddings.atlas.four_pictures import is_colour


@pytest.mark.parametrize("size, expected", [((300, 200), (128, 85)), ((20, 40), (64, 128)), ((4000, 1), (128, 1))])
def test_the_longer_side_of_a_thumbnail_is_always_the_same(size, expected):
    picture = Image.new("RGB", size)
    assert thumbnail_of(picture).size == expected


def colour_of(number):
    return (40 * (number % 6), 90, 200)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sheets")


@pytest.fixture(scope="module")
def sheets(folder):
    """Sheets of 1,100 thumbnails, each 124 pixels wide there: 16 in a row, 1,024 on a sheet."""
    sheets = CellSheets(folder)
    for number in range(1100):
        thumbnail = Image.new("RGB", (128, 33), colour_of(number))
        sheets.add(thumbnail)
    sheets.write()
    return sheets


def test_a_sheet_is_begun_when_one_is_full(sheets):
    assert [len(places) for places in sheets.places] == [1024, 76]
    assert [len(sizes) for sizes in sheets.sizes] == [1024, 76]
    assert sheets.sizes[0][0] == [128, 33]


@pytest.mark.parametrize("number", [0, 1])
def test_cells_stand_beside_one_another(sheets, folder, number):
    picture = Image.open(folder / f"atlas-{number}.jpg")
    for position in range(0, len(sheets.places[number]), 50):
        x, y = sheets.places[number][position]
        assert x + 124 <= SHEET_SIDE
        assert y + CELL_HEIGHT <= SHEET_SIDE
        colour = colour_of(1024 * number + position)
        assert is_colour(picture, x + 60, y + 16, colour)
