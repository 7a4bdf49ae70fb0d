"""benchmark.device_rates: rates beside those of the bare network."""

import math

from styleclf.benchmark import device_rates


def test_rates_stand_beside_the_bare_network(device_task):
    (extraction,) = device_rates.extraction_rates(device_task)
    training, loss = device_rates.training_rates(device_task)
    for rate in (extraction, training):
        assert rate.value > 0
        assert rate.unit == "images/s"
        assert "of the bare network's" in rate.note
    assert loss.check == "training loss"
    assert 0 < loss.value < 5
    assert loss.verdict == "good"


def test_what_is_slow_or_no_number_is_called_so():
    assert device_rates._rate_measure("training", 4, 10).verdict == "slow"
    assert device_rates._finite_measure("training loss", math.nan).verdict == "failed"
