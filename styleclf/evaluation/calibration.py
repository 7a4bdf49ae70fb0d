"""Calibration: probabilities that are right as often as they say, and sets of styles that contain the true one.

Both are learned from predictions of images whose authors the model had not seen, and never judged on what they were
learned from: `cross_calibrated` learns for every fold from the others.
"""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, get_args

import numpy as np
import pandas as pd
from scipy.special import logit, softmax

from styleclf.checks import check_one_of
from styleclf.evaluation.intervals import N_RESAMPLES, AuthorBootstrap, author_units
from styleclf.evaluation.metrics import confidence_bins, ratio
from styleclf.evaluation.predictions import prediction_columns, probas_of, targets, vocab_of

Method = Literal["temperature", "sigmoid", "isotonic"]
METHODS = get_args(Method)
COVERAGE = 0.9  # share of images whose prediction set is to contain the true style
_N_BINS = 10  # of the reliability diagram
_MIN_PROBA = 1e-6  # how far probabilities are kept from 0 and 1 where their logarithms are needed
_TEMPERATURE_RANGE = 0.05, 20.0  # within which the best temperature is searched
_ROUNDING_ERROR = 1e-12  # by which a sum of weights may miss the coverage


class Calibrator(Protocol):
    """Whatever turns probabilities into better ones."""

    def predict_proba(self, probas: np.ndarray) -> np.ndarray:
        """`(n, n_styles)` to `(n, n_styles)`."""


class Temperature:
    """Divides logits by one number, which keeps the order of styles: above 1, a model becomes less sure (Guo 2017)."""

    def __init__(self, value: float) -> None:
        self.value = value

    def predict_proba(self, probas: np.ndarray) -> np.ndarray:
        """Calibrated probabilities `(n, n_styles)` of probabilities of the same shape."""
        log_probas = np.log(np.clip(probas, _MIN_PROBA, 1))
        return softmax(log_probas / self.value, axis=1)


class StyleByStyle:
    """Scikit-learn's regressions, one per style against the rest; their results are scaled to sum 1 (Zadrozny 2002)."""

    def __init__(self, models: Sequence) -> None:
        self.models = models  # None for a style without images, whose probabilities stay as they are

    def predict_proba(self, probas: np.ndarray) -> np.ndarray:
        """Calibrated probabilities `(n, n_styles)` of probabilities of the same shape."""
        columns = []
        for model, column in zip(self.models, probas.T, strict=True):
            columns.append(column if model is None else model.predict(column))
        calibrated = np.stack(columns, axis=1)
        return calibrated / calibrated.sum(axis=1, keepdims=True)


class Sigmoid:
    """Platt's calibration: scikit-learn's logistic regression of the log-odds."""

    def __init__(self, probas: np.ndarray, is_style: np.ndarray) -> None:
        from sklearn.linear_model import LogisticRegression

        log_odds = _log_odds(probas)
        self.model = LogisticRegression(C=1e6).fit(log_odds[:, None], is_style)

    def predict(self, probas: np.ndarray) -> np.ndarray:
        """`(n,)` calibrated probabilities of one style, of its probabilities `(n,)`."""
        log_odds = _log_odds(probas)
        both_classes = self.model.predict_proba(log_odds[:, None])
        return both_classes[:, 1]


def _log_odds(probas: np.ndarray) -> np.ndarray:
    """log p / (1 - p), in the shape of `probas`."""
    return logit(np.clip(probas, _MIN_PROBA, 1 - _MIN_PROBA))


def _isotonic(probas: np.ndarray, is_style: np.ndarray) -> Any:
    """Scikit-learn's isotonic regression, kept from calling impossible what it has merely not seen."""
    from sklearn.isotonic import IsotonicRegression

    smallest = 1 / (len(probas) + 2)  # Laplace's rule of succession
    model = IsotonicRegression(y_min=smallest, y_max=1 - smallest, out_of_bounds="clip")
    return model.fit(probas, is_style)


