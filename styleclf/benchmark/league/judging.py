"""Judging a body: probes of its features, on painters that they were not fitted to, and on folds that mix painters."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from styleclf.benchmark.league.folds import torn_folds
from styleclf.common import tracked
from styleclf.evaluation import true_ranks
from styleclf.training import STRENGTHS, balanced_log_loss

KS = (1, 2)  # guesses
_MAX_ITERATIONS = 500
_TOLERANCE = 1e-3  # of scikit-learn's solver, as for the probe of a training
_SMALLEST_PROBA = 1e-12


class Judgement(NamedTuple):
    """How often n images were recognised, 0..1."""

    hits: dict[int, np.ndarray]  # by number of guesses, (n,) each, on painters never seen; means over draws of folds
    painter_hits: np.ndarray  # (n,) with one guess, how much more where the folds of the first draw mix painters
    strengths: list[float]  # one for each fold of the first draw


def judge_coordinates(
    coordinates: np.ndarray,  # (n, rank)
    targs: np.ndarray,  # (n,) positions of the styles
    draws: Sequence[np.ndarray],  # folds (n,) of every draw
    *,
    what: str = "draws of folds",
    progress: bool = True,
) -> Judgement:
    """Judge images by probes of the other folds, in every draw.

    In the first draw the regularisation of each fold's probe is the one with the lowest class-weighted log loss on the
    other folds. Folds that mix painters, and those of further draws, have the same, in the same order.
    """
    first_folds = draws[0]
    torn = torn_folds(first_folds, targs, 0)
    first_probas, strengths = _first_probas(coordinates, targs, first_folds)
    mixed_probas = _probas(coordinates, targs, torn, strengths=strengths)
    painter_hits = _hits(mixed_probas, targs, 1) - _hits(first_probas, targs, 1)
    hits = {k: np.zeros(len(targs)) for k in KS}
    probas = first_probas
    for number, folds in enumerate(tracked(draws, len(draws), what, progress)):
        if number > 0:
            probas = _probas(coordinates, targs, folds, strengths=strengths)
        for k in KS:
            hits[k] += _hits(probas, targs, k) / len(draws)
    chosen = list(strengths.values())
    return Judgement(hits, painter_hits, chosen)


def _hits(probas: np.ndarray, targs: np.ndarray, k: int) -> np.ndarray:
    """`(n,)` 1 for an image whose style is among the k likeliest, else 0."""
    ranks = true_ranks(probas, targs)
    return (ranks < k) * 1.0


def _first_probas(
    coordinates: np.ndarray,
    targs: np.ndarray,
    folds: np.ndarray,
) -> tuple[np.ndarray, dict[int, float]]:
    """Probabilities `(n, n_styles)` of a draw, and the strength of each fold's probe, chosen by the other folds."""
    paths = {}
    losses = {}
    for fold in np.unique(folds).tolist():
        test = folds == fold
        path = _path_probas(coordinates, targs, test, strengths=STRENGTHS)
        paths[fold] = path
        losses[fold] = _path_losses(path, targs[test], targs[~test])
    probas = _no_probas(targs)
    strengths = {}
    for fold, path in paths.items():
        position = _best_elsewhere(losses, fold)
        probas[folds == fold] = path[position]
        strengths[fold] = STRENGTHS[position]
    return probas, strengths


def _best_elsewhere(losses: Mapping[int, np.ndarray], fold: int) -> int:
    """The position of the strength with the lowest loss on all folds but one."""
    total = np.zeros(len(STRENGTHS))
    for name, loss in losses.items():
        if name != fold:
            total += loss
    return int(total.argmin())


def _probas(
    coordinates: np.ndarray,
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    strengths: Mapping[int, float],
) -> np.ndarray:
    """Probabilities `(n, n_styles)` over folds, whose strengths are given."""
    probas = _no_probas(targs)
    for fold, strength in strengths.items():
        test = folds == fold
        path = _path_probas(coordinates, targs, test, strengths=[strength])
        probas[test] = path[0]
    return probas


def _no_probas(targs: np.ndarray) -> np.ndarray:
    """Zeros `(n, n_styles)`, to be filled fold by fold."""
    n_styles = targs.max() + 1
    return np.zeros((len(targs), n_styles))


def _path_losses(
    path: np.ndarray,  # (n_strengths, n_test, n_styles)
    test_targs: np.ndarray,
    train_targs: np.ndarray,
) -> np.ndarray:
    """`(n_strengths,)` class-weighted log losses, of the images whose styles could be learned."""
    losses = np.zeros(len(path))
    can_be_known = np.isin(test_targs, train_targs)
    if not can_be_known.any():
        return losses
    targs = test_targs[can_be_known]
    for position, probas in enumerate(path):
        logits = np.log(np.maximum(probas[can_be_known], _SMALLEST_PROBA))
        losses[position] = balanced_log_loss(logits, targs)
    return losses


def _path_probas(
    coordinates: np.ndarray,
    targs: np.ndarray,
    test: np.ndarray,  # (n,) bool
    *,
    strengths: Sequence[float],
) -> np.ndarray:
    """Probabilities `(n_strengths, n_test, n_styles)` of the images in `test` from probes of the others.

    Strengths rise, and every probe starts from the one before, which takes a third of the time.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    n_styles = targs.max() + 1
    train_targs = targs[~test]
    train_coordinates = coordinates[~test]
    test_coordinates = coordinates[test]
    probas = np.zeros((len(strengths), len(test_coordinates), n_styles))
    styles = np.unique(train_targs)
    if len(styles) == 1:  # there is nothing to fit
        probas[:, :, styles] = 1
        return probas
    solver = LogisticRegression(
        class_weight="balanced",
        max_iter=_MAX_ITERATIONS,
        tol=_TOLERANCE,
        warm_start=True,
    )
    with threadpool_limits(1):  # products so small that two threads, waiting for one another, take longer
        for position, strength in enumerate(strengths):
            solver.set_params(C=strength)
            solver.fit(train_coordinates, train_targs)
            probas[position][:, styles] = solver.predict_proba(test_coordinates)
    return probas
