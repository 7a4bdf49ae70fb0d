"""Scores of predictions: class-weighted top-k accuracy and its company, with intervals from resampling authors.

`intervals` explains how values get their 95 % intervals, and what the `counts` of the functions below are.
"""

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import one_hot, ratio, weighted_means
from styleclf.evaluation.calibration_error import N_BINS, calibration_error, confidence_bins
from styleclf.evaluation.estimates import Estimate
from styleclf.evaluation.intervals import N_RESAMPLES, AuthorBootstrap, SetShares, image_units
from styleclf.evaluation.joint_works import count_authors
from styleclf.evaluation.predictions import probas_of, targets, true_ranks, vocab_of
from styleclf.evaluation.screen_tables import screen_text
from styleclf.evaluation.tables import in_fixed_order

_TOP_KS = (1, 2, 3)
_LEAST_PROBA = 1e-12  # whose logarithm is not infinite
_TEXT_METRICS = ["top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "precision", "recall", "f1"]
COLUMNS = ["part", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"]


def metrics_table(
    predictions: pd.DataFrame,
    part: str,  # 'train', 'test', 'val' or 'cv'
    n_resamples: int = N_RESAMPLES,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """Every metric of one part ('train', 'test', 'val' or 'cv'), one row per metric.

    `predictions` has `label, author, proba_<style>…`; the order of its rows does not matter. Columns of the result:
    `part, metric, value, lo, hi, chance, n_images, n_authors`. `lo, hi` bound a 95 % interval from resampling authors
    within their styles (images, where there is no author), NaN where there are too few to tell. `chance` is the mean
    score of equal probabilities for all styles, NaN where that has no plain formula. The value of `ece` is less what
    so few images would show of perfect probabilities, see `calibration_error`.

    Raises ValueError for no rows, a label that has no `proba_` column, or probabilities that are NaN or infinite.

    >>> predictions = pd.DataFrame({"label": ["cubism", "cubism", "rococo"], "author": ["gris", "braque", "boucher"]})
    >>> predictions = predictions.assign(proba_cubism=[0.9, 0.4, 0.2], proba_rococo=[0.1, 0.6, 0.8])
    >>> table = metrics_table(predictions, "test").set_index("metric")
    >>> print(table["value"]["top_1_accuracy"], table["chance"]["top_1_accuracy"])
    0.75 0.5
    """
    vocab = vocab_of(predictions)
    predictions = in_fixed_order(predictions)
    probas = probas_of(predictions)
    invalid = ~np.isfinite(probas).all(axis=1)
    if invalid.any():
        n_invalid = f"{invalid.sum()} of {len(invalid)} images"
        raise ValueError(f"{n_invalid} have no probabilities: the training diverged, choose a lower lr_max")
    targs = targets(predictions["label"], vocab)
    units = image_units(predictions)
    bootstrap = AuthorBootstrap(units, targs, n_resamples=n_resamples, seed=seed)
    estimates = _estimates(probas, targs, bootstrap)
    rows = []
    for metric, estimate in estimates.items():
        rows.append((part, metric, *estimate))
    chance = chance_levels(len(vocab))
    table = pd.DataFrame(rows, columns=COLUMNS[:5])
    table["chance"] = table["metric"].map(chance)
    table["n_images"] = len(targs)
    table["n_authors"] = count_authors(predictions["author"])
    return table


def _estimates(
    probas: np.ndarray,  # (n, n_styles)
    targs: np.ndarray,  # (n,) positions of the true styles
    bootstrap: AuthorBootstrap,
) -> dict[str, Estimate]:
    """Every metric with its interval, by name."""
    every_image_once = np.ones((1, len(targs)))
    values = metric_values(probas, targs, every_image_once)
    draws = metric_values(probas, targs, bootstrap.counts)
    shares = _shares(probas, targs, bootstrap)
    costs = _costs_of_a_miss(probas, targs)
    estimates = {}
    for name, (value,) in values.items():
        if name in shares:
            bounds = bootstrap.rate_bounds(draws[name], shares[name])
        elif name in costs:
            bounds = bootstrap.loss_bounds(draws[name], value, shares["accuracy"], costs[name])
        else:
            bounds = bootstrap.bounds(draws[name])
        estimates[name] = Estimate(float(value), *bounds)
    confidence = probas.max(axis=1)
    right = probas.argmax(axis=1) == targs
    estimates["ece"] = calibration_error(confidence, right, bootstrap)
    return estimates


def _costs_of_a_miss(probas: np.ndarray, targs: np.ndarray) -> dict[str, float]:
    """By how much a wrong guess is worse than a right one, by the name of the loss, on average.

    Where few guesses are wrong, they say little about what the next one will cost. So one more is added to them, as bad
    as the probabilities themselves expect a wrong guess to be.
    """
    preds = probas.argmax(axis=1)
    is_right = preds == targs
    is_other = 1 - one_hot(preds, probas.shape[1])
    chances = (probas + _LEAST_PROBA) * is_other  # of styles that were not guessed
    costs = {}
    for name, by_truth in _losses_by_truth(probas).items():
        expected = np.average(by_truth, weights=chances)
        losses = _of_truth(by_truth, targs)
        misses = np.append(losses[~is_right], expected)
        of_right = losses[is_right].mean() if is_right.any() else 0
        costs[name] = float(misses.mean() - of_right)
    return costs


def _shares(
    probas: np.ndarray,  # (n, n_styles)
    targs: np.ndarray,  # (n,) positions of the true styles
    bootstrap: AuthorBootstrap,
) -> dict[str, SetShares]:
    """The rates by name, as shares of the images of each style or of those taken for it."""
    n_styles = probas.shape[1]
    preds = probas.argmax(axis=1)
    is_style = one_hot(targs, n_styles)
    is_pred = one_hot(preds, n_styles)
    images = is_style.sum(axis=0)
    guesses = is_pred.sum(axis=0)
    is_present = (images > 0) * 1.0
    occurs = (images + guesses > 0) * 1.0
    ranks = true_ranks(probas, targs)
    shares = {}
    for k in _TOP_KS:
        hits = ranks < k
        shares[f"top_{k}_accuracy"] = bootstrap.shares(hits, is_style, is_present)
    shares["balanced_accuracy"] = shares["top_1_accuracy"]
    recall = shares["top_1_accuracy"]
    precision = bootstrap.shares(preds == targs, is_pred, images)
    f1 = _f1_shares(recall, precision)
    shares["accuracy"] = recall._replace(weights=images)
    rates = {"recall": recall, "precision": precision, "f1": f1}
    for name, of_styles in rates.items():
        shares[name] = of_styles._replace(weights=images)
        shares[f"{name}_macro"] = of_styles._replace(weights=occurs)
    return shares


def _f1_shares(recall: SetShares, precision: SetShares) -> SetShares:
    """F1, the harmonic mean of both, worth as many images as they are on average."""
    product = recall.shares * precision.shares
    total = recall.shares + precision.shares
    f1 = 2 * ratio(product, total, default=0)
    numbers = (recall.numbers + precision.numbers) / 2
    return SetShares(f1, numbers, recall.weights)


def metrics_text(metrics: pd.DataFrame) -> str:
    """The main metrics as a table that fits the screen: one row per part, intervals in brackets, chance below.

    >>> predictions = pd.DataFrame({"label": ["cubism", "rococo"], "author": ["gris", "boucher"]})
    >>> predictions = predictions.assign(proba_cubism=[0.9, 0.2], proba_rococo=[0.1, 0.8])
    >>> metrics_text(metrics_table(predictions, "test")).split()[:4]
    ['images', 'authors', 'top_1', 'top_2']
    """
    main = metrics[metrics["metric"].isin(_TEXT_METRICS)]
    table = main.assign(text=estimate_texts(main))
    table = table.pivot(index="part", columns="metric", values="text")
    parts = main["part"].unique()
    table = table.loc[parts, _TEXT_METRICS]
    chance = main.drop_duplicates("metric").set_index("metric")["chance"]
    chance = chance[_TEXT_METRICS]
    table.loc["chance"] = chance.map("{:.2f}".format, na_action="ignore")
    by_part = metrics.drop_duplicates("part").set_index("part")
    table.insert(0, "images", by_part["n_images"].astype(str))
    table.insert(1, "authors", by_part["n_authors"].astype(str))
    table.columns = table.columns.str.removesuffix("_accuracy")
    table = table.fillna("").rename_axis(index=None, columns=None)
    return screen_text(table)


def estimate_texts(table: pd.DataFrame) -> list[str]:
    """Every row's `value, lo, hi` as text, such as '0.52 (0.41-0.60)'."""
    estimates = table[["value", "lo", "hi"]].to_numpy()
    return [str(Estimate(*estimate)) for estimate in estimates]


def top_k_accuracy(
    probas: np.ndarray,  # (n, n_styles), or logits
    targs: np.ndarray,  # (n,) positions of the true styles
    k: int = 2,
) -> float:
    """Share of images whose style is among the `k` likeliest, each image weighted by 1 / (images of its style), 0..1.

    That is the mean over the styles present of the share found within each. `probas (n, n_styles)` may be logits; ties
    go to the style that comes first.

    >>> top_k_accuracy([[0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.7, 0.2, 0.1]], [0, 1, 2], k=2)
    0.6666666666666666
    """
    probas = np.asarray(probas)
    targs = np.asarray(targs)
    hits = (true_ranks(probas, targs) < k).astype(float)
    every_image_once = np.ones((1, len(targs)))
    n_styles = probas.shape[1]
    accuracy = mean_over_styles(hits, targs, n_styles, counts=every_image_once)
    return float(accuracy[0])


def top_1_accuracy(probas: np.ndarray, targs: np.ndarray) -> float:
    """`top_k_accuracy` with k = 1, which is scikit-learn's balanced accuracy.

    >>> top_1_accuracy(np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]]), np.array([0, 1]))
    0.5
    """
    return top_k_accuracy(probas, targs, 1)


def top_2_accuracy(probas: np.ndarray, targs: np.ndarray) -> float:
    """`top_k_accuracy` with k = 2: the target metric, because styles overlap.

    >>> top_2_accuracy(np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]]), np.array([0, 1]))
    1.0
    """
    return top_k_accuracy(probas, targs, 2)


def top_3_accuracy(probas: np.ndarray, targs: np.ndarray) -> float:
    """`top_k_accuracy` with k = 3.

    >>> top_3_accuracy(np.array([[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]]), np.array([0, 0]))
    0.5
    """
    return top_k_accuracy(probas, targs, 3)


def metric_values(
    probas: np.ndarray,  # (n, n_styles)
    targs: np.ndarray,  # (n,) positions of the true styles
    counts: np.ndarray,  # (n_resamples, n)
) -> dict[str, np.ndarray]:
    """Every metric under every row of `counts (n_resamples, n)`: name -> `(n_resamples,)`.

    `precision, recall, f1` are means over styles weighted by their images, so that `recall` is `accuracy`; those ending
    in `_macro` are plain means, so that `recall_macro` is top-1 accuracy where every style predicted has images. A
    style never predicted has precision 0. `brier` is the squared distance from certainty, 0..2 (Brier 1950), `ece` the
    expected calibration error over 15 equal bins (Guo et al. 2017), which grows as images become fewer.
    """
    n_styles = probas.shape[1]
    ranks = true_ranks(probas, targs)
    preds = probas.argmax(axis=1)
    values = {}
    for k in _TOP_KS:
        hits = (ranks < k) * 1.0
        accuracy = mean_over_styles(hits, targs, n_styles, counts=counts)
        values[f"top_{k}_accuracy"] = accuracy
    values["accuracy"] = weighted_means(ranks == 0, counts)
    values["balanced_accuracy"] = values["top_1_accuracy"]
    values |= _precision_recall_f1(targs, preds, n_styles=n_styles, counts=counts)
    for name, by_truth in _losses_by_truth(probas).items():
        losses = _of_truth(by_truth, targs)
        values[name] = weighted_means(losses, counts)
    confidence = probas.max(axis=1)
    values["ece"] = _binned_error(confidence, preds == targs, counts)
    return values


def _losses_by_truth(probas: np.ndarray) -> dict[str, np.ndarray]:
    """`(n, n_styles)` the loss of every image if this style were the true one, by the name of the loss."""
    squares = (probas**2).sum(axis=1, keepdims=True)
    return {
        "log_loss": -np.log(probas.clip(_LEAST_PROBA, 1)),
        "brier": squares - 2 * probas + 1,
    }


def _of_truth(
    by_truth: np.ndarray,  # (n, n_styles)
    targs: np.ndarray,  # (n,) positions of the true styles
) -> np.ndarray:
    """`(n,)` the loss of every image."""
    return by_truth[np.arange(len(targs)), targs]


def scores_and_draws(
    probas: np.ndarray,  # (n, n_styles)
    targs: np.ndarray,  # (n,) positions of the true styles
    bootstrap: AuthorBootstrap,
) -> dict[str, np.ndarray]:
    """Every metric as `metrics_table` has it, before its draws: name -> `(1 + n_resamples,)`, to compare models by.

    The draws of `ece`, which show more than there is, are moved to have its value as their mean.
    """
    scores = metric_values(probas, targs, bootstrap.counts_with_value)
    confidence = probas.max(axis=1)
    right = probas.argmax(axis=1) == targs
    error = calibration_error(confidence, right, bootstrap)
    draws = scores["ece"][1:]
    surplus = draws.mean() - error.value
    scores["ece"] = np.append(error.value, draws - surplus)
    return scores


def mean_over_styles(
    scores: np.ndarray,  # (n,)
    targs: np.ndarray,  # (n,) positions of the true styles
    n_styles: int,
    *,
    counts: np.ndarray,  # (n_resamples, n)
) -> np.ndarray:
    """`(n_resamples,)` mean over the styles present of each style's mean of `scores (n,)`."""
    members = one_hot(targs, n_styles)
    scores_of_members = members * scores[:, None]
    images = counts @ members
    sums = counts @ scores_of_members
    means = ratio(sums, images, default=0)
    n_present = (images > 0).sum(axis=1)
    return means.sum(axis=1) / n_present


def _precision_recall_f1(
    targs: np.ndarray,  # (n,) positions of the true styles
    preds: np.ndarray,  # (n,) positions of the guesses
    *,
    n_styles: int,
    counts: np.ndarray,  # (n_resamples, n)
) -> dict[str, np.ndarray]:
    """Weighted and macro averages over the styles that occur among `targs` or `preds`, each `(n_resamples,)`."""
    is_style = one_hot(targs, n_styles)
    is_pred = one_hot(preds, n_styles)
    images = counts @ is_style
    guesses = counts @ is_pred
    hits = counts @ (is_style * is_pred)
    total = images + guesses
    by_style = {
        "precision": ratio(hits, guesses, default=0),
        "recall": ratio(hits, images, default=0),
        "f1": ratio(2 * hits, total, default=0),
    }
    n_present = (total > 0).sum(axis=1)
    n_images = images.sum(axis=1)
    weighted = {}
    macro = {}
    for name, scores in by_style.items():
        sums = (scores * images).sum(axis=1)
        plain_sums = scores.sum(axis=1)
        weighted[name] = sums / n_images
        macro[f"{name}_macro"] = plain_sums / n_present
    return weighted | macro


def _binned_error(
    confidence: np.ndarray,  # (n,) highest probabilities
    right: np.ndarray,  # (n,) bool
    counts: np.ndarray,  # (n_resamples, n)
) -> np.ndarray:
    """`(n_resamples,)` mean distance between confidence and share right, over equal bins of confidence."""
    bins = confidence_bins(confidence, N_BINS)
    is_in_bin = one_hot(bins, N_BINS)
    gap = confidence - right
    gaps = counts @ (is_in_bin * gap[:, None])
    total = counts.sum(axis=1)
    return np.abs(gaps).sum(axis=1) / total


def chance_levels(n_styles: int) -> dict[str, float]:
    """The mean scores of guessing all styles alike, by the name of the metric."""
    share = 1 / n_styles
    levels = {}
    for k in _TOP_KS:
        level = min(1.0, k / n_styles)
        levels[f"top_{k}_accuracy"] = level
    levels |= {"accuracy": share, "balanced_accuracy": share, "recall": share}
    levels["log_loss"] = float(np.log(n_styles))
    levels["brier"] = 1 - share
    return levels
