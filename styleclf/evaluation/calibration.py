"""Calibration: probabilities that are right as often as they say.

They are learned from predictions of images whose authors the model had not seen, and never judged on what they were
learned from: `cross_calibrated` learns for every fold from the others.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, NamedTuple, Protocol, get_args

import numpy as np
import pandas as pd
from scipy.special import logit, softmax

from styleclf.common import check_one_of
from styleclf.evaluation.arithmetic import one_hot, ratio, weighted_means
from styleclf.evaluation.calibration_error import confidence_bins
from styleclf.evaluation.estimates import Estimate
from styleclf.evaluation.intervals import N_RESAMPLES, AuthorBootstrap, image_units
from styleclf.evaluation.other_folds import lesson_of_others
from styleclf.evaluation.predictions import prediction_columns, probas_of, probas_of_truth, targets_of, vocab_of
from styleclf.evaluation.tables import in_fixed_order

Method = Literal["temperature", "sigmoid", "isotonic"]
CALIBRATION_METHODS = get_args(Method)
_N_BINS = 10  # of the reliability diagram
_MIN_PROBA = 1e-6  # how far probabilities are kept from 0 and 1 where their logarithms are needed
_TEMPERATURE_RANGE = 0.05, 20.0  # within which the best temperature is searched


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
        likely = np.clip(probas, _MIN_PROBA, 1)
        log_probas = np.log(likely)
        return softmax(log_probas / self.value, axis=1)


class StyleByStyle:
    """Scikit-learn's regressions, one per style against the rest; their results are scaled to sum 1 (Zadrozny 2002)."""

    def __init__(self, models: Sequence) -> None:
        self.models = models  # None for a style without images, whose probabilities stay as they are

    def predict_proba(self, probas: np.ndarray) -> np.ndarray:
        """Calibrated probabilities `(n, n_styles)` of probabilities of the same shape."""
        columns = []
        for model, column in zip(self.models, probas.T, strict=True):
            if model is not None:
                column = model.predict(column)
            columns.append(column)
        calibrated = np.stack(columns, axis=1)
        sums = calibrated.sum(axis=1, keepdims=True)
        return calibrated / sums


class Sigmoid:
    """Platt's calibration: scikit-learn's logistic regression of the log-odds."""

    def __init__(
        self,
        probas: np.ndarray,  # (n,) of the style
        is_style: np.ndarray,  # (n,) bool
    ) -> None:
        from sklearn.linear_model import LogisticRegression

        log_odds = _log_odds(probas)
        regression = LogisticRegression(C=1e6)
        self.model = regression.fit(log_odds[:, None], is_style)

    def predict(self, probas: np.ndarray) -> np.ndarray:
        """`(n,)` calibrated probabilities of one style, of its probabilities `(n,)`."""
        log_odds = _log_odds(probas)
        both_classes = self.model.predict_proba(log_odds[:, None])
        return both_classes[:, 1]


def _log_odds(probas: np.ndarray) -> np.ndarray:
    """log p / (1 - p), in the shape of `probas`."""
    possible = np.clip(probas, _MIN_PROBA, 1 - _MIN_PROBA)
    return logit(possible)


def _isotonic(
    probas: np.ndarray,  # (n,) of the style
    is_style: np.ndarray,  # (n,) bool
) -> Any:
    """Scikit-learn's isotonic regression, kept from calling impossible what it has merely not seen."""
    from sklearn.isotonic import IsotonicRegression

    smallest = 1 / (len(probas) + 2)  # Laplace's rule of succession
    largest = 1 - smallest
    model = IsotonicRegression(y_min=smallest, y_max=largest, out_of_bounds="clip")
    return model.fit(probas, is_style)


def fitted_calibrator(
    probas: np.ndarray,  # (n, n_styles) of images that the model had not seen
    targs: np.ndarray,  # (n,) positions of the true styles
    method: str = "temperature",
) -> Calibrator:
    """A calibrator learned from probabilities `(n, n_styles)` of images that the model had not seen, and their styles.

    'temperature' is the one number with the lowest log loss; 'sigmoid' (Platt 1999) and 'isotonic' (Zadrozny and Elkan
    2002) treat every style by itself. Raises ValueError for another method, or probabilities that are NaN or infinite.
    """
    check_one_of(method, CALIBRATION_METHODS, "the method of calibration")
    invalid = ~np.isfinite(probas).all(axis=1)
    if invalid.any():
        share = f"{invalid.sum()} of {len(probas)} images"
        raise ValueError(f"{share} have no probabilities, only NaN or infinity")
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


def _best_temperature(
    probas: np.ndarray,  # (n, n_styles)
    targs: np.ndarray,  # (n,) positions of the true styles
) -> float:
    """The temperature with the lowest mean log loss."""
    from scipy.optimize import minimize_scalar

    def log_loss(log_temperature: float) -> float:
        """The mean log loss of the probabilities at exp(log_temperature)."""
        temperature = Temperature(np.exp(log_temperature))
        calibrated = temperature.predict_proba(probas)
        true_probas = probas_of_truth(calibrated, targs)
        return -np.log(true_probas).mean()

    bounds = np.log(_TEMPERATURE_RANGE)
    best = minimize_scalar(log_loss, bounds=bounds, method="bounded")
    return float(np.exp(best.x))


