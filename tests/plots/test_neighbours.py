"""styleclf.plots.neighbours: what is of another style is framed so."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from styleclf.plots import plot_neighbours
from styleclf.plots.theme import RIGHT, WRONG
from tests.plots.made_up import panel_words


def test_neighbours_are_framed_by_whether_they_share_the_style(sample, design):
    names = design.groupby("label")["filename"].first()
    rows = [("q", 0, "cubism", 0.0), ("q", 1, "cubism", 0.1), ("q", 2, "rococo", 0.25)]
    table = pd.DataFrame(rows, columns=["query", "rank", "label", "distance"])
    table = table.assign(filename=table["label"].map(names), author=["anna", "ben", ""])
    fig = plot_neighbours(table, sample)
    outlines = [{to_hex(patch.get_edgecolor()).upper() for patch in axes.patches} & {RIGHT, WRONG} for axes in fig.axes]
    assert outlines == [set(), {RIGHT}, {WRONG}]
    assert {"Anna", "Ben", "cubism 0.10", "rococo 0.25"} <= panel_words(fig)
    with pytest.raises(ValueError, match="rank"):
        plot_neighbours(table.drop(columns="rank"), sample)
