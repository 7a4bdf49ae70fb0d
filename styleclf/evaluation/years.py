"""How far predicted years are from the true ones, beside what the style alone would say.

Throughout, an error is the mean distance in years. Intervals come from resampling painters, as for styles.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from styleclf.evaluation.answers import weighted_share
from styleclf.evaluation.arithmetic import weighted_means
from styleclf.evaluation.author_quantiles import author_quantile
from styleclf.evaluation.conformal_sets import COVERAGE
from styleclf.evaluation.estimates import Estimate, bounds_text
from styleclf.evaluation.intervals import AuthorBootstrap, image_units
from styleclf.evaluation.joint_works import count_authors
from styleclf.evaluation.other_folds import from_other_folds

_NEAR = 25  # years


def style_means(
    train: pd.DataFrame,  # `label, year`
    labels: pd.Series,  # of the images to date
) -> np.ndarray:
    """`(n,)` the mean year of each image's style, among images of other folds; of a style without any, that of all.

    >>> train = pd.DataFrame({"label": ["cubism", "cubism", "rococo"], "year": [1910.0, 1920.0, 1760.0]})
    >>> style_means(train, pd.Series(["cubism", "ukiyo-e"])).round().tolist()
    [1915.0, 1863.0]
    """
    by_style = train.groupby("label")["year"]
    means = by_style.mean()
    mean_of_all = train["year"].mean()
    of_images = labels.map(means)
    of_images = of_images.fillna(mean_of_all)
    return of_images.to_numpy(dtype=float)


def half_width(
    predictions: pd.DataFrame,
    share: float = COVERAGE,  # 0..1
) -> float:
    """How many years before and after a prediction the true year lies, for `share` of the works by painters not seen.

    `predictions` has `author, year, pred` of images by painters that the model had not seen. Split conformal
    prediction in which every painter counts the same (see `author_quantile`); infinite with too few painters.
    """
    differences = predictions["pred"] - predictions["year"]
    misses = differences.abs().to_numpy()
    units = image_units(predictions)
    return author_quantile(misses, units, share)


def with_ranges(
    predictions: pd.DataFrame,
    share: float = COVERAGE,  # 0..1
) -> pd.DataFrame:
    """Out-of-fold predictions with `pred_lo, pred_hi`, whose width is learned for every fold from the others.

    Raises ValueError for fewer than two folds.
    """
    widths = from_other_folds(predictions, partial(half_width, share=share), "ranges of years")
    lo = predictions["pred"] - widths
    hi = predictions["pred"] + widths
    return predictions.assign(pred_lo=lo, pred_hi=hi)


def year_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """How good the years of images are: `part, metric, value, lo, hi, n_images, n_authors`.

    `predictions` has `filename, label, author, year`, `pred, pred_lo, pred_hi`, and `style_year, guessed_style_year,
    mean_year`, what its style and all images would say. The metrics are `mean_absolute_error` in years;
    `of_style_means`, that of the mean year of the true style; `of_guessed_style`, that of the mean years of the styles
    that a probe of the same features guesses; `of_mean_year`, that of one year for all; `more_than_style_means` and
    `more_than_guessed_style`, by how much the first is larger on the same images, below 0 if it is smaller;
    `within_25_years`, a share; and `coverage`, the share within `pred_lo` to `pred_hi`, every painter counting the
    same. `lo, hi` bound 95 % intervals.
    """
    in_order = predictions.sort_values("filename", kind="stable")
    styles, _ = pd.factorize(in_order["label"], sort=True)
    units = image_units(in_order)
    bootstrap = AuthorBootstrap(units, styles)
    rows = []
    for metric, of_images in _metrics_of_images(in_order).items():
        mean = bootstrap.of(partial(weighted_means, of_images))
        rows.append((metric, *mean))
    for metric, (is_within, weights) in _shares_of_images(in_order).items():
        share = weighted_share(is_within, weights, bootstrap)
        rows.append((metric, *share))
    table = pd.DataFrame(rows, columns=["metric", "value", "lo", "hi"])
    table.insert(0, "part", "cv")
    table["n_images"] = len(in_order)
    table["n_authors"] = count_authors(in_order["author"])
    return table


def _metrics_of_images(predictions: pd.DataFrame) -> Mapping[str, np.ndarray]:
    """By metric `(n,)` what each image has of it."""
    year = predictions["year"]
    misses = np.abs(predictions["pred"] - year)
    misses_of_style = np.abs(predictions["style_year"] - year)
    misses_of_guess = np.abs(predictions["guessed_style_year"] - year)
    misses_of_mean = np.abs(predictions["mean_year"] - year)
    metrics = {
        "mean_absolute_error": misses,
        "of_style_means": misses_of_style,
        "of_guessed_style": misses_of_guess,
        "of_mean_year": misses_of_mean,
        "more_than_style_means": misses - misses_of_style,
        "more_than_guessed_style": misses - misses_of_guess,
    }
    of_images = {}
    for metric, values in metrics.items():
        of_images[metric] = values.to_numpy(dtype=float)
    return of_images


def _shares_of_images(predictions: pd.DataFrame) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """By metric `(n,)` whether each image is within it, and how much the image counts."""
    year = predictions["year"]
    differences = predictions["pred"] - year
    is_near = differences.abs() <= _NEAR
    is_within = year.between(predictions["pred_lo"], predictions["pred_hi"])
    units = image_units(predictions)
    images_of_painter = np.bincount(units)[units]
    all_alike = np.ones(len(year))
    painters_alike = 1 / images_of_painter
    return {
        "within_25_years": (is_near.to_numpy(dtype=float), all_alike),
        "coverage": (is_within.to_numpy(dtype=float), painters_alike),
    }


def year_sentences(table: pd.DataFrame) -> list[str]:
    """What `year_table` found, one line for each question."""
    rows = table.set_index("metric")
    error = _years_text(rows, "mean_absolute_error")
    of_style = _years_text(rows, "of_style_means")
    of_guess = _years_text(rows, "of_guessed_style")
    of_mean = _years_text(rows, "of_mean_year")
    more_than_style = _difference_text(rows, "more_than_style_means")
    more_than_guess = _difference_text(rows, "more_than_guessed_style")
    near = _estimate_of(rows, "within_25_years")
    coverage = _estimate_of(rows, "coverage")
    by_guess = f"by those of the styles guessed {of_guess}; by one year for all {of_mean}"
    return [
        f"mean absolute error {error} years",
        f"by the mean year of its style it is {of_style}, if one knows the style; {by_guess}",
        f"on the same images {more_than_style} than with the style known, {more_than_guess} than with it guessed",
        f"within 25 years: {near}; within the range given: {coverage}, {COVERAGE} were promised",
    ]


def _estimate_of(
    rows: pd.DataFrame,  # by metric
    metric: str,
) -> Estimate:
    """A metric with its interval."""
    numbers = rows.loc[metric, ["value", "lo", "hi"]]
    return Estimate(*numbers)


def _years_text(
    rows: pd.DataFrame,
    metric: str,
) -> str:
    """A number of years with its interval."""
    value, lo, hi = _estimate_of(rows, metric)
    interval = bounds_text(lo, hi, ".1f")
    return f"{value:.1f} ({interval})"


def _difference_text(
    rows: pd.DataFrame,
    metric: str,
) -> str:
    """How many years more or less, with the interval."""
    value, lo, hi = _estimate_of(rows, metric)
    if value > 0:
        interval = bounds_text(lo, hi, ".1f")
        return f"{value:.1f} years more ({interval})"
    interval = bounds_text(-hi, -lo, ".1f")
    return f"{-value:.1f} years less ({interval})"
