"""Figures: tables and arrays in, `matplotlib.figure.Figure` out.

Nothing here touches pyplot: a figure belongs to whoever asked for it, needs no display, and leaves no state behind.
One look for all: blue is right, orange is wrong, grey explains; sizes are chosen to stay legible at some 900 pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.metrics import targets, true_ranks, vocab_of
from styleclf.output import whole_file
from styleclf.pixels import fitted, open_rgb

if TYPE_CHECKING:  # matplotlib takes most of a second to import: only the functions that draw pay for it
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

INK, MUTED, FAINT, GRID, PALE = "#222222", "#6B6B6B", "#B8B8B8", "#E4E4E4", "#F4F4F4"
RIGHT, CLOSE, WRONG = "#0072B2", "#E69F00", "#D55E00"  # told apart with any colour vision (Okabe & Ito, 2008)
BAR, VAL_BAR, MEAN_BAR = "#7FB2D0", "#EBB28A", "#C4C4C4"
PARTS = {"train": "#8C8C8C", "test": RIGHT, "val": WRONG, "cv": "#009E73"}
KINDS = {
    "top-1": ("Right at the first guess", RIGHT),
    "top-2": ("Right only at the second guess", CLOSE),
    "wrong": ("Right at neither of two guesses", WRONG),
}
MAIN_METRICS = ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "precision", "recall", "f1")
REPORT_METRICS = ("precision", "recall", "f1", "top_2_accuracy")

# The first six are Okabe and Ito's without yellow and black, which vanish on white and in text. Each later one was
# chosen to lie farthest from those before it, in CIELAB, for the worst of normal, red-blind and green-blind vision.
PALETTE = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#592B0D", "#4A2B4A", "#0D3BC4", "#69E387"),
    *("#E30D4A", "#A6D4B5", "#2B2B78", "#0D78E3", "#D4C4E3", "#B5A64A", "#59693B", "#C40DA6", "#2B7878", "#963B0D"),
    *("#78E34A", "#3B4A78", "#691C2B", "#59961C", "#0D2B96", "#78B578", "#963B59", "#3B96E3", "#C49696", "#A687C4"),
)

WIDTH = 9.0  # inches; 900 pixels in a README is then 100 pixels an inch
MAX_COLUMNS = 8  # more pictures side by side are stamps: further styles go into a band below
MAX_CELL = 2.6  # inches: few styles do not make posters
GAP = 0.06  # inches between pictures
LINE = 0.16  # inches a line of the box below a picture
PICTURE = 320  # pixels a side that are kept of a picture


# ------------------------------------------------------------------------------------------------ the shared look


def style_colours(vocab: Iterable[str]) -> dict[str, str]:
    """The colour of each style, as hex strings, in the order of `vocab`.

    The first 8 stay apart for red-blind and green-blind readers; beyond 30 styles colours repeat.
    """
    return {style: PALETTE[i % len(PALETTE)] for i, style in enumerate(vocab)}


def save_figure(fig: Figure, path: str | Path, dpi: int = 150) -> Path:
    """Write `fig` to `path`, whole or not at all; parent folders are made, an older file is replaced.

    The ending of `path` (.png, .svg, .pdf ...) chooses the format. Returns the path.
    Raises ValueError for an ending that matplotlib cannot write.
    """
    path = Path(path)
    image_format = path.suffix[1:].lower()
    legal = sorted(fig.canvas.get_supported_filetypes())
    if image_format not in legal:
        raise ValueError(f"cannot save a figure as {path.name!r}: its ending must be one of {', '.join(legal)}")
    with whole_file(path) as aside:
        fig.savefig(aside, dpi=dpi, format=image_format)
    return path


def new_figure(width: float, height: float, layout: str | None = "constrained") -> Figure:
    """An empty white figure of `width` x `height` inches, with its own Agg canvas."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    fig = Figure(figsize=(width, height), dpi=100, layout=layout, facecolor="white")
    FigureCanvasAgg(fig)
    fig._repr_png_ = partial(_png_bytes, fig)  # a notebook shows it even where pyplot was never imported
    return fig


def quiet(axes: Axes, grid: str | None = None) -> Axes:
    """Take frame and tick marks off `axes`; a pale grid stays along 'x' or 'y' if asked for."""
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=9, labelcolor=INK, which="both")
    if grid:
        axes.grid(True, axis=grid, color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
    return axes


def set_title(fig: Figure, title: str) -> None:
    """Write the title of a figure with a layout engine, left-aligned as a sentence is."""
    fig.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)


