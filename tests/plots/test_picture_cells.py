"""styleclf.plots.picture_cells: pictures keep their proportions, and many columns stand in bands."""

import pandas as pd
import pytest
from PIL import Image

from styleclf.plots import picture_cells, theme
from tests.plots.made_up import pixels_of


def test_wide_and_tall_pictures_keep_their_proportions():
    for size in ((300, 20), (20, 300), (64, 64)):
        fig = theme.new_figure(2, 2, layout=None)
        axes = fig.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        picture_cells.draw_picture(axes, Image.new("RGB", size, "red"), frame="#0072B2")
        left, right, bottom, top = axes.images[0].get_extent()
        assert (right - left) / (top - bottom) == pytest.approx(size[0] / size[1])
        assert min(left, bottom) >= 0
        assert max(right, top) <= 1
        assert axes.get_xlim() == axes.get_ylim() == (0, 1)
        middle = pixels_of(fig)[100, 100]
        assert middle.tolist() == [255, 0, 0]


def test_many_styles_go_into_bands_as_equal_as_can_be():
    for n_styles, per_band in ((3, [3]), (8, [8]), (11, [6, 5]), (27, [7, 7, 7, 6])):
        fig, cells = picture_cells.picture_grid([picture_cells.Column(f"style-{i}", 1) for i in range(n_styles)])
        tops = pd.Series([round(cell[0].get_position().y1, 6) for cell in cells.values()])
        assert tops.value_counts().sort_index(ascending=False).tolist() == per_band
        assert fig.get_figwidth() <= theme.WIDTH
