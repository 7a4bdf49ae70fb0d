"""Figures of a cross-validation: the folds beside the whole, recall by style, and the hardest painters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import N_RESAMPLES, author_units, independent_images, interval, resampled_counts, tail_percent
from styleclf.output import count_of
from styleclf.plots.tables import checked_vocab, need_columns, ranks
from styleclf.plots.theme import (
    BAR,
    FAINT,
    INK,
    MUTED,
    PALE,
    PARTS,
    RIGHT,
    WIDTH,
    darken,
    figure_header,
    label_rows,
    mute_axes,
    new_figure,
    readable_name,
    set_note,
    set_title,
    shorten,
    write_beside_bar,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FOLD_METRICS = ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "f1")
_POOLED = "cv"
MIN_IMAGES = 3


def plot_folds(metrics: pd.DataFrame) -> Figure:
    """Top-1, top-2, top-3 and F1 of every fold and of all together (part 'cv'), with 95 % intervals and chance.

    `metrics` has `part, metric, value, lo, hi, chance, n_images, n_authors`, its parts such as 'fold 0', …, 'cv'; other
    metrics are left out. Raises ValueError if columns or all of those metrics are missing.
    """
    need_columns(metrics, ["part", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"], "metrics")
    shown = metrics[metrics["metric"].isin(_FOLD_METRICS)]
    if shown.empty:
        raise ValueError(f"metrics holds none of {', '.join(_FOLD_METRICS)}, but {sorted(set(metrics['metric']))}")
    names = [name for name in _FOLD_METRICS if name in set(shown["metric"])]
    sizes = shown.drop_duplicates("part").set_index("part")
    parts = sorted(sizes.index, key=lambda part: part == _POOLED)  # pooled last, the others in their order
    rows = dict(zip(parts, [i + 0.4 * (part == _POOLED) for i, part in enumerate(parts)], strict=True))
    n_rows = -(-len(names) // 2)
    fig = new_figure(WIDTH, 1.0 + n_rows * (0.6 + 0.36 * len(parts)))
    panels = fig.subplots(n_rows, 2, sharey=True, sharex=True, squeeze=False)
    for axes, name in zip(panels.flat, names, strict=False):
        _draw_folds(axes, shown[shown["metric"] == name], rows)
        figure_header(axes, readable_name(name))
    for axes in panels.flat[len(names) :]:
        axes.set_visible(False)
    panels[0, 0].set_xlim(0, 1.12)
    panels[0, 0].set_xticks(np.linspace(0, 1, 6))
    label_rows(panels[0, 0], [_sized(part, sizes.loc[part]) for part in parts], list(rows.values()))
    set_title(fig, "Each fold, judged by a model that never saw its authors, and all together")
    set_note(fig, "Lines: 95 % intervals from resampling authors. Dashed: chance.")
    return fig


def _draw_folds(axes: Axes, of_metric: pd.DataFrame, rows: dict[str, float]) -> None:
    mute_axes(axes, "x")
    if of_metric["chance"].notna().any():
        axes.axvline(of_metric["chance"].max(), color=MUTED, linewidth=1, linestyle=(0, (3, 3)))
    for row in of_metric.itertuples():
        colour = PARTS["cv"] if row.part == _POOLED else RIGHT
        _draw_interval(axes, rows[row.part], row.value, row.lo, row.hi, colour)


def _draw_interval(axes: Axes, y: float, value: float, lo: float, hi: float, colour: str) -> None:
    """Draw a point and its interval, the value written behind."""
    axes.hlines(y, lo, hi, color=colour, linewidth=2, alpha=0.55)
    axes.plot(value, y, "o", color=colour, markersize=5.5)
    write_beside_bar(axes, np.nanmax([value, hi]), y, f"{value:.2f}", darken(colour))


def _sized(part: str, sizes: pd.Series) -> str:
    name = f"all ({_POOLED})" if part == _POOLED else part
    return f"{name}\n{count_of(int(sizes.n_images), 'image')}, {count_of(int(sizes.n_authors), 'author')}"


def plot_recall(predictions: pd.DataFrame, n_resamples: int = N_RESAMPLES, seed: int = 0) -> Figure:
    """Recall of every style with its 95 % interval, best first, beside its numbers of images and named authors.

    `predictions` has `label, author, pred, proba_<style>…`. Raises ValueError as `plot_confusion` does.
    """
    table = recall_table(predictions, n_resamples, seed)
    n_styles = len(checked_vocab(predictions, ["pred"]))
    fig = new_figure(WIDTH, 1.4 + 0.32 * len(table))
    axes, *counts = fig.subplots(1, 3, sharey=True, width_ratios=[1, 0.1, 0.1])
    mute_axes(axes, "x")
    axes.axvline(1 / n_styles, color=MUTED, linewidth=1, linestyle=(0, (3, 3)))
    axes.axvline(table["recall"].mean(), color=FAINT, linewidth=1.5)
    for y, row in enumerate(table.itertuples()):
        _draw_interval(axes, y, row.recall, row.lo, row.hi, RIGHT)
    axes.set_xlim(0, 1.08)
    for column, name in zip(counts, ("images", "authors"), strict=True):
        figure_header(mute_axes(column), name, loc="right")
        column.set_xticks([])
        for y, n in enumerate(table[f"n_{name}"]):
            column.text(1, y, f"{n:,}" if n else "–", ha="right", va="center", fontsize=8.5, color=INK if n else FAINT)
    label_rows(axes, [shorten(label, 26) for label in table["label"]])
    set_title(fig, f"Recall by style: {table['recall'].mean():.2f} in the mean of {count_of(len(table), 'style')}")
    set_note(fig, "Lines: 95 % intervals from resampling authors (images, where none). Grey: mean. Dashed: chance.")
    return fig


def recall_table(predictions: pd.DataFrame, n_resamples: int = N_RESAMPLES, seed: int = 0) -> pd.DataFrame:
    """`label, recall, lo, hi, n_images, n_authors` of every style that has images, best first.

    `lo, hi` bound a 95 % interval from resampling the style's authors. Where all images are right, or none is, no draw
    differs: the bound is then Clopper and Pearson's (1934) for as many images as those of few authors are worth.
    Raises ValueError as `plot_confusion` does.
    """
    checked_vocab(predictions, ["label", "author", "pred"])
    rng = np.random.default_rng(seed)
    rows = []
    for label, own in predictions.groupby("label"):
        right = (own["pred"] == label).to_numpy()
        authors = own["author"].fillna("")
        lo, hi = _recall_interval(right, author_units(authors), n_resamples, rng)
        rows.append((label, right.mean(), lo, hi, len(own), authors[authors != ""].nunique()))
    table = pd.DataFrame(rows, columns=["label", "recall", "lo", "hi", "n_images", "n_authors"])
    return table.sort_values("recall", ascending=False, kind="stable", ignore_index=True)


def _recall_interval(
    right: np.ndarray, units: np.ndarray, n_resamples: int, rng: np.random.Generator
) -> tuple[float, float]:
    if right.all() or not right.any():
        worth = sum(independent_images(n) for n in np.bincount(units))
        bound = 0.025 ** (1 / worth)
        return (bound, 1.0) if right.all() else (0.0, 1 - bound)
    one_style = np.zeros(len(units), dtype=int)
    counts = resampled_counts(units, one_style, n_resamples, rng)
    return interval(counts @ right / counts.sum(axis=1), tail_percent(units, one_style))


def plot_painters(predictions: pd.DataFrame, n: int = 20) -> Figure:
    """The `n` painters whose style is found least: top-2 share as a bar, top-1 as a tick, and what they were taken for.

    `predictions` has `label, author, pred, proba_<style>…`. Raises ValueError as `painters_table` does.
    """
    table = painters_table(predictions)
    hardest = table.head(n)
    fig = new_figure(WIDTH, 1.1 + 0.27 * len(hardest))
    axes, *columns = fig.subplots(1, 4, sharey=True, width_ratios=[1, 0.17, 0.5, 0.9])
    figure_header(mute_axes(axes), "top-2 (bar) and top-1 (tick)")
    axes.set_xticks([])
    axes.set_xlim(0, 1.2)
    rows = np.arange(len(hardest))
    axes.barh(rows, 1, height=0.62, color=PALE)
    axes.barh(rows, hardest["top_2"], height=0.62, color=BAR)
    axes.vlines(hardest["top_1"], rows - 0.31, rows + 0.31, color=INK, linewidth=2)
    for y, share in enumerate(hardest["top_2"]):
        write_beside_bar(axes, 1, y, f"{share:.2f}")
    _write_column(columns[0], "images", hardest["n_images"].map("{:,}".format), right=True)
    _write_column(columns[1], "style", hardest["label"].map(lambda label: shorten(label, 20)))
    _write_column(columns[2], "taken for", hardest["taken_for"].map(lambda text: shorten(text, 36)))
    label_rows(axes, [shorten(author, 30) for author in hardest["author"]])
    set_title(fig, f"The {len(hardest)} hardest of {count_of(len(table), 'painter')} with {MIN_IMAGES} images or more")
    set_note(fig, "Judged by models that never saw the painter. Of painters with few images some are here by bad luck.")
    return fig


def painters_table(predictions: pd.DataFrame, min_images: int = MIN_IMAGES) -> pd.DataFrame:
    """Painters with `min_images` or more in a style, hardest first: `author, label, n_images, top_1, top_2, taken_for`.

    `top_1, top_2` are the shares of their images whose style is the likeliest, or among the two likeliest; `taken_for`
    names the two commonest wrong styles with their numbers. Raises ValueError as `plot_confusion` does, and if nobody
    has so many images.
    """
    vocab = checked_vocab(predictions, ["label", "author", "pred"])
    found = predictions[["author", "label", "pred"]].assign(rank=ranks(predictions, vocab))
    named = found[found["author"].fillna("") != ""]
    rows = [
        (author, label, len(own), (own["rank"] < 1).mean(), (own["rank"] < 2).mean(), _taken_for(own["pred"], label))
        for (author, label), own in named.groupby(["author", "label"])
        if len(own) >= min_images
    ]
    if not rows:
        raise ValueError(f"no named author has {min_images} images or more in a style, so there is no painter to show")
    table = pd.DataFrame(rows, columns=["author", "label", "n_images", "top_1", "top_2", "taken_for"])
    hardest_first = [True, True, False]
    return table.sort_values(["top_2", "top_1", "n_images"], ascending=hardest_first, kind="stable", ignore_index=True)


def _taken_for(preds: pd.Series, label: str) -> str:
    wrong = preds[preds != label].value_counts().head(2)
    return ", ".join(f"{style} {n}" for style, n in wrong.items())


def _write_column(axes: Axes, name: str, texts: Sequence[str], right: bool = False) -> None:
    """Write a text a row under a heading, aligned left unless it is a number."""
    figure_header(mute_axes(axes), name, loc="right" if right else "left")
    axes.set_xticks([])
    for y, text in enumerate(texts):
        axes.text(1 if right else 0, y, text, ha="right" if right else "left", va="center", fontsize=8.5, color=INK)