def set_note(fig: Figure, note: str) -> None:
    """Write how to read a figure below it."""
    fig.supxlabel(note, x=0.01, ha="left", fontsize=8.5, color=MUTED)


def _png_bytes(fig: Figure) -> bytes:
    buffer = BytesIO()
    fig.savefig(buffer, format="png")
    return buffer.getvalue()


def _head(axes: Axes, text: str, loc: str = "left") -> None:
    axes.set_title(text, loc=loc, fontsize=9.5, color=INK)


def _write_after(axes: Axes, x: float, y: float, text: str, color: str = INK, size: float = 8.5) -> None:
    """Write `text` just right of the point (x, y)."""
    axes.annotate(text, (x, y), (5, 0), textcoords="offset points", va="center", fontsize=size, color=color)


def _label_rows(axes: Axes, labels: Sequence[str], rows: Sequence[float] | None = None) -> None:
    """Name the rows (0, 1, 2 ... unless given) of `axes` from top to bottom; axes that share them follow."""
    rows = range(len(labels)) if rows is None else rows
    axes.set_yticks(rows, labels)
    axes.set_ylim(rows[-1] + 0.6, -0.6)


def _spoken(metric: str) -> str:
    """A metric's column name as a reader would say it: top_2_accuracy -> top-2 accuracy."""
    return "F1" if metric == "f1" else metric.replace("top_", "top-").replace("_", " ")


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _shortened(name: str, n_chars: int) -> str:
    return name if len(name) <= n_chars else name[: n_chars - 1].rstrip(" -_") + "…"


def _folded(name: str, n_chars: int) -> str:
    """`name`, if longer than `n_chars`, on two lines, broken at the hyphen, space or underscore nearest its middle."""
    breaks = [i + 1 for i, char in enumerate(name) if char in " -_"]
    if len(name) <= n_chars or not breaks:
        return _shortened(name, n_chars)
    middle = min(breaks, key=lambda i: abs(i - len(name) / 2))
    return f"{_shortened(name[:middle].rstrip(), n_chars)}\n{_shortened(name[middle:], n_chars)}"


def _darker(colour: str, factor: float = 0.75) -> str:
    """A darker shade of a hex colour: thin letters need more contrast than a line."""
    return "#" + "".join(f"{round(int(colour[i : i + 2], 16) * factor):02X}" for i in (1, 3, 5))


