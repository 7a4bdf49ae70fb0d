"""Calibration: probabilities that are right as often as they say, and sets of styles that hold the true one.

Both are learned from predictions of images whose authors the model had not seen, and never judged on what they were
learned from: `cross_calibrated` learns for every fold from the others.
"""

from collections.abc import Sequence
from typing import Literal, Protocol, get_args

import numpy as np
import pandas as pd
from scipy.special import logit, softmax

from styleclf.evaluation.intervals import N_RESAMPLES, author_units, interval, resampled_counts, tail_percent
from styleclf.evaluation.metrics import ratio
from styleclf.evaluation.predictions import prediction_columns, probas_of, targets, vocab_of

Method = Literal["temperature", "sigmoid", "isotonic"]
METHODS = get_args(Method)
_N_BINS = 10  # of the reliability diagram
COVERAGE = 0.9
_LEAST = 1e-6  # how far probabilities are kept from 0 and 1 where their logarithms are needed
_TEMPERATURES = 0.05, 20.0  # within which one is looked for


class Calibrator(Protocol):
    """Whatever makes better probabilities of probabilities."""

    def predict_proba(self, probas: np.ndarray) -> np.ndarray:
        """`(n, n_styles)` to `(n, n_styles)`."""


class Temperature:
    """Divides logits by one number, so that the order of styles stays: above 1 a model becomes less sure (Guo 2017)."""

    def __init__(self, value: float) -> None:
        self.value = value

    def predict_proba(self, probas: np.ndarray) -> np.ndarray:
        """Probabilities `(n, n_styles)` of probabilities."""
        return softmax(np.log(np.clip(probas, _LEAST, 1)) / self.value, axis=1)


class StyleByStyle:
    """Scikit-learn's regressions, one a style against the rest; their results are scaled to sum 1 (Zadrozny 2002)."""

    def __init__(self, models: Sequence) -> None:
        self.models = models  # None for a style of which there was no image: it stays as it is

    def predict_proba(self, probas: np.ndarray) -> np.ndarray:
        """Probabilities `(n, n_styles)` of probabilities."""
        pairs = zip(self.models, probas.T, strict=True)
        found = np.stack([column if model is None else model.predict(column) for model, column in pairs], axis=1)
        return found / found.sum(axis=1, keepdims=True)


class Sigmoid:
    """Platt's: scikit-learn's logistic regression of the log-odds."""

    def __init__(self, probas: np.ndarray, right: np.ndarray) -> None:
        from sklearn.linear_model import LogisticRegression

        self.model = LogisticRegression(C=1e6).fit(_log_odds(probas)[:, None], right)

    def predict(self, probas: np.ndarray) -> np.ndarray:
        """`(n,)` of `(n,)`."""
        return self.model.predict_proba(_log_odds(probas)[:, None])[:, 1]


def _log_odds(probas: np.ndarray) -> np.ndarray:
    """log p / (1 - p), in the shape of `probas`."""
    return logit(np.clip(probas, _LEAST, 1 - _LEAST))


def _isotonic(probas: np.ndarray, right: np.ndarray) -> object:
    """Scikit-learn's isotonic regression, kept from calling anything impossible that it has merely not seen."""
    from sklearn.isotonic import IsotonicRegression

    least = 1 / (len(probas) + 2)  # Laplace's rule of succession
    return IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip").fit(probas, right)


def fitted_calibrator(probas: np.ndarray, targs: np.ndarray, method: Method = "temperature") -> Calibrator:
    """A calibrator learned from probabilities `(n, n_styles)` of images that the model had not seen, and their styles.

    'temperature' is the one number with the lowest log loss; 'sigmoid' (Platt 1999) and 'isotonic' (Zadrozny and Elkan
    2002) treat every style by itself. Raises ValueError for another method, or probabilities that are no numbers.
    """
    if method not in METHODS:
        raise ValueError(f"calibration must be by one of {', '.join(METHODS)}, not {method!r}")
    if not np.isfinite(probas).all():
        raise ValueError(f"{(~np.isfinite(probas).all(axis=1)).sum()} of {len(probas)} images have no probabilities")
    if method == "temperature":
        return Temperature(_best_temperature(probas, targs))
    fitted = Sigmoid if method == "sigmoid" else _isotonic
    styles = [(column, targs == style) for style, column in enumerate(probas.T)]
    return StyleByStyle([fitted(column, own) if own.any() and not own.all() else None for column, own in styles])


def _best_temperature(probas: np.ndarray, targs: np.ndarray) -> float:
    """The temperature with the lowest mean log loss."""
    from scipy.optimize import minimize_scalar

    def log_loss(log_temperature: float) -> float:
        tempered = Temperature(np.exp(log_temperature)).predict_proba(probas)
        return -np.log(tempered[np.arange(len(targs)), targs]).mean()

    return float(np.exp(minimize_scalar(log_loss, bounds=np.log(_TEMPERATURES), method="bounded").x))


