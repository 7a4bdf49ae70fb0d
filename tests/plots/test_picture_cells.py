"""styleclf.plots.picture_cells: pictures keep their proportions, and cells know their places."""

import pytest
from PIL import Image

from styleclf.plots import picture_cells, theme
from tests.plots.made_up import pixels_of


def test_wide_and_tall_pictures_keep_their_proportions():
    for size in ((300, 20), (20, 300), (64, 64)):
        fig = theme.new_figure(2, 2, layout=None)
        axes = fig.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        picture_cells.draw_picture(picture_cells.PictureCell(axes), Image.new("RGB", size, "red"), frame="#0072B2")
        left, right, bottom, top = axes.images[0].get_extent()
        assert (right - left) / (top - bottom) == pytest.approx(size[0] / size[1])
        assert min(left, bottom) >= 0
        assert max(right, top) <= 1
        assert axes.get_xlim() == axes.get_ylim() == (0, 1)
        middle = pixels_of(fig)[100, 100]
        assert middle.tolist() == [255, 0, 0]


def test_a_cell_of_a_page_lies_where_it_is_asked_for():
    fig = theme.new_figure(6, 4, layout=None)
    page = picture_cells.new_page(fig)
    cell = picture_cells.cell_of_page(page, 1.0, 0.5, side=2.0, n_lines=3, line=0.2)
    assert cell.at(0, 1) == pytest.approx((1.0, 4 - 0.5))
    assert cell.at(1, 0) == pytest.approx((3.0, 4 - 0.5 - 2.0))
    assert cell.inches == pytest.approx(2.0)
    assert cell.box == pytest.approx(3 * 0.2 / 2.0)
    assert 0 > cell.middle_of(0) > cell.middle_of(2) > -cell.box


def test_names_are_shortened_to_their_cell():
    fig = theme.new_figure(3, 3, layout=None)
    cell = picture_cells.cell_of_page(picture_cells.new_page(fig), 0.5, 0.5, side=1.0, n_lines=1, line=0.2)
    picture_cells.write_caption(cell, ["a painter with a name that is far too long for its picture"])
    (text,) = cell.axes.texts
    assert text.get_text().endswith("…")
    assert text.get_window_extent().width <= cell.inches * fig.dpi


def test_words_with_dollar_signs_are_no_formulas():
    fig = theme.new_figure(2, 2, layout=None)
    text = picture_cells.PictureCell(picture_cells.new_page(fig)).write(0.1, 0.1, "$x_1$")
    assert text.get_text() == "$x_1$"
    assert not text.get_parse_math()
