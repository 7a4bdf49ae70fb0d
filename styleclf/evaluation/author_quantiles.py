"""The value that a promised share of the next author's images do not exceed: what split conformal promises rest on."""

import numpy as np
import pandas as pd

_ROUNDING_ERROR = 1e-12  # by which a sum of weights may miss the share


def learned_from(predictions: pd.DataFrame) -> np.ndarray:
    """`(n,)` bool: the images that promises are learned from, those that have an author, or all where none has.

    >>> learned_from(pd.DataFrame({"author": ["gris", ""]})).tolist()
    [True, False]
    >>> learned_from(pd.DataFrame({"author": ["", ""]})).tolist()
    [True, True]
    """
    authors = predictions["author"].fillna("")
    has_author = (authors != "").to_numpy()
    if has_author.any():
        return has_author
    return ~has_author


def author_quantile(
    scores: np.ndarray,  # (n,) of images that the model had not seen
    units: np.ndarray,  # (n,) whose the images are
    share: float,  # 0..1
    *,
    weights: np.ndarray | None = None,  # (n,) how much each score counts within its author; by default all alike
) -> float:
    """The score that `share` of the images by one more author do not exceed, every author counting the same.

    The author who comes next counts as if all their scores were infinite (Dunn, Wasserman and Ramdas, Distribution-free
    prediction sets for two-layer hierarchical models, 2022), so the value is infinite where there are too few authors.
    Raises ValueError for a share outside 0..1.

    >>> author_quantile(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 1, 2, 3]), 0.6)
    3.0
    """
    if not 0 < share < 1:
        raise ValueError(f"the share must be between 0 and 1, such as 0.9, not {share}")
    if weights is None:
        weights = np.ones(len(scores))
    _, numbers = np.unique(units, return_inverse=True)
    weight_of_author = np.bincount(numbers, weights)
    n_authors = len(weight_of_author)
    shares = weights / weight_of_author[numbers] / (n_authors + 1)
    lowest_first = np.argsort(scores, kind="stable")
    share_below = np.cumsum(shares[lowest_first])
    is_enough = share_below >= share - _ROUNDING_ERROR
    if not is_enough.any():
        return np.inf
    position = lowest_first[is_enough.argmax()]
    return float(scores[position])
