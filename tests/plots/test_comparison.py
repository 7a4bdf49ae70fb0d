"""styleclf.plots.comparison: short names, and losses turned."""

import pytest

from styleclf.evaluation.comparison import compare
from styleclf.plots import comparison
from tests.evaluation.made_predictions import make_predictions
from tests.plots.made_up import check_drawn, words_of


def test_a_comparison_names_its_runs_shortly_and_turns_the_losses():
    tables = {f"runs/{name}": make_predictions(seed=seed).assign(fold="0") for name, seed in (("a", 0), ("b/c", 0))}
    tables["runs/b/c"] = tables["runs/a"].assign(pred=tables["runs/a"]["pred"].sample(frac=1, random_state=0).tolist())
    table = compare(tables, n_resamples=50)
    fig = comparison.plot_comparison(table)
    words = words_of(fig)
    assert "Differences from a: 60 images, 8 authors" in words
    assert "b/c" in words
    rates, *losses = fig.axes
    assert not rates.xaxis_inverted()
    assert all(axes.xaxis_inverted() for axes in losses)
    with pytest.raises(ValueError, match="two or more runs"):
        comparison.plot_comparison(table[table["run"] == "runs/a"])


@pytest.mark.parametrize(
    "names, short",
    [
        (["runs/a", "runs/b"], ["a", "b"]),
        (["runs/a/x", "runs/b/x"], ["a/x", "b/x"]),
        (["a", "b/c"], ["a", "b/c"]),
        (["runs", "runs/b/"], ["runs", "runs/b"]),
    ],
)
def test_short_names_leave_out_what_is_shared(names, short):
    assert comparison._short_names(names) == short


def test_a_comparison_is_drawn_and_an_empty_one_refused():
    runs = {name: make_predictions(120, seed=0).assign(fold="0") for name in "abcdef"}
    check_drawn(comparison.plot_comparison, compare(runs, n_resamples=20))


def test_a_difference_stands_on_the_interval_of_its_trainings_anew():
    first = make_predictions(seed=0).assign(fold="0")
    second = make_predictions(seed=1).drop(columns=["filename", "label", "author"])
    table = compare({"a": first, "b": first.assign(**second)}, n_resamples=50)
    row = table[table["run"] == "b"].set_index("metric").loc["top_1_accuracy"]
    rates = comparison.plot_comparison(table).axes[0]
    ends = [lines.get_segments()[0][:, 0].tolist() for lines in rates.collections[:2]]
    retrained = [100 * row["retrained_lo"], 100 * row["retrained_hi"]]
    assert ends == [pytest.approx(retrained), pytest.approx([100 * row["lo"], 100 * row["hi"]])]
    assert retrained[0] < 100 * row["lo"]
    assert 100 * row["hi"] < retrained[1]
