"""How much better one way of predicting is than another, on the same images."""

import numpy as np

from styleclf.evaluation import AuthorBootstrap, Estimate, mean_over_styles, one_hot


def paired_gain(
    changes: np.ndarray,  # (n,) -1..1: what each image adds to the score of the first way
    targs: np.ndarray,  # (n,) positions of the labels
    units: np.ndarray,  # (n,) what is drawn together
) -> Estimate:
    """By how much the second accuracy is higher, every style counting alike, with its 95 % interval."""
    bootstrap = AuthorBootstrap(units, targs)
    counts = bootstrap.counts_with_value
    n_styles = int(targs.max()) + 1
    scores = mean_over_styles(changes, targs, n_styles, counts=counts)
    in_style = one_hot(targs, n_styles)
    all_alike = np.ones(n_styles)
    lo, hi = bootstrap.change_bounds(scores[1:], changes, in_style, all_alike)
    return Estimate(float(scores[0]), lo, hi)


def accuracy_of(hits: np.ndarray, targs: np.ndarray) -> float:
    """The mean over styles of their shares of `hits (n,)`, 0..1."""
    n_styles = int(targs.max()) + 1
    every_image_once = np.ones((1, len(targs)))
    (score,) = mean_over_styles(hits, targs, n_styles, counts=every_image_once)
    return float(score)


def hits_of(probas: np.ndarray, targs: np.ndarray) -> np.ndarray:
    """`(n,)` 1.0 where the likeliest style is the label."""
    guesses = probas.argmax(axis=1)
    return (guesses == targs).astype(float)
