"""evaluation.estimates: intervals in words, and what stands in place of one that cannot be told."""

import numpy as np
import pytest

from styleclf.evaluation.estimates import TOO_FEW, Estimate, bounds_text, interval_text, named_interval


@pytest.mark.parametrize("text", [bounds_text, interval_text, named_interval])
def test_an_interval_that_nobody_can_tell_is_said_in_words(text):
    assert text(np.nan, np.nan) == TOO_FEW
    assert TOO_FEW in str(Estimate(0.5, np.nan, np.nan))


def test_shares_are_written_in_points_of_a_hundred():
    assert interval_text(0.123, 0.456) == named_interval(12.3, 45.6, ".1f") == "95 % interval 12.3 to 45.6"
