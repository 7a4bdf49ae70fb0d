"""Calibration: probabilities that are right as often as they say, and sets of styles that contain the true one.

Both are learned from predictions of images whose authors the model had not seen, and never judged on what they were
learned from: `cross_calibrated` learns for every fold from the others.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, NamedTuple, Protocol, get_args

import numpy as np
import pandas as pd
from scipy.special import logit, softmax

from styleclf.common import check_one_of
from styleclf.evaluation.arithmetic import ratio, weighted_means
from styleclf.evaluation.author_quantiles import author_quantile
from styleclf.evaluation.calibration_error import confidence_bins
from styleclf.evaluation.intervals import (
    N_RESAMPLES,
    TOO_FEW,
    AuthorBootstrap,
    Estimate,
    author_units,
    bounds_text,
    image_units,
)
from styleclf.evaluation.joint_works import count_authors
from styleclf.evaluation.other_folds import from_other_folds
from styleclf.evaluation.predictions import (
    prediction_columns,
    probas_of,
    probas_of_truth,
    targets,
    targets_of,
    vocab_of,
)
from styleclf.evaluation.tables import in_fixed_order

Method = Literal["temperature", "sigmoid", "isotonic"]
CALIBRATION_METHODS = get_args(Method)
COVERAGE = 0.9  # share of new painters' images whose prediction set is to contain the true style
_N_BINS = 10  # of the reliability diagram
_MIN_PROBA = 1e-6  # how far probabilities are kept from 0 and 1 where their logarithms are needed
_TEMPERATURE_RANGE = 0.05, 20.0  # within which the best temperature is searched
_PAINTED_SHARE = 0.5  # of a style's images, from which on it is one of painters


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
    folds = _folds(predictions)
    probas = probas_of(predictions)
    targs = targets_of(predictions)
    calibrated = np.empty_like(probas)
    for fold in set(folds):
        rows = folds == fold
        other_rows = ~rows
        calibrator = fitted_calibrator(probas[other_rows], targs[other_rows], method)
        calibrated[rows] = calibrator.predict_proba(probas[rows])
    return with_probas(predictions, calibrated)


def _folds(predictions: pd.DataFrame) -> np.ndarray:
    """`(n,)` the folds as text. Raises ValueError if there are fewer than two."""
    folds = predictions["fold"].astype(str).to_numpy()
    if len(set(folds)) < 2:
        raise ValueError(f"calibration is learned from other folds, but there are only {sorted(set(folds))}")
    return folds


class Tempered(NamedTuple):
    """Out-of-fold predictions with a temperature, if that makes them better."""

    predictions: pd.DataFrame  # every fold calibrated by the others; as they were if that does not help
    temperature: float  # learned from all folds; 1, which changes nothing, if it does not help
    gain: Estimate  # by how much the temperatures of the other folds lower the log loss of an image

    def __str__(self) -> str:
        if self.temperature == 1:
            verdict = "no temperature, because it is not certain to help on painters not seen"
        else:
            verdict = f"a temperature of {self.temperature:.2f}"
        gain = f"out of fold it lowers the log loss by {self.gain.value:.3f}"
        if np.isnan(self.gain.lo):
            return f"{verdict}: {gain}, and there are too few images to tell more"
        bounds = f"{self.gain.lo:+.3f} to {self.gain.hi:+.3f}"
        return f"{verdict}: {gain} (95 % interval {bounds})"


def tempered(predictions: pd.DataFrame) -> Tempered:
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
        return Tempered(calibrated, temperature, gain)
    return Tempered(predictions, 1.0, gain)


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
    is_in_bin = np.eye(n_bins)[bins]
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


def conformal_thresholds(
    predictions: pd.DataFrame,
    coverage: float = COVERAGE,
) -> np.ndarray:
    """The lowest probability with which each style belongs to a prediction set, `(n_styles,)`.

    Sets hold the true style for `coverage` of the images by painters not seen, of the styles that have painters; and
    for as many images of the other styles, such as photographs, whose images have no author. Each of both kinds of
    style has its threshold, learned from its own images: otherwise a great many images that stand for themselves would
    decide what is promised about painters. Images without author among painters' styles are not learned from.

    Split conformal prediction on images the model had not seen, where every author counts the same however many images
    they have, and one more author counts as if no set contained their style: the author who comes next (Dunn, Wasserman
    and Ramdas, Distribution-free prediction sets for two-layer hierarchical models, 2022: their pooled distributions),
    and where the promise holds for each kind of true style (Vovk, Conditional validity of inductive conformal
    predictors, 2012). 0, which lets in the styles of a kind, where it has too few authors. Raises ValueError for a
    coverage outside 0..1.
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must be between 0 and 1, such as 0.9, not {coverage}")
    targs = targets_of(predictions)
    true_probas = probas_of_truth(probas_of(predictions), targs)
    units = author_units(predictions["author"])
    kinds = _kinds_of_images(predictions)
    with_painter = kinds.by_painters
    without = kinds.without
    threshold_of_painters = _threshold(true_probas[with_painter], units[with_painter], coverage)
    threshold_without = _threshold(true_probas[without], units[without], coverage)
    return np.where(kinds.painted_styles, threshold_of_painters, threshold_without)


