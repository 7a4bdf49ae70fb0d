"""The classification report: a table of every style and a figure of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import ratio
from styleclf.output import count_of
from styleclf.plots.tables import checked_vocab, confusion_counts, ranks
from styleclf.plots.theme import (
    BAR,
    FAINT,
    INK,
    MEAN_BAR,
    PALE,
    WIDTH,
    figure_header,
    label_rows,
    mute_axes,
    new_figure,
    readable_name,
    set_title,
    shorten,
    write_beside_bar,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_REPORT_METRICS = ("precision", "recall", "f1", "top_2_accuracy")


def plot_report(predictions: pd.DataFrame) -> Figure:
    """The classification report: a row a style with precision, recall, F1, top-2 accuracy, images and named authors.

    Two means stand below: of styles (each counts the same) and of images. `predictions` has `label, author, pred,
    proba_<style>…`. Raises ValueError as `plot_confusion` does.
    """
    report = report_table(predictions)
    averages = report_averages(report)
    rows = np.r_[np.arange(len(report)), len(report) + 0.6 + np.arange(len(averages))]
    fig = new_figure(WIDTH, 1.0 + 0.3 * (rows[-1] + 1))
    columns = fig.subplots(1, 6, sharey=True, width_ratios=[1, 1, 1, 1, 0.38, 0.42])
    for axes, metric in zip(columns[:4], _REPORT_METRICS, strict=True):
        _draw_rates(axes, rows, np.r_[report[metric], averages[metric]], n_styles=len(report))
        figure_header(axes, readable_name(metric))
    for axes, count in zip(columns[4:], ("images", "authors"), strict=True):
        _write_counts(axes, report[count])
        figure_header(axes, count, loc="right")
    label_rows(columns[0], [shorten(str(name), 26) for name in [*report.index, *averages.index]], rows)
    first, second = averages.loc["mean of styles", ["recall", "top_2_accuracy"]]
    images = count_of(len(predictions), "image")
    set_title(fig, f"{images}: top-1 {first:.2f}, top-2 {second:.2f}, styles weighing the same")
    return fig


def report_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall, F1 and top-2 accuracy (0..1) with the numbers of images and named authors, a row a style.

    Top-2 accuracy of a style is the share of its images whose true style is among the two likeliest. A style that was
    never predicted has precision 0; one without images has NaN throughout. Raises ValueError as `plot_confusion` does.
    """
    vocab = checked_vocab(predictions, ["label", "author", "pred"])
    counts = confusion_counts(predictions)
    images, predicted, right = counts.sum(axis=1), counts.sum(axis=0), counts.diagonal()
    label = predictions["label"]
    named = predictions[predictions["author"].fillna("") != ""]
    report = pd.DataFrame({"precision": np.nan_to_num(ratio(right, predicted))}, index=pd.Index(vocab, name="label"))
    report["recall"] = ratio(right, images)
    report["f1"] = ratio(2 * right, images + predicted)
    report["top_2_accuracy"] = pd.Series(ranks(predictions, vocab) < 2).groupby(label.to_numpy()).mean()
    report.loc[images == 0, list(_REPORT_METRICS)] = np.nan
    authors = named.groupby("label")["author"].nunique().reindex(vocab, fill_value=0)
    return report.assign(images=images, authors=authors)


def report_averages(report: pd.DataFrame) -> pd.DataFrame:
    """The report's mean over styles and its mean over images, two rows; styles without images stay out."""
    seen = report[report["images"] > 0]
    rates = seen[list(_REPORT_METRICS)]
    weights = seen["images"] / seen["images"].sum()
    return pd.DataFrame({"mean of styles": rates.mean(), "mean of images": rates.mul(weights, axis=0).sum()}).T


def _draw_rates(axes: Axes, rows: np.ndarray, rates: np.ndarray, n_styles: int) -> None:
    """Draw rates in 0..1 as bars with their numbers, those after the styles greyer; NaN becomes a dash."""
    mute_axes(axes).set_xticks([])
    axes.set_xlim(0, 1.38)
    axes.barh(rows, 1, height=0.62, color=PALE)
    axes.barh(
        rows, np.nan_to_num(rates), height=0.62, color=[BAR if i < n_styles else MEAN_BAR for i in range(len(rows))]
    )
    for row, rate in zip(rows, rates, strict=True):
        write_beside_bar(axes, 1, row, *(("–", FAINT) if np.isnan(rate) else (f"{rate:.2f}", INK)))


def _write_counts(axes: Axes, counts: pd.Series) -> None:
    """Write a number a row, right-aligned; a dash for none."""
    mute_axes(axes).set_xticks([])
    for row, n in enumerate(counts):
        axes.text(1, row, f"{n:,}" if n else "–", ha="right", va="center", fontsize=8.5, color=INK if n else FAINT)