def _need_columns(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Raise ValueError if `table`, called `name`, has no rows or lacks one of `columns`."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"{name} lacks the column {missing[0]!r}: it has {', '.join(map(str, table.columns))}")
    if len(table) == 0:
        raise ValueError(f"{name} has no rows, so there is nothing to draw")


# ------------------------------------------------------------------------------------------------ design


def plot_design(table: pd.DataFrame) -> Figure:
    """Images per style and fold as bars, numbers of named authors in brackets.

    `table` is what `splits.design_table` gives: a row a style, columns ('images' | 'authors', fold). All bars share one
    scale. A tick marks an even share of the style over the cross-validation folds ('val' apart).
    Raises ValueError for other columns or no rows.
    """
    images, authors = (_design_part(table, part) for part in ("images", "authors"))
    shares = images.drop(columns="val", errors="ignore").mean(axis=1)
    n_folds = images.shape[1]
    fig = new_figure(max(WIDTH, 1.8 + 1.3 * n_folds), 1.5 + 0.3 * len(images))
    for axes, fold in zip(fig.subplots(1, n_folds, sharex=True, sharey=True, squeeze=False)[0], images, strict=True):
        _draw_fold(axes, images[fold], authors[fold], None if fold == "val" else shares)
        name = "validation" if fold == "val" else f"fold {fold}"
        _head(axes, f"{name}\n{_counted(images[fold].sum(), 'image')}")
        axes.set_xlim(0, 1.75 * max(images.to_numpy().max(), 1))
    _label_rows(axes, [f"{_shortened(str(style), 26)}  {n:,}" for style, n in images.sum(axis=1).items()])
    set_title(fig, f"Images and (authors) of {_counted(len(images), 'style')}, by fold")
    set_note(fig, "Bar and number: images; in brackets: named authors; tick: an even share of the folds.")
    return fig


def _design_part(table: pd.DataFrame, part: str) -> pd.DataFrame:
    """The columns of a design table that count `part`, one a fold."""
    if table.columns.nlevels != 2 or part not in table.columns.get_level_values(0):
        raise ValueError(f"the design table needs columns ({part!r}, fold), but has {list(table.columns)}")
    _need_columns(table, [], "the design table")
    return table[part].fillna(0).astype(int)


def _draw_fold(axes: Axes, images: pd.Series, authors: pd.Series, shares: pd.Series | None) -> None:
    """Draw one fold's bars, a row a style, with their numbers and the even share."""
    quiet(axes).set_xticks([])
    rows = np.arange(len(images))
    axes.barh(rows, images, height=0.62, color=VAL_BAR if shares is None else BAR)
    if shares is not None:
        axes.vlines(shares, rows - 0.4, rows + 0.4, color=INK, linewidth=1.1)
    ends = images if shares is None else np.maximum(images, shares)
    for row, n_images, n_authors, end in zip(rows, images, authors, ends, strict=True):
        text = f"{n_images:,} ({n_authors:,})" if n_authors else f"{n_images:,}"
        _write_after(axes, end, row, text, color=INK if n_images else WRONG)


# ------------------------------------------------------------------------------------------------ history


def plot_history(history: pd.DataFrame, metric: str = "top_2_accuracy", chosen: int | None = None) -> Figure:
    """The course of training: the metric and the loss by epoch, on training and test images.

    `history` has the column `epoch` and any of `train_<metric>, test_<metric>, train_loss, test_loss`; what is missing
    is not drawn. The values of the epoch `chosen`, the last by default, stand beside the curves.
    Raises ValueError for an unknown metric or epoch.
    """
    _need_columns(history, ["epoch"], "history")
    chosen = history["epoch"].iloc[-1] if chosen is None else chosen
    _check_history(history, metric, chosen)
    names = [name for name in dict.fromkeys([metric, "loss"]) if _curves(history, name)]
    fig = new_figure(WIDTH, 3.3)
    for axes, name in zip(fig.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        _draw_curves(axes, history["epoch"], _curves(history, name), chosen)
        axes.set_title(_spoken(name), loc="left", fontsize=11, fontweight="bold", color=INK)
    probe = " Epoch 0 is the probe." if 0 in set(history["epoch"]) else ""
    set_note(fig, f"Dots and numbers: epoch {chosen}.{probe}")
    return fig


def _check_history(history: pd.DataFrame, metric: str, chosen: int) -> None:
    """Raise ValueError if no part of `history` holds `metric`, or if it has no epoch `chosen`."""
    if not _curves(history, metric):
        parts = [name for name in map(str, history.columns) if name.startswith(("train_", "test_"))]
        legal = sorted({name.split("_", 1)[1] for name in parts})
        raise ValueError(f"history has no metric {metric!r}: choose one of {', '.join(legal)}")
    if chosen not in set(history["epoch"]):
        first, last = history["epoch"].min(), history["epoch"].max()
        raise ValueError(f"chosen epoch {chosen!r} is not in the history, which runs from {first} to {last}")


def _curves(history: pd.DataFrame, name: str) -> dict[str, pd.Series]:
    """The parts ('train', 'test') for which `history` holds any value of `name`, and their values."""
    found = {part: history[f"{part}_{name}"] for part in ("train", "test") if f"{part}_{name}" in history.columns}
    return {part: values for part, values in found.items() if values.notna().any()}


def _draw_curves(axes: Axes, epochs: pd.Series, parts: Mapping[str, pd.Series], chosen: int) -> None:
    """Draw one curve a part, named at its end, with a dot and the value at the chosen epoch."""
    quiet(axes, "y").set_xlabel("epoch", fontsize=9, color=INK)
    _mark_whole_epochs(axes, epochs)
    axes.axvline(chosen, color=FAINT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    texts = {}
    for part, values in parts.items():
        seen, at = values.notna(), values[epochs == chosen].iloc[0]
        small_dots = dict(marker="o", markersize=3) if seen.sum() <= 15 else {}
        axes.plot(epochs[seen], values[seen], color=PARTS[part], linewidth=1.8, **small_dots)
        axes.plot(chosen, at, "o", color=PARTS[part], markersize=7, zorder=3)
        texts[part] = part if np.isnan(at) else f"{part} {at:#.3g}"
    _name_curves(axes, {part: values.dropna().iloc[-1] for part, values in parts.items()}, texts)


def _mark_whole_epochs(axes: Axes, epochs: pd.Series) -> None:
    """Ticks on whole epochs only, and a little room when there is just one."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    pad = max(0.03 * (epochs.max() - epochs.min()), 0.5 if len(epochs) == 1 else 0)
    axes.set_xlim(epochs.min() - pad, epochs.max() + pad)


def _name_curves(axes: Axes, ends: Mapping[str, float], texts: Mapping[str, str]) -> None:
    """Write each curve's name to the right of the axes, level with its end but never over another name."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)  # else the view would move on under the names
    heights = {part: (end - low) / (high - low) for part, end in ends.items()}
    where = dict(xycoords="axes fraction", textcoords="offset points", va="center")
    for part, height in _spread(heights, gap=0.09).items():
        look = dict(fontsize=9.5, fontweight="bold", color=_darker(PARTS[part]))
        axes.annotate(texts[part], (1, height), (6, 0), **where, **look)


def _spread(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Two heights moved apart, equally, to at least `gap`; a single one stays."""
    if len(heights) < 2:
        return dict(heights)
    (lower, low), (upper, high) = sorted(heights.items(), key=lambda item: item[1])
    push = max(gap - (high - low), 0) / 2
    return {lower: low - push, upper: high + push}


# ------------------------------------------------------------------------------------------------ confusion


def plot_confusion(predictions: pd.DataFrame) -> Figure:
    """The confusion matrix: percent of each true style (rows sum to 100), with the number of images below.

    Recall stands on the diagonal, in blue; mistakes are orange; cells without images are empty. `predictions` has a row
    an image: `label, pred, proba_<style>…`. With many styles cells are too small for the number of images, which then
    stands only beside the rows. Raises ValueError for missing columns, no rows, or a style without `proba_` column.
    """
    vocab = _checked_vocab(predictions, ["label", "pred"])
    counts = confusion_counts(predictions)
    images = counts.sum(axis=1)
    shares = 100 * _ratio(counts, images[:, None])
    cell = np.clip(5.4 / len(vocab), 0.3, 0.8)  # inches
    labels = 0.085 * min(max(map(len, vocab)), 24)
    fig = new_figure(max(1.2 + labels + cell * len(vocab), 5.0), 1.4 + 0.7 * labels + cell * len(vocab))
    axes = fig.subplots()
    _shade_cells(axes, shares)
    _write_cells(axes, counts, shares, cell)
    _name_cells(axes, [_shortened(style, 24) for style in vocab], images)
    set_title(fig, f"{_counted(len(predictions), 'image')}, mean recall {np.nanmean(shares.diagonal()):.0f} %")
    numbers = "percent and number" if cell >= 0.45 else "percent"
    set_note(fig, f"In each cell: {numbers} of the images of the true style; n: all of them.")
    return fig


def confusion_counts(predictions: pd.DataFrame) -> np.ndarray:
    """How many images of each true style (rows) got each prediction (columns), (n_styles, n_styles) int."""
    vocab = vocab_of(predictions)
    counts = np.zeros((len(vocab), len(vocab)), dtype=int)
    np.add.at(counts, (targets(predictions["label"], vocab), targets(predictions["pred"], vocab)), 1)
    return counts


def _checked_vocab(predictions: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The styles of the `proba_` columns; ValueError if `columns`, `proba_` columns or rows are missing."""
    _need_columns(predictions, columns, "predictions")
    vocab = vocab_of(predictions)
    if not vocab:
        raise ValueError(f"predictions has no proba_<style> column: it has {', '.join(map(str, predictions.columns))}")
    return vocab


def _ranks(predictions: pd.DataFrame, vocab: Sequence[str]) -> np.ndarray:
    """How many styles are likelier than the true one, (n,) int."""
    probas = predictions[[f"proba_{style}" for style in vocab]].to_numpy(dtype=float)
    return true_ranks(probas, targets(predictions["label"], vocab))


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, NaN where whole is 0."""
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)


def _shade_cells(axes: Axes, shares: np.ndarray) -> None:
    """Colour the cells by percent: the diagonal in the colour of right, the rest in the colour of wrong."""
    from matplotlib.colors import LinearSegmentedColormap

    diagonal = np.eye(len(shares), dtype=bool)
    for colour, hidden in ((RIGHT, ~diagonal), (WRONG, diagonal)):
        shades = LinearSegmentedColormap.from_list("shades", ["white", colour])
        axes.imshow(np.ma.masked_where(hidden | np.isnan(shares), shares), cmap=shades, vmin=0, vmax=100)


def _write_cells(axes: Axes, counts: np.ndarray, shares: np.ndarray, cell: float) -> None:
    """Write percent and, smaller below it where there is room, the number of images into every cell that has any."""
    size = min(10.5, 16 * cell + 2)
    roomy = cell >= 0.45
    for row, column in np.argwhere(counts):
        share = shares[row, column]
        look = dict(ha="center", color="white" if row == column and share > 85 else INK)
        lift, va = (0.06, "bottom") if roomy else (0, "center")
        axes.text(column, row + lift, f"{share:.0f}", va=va, fontsize=size, **look)
        if roomy:
            axes.text(column, row + 0.12, f"{counts[row, column]:,}", va="top", fontsize=0.72 * size, **look)
    for row in np.flatnonzero(counts.sum(axis=1) == 0):
        box = dict(facecolor="white", edgecolor="none", pad=2)
        axes.text((len(counts) - 1) / 2, row, "no images", ha="center", va="center", color=MUTED, fontsize=9, bbox=box)


def _name_cells(axes: Axes, vocab: Sequence[str], images: np.ndarray) -> None:
    """Name rows (true, with their number of images) and columns (predicted), and part the cells by pale lines."""
    quiet(axes)
    axes.set_xticks(range(len(vocab)), vocab, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(vocab)), [f"{style}  n = {n:,}" for style, n in zip(vocab, images, strict=True)])
    edges = np.arange(len(vocab) + 1) - 0.5
    axes.hlines(edges, edges[0], edges[-1], color=GRID, linewidth=0.8)
    axes.vlines(edges, edges[0], edges[-1], color=GRID, linewidth=0.8)
    axes.set_xlabel("predicted style", fontsize=9.5, color=MUTED)
    axes.set_ylabel("true style", fontsize=9.5, color=MUTED)


# ------------------------------------------------------------------------------------------------ report


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
    for axes, metric in zip(columns[:4], REPORT_METRICS, strict=True):
        _draw_rates(axes, rows, np.r_[report[metric], averages[metric]], n_styles=len(report))
        _head(axes, _spoken(metric))
    for axes, count in zip(columns[4:], ("images", "authors"), strict=True):
        _write_counts(axes, report[count])
        _head(axes, count, loc="right")
    _label_rows(columns[0], [_shortened(str(name), 26) for name in [*report.index, *averages.index]], rows)
    first, second = averages.loc["mean of styles", ["recall", "top_2_accuracy"]]
    images = _counted(len(predictions), "image")
    set_title(fig, f"{images}: top-1 {first:.2f}, top-2 {second:.2f}, styles weighing the same")
    return fig


def report_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall, F1 and top-2 accuracy (0..1) with the numbers of images and named authors, a row a style.

    Top-2 accuracy of a style is the share of its images whose true style is among the two likeliest. A style that was
    never predicted has precision 0; one without images has NaN throughout. Raises ValueError as `plot_confusion` does.
    """
    vocab = _checked_vocab(predictions, ["label", "author", "pred"])
    counts = confusion_counts(predictions)
    images, predicted, right = counts.sum(axis=1), counts.sum(axis=0), counts.diagonal()
    label = predictions["label"]
    named = predictions[predictions["author"].fillna("") != ""]
    report = pd.DataFrame({"precision": np.nan_to_num(_ratio(right, predicted))}, index=pd.Index(vocab, name="label"))
    report["recall"] = _ratio(right, images)
    report["f1"] = _ratio(2 * right, images + predicted)
    report["top_2_accuracy"] = pd.Series(_ranks(predictions, vocab) < 2).groupby(label.to_numpy()).mean()
    report.loc[images == 0, list(REPORT_METRICS)] = np.nan
    authors = named.groupby("label")["author"].nunique().reindex(vocab, fill_value=0)
    return report.assign(images=images, authors=authors)


def report_averages(report: pd.DataFrame) -> pd.DataFrame:
    """The report's mean over styles and its mean over images, two rows; styles without images stay out."""
    seen = report[report["images"] > 0]
    rates = seen[list(REPORT_METRICS)]
    weights = seen["images"] / seen["images"].sum()
    return pd.DataFrame({"mean of styles": rates.mean(), "mean of images": rates.mul(weights, axis=0).sum()}).T


def _draw_rates(axes: Axes, rows: np.ndarray, rates: np.ndarray, n_styles: int) -> None:
    """Draw rates in 0..1 as bars with their numbers, those after the styles greyer; NaN becomes a dash."""
    quiet(axes).set_xticks([])
    axes.set_xlim(0, 1.38)
    axes.barh(rows, 1, height=0.62, color=PALE)
    axes.barh(
        rows, np.nan_to_num(rates), height=0.62, color=[BAR if i < n_styles else MEAN_BAR for i in range(len(rows))]
    )
    for row, rate in zip(rows, rates, strict=True):
        _write_after(axes, 1, row, *(("–", FAINT) if np.isnan(rate) else (f"{rate:.2f}", INK)))


def _write_counts(axes: Axes, counts: pd.Series) -> None:
    """Write a number a row, right-aligned; a dash for none."""
    quiet(axes).set_xticks([])
    for row, n in enumerate(counts):
        axes.text(1, row, f"{n:,}" if n else "–", ha="right", va="center", fontsize=8.5, color=INK if n else FAINT)


# ------------------------------------------------------------------------------------------------ metrics


def plot_metrics(metrics: pd.DataFrame) -> Figure:
    """The main metrics of each part as points with 95 % intervals; ticks mark what chance would reach.

    `metrics` is tidy: `part, metric, value` and, where known, `lo, hi, chance, n_images, n_authors`; rates are 0..1.
    Raises ValueError if columns or all of the main metrics are missing.
    """
    _need_columns(metrics, ["part", "metric", "value"], "metrics")
    columns = ["part", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"]
    main = metrics[metrics["metric"].isin(MAIN_METRICS)].reindex(columns=columns)
    if main.empty:
        raise ValueError(f"metrics holds none of {', '.join(MAIN_METRICS)}, but {sorted(set(metrics['metric']))}")
    parts = list(dict.fromkeys(main["part"]))
    names = [name for name in MAIN_METRICS if name in set(main["metric"])]
    fig = new_figure(WIDTH, 1.1 + 0.17 * len(names) * (len(parts) + 1))
    axes = quiet(fig.subplots(), "x")
    for i, part in enumerate(parts):
        offset = (i - (len(parts) - 1) / 2) * 0.75 / len(parts)
        _draw_part(axes, main[main["part"] == part], names, offset, PARTS.get(part, INK))
    _label_rows(axes, [_spoken(name) for name in names])
    axes.set_xlim(0, 1.08)
    axes.set_xticks(np.linspace(0, 1, 6))
    _name_parts(fig, axes, main, parts)
    if main["lo"].notna().any():
        set_note(fig, "Lines: 95 % intervals from resampling authors.")
    return fig


def _draw_part(axes: Axes, rows: pd.DataFrame, names: Sequence[str], offset: float, colour: str) -> None:
    """Draw one part's points, intervals, values and chance ticks, `offset` below the rows of their metrics."""
    for row in rows.itertuples():
        y = names.index(row.metric) + offset
        axes.vlines(row.chance, y - 0.1, y + 0.1, color=FAINT, linewidth=2)
        axes.hlines(y, row.lo, row.hi, color=colour, linewidth=2, alpha=0.55)
        axes.plot(row.value, y, "o", color=colour, markersize=5.5)
        _write_after(axes, np.nanmax([row.value + 0.005, row.hi]), y, f"{row.value:.2f}", _darker(colour), 8)


def _name_parts(fig: Figure, axes: Axes, main: pd.DataFrame, parts: Sequence[str]) -> None:
    """Name parts in their colours, with their sizes, and the chance tick, above the axes."""
    handles = []
    for part in parts:
        sizes = main[main["part"] == part][["n_images", "n_authors"]].max()
        known = [_counted(int(n), noun) for n, noun in zip(sizes, ("image", "author"), strict=True) if n > 0]
        label = f"{part} ({', '.join(known)})" if known else part
        handles += axes.plot([], [], "o-", color=PARTS.get(part, INK), label=label)
    if main["chance"].notna().any():
        handles += axes.plot([], [], "|", color=FAINT, markeredgewidth=2, markersize=8, label="chance")
    look = dict(frameon=False, fontsize=9, labelcolor=INK, handletextpad=0.6, columnspacing=1.8)
    fig.legend(handles=handles, loc="outside upper left", ncols=min(len(handles), 3), **look)


# ------------------------------------------------------------------------------------------------ pictures


def plot_examples(
    predictions: pd.DataFrame, images: str | Path, kind: str = "top-1", seed: int = 0, n_rows: int = 3
) -> Figure:
    """Random images of one kind, a column a true style, each with a box of its three likeliest styles in percent.

    `kind`: 'top-1' (the true style is the first guess), 'top-2' (it is the second), 'wrong' (it is neither). `images`
    is the folder that `filename` is relative to; a file that cannot be opened is drawn grey. Styles beyond the eighth
    go into further bands below. The same `seed` draws the same images whatever the order of rows. Raises ValueError for
    another kind, for `n_rows` < 1, and as `plot_confusion` does.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(map(repr, KINDS))}, got {kind!r}")
    vocab = _checked_vocab(predictions, ["filename", "label"])
    chosen = predictions[_of_kind(_ranks(predictions, vocab), kind)]
    columns = sampled_files(chosen, vocab, n_rows, seed)
    words, colour = KINDS[kind]
    title = f"{words}: {len(chosen):,} of {_counted(len(predictions), 'image')}"
    note = "Columns: true style. Boxes: the three likeliest styles in percent, the true one in bold."
    fig, cells = picture_grid(columns, n_lines=min(3, len(vocab)), title=title, note=note)
    rows = chosen.drop_duplicates("filename").set_index("filename")
    for style, filenames in columns.items():
        for axes, filename in zip(cells[style], filenames, strict=True):
            draw_picture(axes, open_picture(Path(images) / filename), frame=colour)
            _write_guesses(axes, rows.loc[filename], vocab, colour)
    return fig


def contact_sheet(annotation: pd.DataFrame, images: str | Path, seed: int = 0, n_rows: int = 4) -> Figure:
    """Random images of each style, a column a style, cropped to squares.

    `annotation` has `filename, label`; `images` is the folder that `filename` is relative to. The same `seed` draws the
    same images whatever the order of rows. Raises ValueError for missing columns, no rows, or `n_rows` < 1.
    """
    _need_columns(annotation, ["filename", "label"], "the annotation")
    columns = sampled_files(annotation, sorted(annotation["label"].unique()), n_rows, seed)
    fig, cells = picture_grid(columns)
    for style, filenames in columns.items():
        for axes, filename in zip(cells[style], filenames, strict=True):
            picture = open_picture(Path(images) / filename)
            draw_picture(axes, picture and fitted(picture, PICTURE, "crop"))
    return fig


def sampled_files(table: pd.DataFrame, vocab: Sequence[str], n: int, seed: int) -> dict[str, list[str]]:
    """At most `n` random filenames of each style; they depend on the filenames and the seed, not on the order of rows.

    Raises ValueError for `n` < 1.
    """
    if n < 1:
        raise ValueError(f"n_rows must be at least 1, got {n!r}")
    filenames = {style: sorted(set(table["filename"][table["label"] == style])) for style in vocab}
    return {
        style: [names[i] for i in np.random.default_rng(seed).permutation(len(names))[:n]]
        for style, names in filenames.items()
    }


def picture_grid(
    columns: Mapping[str, Sequence[str]], n_lines: int = 0, title: str = "", note: str = ""
) -> tuple[Figure, dict[str, list[Axes]]]:
    """A figure with a headed column of cells for each style, a cell for each of its pictures.

    A cell spans 0..1 for the picture and, below 0, has room for a box of `n_lines` lines. Wide grids are cut into bands
    of columns, as equal as can be: 11 styles make 6 and 5. A style without pictures says so.
    """
    n_bands = -(-len(columns) // MAX_COLUMNS)
    n_columns = -(-len(columns) // n_bands)
    n_rows = max(map(len, columns.values()))
    cell = min(WIDTH / n_columns, MAX_CELL)
    heads = {style: _folded(style, int(12 * cell)) for style in columns}
    head = 0.17 + 0.16 * max(text.count("\n") + 1 for text in heads.values())
    tall, top = cell + LINE * n_lines, (0.3 if title else 0) + (0.22 if note else 0)
    band = head + max(n_rows * tall, 0.5) + 0.05
    fig = new_figure(max(n_columns * cell, 5.4 if title else 0), top + n_bands * band, layout=None)
    width, height = fig.get_size_inches()
    fig.text(GAP / width, 1 - 0.08 / height, title, va="top", fontsize=12, fontweight="bold", color=INK)
    fig.text(GAP / width, 1 - 0.33 / height, note, va="top", fontsize=8.5, color=MUTED)
    cells = {}
    for i, (style, pictures) in enumerate(columns.items()):
        left, below = cell * (i % n_columns), top + band * (i // n_columns) + head
        middle = (left + cell / 2) / width
        fig.text(middle, 1 - (below - 0.06) / height, heads[style], ha="center", va="bottom", fontsize=9, color=INK)
        if not pictures:
            fig.text(middle, 1 - (below + 0.25) / height, "none", ha="center", va="center", fontsize=9, color=MUTED)
        cells[style] = [_empty_cell(fig, left, below + row * tall, cell, n_lines) for row in range(len(pictures))]
    return fig, cells


def open_picture(path: Path) -> Image.Image | None:
    """The picture at `path` in RGB, upright, in its own proportions, at most 320 pixels a side; None if unreadable."""
    try:
        picture = open_rgb(path, PICTURE)
    except Exception:  # vanished, or broken since: a decoder can raise almost anything, and a figure can do without
        return None
    picture.thumbnail((PICTURE, PICTURE))
    return picture


def draw_picture(axes: Axes, picture: Image.Image | None, frame: str | None = None) -> None:
    """Draw a picture in its own proportions as large as the unit square allows, on a pale mat, in a coloured frame."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((0, 0), 1, 1, facecolor=PALE if picture else GRID, zorder=-1))
    if picture:
        right, top = (1 + np.array(picture.size) / max(picture.size)) / 2
        axes.imshow(np.asarray(picture), extent=(1 - right, right, 1 - top, top), aspect="auto")
    else:
        axes.text(0.5, 0.5, "unreadable", ha="center", va="center", fontsize=9, color=MUTED)
    if frame:
        bottom = axes.get_ylim()[0]
        outline = dict(facecolor="none", edgecolor=frame, linewidth=2, clip_on=False, zorder=5)
        axes.add_patch(Rectangle((0, bottom), 1, 1 - bottom, **outline))


def _of_kind(ranks: np.ndarray, kind: str) -> np.ndarray:
    """Which images are of `kind`, (n,) bool."""
    return {"top-1": ranks == 0, "top-2": ranks == 1, "wrong": ranks > 1}[kind]


def _write_guesses(axes: Axes, row: pd.Series, vocab: Sequence[str], colour: str) -> None:
    """Write the three likeliest styles and their percentages into the box below a picture, over bars of that length."""
    preds = row[[f"proba_{style}" for style in vocab]].to_numpy(dtype=float)
    guesses = np.argsort(-preds, kind="stable")[:3]
    line = axes.get_ylim()[0] / len(guesses)
    inches = axes.get_position().width * axes.figure.get_size_inches()[0]
    for i, guess in enumerate(guesses):
        true = vocab[guess] == row["label"]
        y = (i + 0.42) * line  # the frame eats into the last line
        axes.barh(y, preds[guess], height=line, color=colour if true else FAINT, alpha=0.3, linewidth=0)
        look = dict(va="center_baseline", fontsize=min(8, 6.6 * inches), fontweight="bold" if true else "normal")
        _fit(axes, axes.text(0.03, y, vocab[guess], ha="left", color=INK, **look), room=0.76)
        axes.text(0.97, y, f"{100 * preds[guess]:.0f}", ha="right", color=INK, **look)


def _fit(axes: Axes, text: Text, room: float) -> None:
    """Shorten a text until it takes no more than `room` of the width of `axes`."""
    name = text.get_text()
    for n_chars in range(len(name) - 1, 1, -1):
        if text.get_window_extent().width <= room * axes.bbox.width:
            return
        text.set_text(_shortened(name, n_chars))


def _empty_cell(fig: Figure, left: float, top: float, cell: float, n_lines: int) -> Axes:
    """Axes without frame, `left` and `top` inches from the figure's upper left corner, `cell` inches wide with gap."""
    width, height = fig.get_size_inches()
    side = cell - GAP
    tall = side + LINE * n_lines
    axes = fig.add_axes(((left + GAP / 2) / width, 1 - (top + tall) / height, side / width, tall / height))
    axes.set(xlim=(0, 1), ylim=(-LINE * n_lines / side, 1))
    axes.set_axis_off()
    return axes


def run_figures(
    history: pd.DataFrame, metrics: pd.DataFrame, predictions: pd.DataFrame, images: str | Path, seed: int = 0
) -> dict[str, Figure]:
    """The figures of one training run by name: history, metrics, confusion, report and the three example grids."""
    grids = {kind: plot_examples(predictions, images, kind, seed) for kind in KINDS}
    return {
        "history": plot_history(history),
        "metrics": plot_metrics(metrics),
        "confusion": plot_confusion(predictions),
        "report": plot_report(predictions),
        **grids,
    }