def fitted_calibrator(
    probas: np.ndarray,  # (n, n_styles) of images that the model had not seen
    targs: np.ndarray,  # (n,) positions of the true styles
    method: Method = "temperature",
) -> Calibrator:
    """A calibrator learned from probabilities `(n, n_styles)` of images that the model had not seen, and their styles.

    'temperature' is the one number with the lowest log loss; 'sigmoid' (Platt 1999) and 'isotonic' (Zadrozny and Elkan
    2002) treat every style by itself. Raises ValueError for another method, or probabilities that are NaN or infinite.
    """
    check_one_of(method, METHODS, "the method of calibration")
    invalid = ~np.isfinite(probas).all(axis=1)
    if invalid.any():
        raise ValueError(f"{invalid.sum()} of {len(probas)} images have no probabilities, only NaN or infinity")
    if method == "temperature":
        return Temperature(_best_temperature(probas, targs))
    models: list[Any] = []
    for style, column in enumerate(probas.T):
        is_style = targs == style
        if is_style.all() or not is_style.any():
            models.append(None)
        elif method == "sigmoid":
            models.append(Sigmoid(column, is_style))
        else:
            models.append(_isotonic(column, is_style))
    return StyleByStyle(models)


def _best_temperature(probas: np.ndarray, targs: np.ndarray) -> float:
    """The temperature with the lowest mean log loss."""
    from scipy.optimize import minimize_scalar

    images = np.arange(len(targs))

    def log_loss(log_temperature: float) -> float:
        """The mean log loss of the probabilities at exp(log_temperature)."""
        calibrated = Temperature(np.exp(log_temperature)).predict_proba(probas)
        return -np.log(calibrated[images, targs]).mean()

    best = minimize_scalar(log_loss, bounds=np.log(_TEMPERATURE_RANGE), method="bounded")
    return float(np.exp(best.x))


def cross_calibrated(predictions: pd.DataFrame, method: Method = "temperature") -> pd.DataFrame:
    """Out-of-fold predictions with the probabilities of every fold calibrated by what the other folds teach.

    Raises ValueError for fewer than two folds, and what `fitted_calibrator` raises.

    >>> predictions = pd.DataFrame({"label": ["cubism", "rococo"] * 4, "fold": ["0", "0", "1", "1"] * 2})
    >>> sure = [0.99, 0.99, 0.01, 0.99, 0.99, 0.01, 0.99, 0.01]
    >>> predictions = predictions.assign(proba_cubism=sure, proba_rococo=[1 - proba for proba in sure])
    >>> calibrated = cross_calibrated(predictions)
    >>> bool(calibrated["proba_cubism"].max() < 0.99)
    True
    """
    folds = predictions["fold"].astype(str).to_numpy()
    if len(set(folds)) < 2:
        raise ValueError(f"calibration is learned from other folds, but there are only {sorted(set(folds))}")
    probas = probas_of(predictions)
    targs = targets(predictions["label"], vocab_of(predictions))
    calibrated = np.empty_like(probas)
    for fold in set(folds):
        rows = folds == fold
        calibrator = fitted_calibrator(probas[~rows], targs[~rows], method)
        calibrated[rows] = calibrator.predict_proba(probas[rows])
    return with_probas(predictions, calibrated)


def with_probas(predictions: pd.DataFrame, probas: np.ndarray) -> pd.DataFrame:
    """The table with other probabilities `(n, n_styles)`, and what they predict."""
    columns = prediction_columns(probas, vocab_of(predictions))
    return predictions.assign(**columns.set_index(predictions.index))


def reliability_table(
    predictions: pd.DataFrame, n_bins: int = _N_BINS, n_resamples: int = N_RESAMPLES, *, seed: int = 0
) -> pd.DataFrame:
    """How often predictions are right, by how sure they are: `confidence, right, lo, hi, n_images, n_authors`.

    One row for each of `n_bins` equal ranges of the highest probability that contains images: the mean of that
    probability, the share right, and a 95 % interval of the share from resampling authors, as in `metrics_table`.

    >>> predictions = pd.DataFrame({"label": ["cubism", "cubism", "rococo"], "author": ["gris", "braque", "boucher"]})
    >>> predictions = predictions.assign(proba_cubism=[0.93, 0.37, 0.35], proba_rococo=[0.07, 0.63, 0.65])
    >>> reliability_table(predictions)[["confidence", "right", "n_images"]].to_dict("list")
    {'confidence': [0.64, 0.93], 'right': [0.5, 1.0], 'n_images': [2, 1]}
    """
    probas = probas_of(predictions)
    targs = targets(predictions["label"], vocab_of(predictions))
    units = author_units(predictions["author"])
    confidence = probas.max(axis=1)
    right = probas.argmax(axis=1) == targs
    bins = confidence_bins(confidence, n_bins)
    is_in_bin = np.eye(n_bins)[bins]
    bootstrap = AuthorBootstrap(units, targs, n_resamples=n_resamples, seed=seed)
    n_right = bootstrap.counts @ (is_in_bin * right[:, None])
    n_images = bootstrap.counts @ is_in_bin
    draws = ratio(n_right, n_images)
    rows = []
    for bin_ in np.unique(bins):
        members = bins == bin_
        lo, hi = bootstrap.bounds(draws[:, bin_])
        rows.append(
            {
                "confidence": confidence[members].mean(),
                "right": right[members].mean(),
                "lo": lo,
                "hi": hi,
                "n_images": members.sum(),
                "n_authors": len(np.unique(units[members])),
            }
        )
    return pd.DataFrame(rows)


