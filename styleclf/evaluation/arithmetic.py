"""Quotients and means of arrays, which intervals, metrics and tables share."""

import numpy as np


def ratio(
    numerator: np.ndarray,
    denominator: np.ndarray,  # of a shape that can be broadcast to the numerator's
    default: float = np.nan,  # where the denominator is 0 or less
) -> np.ndarray:
    """numerator / denominator, in the shape of the numerator, and `default` where the denominator is 0 or less."""
    shape = np.shape(numerator)
    denominator = np.broadcast_to(denominator, shape)
    quotient = np.full(shape, default, dtype=float)
    return np.divide(numerator, denominator, out=quotient, where=denominator > 0)


def one_hot(positions: np.ndarray, n: int) -> np.ndarray:
    """`(len(positions), n)` 1 at each position, and 0 elsewhere.

    >>> one_hot(np.array([1, 0]), 3).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    return np.eye(n)[positions]


def weighted_means(
    values: np.ndarray,  # (n,)
    counts: np.ndarray,  # (m, n)
) -> np.ndarray:
    """`(m,)` the mean of `values` under every row of `counts`, which say how much each value counts.

    >>> weighted_means(np.array([1.0, 4.0]), counts=np.array([[1, 1], [2, 1]])).tolist()
    [2.5, 2.0]
    """
    total = counts.sum(axis=1)
    return counts @ values / total