class _Kinds(NamedTuple):
    """What a promise is for."""

    painted_styles: np.ndarray  # (n_styles,) bool: half of the images or more have an author, or there are none
    by_painters: np.ndarray  # (n,) bool: images of such styles that have an author
    without: np.ndarray  # (n,) bool: images of the other styles


def _kinds_of_images(predictions: pd.DataFrame) -> _Kinds:
    """Which styles have painters, and which images are theirs."""
    vocab = vocab_of(predictions)
    targs = targets(predictions["label"], vocab)
    is_named = predictions["author"].fillna("") != ""
    has_author = is_named.to_numpy()
    n_images = np.bincount(targs, minlength=len(vocab))
    n_named = np.bincount(targs, has_author, minlength=len(vocab))
    painted_styles = n_named >= _PAINTED_SHARE * n_images
    is_painted = painted_styles[targs]
    return _Kinds(painted_styles, is_painted & has_author, ~is_painted)


def _threshold(
    true_probas: np.ndarray,  # (n,) of the true styles
    units: np.ndarray,  # (n,) whose the images are
    coverage: float,
) -> float:
    """The probability that the true style of `coverage` of the next author's images reaches; 0 of too few authors."""
    highest_miss = author_quantile(-true_probas, units, coverage)
    return max(0.0, -highest_miss)


def cross_thresholds(
    predictions: pd.DataFrame,
    coverage: float = COVERAGE,
) -> np.ndarray:
    """`(n, n_styles)` thresholds of out-of-fold predictions, those of every fold learned from the others.

    Raises ValueError for fewer than two folds, and what `conformal_thresholds` raises.
    """
    return from_other_folds(predictions, partial(conformal_thresholds, coverage=coverage))


def prediction_sets(probas: np.ndarray, thresholds: float | np.ndarray) -> np.ndarray:
    """Which styles are in the set of each image, `(n, n_styles)` bool; the likeliest always is.

    `thresholds` are one number, one for each style, or `(n, n_styles)`.

    >>> prediction_sets(np.array([[0.4, 0.35, 0.25]]), 0.3).tolist()
    [[True, True, False]]
    """
    is_likeliest = probas == probas.max(axis=1, keepdims=True)
    return (probas >= thresholds) | is_likeliest


