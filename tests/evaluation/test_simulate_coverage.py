"""Intervals and sets hold a truth that is known: some cells of the table that `simulate_coverage.py` prints."""

import pytest

from tests.evaluation import simulate_coverage as simulation


@pytest.mark.parametrize("painters", ["few and uneven", "styles without"])
@pytest.mark.parametrize("size, at_ceiling", [("fold", False), ("validation", True), ("handful", False)])
def test_intervals_hold_the_truth(painters, size, at_ceiling):
    """Of 40 draws 35 hold it in 99 of 100 tests where the interval's 95 % are right."""
    table = simulation.coverage(simulation.named_regime(painters, size, at_ceiling), 40, n_resamples=200)
    held = table.set_index("metric")["held"].dropna()  # a handful has no calibration error
    assert (held.drop("ece", errors="ignore") >= 35 / 40).all()
    assert (held >= 32 / 40).all()


def test_sets_hold_what_they_promise_of_painters_and_of_styles_without():
    result = simulation.sets_coverage(simulation.named_regime("styles without", "fold"), 20)
    assert result["painters"] >= 0.87
    assert result["without"] == pytest.approx(0.9, abs=0.03)
