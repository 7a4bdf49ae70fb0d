"""The table of a league and what it recommends."""

import numpy as np
import pandas as pd
import pytest

from styleclf.benchmark.league.table import league_table, winner_of


@pytest.fixture(scope="module")
def table(league):
    return league_table(league[1], n_resamples=200)


def made_up(*rows):
    """A table of bodies: arch, top-2, upper end of the difference from the best, seconds, licence."""
    table = pd.DataFrame(rows, columns=["arch", "top_2", "difference_hi", "seconds", "licence"])
    table["body"] = table["arch"]
    return table.assign(top_2_lo=table["top_2"] - 0.02, top_2_hi=table["top_2"] + 0.02, n_authors=300)


def test_scores_are_class_weighted_means_of_hits_and_the_best_stands_first(table, league):
    _, contest = league
    assert table["top_2"].is_monotonic_decreasing
    assert np.isnan(table["difference"][0])
    differences = table["top_2"] - table["top_2"][0]
    assert table["difference"][1:].tolist() == pytest.approx(differences[1:].tolist())
    for row in table.itertuples():
        hits = contest.results[row.name].hits[1]
        styles = contest.task.targs
        of_styles = [hits[styles == style].mean() for style in np.unique(styles)]
        assert row.top_1 == pytest.approx(np.mean(of_styles))
        assert row.top_1_lo < row.top_1 < row.top_1_hi


def test_side_by_side_wins_only_by_more_than_chance():
    pair = ("a+b", 0.80, np.nan, 30, "mit")
    assert winner_of(made_up(pair, ("a", 0.79, 0.01, 10, "mit")))["arch"] == "a"
    assert winner_of(made_up(pair, ("a", 0.75, -0.01, 10, "mit")))["arch"] == "a+b"
    assert winner_of(made_up(pair))["arch"] == "a+b"
