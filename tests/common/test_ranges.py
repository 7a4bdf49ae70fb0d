"""styleclf.common.ranges: values are compared with the annotations of parameters."""

import math
from typing import Annotated

import pytest

from styleclf.common import ranges


@pytest.mark.parametrize(
    "limits, inside, outside, words",
    [
        (ranges.Range(least=0, most=1), (0, 0.5, 1), (-0.1, 1.1), "from 0 to 1"),
        (ranges.Range(above=0), (1e-9, 1e9), (0, -1), "above 0"),
        (ranges.Range(above=0, most=90), (1, 90), (0, 91), "above 0 and at most 90"),
        (ranges.Range(least=2), (2, 10**9), (1,), "of 2 or more"),
        (ranges.Range(most=2), (2, -5), (3,), "of 2 or less"),
        (ranges.Range(), (0, -5), (), ""),
    ],
)
def test_ranges_hold_what_their_words_say(limits, inside, outside, words):
    assert all(limits.holds(value) for value in inside)
    assert str(limits) == words
    assert not any(limits.holds(value) for value in (*outside, math.nan, math.inf, -math.inf))


def paint(
    n: ranges.Count = 1,
    share: ranges.Share = 0.5,
    minutes: Annotated[float | None, ranges.Range(above=0)] = None,
    name: str = "",
    fit: ranges.FitName = "squash",
    precision: ranges.PrecisionNameOrNone = None,
    **others: object,
) -> None:
    """Nothing."""


@pytest.mark.parametrize(
    "values, complaint",
    [
        ({"n": 1.5}, "n must be a whole number from 1 to 1,000,000, not 1.5"),
        ({"n": True}, "n must be a whole number .*, not True"),
        ({"n": None}, "n must be a whole number .*, not None"),
        ({"share": "much"}, "share must be a number from 0 to 1, not 'much'"),
        ({"minutes": math.nan}, "minutes must be a number above 0, not nan"),
        ({"fit": "stretch"}, "fit must be one of squash, crop, pad, not 'stretch'"),
        ({"fit": None}, "fit must be one of squash, crop, pad, not None"),
        ({"precision": "fp8"}, "precision must be one of auto, fp32, bf16, fp16, not 'fp8'"),
    ],
)
def test_values_are_checked_by_the_annotations(values, complaint):
    ranges.check_values(
        paint, {"n": 2, "share": 1, "minutes": None, "name": 3, "precision": None, "elsewhere": -1, "others": {}}
    )
    with pytest.raises(ValueError, match=complaint):
        ranges.check_values(paint, values)
