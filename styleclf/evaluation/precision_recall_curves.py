"""One style against the rest: the design for it, its average precision, and whether it beats a model of all styles.

A model of many styles scores one of them too: its probability of that style. Both are judged on the same images, and
only their difference, resampled in pairs, says which is better.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from styleclf.evaluation.intervals import N_RESAMPLES, author_units, interval, resampled_counts, tail_percent

REST = "rest"
_RECALLS = np.arange(1, 101) / 100  # where a curve and its band are read


def precision_recall(
    predictions: Mapping[str, pd.DataFrame],  # of every model by its name, for the same images
    style: str,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Average precision of one style and the curve behind it, for every model: `(scores, curves)`.

    A table of predictions has `filename, label, author, fold, proba_<style>`; all labels but `style` are the rest, so
    predictions of many styles go beside those of one against the rest. `scores`, a row a model, has `model, value, lo,
    hi, chance, n_style, n_images, n_authors`; of two models a third row 'difference' is the first less the second.
    `curves` has `model, recall, precision, lo, hi`, precision where recall first reaches 0.01, 0.02, …, 1. `lo, hi`
    bound 95 % intervals from resampling authors, the same draws for all models; on a curve they hold for each recall by
    itself. `chance` is the share of the style.

    Raises ValueError for tables that lack a column, judge different images, or differ in labels or folds; and where
    the style has no image, or the rest has none.
    """
    tables = _same_images(predictions, style)
    known = next(iter(tables.values()))
    own = (known["label"] == style).to_numpy()
    if own.all() or not own.any():
        raise ValueError(f"{own.sum()} of {len(own)} images are {style}: a curve needs some of it and some of the rest")
    units = author_units(known["author"])
    counts = resampled_counts(units, own.astype(int), n_resamples, np.random.default_rng(seed))
    counts = np.vstack([np.ones((1, len(own))), counts])  # the first row is the value, the others its interval
    tail = tail_percent(units, own.astype(int))

    averages, curves = {}, []
    for model, table in tables.items():
        scores = table[f"proba_{style}"].to_numpy(dtype=float)
        averages[model] = _average_precision(scores, own, counts)
        precision = _precision_at(scores, own, counts, _RECALLS)
        lo, hi = np.transpose([interval(draws, tail) for draws in precision[1:].T])
        curves.append(pd.DataFrame(dict(model=model, recall=_RECALLS, precision=precision[0], lo=lo, hi=hi)))
    if len(averages) == 2:
        first, second = averages.values()
        averages["difference"] = first - second
    rows = [(model, draws[0], *interval(draws[1:], tail)) for model, draws in averages.items()]
    found = pd.DataFrame(rows, columns=["model", "value", "lo", "hi"])
    found["chance"] = np.where(found["model"] == "difference", np.nan, own.mean())
    named = known["author"].fillna("")
    found = found.assign(n_style=own.sum(), n_images=len(own), n_authors=named[named != ""].nunique())
    return found, pd.concat(curves, ignore_index=True)


def _same_images(predictions: Mapping[str, pd.DataFrame], style: str) -> dict[str, pd.DataFrame]:
    """The tables sorted by filename, their labels `style` or 'rest'.

    Raises ValueError where one lacks a column, or where they differ in images, labels or folds.
    """
    tables = {}
    for model, table in predictions.items():
        missing = [name for name in ("filename", "label", "author", "fold", f"proba_{style}") if name not in table]
        if missing:
            raise ValueError(f"the predictions of {model} have no column {missing[0]}: they have {', '.join(table)}")
        table = table.assign(label=table["label"].where(table["label"] == style, REST), fold=table["fold"].astype(str))
        tables[model] = table.sort_values("filename", ignore_index=True)
    (first, known), *others = tables.items()
    for model, table in others:
        only = [sorted(set(a["filename"]) - set(b["filename"])) for a, b in ((known, table), (table, known))]
        if any(only) or len(known) != len(table):
            example = f", such as {next(name for names in only for name in names)}" if any(only) else ""
            raise ValueError(
                f"{first} and {model} judge different images: {len(only[0])} of {len(known)} are with {first} only, "
                f"{len(only[1])} of {len(table)} with {model} only{example}; predict the same images with both"
            )
        for column in ("label", "fold"):
            differing = known["filename"][known[column] != table[column]]
            if len(differing):
                raise ValueError(
                    f"{first} and {model} have another {column} for {len(differing)} of {len(known)} images, such as "
                    f"{differing.iat[0]}: make both from one design"
                )
    return tables


def _average_precision(scores: np.ndarray, own: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """`(n_resamples,)` mean precision over the steps of recall, images weighted by each row of `counts`.

    `scores (n,)`, `own (n,)` bool, `counts (n_resamples, n)`. It is scikit-learn's `average_precision_score`, without
    interpolation; NaN where the style is not drawn.
    """
    precision, recall = _steps(scores, own, counts)
    return (np.diff(recall, axis=1, prepend=0) * precision).sum(axis=1)


def _precision_at(scores: np.ndarray, own: np.ndarray, counts: np.ndarray, recalls: np.ndarray) -> np.ndarray:
    """`(n_resamples, n_recalls)` precision at the highest threshold where recall reaches each of `recalls`, in 0..1."""
    precision, recall = _steps(scores, own, counts)
    # a recall that should be 0.5 may lie a rounding below
    reached = [np.searchsorted(row, recalls - 1e-9).clip(max=recall.shape[1] - 1) for row in recall]
    return np.take_along_axis(precision, np.array(reached), axis=1)


def _steps(scores: np.ndarray, own: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall `(n_resamples, n_thresholds)` as the threshold falls through the distinct scores."""
    order = np.argsort(-scores, kind="stable")
    last_of_tie = np.append(np.diff(scores[order]) != 0, True)
    found = np.cumsum(counts[:, order] * own[order], axis=1, dtype=float)[:, last_of_tie]
    taken = np.cumsum(counts[:, order], axis=1, dtype=float)[:, last_of_tie]
    precision = np.divide(found, taken, out=np.zeros_like(found), where=taken > 0)
    recall = np.divide(found, found[:, -1:], out=np.full_like(found, np.nan), where=found[:, -1:] > 0)
    return precision, recall
