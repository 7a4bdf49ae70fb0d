"""styleclf.plots.left_out: accuracy on collections by models that know them, and that do not."""

import pandas as pd
import pytest

from styleclf.plots.left_out import plot_left_out


def table(n=3):
    rows = [(f"museum {i}", 0.5, 0.4, 0.6, 0.8, 0.7, 0.9, 0.75, 40 + i) for i in range(n)]
    columns = ["collection", "value", "lo", "hi", "by_painter", "by_painter_lo", "by_painter_hi", "as_few", "n_images"]
    return pd.DataFrame(rows, columns=columns)


def test_every_collection_has_two_dots_and_a_tick():
    axes = plot_left_out(table(), "source").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["museum 0 (40)", "museum 1 (41)", "museum 2 (42)"]
    dots = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata())]
    assert sorted(dots)[:6] == [0.5, 0.5, 0.5, 0.8, 0.8, 0.8]
    ticks = [line for line in axes.lines if line.get_marker() == "|" and len(line.get_xdata()) == 3]
    assert list(ticks[0].get_xdata()) == [0.75] * 3


def test_a_table_without_rows_is_one_sentence():
    with pytest.raises(ValueError, match="has no rows"):
        plot_left_out(table(0), "source")
