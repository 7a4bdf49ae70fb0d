"""The figure of years."""

from styleclf.evaluation import with_ranges, year_table
from styleclf.plots.years import plot_years
from tests.evaluation.test_years import made_dates


def test_a_dot_for_each_image_and_both_errors_as_title():
    dates = with_ranges(made_dates())
    figure = plot_years(dates, year_table(dates))
    axes = figure.axes[0]
    n_dots = sum(len(dots.get_offsets()) for dots in axes.collections if len(dots.get_offsets()) > 1)
    assert n_dots == len(dates)
    title = figure.get_suptitle()
    assert "years off on average (the style's mean year:" in title
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["cubism", "rococo"]
