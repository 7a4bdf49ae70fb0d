"""What a probe is: the mean of a regression and of linear discriminants, and how inner folds by author choose both.

Trainings, leagues and audits fit the same probe, by `ProbeRules`; they differ in what chooses the rules.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from styleclf.common import with_progress
from styleclf.training.discriminants import ABSENT_BIAS, LinearMap, best_temperature, discriminants
from styleclf.training.few_dimensions import products_with
from styleclf.training.one_thread import fit_in_one_thread

STRENGTHS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)  # scikit-learn's C, of features scaled to unit deviation
_N_INNER_FOLDS = 3
_MAX_ITERATIONS = 500
_TOLERANCE = 1e-3  # of the gradient, at which a search ends
_SMALLEST_PROBA = 1e-12  # whose logarithm still counts


class ProbeRules(NamedTuple):
    """How the two halves of a probe are fitted."""

    strength: float  # of the regression, scikit-learn's C
    temperature: float | None = None  # of the discriminants' logits; None: there is the regression alone

    def fitted(
        self,
        coordinates: np.ndarray,  # (n, k)
        targs: np.ndarray,  # (n,) positions of styles
        *,
        n_styles: int,
    ) -> LinearMap:
        """The mean logits of regression and discriminants, every style counting alike.

        A style without images gets `ABSENT_BIAS`, so that it is never predicted.
        """
        if len(np.unique(targs)) == 1:
            return _certain(targs[0], coordinates.shape[1], n_styles)
        (solution,) = ridge_path(coordinates, targs, [self.strength], n_styles=n_styles)
        regression = LinearMap(*solution)
        if self.temperature is None:
            return regression
        discriminant = discriminants(coordinates, targs, n_styles=n_styles)
        if discriminant is None:
            return regression
        return regression.mean_with(discriminant.cooled(self.temperature))


def _certain(targ: int, n_coordinates: int, n_styles: int) -> LinearMap:
    """The map that knows one style only."""
    bias = np.full(n_styles, ABSENT_BIAS)
    bias[targ] = 0.0
    return LinearMap(np.zeros((n_styles, n_coordinates)), bias)


def probe_rules(
    coordinates: np.ndarray,  # (n, k)
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,) authors
    *,
    n_styles: int,
    progress: bool = False,
) -> ProbeRules:
    """The rules with the lowest class-weighted log losses over inner folds by author, one half after the other."""
    strength = strength_for(coordinates, targs, groups, progress=progress)
    temperature = temperature_for(coordinates, targs, groups, n_styles=n_styles)
    return ProbeRules(strength, temperature)


def temperature_for(
    coordinates: np.ndarray,  # (n, k)
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,)
    *,
    n_styles: int,
) -> float | None:
    """The temperature that suits discriminants of inner folds.

    None where that cannot be told: with too few authors, or too many images.
    """
    logits = []
    true = []
    for train, test in _inner_folds(targs, groups):
        inner = discriminants(coordinates[train], targs[train], n_styles=n_styles)
        if inner is not None:
            logits.append(inner.logits(coordinates[test]))
            true.append(targs[test])
    if not logits:
        return None
    return best_temperature(np.concatenate(logits), np.concatenate(true), balanced_log_loss)


def strength_for(
    coordinates: np.ndarray,  # (n, k)
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,)
    *,
    progress: bool = False,
) -> float:
    """What `best_strength` returns, from features in few dimensions."""
    losses = inner_losses(coordinates, targs, groups, progress=progress)
    if losses is None:
        middle = len(STRENGTHS) // 2
        return STRENGTHS[middle]
    lowest = int(losses.argmin())
    return STRENGTHS[lowest]


def inner_losses(
    coordinates: np.ndarray,  # (n, k)
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,)
    *,
    progress: bool = False,
) -> np.ndarray | None:
    """`(n_strengths,)` mean class-weighted log losses over inner folds by author; None where authors are too few."""
    folds = _inner_folds(targs, groups)
    if not folds:
        return None
    losses = np.zeros(len(STRENGTHS))
    n_styles = targs.max() + 1
    for train, test in with_progress(folds, len(folds), "inner folds of the probe", progress):
        test_coordinates = coordinates[test]
        test_targs = targs[test]
        solutions = ridge_path(
            coordinates[train],
            targs[train],
            STRENGTHS,
            n_styles=n_styles,
        )
        for i, (weight, bias) in enumerate(solutions):
            logits = products_with(test_coordinates, weight) + bias
            loss = balanced_log_loss(logits, test_targs)
            losses[i] += loss / len(folds)
    return losses


def _inner_folds(targs: np.ndarray, groups: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions of images to train and to test on, no author in both; none where authors are too few.

    A style whose images are all one author's is nowhere to be trained on when they are tested. Such images are left out
    of the test, which could tell nothing, and so are folds that leave one style to train on.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    n_groups = len(np.unique(groups))
    largest_style = np.bincount(targs).max()
    if n_groups < 2 * _N_INNER_FOLDS or largest_style < _N_INNER_FOLDS:
        return []
    splitter = StratifiedGroupKFold(_N_INNER_FOLDS, shuffle=True, random_state=0)
    folds = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)  # styles of one or two images
        splits = list(splitter.split(targs, targs, groups))
    for train, test in splits:
        n_styles = len(np.unique(targs[train]))
        is_taught = np.isin(targs[test], targs[train])
        if n_styles > 1 and is_taught.any():
            taught_test = test[is_taught]
            folds.append((train, taught_test))
    return folds


def balanced_log_loss(logits: np.ndarray, targs: np.ndarray) -> float:
    """Mean over the styles present of their mean log loss, for `logits (n, n_styles)` and targets `(n,)`."""
    probas = softmax(logits, axis=1)
    images = np.arange(len(targs))
    p_true = probas[images, targs]
    p_true = np.maximum(p_true, _SMALLEST_PROBA)
    losses = -np.log(p_true)
    style_losses = []
    for targ in np.unique(targs):
        of_style = losses[targs == targ]
        style_losses.append(of_style.mean())
    return float(np.mean(style_losses))


def ridge_path(
    features: np.ndarray,  # (n, d)
    targs: np.ndarray,  # (n,)
    strengths: Sequence[float],
    *,
    n_styles: int,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Weight `(n_styles, d)` and bias `(n_styles,)` of scikit-learn's logistic regression, one strength after another.

    Each search starts from the solution before, which takes half the time.
    """
    from sklearn.linear_model import LogisticRegression

    solver = LogisticRegression(
        class_weight="balanced",
        max_iter=_MAX_ITERATIONS,
        tol=_TOLERANCE,
        warm_start=True,
    )
    for strength in strengths:
        solver.set_params(C=strength)
        fit_in_one_thread(solver, features, targs)
        coef = solver.coef_
        intercept = solver.intercept_
        if len(solver.classes_) == 2:  # scikit-learn then keeps one row, for the second class
            coef = np.concatenate([-coef, coef]) / 2
            intercept = np.concatenate([-intercept, intercept]) / 2
        weight = np.zeros((n_styles, features.shape[1]))
        bias = np.full(n_styles, ABSENT_BIAS)
        weight[solver.classes_] = coef
        bias[solver.classes_] = intercept
        yield weight, bias
