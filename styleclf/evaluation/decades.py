"""Years as ordered decades: of each decade the chance that a work is of it or of a later one.

Such chances can come from anything that says yes or no for every decade (Frank and Hall, A simple approach to ordinal
classification, 2001). A work has as labels all decades that have begun by then, `dated|1850 or later|1860 or later`, so
whatever learns several labels learns years.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit, logit

from styleclf.evaluation.labels import LABEL_SEPARATOR

ANY_YEAR = "dated"  # the label of all works, so that the earliest have one
_HALF = 0.5  # of the works lie behind the median
_LEAST_CHANCE = 1e-6  # whose logit is taken


def decade_labels(decades: Sequence[float]) -> list[str]:
    """The labels of decades by the years in which they begin.

    >>> decade_labels([1850.0, 1860.0])
    ['1850 or later', '1860 or later']
    """
    return [f"{decade:.0f} or later" for decade in decades]


def decade_cells(
    years: np.ndarray,  # (n,)
    decades: Sequence[float],
) -> list[str]:
    """`(n,)` all labels of works, joined.

    >>> decade_cells(np.array([1867.0, 1849.0]), [1850.0, 1860.0, 1870.0])
    ['dated|1850 or later|1860 or later', 'dated']
    """
    begins = np.asarray(decades)
    cells = []
    for year in years:
        labels = decade_labels(begins[begins <= year])
        cells.append(LABEL_SEPARATOR.join([ANY_YEAR, *labels]))
    return cells


def unbalanced(
    chances: np.ndarray,  # (n, k) learned where later and earlier works counted alike
    years: np.ndarray,  # of the works that they were learned from
    decades: Sequence[float],  # (k,)
) -> np.ndarray:
    """`(n, k)` chances as they are among those works: the odds are as many times higher as there are later ones."""
    is_later = years[:, None] >= np.asarray(decades)
    shares = is_later.mean(axis=0).clip(_LEAST_CHANCE, 1 - _LEAST_CHANCE)
    inside = chances.clip(_LEAST_CHANCE, 1 - _LEAST_CHANCE)
    return expit(logit(inside) + logit(shares))


def median_years(
    chances: np.ndarray,  # (n, k) that works are of a decade or later
    edges: np.ndarray,  # (k + 2,) years: the earliest, where each of the decades begins, the latest
) -> np.ndarray:
    """`(n,)` the median of each work's year, the one with the least mean error.

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
    return np.array(medians)
