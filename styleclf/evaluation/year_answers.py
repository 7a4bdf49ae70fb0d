"""The year that the chances of decades say, and its range; numpy alone."""

from typing import NamedTuple

import numpy as np

_HALF = 0.5  # of the works lie behind the median
_DIGITS = 1  # of a year


class YearAnswers(NamedTuple):
    """What makes years of the chances of `k` decades."""

    edges: np.ndarray  # (k + 2,) years: the earliest, where each of the decades begins, the latest
    width: float  # half of a range, in years; infinite where too few painters have taught it
    n_networks: int = 1  # of which each says a chance of each decade, one network after another

    @property
    def decades(self) -> list[float]:
        """The `k` years in which decades begin."""
        return self.edges[1:-1].tolist()

    def ranges(self, chances: np.ndarray) -> np.ndarray:
        """`(n, 3)` year, earliest and latest, of chances `(n, k)` that works are of each decade or later; NaN of NaN.

        Of several networks there are as many times `k` chances.

        >>> answers = YearAnswers(np.array([1800.0, 1810.0, 1820.0, 1840.0]), 30.0)
        >>> answers.ranges(np.array([[0.75, 0.25]])).tolist()
        [[1815.0, 1785.0, 1845.0]]
        """
        by_network = chances.reshape(len(chances), self.n_networks, -1)
        mean_chances = by_network.mean(axis=1)
        years = median_years(mean_chances, self.edges).round(_DIGITS)
        earliest = years - self.width
        latest = years + self.width
        return np.column_stack([years, earliest, latest])


def median_years(
    chances: np.ndarray,  # (n, k) that works are of a decade or later
    edges: np.ndarray,  # (k + 2,) years: the earliest, where each of the decades begins, the latest
) -> np.ndarray:
    """`(n,)` the median of each work's year, the one with the least mean error; NaN where chances are.

    >>> median_years(np.array([[0.75, 0.25]]), np.array([1800.0, 1810.0, 1820.0, 1840.0])).tolist()
    [1815.0]
    """
    later = np.minimum.accumulate(chances, axis=1)  # a later decade cannot be likelier than an earlier one
    n_works = len(later)
    certain = np.ones((n_works, 1))
    impossible = np.zeros((n_works, 1))
    medians = []
    for of_work in np.hstack([certain, later, impossible]):
        median = np.interp(-_HALF, -of_work, edges)
        medians.append(median)
    are_known = np.isfinite(chances).all(axis=1)
    return np.where(are_known, medians, np.nan)


def year_text(year: float, earliest: float, latest: float) -> str:
    """A year with its range, where it has one, as it is shown.

    >>> year_text(1889.6, 1850.0, 1925.0)
    'c. 1890 (1850 to 1925)'
    """
    text = f"c. {year:.0f}"
    if not np.isfinite(latest):
        return text
    return f"{text} ({earliest:.0f} to {latest:.0f})"
