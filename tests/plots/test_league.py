"""styleclf.plots.league: a dot for every body, with its interval, in the colour of its licence."""

import pandas as pd
import pytest

from styleclf.plots import plot_league
from tests.plots.made_up import check_drawn, panel_words


def make_league(n=3):
    rows = []
    for i in range(n):
        licence = "apache-2.0" if i % 2 else "cc-by-nc-4.0"
        rows.append((f"body{i}", 0.8 - i / 100, 0.75 - i / 100, 0.85 - i / 100, 2.0 ** (n - i), licence, 1400))
    columns = ["body", "top_2", "top_2_lo", "top_2_hi", "seconds", "licence", "n_images"]
    return pd.DataFrame(rows, columns=columns).assign(n_authors=300)


def test_every_body_has_a_name_and_every_licence_a_colour():
    fig = plot_league(make_league())
    assert {"body0", "body1", "body2"} <= panel_words(fig)
    (legend,) = fig.legends
    assert [text.get_text() for text in legend.get_texts()] == ["apache-2.0", "cc-by-nc-4.0"]
    assert "body0" in fig._suptitle.get_text()


def test_painters_are_unseen_only_where_some_are_known():
    title = "body0 scores highest on {} it has never seen"
    assert plot_league(make_league())._suptitle.get_text() == title.format("painters")
    nameless = make_league().assign(n_authors=0)
    assert plot_league(nameless)._suptitle.get_text() == title.format("pictures")


def test_of_many_only_those_that_no_quicker_one_beats_are_named():
    table = make_league(20)
    assert panel_words(plot_league(table)) == set(table["body"])
    slower = table.assign(seconds=table["seconds"].iloc[::-1].to_numpy())
    assert panel_words(plot_league(slower)) == {"body0"}


@pytest.mark.filterwarnings("error")
def test_it_is_drawn_whole():
    check_drawn(plot_league, make_league())
