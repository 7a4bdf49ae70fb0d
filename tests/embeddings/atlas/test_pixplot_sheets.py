"""styleclf.embeddings.atlas.pixplot_sheets: every thumbnail in its place on its sheet."""

import pytest
from PIL import Image

from styleclf.embeddings.atlas.pixplot_sheets import CELL_HEIGHT, SHEET_SIDE, CellSheets, thumbnail_of
from tests.embeddings.atlas.four_pictures import is_colour


@pytest.mark.parametrize("size, expected", [((300, 200), (128, 85)), ((20, 40), (64, 128)), ((4000, 1), (128, 1))])
def test_the_longer_side_of_a_thumbnail_is_always_the_same(size, expected):
    assert thumbnail_of(Image.new("RGB", size)).size == expected


def test_cells_stand_beside_one_another_until_a_sheet_is_full(tmp_path):
    sheets = CellSheets(tmp_path)
    colours = [(40 * (number % 6), 90, 200) for number in range(1100)]
    for colour in colours:
        sheets.add(Image.new("RGB", (128, 33), colour))  # 124 pixels wide on a sheet, 16 in a row, 1,024 on a sheet
    sheets.write()
    assert [len(places) for places in sheets.places] == [1024, 76] == [len(sizes) for sizes in sheets.sizes]
    places = [(number, *place) for number, sheet in enumerate(sheets.places) for place in sheet]
    pictures = [Image.open(tmp_path / f"atlas-{number}.jpg") for number in (0, 1)]
    for (number, x, y), colour in list(zip(places, colours, strict=True))[::50]:
        assert x + 124 <= SHEET_SIDE
        assert y + CELL_HEIGHT <= SHEET_SIDE
        assert is_colour(pictures[number], x + 60, y + 16, colour)
    assert sheets.sizes[0][0] == [128, 33]
