"""Numbers that judge: class-weighted top-k accuracy and its company, with intervals from resampling authors.

`intervals` says how values get their 95 % intervals.
"""

import numpy as np
import pandas as pd

from styleclf.evaluation.intervals import (
    N_RESAMPLES,
    author_units,
    centred_draws,
    interval,
    resampled_counts,
    tail_percent,
)
from styleclf.evaluation.predictions import probas_of, targets, true_ranks, vocab_of

_TOP_KS = (1, 2, 3)
_ECE_BINS = 15
COLUMNS = ["part", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"]


def metrics_table(predictions: pd.DataFrame, part: str, n_resamples: int = N_RESAMPLES, seed: int = 0) -> pd.DataFrame:
    """Every metric of one part ('train', 'test', 'val' or 'cv'), one row a metric.

    `predictions` has `label, author, proba_<style>…`. Columns of the result: `part, metric, value, lo, hi, chance,
    n_images, n_authors`. `lo, hi` bound a 95 % interval from resampling authors within their styles (images, where
    there is no author); where every draw agrees, such as when all images are right, it has no width. `chance` is what
    equal probabilities for all styles would score in the mean, NaN where that has no plain formula.

    Raises:
        ValueError: no rows, a label that has no `proba_` column, or probabilities that are no numbers.
    """
    vocab = vocab_of(predictions)
    probas = probas_of(predictions)
    lost = ~np.isfinite(probas).all(axis=1)
    if lost.any():
        raise ValueError(f"{lost.sum()} of {len(lost)} images have no probabilities: training diverged, lower lr_max")
    targs = targets(predictions["label"], vocab)
    groups = author_units(predictions["author"])
    rng = np.random.default_rng(seed)
    values = metric_values(probas, targs, np.ones((1, len(targs))))
    spread = metric_values(probas, targs, resampled_counts(groups, targs, n_resamples, rng))
    spread["ece"] = np.maximum(
        centred_draws(spread["ece"], values["ece"][0]), 0
    )  # its draws add their noise to the gaps
    tail = tail_percent(groups, targs)
    bounds = {name: interval(draws, tail) for name, draws in spread.items()}
    chance = chance_levels(len(vocab))
    table = pd.DataFrame(
        [(part, name, value[0], *bounds[name], chance.get(name, np.nan)) for name, value in values.items()],
        columns=COLUMNS[:6],
    )
    named = predictions["author"].fillna("")
    return table.assign(n_images=len(targs), n_authors=named[named != ""].nunique())


def metrics_text(metrics: pd.DataFrame) -> str:
    """The main metrics as a small table for the screen: a row a part, intervals in brackets, chance below."""
    names = [f"top_{k}_accuracy" for k in _TOP_KS] + ["precision", "recall", "f1"]
    shown = metrics[metrics["metric"].isin(names)]
    cells = shown.assign(
        text=[f"{value:.2f} ({lo:.2f}-{hi:.2f})" for value, lo, hi in shown[["value", "lo", "hi"]].to_numpy()]
    )
    table = cells.pivot(index="part", columns="metric", values="text").loc[list(dict.fromkeys(shown["part"])), names]
    chance = shown.drop_duplicates("metric").set_index("metric")["chance"]
    table.loc["chance"] = [f"{chance[name]:.2f}" if chance[name] == chance[name] else "" for name in names]
    sizes = metrics.drop_duplicates("part").set_index("part")[["n_images", "n_authors"]].astype(str)
    table = table.join(sizes.rename(columns=lambda name: name[2:])).fillna("")
    return table.rename_axis(None).rename(columns=lambda name: name.removesuffix("_accuracy")).to_string()


def top_k_accuracy(probas: np.ndarray, targs: np.ndarray, k: int = 2) -> float:
    """Share of images whose style is among the `k` likeliest, each image weighted by 1 / (images of its style), 0..1.

    That is the mean over the styles present of the share found within each. `probas (n, n_styles)` may be logits; ties
    go to the style that comes first.
    """
    probas, targs = np.asarray(probas), np.asarray(targs)
    hits = (true_ranks(probas, targs) < k).astype(float)
    return float(mean_over_styles(hits, targs, probas.shape[1], np.ones((1, len(targs))))[0])


def top_1_accuracy(probas: np.ndarray, targs: np.ndarray) -> float:
    """`top_k_accuracy` with k = 1, which is scikit-learn's balanced accuracy."""
    return top_k_accuracy(probas, targs, 1)


def top_2_accuracy(probas: np.ndarray, targs: np.ndarray) -> float:
    """`top_k_accuracy` with k = 2: the target metric, because styles overlap."""
    return top_k_accuracy(probas, targs, 2)


def top_3_accuracy(probas: np.ndarray, targs: np.ndarray) -> float:
    """`top_k_accuracy` with k = 3."""
    return top_k_accuracy(probas, targs, 3)


def metric_values(probas: np.ndarray, targs: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Every metric under every row of `counts (n_resamples, n)`: name -> `(n_resamples,)`.

    `precision, recall, f1` are means over styles weighted by their images, those ending in `_macro` plain means; a
    style never predicted has precision 0. `brier` is the squared distance from certainty, 0..2 (Brier 1950), `ece` the
    expected calibration error over 15 equal bins (Guo et al. 2017).
    """
    n_styles = probas.shape[1]
    ranks, preds = true_ranks(probas, targs), probas.argmax(axis=1)
    total = counts.sum(axis=1)
    values = {f"top_{k}_accuracy": mean_over_styles((ranks < k) * 1.0, targs, n_styles, counts) for k in _TOP_KS}
    values["accuracy"] = counts @ (ranks == 0) / total
    values["balanced_accuracy"] = values["top_1_accuracy"]
    values |= _precision_recall_f1(targs, preds, n_styles, counts)
    losses = -np.log(np.clip(probas[np.arange(len(targs)), targs], 1e-12, 1))
    values["log_loss"] = counts @ losses / total
    values["brier"] = counts @ ((probas - np.eye(n_styles)[targs]) ** 2).sum(axis=1) / total
    values["ece"] = _calibration_error(probas.max(axis=1), preds == targs, counts)
    return values


def mean_over_styles(scores: np.ndarray, targs: np.ndarray, n_styles: int, counts: np.ndarray) -> np.ndarray:
    """`(n_resamples,)` mean over the styles present of each style's mean score."""
    members = np.eye(n_styles)[targs]
    images = counts @ members
    sums = counts @ (members * scores[:, None])
    return np.divide(sums, images, out=np.zeros_like(sums), where=images > 0).sum(axis=1) / (images > 0).sum(axis=1)


def _precision_recall_f1(
    targs: np.ndarray, preds: np.ndarray, n_styles: int, counts: np.ndarray
) -> dict[str, np.ndarray]:
    """Weighted and macro averages over the styles that occur among `targs` or `preds`, each `(n_resamples,)`."""
    one_hot = np.eye(n_styles)
    images, predicted = counts @ one_hot[targs], counts @ one_hot[preds]
    right = counts @ (one_hot[targs] * (targs == preds)[:, None])
    seen = (images + predicted) > 0
    by_style = {
        "precision": ratio(right, predicted, 0),
        "recall": ratio(right, images, 0),
        "f1": ratio(2 * right, images + predicted, 0),
    }
    averages = {name: (each * images).sum(axis=1) / images.sum(axis=1) for name, each in by_style.items()}
    return averages | {f"{name}_macro": each.sum(axis=1) / seen.sum(axis=1) for name, each in by_style.items()}


def _calibration_error(confidence: np.ndarray, right: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """`(n_resamples,)` mean distance between confidence and share right, over equal bins of confidence."""
    bins = np.eye(_ECE_BINS)[np.minimum((confidence * _ECE_BINS).astype(int), _ECE_BINS - 1)]
    gaps = counts @ (bins * (confidence - right)[:, None])
    return np.abs(gaps).sum(axis=1) / counts.sum(axis=1)


def chance_levels(n_styles: int) -> dict[str, float]:
    """What guessing all styles alike scores in the mean."""
    levels = {f"top_{k}_accuracy": min(1.0, k / n_styles) for k in _TOP_KS}
    shared = dict.fromkeys(("accuracy", "balanced_accuracy", "recall"), 1 / n_styles)
    return levels | shared | {"log_loss": float(np.log(n_styles)), "brier": 1 - 1 / n_styles}


def ratio(part: np.ndarray, whole: np.ndarray, where_none: float = np.nan) -> np.ndarray:
    """part / whole, in the shape of `part`, and `where_none` where whole is 0 or less."""
    whole = np.broadcast_to(whole, np.shape(part))
    return np.divide(part, whole, out=np.full(np.shape(part), where_none, dtype=float), where=whole > 0)