def conformal_threshold(predictions: pd.DataFrame, coverage: float = COVERAGE) -> float:
    """The lowest probability with which a style belongs to a prediction set that holds for `coverage` of new images.

    Split conformal prediction on images the model had not seen, where every author counts the same however many images
    they have, and one more author counts as if no set contained their style: the author who comes next (Dunn, Wasserman
    and Ramdas, Distribution-free prediction sets for two-layer hierarchical models, 2022: their pooled distributions).
    0, which lets in all styles, where there are too few authors. Raises ValueError for a coverage outside 0..1.
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must be between 0 and 1, such as 0.9, not {coverage}")
    probas = probas_of(predictions)
    targs = targets(predictions["label"], vocab_of(predictions))
    true_probas = probas[np.arange(len(probas)), targs]
    units = author_units(predictions["author"])
    n_authors = len(np.unique(units))
    weights = 1 / np.bincount(units)[units] / (n_authors + 1)
    order = np.argsort(-true_probas, kind="stable")
    share_covered = np.cumsum(weights[order])
    sufficient = np.flatnonzero(share_covered >= coverage - _ROUNDING_ERROR)
    if len(sufficient) == 0:
        return 0.0
    return float(true_probas[order[sufficient[0]]])


def prediction_sets(probas: np.ndarray, threshold: float) -> np.ndarray:
    """Which styles are in the set of each image, `(n, n_styles)` bool; the likeliest always is.

    >>> prediction_sets(np.array([[0.4, 0.35, 0.25]]), 0.3).tolist()
    [[True, True, False]]
    """
    is_likeliest = probas == probas.max(axis=1, keepdims=True)
    return (probas >= threshold) | is_likeliest


def coverage_table(predictions: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """How often sets contain the true style, and how many styles they have: `metric, value, lo, hi`.

    The metrics are `coverage`, over images, `coverage_of_authors`, where every author counts the same, and `size`.
    `lo, hi` bound 95 % intervals.
    """
    probas = probas_of(predictions)
    targs = targets(predictions["label"], vocab_of(predictions))
    units = author_units(predictions["author"])
    sets = prediction_sets(probas, threshold)
    covered = sets[np.arange(len(targs)), targs] * 1.0
    share_of_author = 1 / np.bincount(units)[units]
    bootstrap = AuthorBootstrap(units, targs)
    counts = bootstrap.counts_with_value
    n_images = counts.sum(axis=1)
    n_authors = counts @ share_of_author
    scores = {
        "coverage": counts @ covered / n_images,
        "coverage_of_authors": counts @ (covered * share_of_author) / n_authors,
        "size": counts @ sets.sum(axis=1) / n_images,
    }
    rows = [(metric, *bootstrap.estimate(values)) for metric, values in scores.items()]
    return pd.DataFrame(rows, columns=["metric", "value", "lo", "hi"])


def coverage_sentence(table: pd.DataFrame) -> str:
    """What `coverage_table` found."""
    rows = table.set_index("metric")
    size = rows["value"]["size"]
    of_authors = rows["value"]["coverage_of_authors"]
    coverage, lo, hi = rows.loc["coverage", ["value", "lo", "hi"]]
    promise = f"{COVERAGE:.0%} were promised; 95 % interval {lo:.0%} to {hi:.0%}"
    return (
        f"sets of {size:.1f} styles on average contain the true one for {coverage:.0%} of the images ({promise}), "
        f"for {of_authors:.0%} if authors count the same"
    )
