"""styleclf.plots.picture_grid: many columns stand in bands, and their pictures share one page."""

import pandas as pd
import pytest

from styleclf.plots import picture_grid, theme


@pytest.mark.parametrize(("n_styles", "per_band"), [(3, [3]), (8, [8]), (11, [6, 5]), (27, [7, 7, 7, 6])])
def test_many_styles_go_into_bands_as_equal_as_can_be(n_styles, per_band):
    columns = [picture_grid.Column(f"style-{i}", 1) for i in range(n_styles)]
    fig, cells = picture_grid.picture_grid(columns)
    bottoms = pd.Series([round(cell.bottom, 6) for (cell,) in cells.values()])
    from_above = bottoms.value_counts().sort_index(ascending=False)
    assert from_above.tolist() == per_band
    assert fig.get_figwidth() <= theme.WIDTH


def test_pictures_of_a_column_stand_below_one_another_and_share_the_axes():
    fig, cells = picture_grid.picture_grid([picture_grid.Column("cubism", 3)], n_lines=2)
    first, second, third = cells["cubism"]
    assert first.axes is second.axes is third.axes is fig.axes[0]
    assert first.left == second.left == third.left
    lower_end_of_box = first.bottom - first.box * first.side
    assert lower_end_of_box > second.bottom + second.side
    assert second.bottom > third.bottom


def test_a_column_without_pictures_says_so():
    fig, cells = picture_grid.picture_grid([picture_grid.Column("cubism", 0)])
    assert cells == {"cubism": []}
    assert [text.get_text() for text in fig.axes[0].texts] == ["cubism", "none"]
