"""settings.foresight: longer work is foreseen to take longer, and minutes are taken at their word."""

import pytest

from styleclf.settings.foresight import seconds_of_audit, seconds_of_training


def test_a_training_takes_its_minutes_or_its_epochs():
    assert seconds_of_training(100, {"minutes": 2.5}) == pytest.approx(150)
    probe, one, two = (seconds_of_training(100, duration) for duration in ({}, {"epochs": 1}, {"epochs": 2}))
    assert 0 < probe < one < two
    assert two - one == pytest.approx(one - probe)


@pytest.mark.parametrize("factor", [2, 10])
def test_everything_grows_with_the_time_of_the_probe(factor):
    assert seconds_of_training(factor, {"epochs": 6}) == pytest.approx(factor * seconds_of_training(1, {"epochs": 6}))
    assert seconds_of_audit(factor, {}) == pytest.approx(factor * seconds_of_audit(1, {}))


def test_an_audit_that_leaves_out_more_takes_less():
    whole = seconds_of_audit(10, {})
    without_copies = seconds_of_audit(10, {"degraded": False})
    least = seconds_of_audit(10, {"degraded": False, "markers": False})
    assert whole > 2 * without_copies
    assert without_copies > least > 0
