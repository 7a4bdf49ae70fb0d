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


def unbalanced_chances(
    chances: np.ndarray,  # (n, k) learned where later and earlier works counted alike
    years: np.ndarray,  # of the works that they were learned from
    decades: Sequence[float],  # (k,)
) -> np.ndarray:
    """`(n, k)` chances as they are among those works: the odds are as many times higher as there are later ones."""
    shares = shares_of_later(years, decades)
    inside = chances.clip(_LEAST_CHANCE, 1 - _LEAST_CHANCE)
    return expit(logit(inside) + logit(shares))


def shares_of_later(
    years: np.ndarray,  # of works
    decades: Sequence[float],  # (k,)
) -> np.ndarray:
    """`(k,)` the share of works that are of a decade or later, above 0 and below 1.

    >>> shares_of_later(np.array([1840.0, 1855.0]), [1850.0]).tolist()
    [0.5]
    """
    is_later = years[:, None] >= np.asarray(decades)
    return is_later.mean(axis=0).clip(_LEAST_CHANCE, 1 - _LEAST_CHANCE)