def cross_calibrated(predictions: pd.DataFrame, method: str = "temperature") -> pd.DataFrame:
    """Out-of-fold predictions with the probabilities of every fold calibrated by what the other folds teach.

    Raises ValueError for fewer than two folds, and what `fitted_calibrator` raises.

    >>> predictions = pd.DataFrame({"label": ["cubism", "rococo"] * 4, "fold": ["0", "0", "1", "1"] * 2})
    >>> sure = [0.99, 0.99, 0.01, 0.99, 0.99, 0.01, 0.99, 0.01]
    >>> predictions = predictions.assign(proba_cubism=sure, proba_rococo=[1 - proba for proba in sure])
    >>> calibrated = cross_calibrated(predictions)
    >>> bool(calibrated["proba_cubism"].max() < 0.99)
    True
    """

    def calibrator_of(rows: pd.DataFrame) -> Calibrator:
        """What some folds teach."""
        return fitted_calibrator(probas_of(rows), targets_of(rows), method)

    folds = predictions["fold"].astype(str).to_numpy()
    probas = probas_of(predictions)
    calibrated = np.empty_like(probas)
    calibrators = lesson_of_others(predictions, calibrator_of, "calibrators")
    for fold, calibrator in calibrators.items():
        rows = folds == fold
        calibrated[rows] = calibrator.predict_proba(probas[rows])
    return with_probas(predictions, calibrated)


class TemperedPredictions(NamedTuple):
    """Out-of-fold predictions with a temperature, if that makes them better."""

    predictions: pd.DataFrame  # every fold calibrated by the others; as they were if that does not help
    temperature: float  # learned from all folds; 1, which changes nothing, if it does not help
    gain: Estimate  # by how much the temperatures of the other folds lower the log loss of an image

    def __str__(self) -> str:
        if self.temperature == 1:
            verdict = "no temperature, because it is not certain to help"
        else:
            verdict = f"a temperature of {self.temperature:.2f}"
        value, lo, hi = self.gain.value, self.gain.lo, self.gain.hi
        verb = "lowers"
        if value < 0:
            verb = "raises"
            value, lo, hi = -value, -hi, -lo
        change = f"out of fold it {verb} the log loss by {value:.3f}"
        if np.isnan(lo):
            return f"{verdict}: {change}, and there are too few images to tell more"
        return f"{verdict}: {change} (95 % interval {lo:+.3f} to {hi:+.3f})"


def tempered_predictions(predictions: pd.DataFrame) -> TemperedPredictions:
    """Out-of-fold predictions with the temperature that they teach, if its gain out of fold is more than chance.

    Raises what `cross_calibrated` raises.
    """
    calibrated = cross_calibrated(predictions)
    targs = targets_of(predictions)
    probas = probas_of(predictions)
    calibrated_probas = probas_of(calibrated)
    gains = _log_losses(probas, targs) - _log_losses(calibrated_probas, targs)
    order = in_fixed_order(predictions.reset_index(drop=True)).index
    units = image_units(predictions.iloc[order])
    bootstrap = AuthorBootstrap(units, targs[order])
    gain = bootstrap.of(partial(weighted_means, gains[order]))
    if gain.lo > 0:
        temperature = _best_temperature(probas, targs)
        return TemperedPredictions(calibrated, temperature, gain)
    return TemperedPredictions(predictions, 1.0, gain)


def _log_losses(
    probas: np.ndarray,  # (n, n_styles)
    targs: np.ndarray,  # (n,) positions of the true styles
) -> np.ndarray:
    """`(n,)` how surprising every image's true style was."""
    true_probas = probas_of_truth(probas, targs)
    return -np.log(true_probas.clip(_MIN_PROBA, 1))


def with_probas(predictions: pd.DataFrame, probas: np.ndarray) -> pd.DataFrame:
    """The table with other probabilities `(n, n_styles)`, and what they predict."""
    columns = prediction_columns(probas, vocab_of(predictions))
    return predictions.assign(**columns.set_index(predictions.index))


def reliability_table(
    predictions: pd.DataFrame,
    n_bins: int = _N_BINS,
    n_resamples: int = N_RESAMPLES,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """How often predictions are right, by how sure they are: `confidence, right, lo, hi, n_images, n_authors`.

    One row for each of `n_bins` equal ranges of the highest probability that contains images: the mean of that
    probability, the share right, and a 95 % interval of the share as in `metrics_table`, NaN of a single image.

    >>> predictions = pd.DataFrame({"label": ["cubism", "cubism", "rococo"], "author": ["gris", "braque", "boucher"]})
    >>> predictions = predictions.assign(proba_cubism=[0.93, 0.37, 0.35], proba_rococo=[0.07, 0.63, 0.65])
    >>> reliability_table(predictions)[["confidence", "right", "n_images"]].to_dict("list")
    {'confidence': [0.64, 0.93], 'right': [0.5, 1.0], 'n_images': [2, 1]}
    """
    predictions = in_fixed_order(predictions)
    probas = probas_of(predictions)
    targs = targets_of(predictions)
    units = image_units(predictions)
    confidence = probas.max(axis=1)
    right = probas.argmax(axis=1) == targs
    bins = confidence_bins(confidence, n_bins)
    is_in_bin = one_hot(bins, n_bins)
    bootstrap = AuthorBootstrap(units, targs, n_resamples=n_resamples, seed=seed)
    n_right = bootstrap.counts @ (is_in_bin * right[:, None])
    n_images = bootstrap.counts @ is_in_bin
    draws = ratio(n_right, n_images)
    rows = []
    for bin_ in np.unique(bins):
        members = bins == bin_
        lo, hi = np.nan, np.nan
        if members.sum() > 1:
            set_of_bin = members[:, None] * 1.0
            share = bootstrap.shares(right, set_of_bin, np.ones(1))
            lo, hi = bootstrap.rate_bounds(draws[:, bin_], share)
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