def cross_calibrated(predictions: pd.DataFrame, method: Method = "temperature") -> pd.DataFrame:
    """Out-of-fold predictions with the probabilities of every fold calibrated by what the other folds tell.

    Raises ValueError for fewer than two folds, and what `fitted_calibrator` raises.
    """
    folds = predictions["fold"].astype(str).to_numpy()
    if len(set(folds)) < 2:
        raise ValueError(f"calibration is learned from other folds, but there are only {sorted(set(folds))}")
    probas, vocab = probas_of(predictions), vocab_of(predictions)
    targs = targets(predictions["label"], vocab)
    calibrated = np.empty_like(probas)
    for fold in set(folds):
        rows = folds == fold
        calibrated[rows] = fitted_calibrator(probas[~rows], targs[~rows], method).predict_proba(probas[rows])
    return with_probas(predictions, calibrated)


def with_probas(predictions: pd.DataFrame, probas: np.ndarray) -> pd.DataFrame:
    """The table with other probabilities and what they predict."""
    new = prediction_columns(probas, vocab_of(predictions))
    return predictions.assign(**new.set_index(predictions.index))


def reliability_table(
    predictions: pd.DataFrame, n_bins: int = _N_BINS, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> pd.DataFrame:
    """How often predictions are right, by how sure they are: `confidence, right, lo, hi, n_images, n_authors`.

    A row for every one of `n_bins` equal ranges of the highest probability in which there are images: the mean of it,
    the share right, and a 95 % interval of that from resampling authors within styles, as in `metrics_table`.
    """
    probas, vocab = probas_of(predictions), vocab_of(predictions)
    targs, units = targets(predictions["label"], vocab), author_units(predictions["author"])
    confidence, right = probas.max(axis=1), probas.argmax(axis=1) == targs
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    members = np.eye(n_bins)[bins]
    counts = resampled_counts(units, targs, n_resamples, np.random.default_rng(seed))
    draws, tail = ratio(counts @ (members * right[:, None]), counts @ members), tail_percent(units, targs)
    rows = []
    for i in np.unique(bins):
        here = bins == i
        sizes = here.sum(), len(np.unique(units[here]))
        rows.append((confidence[here].mean(), right[here].mean(), *interval(draws[:, i], tail), *sizes))
    return pd.DataFrame(rows, columns=["confidence", "right", "lo", "hi", "n_images", "n_authors"])


def set_threshold(predictions: pd.DataFrame, coverage: float = COVERAGE) -> float:
    """The probability from which on a style belongs to a prediction's set, for `coverage` of new painters' images.

    Split conformal prediction on images the model had not seen, every author counting alike however many images they
    have, and one more author counted as if nothing held them, which is who comes next (Dunn, Wasserman and Ramdas,
    Distribution-free prediction sets for two-layer hierarchical models, 2022: their pooled distributions). 0, which
    lets in all styles, where there are too few authors. Raises ValueError for a coverage outside 0..1.
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must be between 0 and 1, such as 0.9, not {coverage}")
    probas = probas_of(predictions)
    own = probas[np.arange(len(probas)), targets(predictions["label"], vocab_of(predictions))]
    units = author_units(predictions["author"])
    weights = 1 / np.bincount(units)[units] / (len(np.unique(units)) + 1)
    order = np.argsort(-own, kind="stable")
    held = np.cumsum(weights[order])
    enough = np.flatnonzero(held >= coverage - 1e-12)
    return float(own[order[enough[0]]]) if len(enough) else 0.0


def prediction_sets(probas: np.ndarray, threshold: float) -> np.ndarray:
    """Which styles are in the set of each image, `(n, n_styles)` bool; the likeliest always is."""
    likeliest = probas == probas.max(axis=1, keepdims=True)
    return (probas >= threshold) | likeliest


def coverage_table(predictions: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """How often sets hold the true style, and how many styles they hold: `metric, value, lo, hi`, with 95 % intervals.

    The metrics are `coverage`, over images, `coverage_of_authors`, each of whom counts once, and `size`.
    """
    probas, vocab = probas_of(predictions), vocab_of(predictions)
    targs, units = targets(predictions["label"], vocab), author_units(predictions["author"])
    sets = prediction_sets(probas, threshold)
    holds, shares = sets[np.arange(len(targs)), targs] * 1.0, 1 / np.bincount(units)[units]
    counts = resampled_counts(units, targs, N_RESAMPLES, np.random.default_rng(0))
    counts, tail = np.vstack([np.ones(len(targs)), counts]), tail_percent(units, targs)
    values = {
        "coverage": counts @ holds / counts.sum(axis=1),
        "coverage_of_authors": counts @ (holds * shares) / (counts @ shares),
        "size": counts @ sets.sum(axis=1) / counts.sum(axis=1),
    }
    rows = [(name, value[0], *interval(value[1:], tail)) for name, value in values.items()]
    return pd.DataFrame(rows, columns=["metric", "value", "lo", "hi"])


def coverage_sentence(table: pd.DataFrame) -> str:
    """What `coverage_table` found."""
    (held, low, high), (authors, *_), (size, *_) = table[["value", "lo", "hi"]].to_numpy()
    return (
        f"sets of {size:.1f} styles in the mean hold the true one of {held:.0%} of the images "
        f"({COVERAGE:.0%} were promised; 95 % interval {low:.0%} to {high:.0%}), {authors:.0%} if authors count alike"
    )
