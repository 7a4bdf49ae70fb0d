"""When a painting was made, from the features of a frozen body: ordered decades.

For every decade in which the collection has works, one logistic regression says whether a work is of that decade or a
later one (Frank and Hall, A simple approach to ordinal classification, 2001). Together they are the distribution of a
work's year, and its median is the year with the least mean error.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from styleclf.evaluation import median_years
from styleclf.training.few_dimensions import FewDimensions, products_with
from styleclf.training.linear_probe import strength_for
from styleclf.training.one_thread import fit_in_one_thread

_YEARS_OF_DECADE = 10
_FEWEST = 0.02  # of the images on either side of the beginning of a decade
_ERAS = (1 / 3, 2 / 3)  # quantiles: parts by which the strength is chosen
_MAX_ITERATIONS = 500
_TOLERANCE = 1e-3  # of the gradient, at which a search ends


class YearProbe(NamedTuple):
    """For each of `k` decades a linear map of features to the logit that a work is of it or of a later one."""

    weights: np.ndarray  # (k, d)
    biases: np.ndarray  # (k,)
    edges: np.ndarray  # (k + 2,) years: the earliest, where each of the decades begins, the latest
    strength: float  # scikit-learn's C

    def years(self, features: np.ndarray) -> np.ndarray:
        """`(n,)` the median year of images with features `(n, d)`, within the years that it was fitted to."""
        logits = products_with(features, self.weights) + self.biases
        return median_years(expit(logits), self.edges)


def fit_year_probe(
    features: np.ndarray,  # (n, d)
    years: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,) authors
    *,
    shares: np.ndarray | float = 1.0,  # (d,) how much each feature may count
) -> YearProbe:
    """The probe of dated images; its strength is the one that tells their thirds best, on authors it has not seen.

    Decades that begin with fewer than 2 % of the images before or behind them are joined to the next. Raises ValueError
    where that leaves none.
    """
    decades = decades_to_tell(years)
    reduced = FewDimensions(features, shares)
    ends_of_eras = np.quantile(years, _ERAS)
    eras = np.searchsorted(ends_of_eras, years)
    strength = strength_for(reduced.coordinates, eras, groups)
    coefficients = []
    intercepts = []
    for decade in decades:
        coefficient, intercept = _boundary(reduced.coordinates, years >= decade, strength)
        coefficients.append(coefficient)
        intercepts.append(intercept)
    weights = reduced.weights_of(np.stack(coefficients))
    bias_shifts = weights @ reduced.mean
    biases = np.array(intercepts) - bias_shifts
    edges = np.array([years.min(), *decades, years.max()])
    return YearProbe(weights, biases, edges, strength)


def decades_to_tell(years: np.ndarray) -> list[float]:
    """The years in which decades begin that have enough images before and from them on."""
    numbers = np.floor(years / _YEARS_OF_DECADE)
    first_years = numbers * _YEARS_OF_DECADE
    decades = []
    for decade in np.unique(first_years)[1:]:
        is_later = years >= decade
        share_later = is_later.mean()
        if _FEWEST <= share_later <= 1 - _FEWEST:
            decades.append(float(decade))
    if not decades:
        raise ValueError(f"{len(years)} dated training images are of one decade: there is nothing to tell apart")
    return decades


def _boundary(
    coordinates: np.ndarray,  # (n, d)
    is_later: np.ndarray,  # (n,) bool
    strength: float,
) -> tuple[np.ndarray, float]:
    """Coefficients `(d,)` and intercept of the regression that tells later works from earlier ones."""
    from sklearn.linear_model import LogisticRegression

    solver = LogisticRegression(
        C=strength,
        max_iter=_MAX_ITERATIONS,
        tol=_TOLERANCE,
    )
    fit_in_one_thread(solver, coordinates, is_later)
    (coefficients,) = solver.coef_
    (intercept,) = solver.intercept_
    return coefficients, float(intercept)
