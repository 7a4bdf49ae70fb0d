"""A score with the ends of its 95 % interval, and how both are written."""

from typing import NamedTuple

import numpy as np

Bounds = tuple[float, float]  # the lower and the upper end of an interval
TOO_FEW = "too few to tell"  # in place of an interval


class Estimate(NamedTuple):
    """A score and the ends of its 95 % interval, NaN where there are too few images to tell.

    >>> str(Estimate(0.5, 0.4123, 0.6))
    '0.50 (0.41-0.60)'
    >>> str(Estimate(1, np.nan, np.nan))
    '1.00 (too few to tell)'
    """

    value: float
    lo: float
    hi: float

    def __str__(self) -> str:
        if np.isnan(self.lo):
            return f"{self.value:.2f} ({TOO_FEW})"
        interval = f"{self.lo:.2f}-{self.hi:.2f}"
        return f"{self.value:.2f} ({interval})"


def bounds_text(lo: float, hi: float, number: str = ".2f") -> str:
    """The ends of an interval, written as the format `number` says, or that there are too few images to tell.

    >>> bounds_text(0.7, 0.81), bounds_text(-0.05, 0.2, "+.0%"), bounds_text(np.nan, np.nan)
    ('0.70 to 0.81', '-5% to +20%', 'too few to tell')
    """
    if np.isnan(lo):
        return TOO_FEW
    return f"{lo:{number}} to {hi:{number}}"


def interval_text(lo: float, hi: float) -> str:
    """A 95 % interval of shares in points of a hundred, or that there are too few images to tell.

    >>> interval_text(-0.05, 0.2), interval_text(np.nan, np.nan)
    ('95 % interval -5.0 to 20.0', 'too few to tell')
    """
    return named_interval(100 * lo, 100 * hi, ".1f")


def named_interval(lo: float, hi: float, number: str = ".2f") -> str:
    """`bounds_text` with the words that say what it is.

    >>> named_interval(0.7, 0.81), named_interval(np.nan, np.nan)
    ('95 % interval 0.70 to 0.81', 'too few to tell')
    """
    bounds = bounds_text(lo, hi, number)
    if bounds == TOO_FEW:
        return bounds
    return f"95 % interval {bounds}"
