"""How forests are tuned: values that cannot be used."""

import pytest

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

from styleclf.forest.options import ForestOptions


@pytest.mark.parametrize(
    "options, what",
    [
        (dict(trials=0), "trials .* not 0"),
        (dict(calibrate="platt"), "calibrate must be one of .* 'platt'"),
        (dict(calibrate="none", jobs=-1), "jobs .* not -1"),
    ],
)
def test_what_no_contest_can_be_made_of_is_refused(options, what):
    with pytest.raises(ValueError, match=what):
        ForestOptions(**options)