def coverage_table(
    predictions: pd.DataFrame,
    thresholds: float | np.ndarray,  # one, or (n_styles,), or (n, n_styles)
) -> pd.DataFrame:
    """How often sets contain the true style, and how many styles they have.

    Columns: `metric, value, lo, hi, n_images, n_authors`.
    The metrics are `coverage_of_painters`, where every painter counts the same, `coverage_without_painter`, over images
    of styles that have none, `coverage`, over all images, and `size`. What there are no images of is left out. `lo, hi`
    bound 95 % intervals.
    """
    positions = np.arange(len(predictions))
    fixed = in_fixed_order(predictions.assign(_row=positions))
    rows = fixed["_row"].to_numpy()
    probas = probas_of(fixed)
    targs = targets_of(fixed)
    every_threshold = np.broadcast_to(thresholds, probas.shape)
    sets = prediction_sets(probas, every_threshold[rows])
    covered = probas_of_truth(sets, targs) * 1.0
    kinds = _kinds_of_images(fixed)
    units = author_units(fixed["author"])
    share_of_author = 1 / np.bincount(units)[units]
    weights = {
        "coverage_of_painters": kinds.by_painters * share_of_author,
        "coverage_without_painter": kinds.without * 1.0,
        "coverage": np.ones(len(targs)),
    }
    table = []
    for metric, of_images in weights.items():
        counted = of_images > 0
        if counted.any():
            estimate = _coverage(covered[counted], of_images[counted], units=units[counted], targs=targs[counted])
            n_authors = count_authors(fixed["author"][counted])
            table.append((metric, *estimate, counted.sum(), n_authors))
    bootstrap = AuthorBootstrap(units, targs)
    sizes = sets.sum(axis=1)
    size = bootstrap.of(partial(weighted_means, sizes))
    n_authors = count_authors(fixed["author"])
    table.append(("size", *size, len(targs), n_authors))
    return pd.DataFrame(table, columns=["metric", "value", "lo", "hi", "n_images", "n_authors"])


def _coverage(
    covered: np.ndarray,  # (n,) 0 or 1
    weights: np.ndarray,  # (n,) above 0
    *,
    units: np.ndarray,  # (n,) what is drawn together
    targs: np.ndarray,  # (n,) positions of the true styles
) -> Estimate:
    """The weighted share of images that are covered."""
    bootstrap = AuthorBootstrap(units, targs)
    total = bootstrap.counts @ weights
    draws = bootstrap.counts @ (covered * weights) / total
    n_styles = targs.max() + 1
    of_styles = np.eye(n_styles)[targs] * weights[:, None]
    shares = bootstrap.shares(covered, of_styles, of_styles.sum(axis=0))
    lo, hi = bootstrap.rate_bounds(draws, shares)
    value = float(covered @ weights / weights.sum())
    return Estimate(value, lo, hi)


def coverage_sentence(table: pd.DataFrame) -> str:
    """What `coverage_table` found, and what of it was promised."""
    rows = table.set_index("metric")
    size = rows.loc["size", "value"]
    sentences = [f"sets of {size:.1f} styles on average contain the true style"]
    promised = {
        "coverage_of_painters": "of the images by painters not seen, every painter counting the same",
        "coverage_without_painter": "of the images of styles without painters",
    }
    for metric, images in promised.items():
        if metric in rows.index:
            value, lo, hi = rows.loc[metric, ["value", "lo", "hi"]]
            promise = promise_text(lo, hi)
            sentences.append(f"for {value:.0%} {images} ({promise})")
    if len(sentences) == 1:
        share = rows.loc["coverage", "value"]
        sentences.append(f"for {share:.0%} of the images, none of which has a painter: nothing was promised of them")
    opening, *shares = sentences
    joined_shares = ", and ".join(shares)
    return f"{opening} {joined_shares}"


def promise_text(lo: float, hi: float) -> str:
    """How often the truth was promised to be in a set, and the 95 % interval of how often it is."""
    promise = f"{COVERAGE:.0%} were promised"
    if np.isnan(lo):
        return f"{promise}; {TOO_FEW}"
    return f"{promise}; 95 % interval {bounds_text(lo, hi, '.0%')}"
