"""Clusters of embeddings beside the styles: the curve that chooses, and two maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.plots.maps import draw_map, frame_map, part_names
from styleclf.plots.tables import need_columns
from styleclf.plots.theme import (
    INK,
    MUTED,
    WIDTH,
    figure_header,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    style_colours,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINES = {"kmeans": ("k-means", INK, "-"), "agglomerative": ("agglomerative", MUTED, (0, (4, 2)))}


def plot_clusters(
    table: pd.DataFrame,
    points: np.ndarray,  # (n, 2) positions on the map
    clusters: np.ndarray,  # (n,) numbers
    styles: Sequence[str],  # (n,)
) -> Figure:
    """Silhouette along the number of clusters, the map coloured by the clusters chosen, and by style.

    `table` is what `clusters.cluster_table` gives: `method, k, silhouette`. Names stand above the place where most
    of a cluster or style is. Raises ValueError for missing columns or no rows.
    """
    need_columns(table, ["method", "k", "silhouette"], "the table of clusters")
    fig = new_figure(WIDTH, 3.7)
    curve, found, true = fig.subplots(1, 3, width_ratios=[0.8, 1, 1])
    _draw_curve(curve, table, len(set(styles)))
    groups = {found: np.array([f"cluster {number + 1}" for number in clusters]), true: np.asarray(styles)}
    names = {}
    for axes, own in groups.items():
        frame_map(axes, points)
        names[axes] = draw_map(axes, points, own, style_colours(sorted(set(own))))
    for axes, name in zip((curve, found, true), ("silhouette", "the clusters", "the styles"), strict=True):
        figure_header(axes, name)
    best = table.loc[table["silhouette"].idxmax()]
    set_title(fig, f"{best['k']} clusters of {len(points):,} embeddings by {_LINES[best['method']][0]}")
    set_note(fig, "Dotted: the number of styles. Maps: one position an image, the same in both.")
    part_names(fig, names)
    return fig


def _draw_curve(axes: Axes, table: pd.DataFrame, n_styles: int) -> None:
    mute_axes(axes, "y").set_xlabel("number of clusters", fontsize=9, color=INK)
    for method, rows in table.groupby("method", sort=False):
        name, colour, line = _LINES[method]
        axes.plot(rows["k"], rows["silhouette"], color=colour, linestyle=line, marker="o", markersize=3.5, label=name)
    best = table.loc[table["silhouette"].idxmax()]
    axes.plot(best["k"], best["silhouette"], "o", color=_LINES[best["method"]][1], markersize=8)
    axes.axvline(n_styles, color=MUTED, linewidth=1, linestyle=":")
    axes.set_xticks(sorted(set(table["k"]))[:: 1 + table["k"].nunique() // 8])
    axes.legend(frameon=False, fontsize=8, labelcolor=INK)
