"""Clusters of embeddings beside the styles: the curve that chooses, and two maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from styleclf.evaluation import check_columns
from styleclf.plots.maps import draw_map, frame_map, move_names_apart
from styleclf.plots.theme import (
    INK,
    LEGEND_LOOK,
    MUTED,
    WIDTH,
    Look,
    mute_axes,
    new_figure,
    set_note,
    set_title,
    style_colours,
)
from styleclf.plots.words import label_x, write_heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

_LINES = {
    "kmeans": ("k-means", INK, "-"),
    "agglomerative": ("agglomerative", MUTED, (0, (4, 2))),
}
_MAX_TICKS = 8


def plot_clusters(
    table: pd.DataFrame,
    points: np.ndarray,  # (n, 2) positions on the map
    clusters: np.ndarray,  # (n,) numbers
    *,
    styles: Sequence[str],  # (n,)
) -> Figure:
    """Silhouette along the number of clusters, the map coloured by the clusters chosen, and by style.

    `table` is what `embeddings.cluster_table` gives: `method, k, silhouette`. Names stand above the place where most
    of a cluster or style is. Raises ValueError for missing columns or no rows.
    """
    check_columns(table, ["method", "k", "silhouette"], "the table of clusters")
    best = table.loc[table["silhouette"].idxmax()]
    fig = new_figure(WIDTH, 4.0)
    curve, cluster_map, style_map = fig.subplots(1, 3, width_ratios=[0.8, 1, 1])
    n_styles = len(set(styles))
    _draw_curve(curve, table, best, n_styles=n_styles)
    write_heading(curve, "silhouette")
    cluster_names = np.array([f"cluster {number + 1}" for number in clusters])
    names = {
        cluster_map: _draw_groups(cluster_map, points, cluster_names, heading="the clusters"),
        style_map: _draw_groups(style_map, points, np.asarray(styles), heading="the styles"),
    }
    method, _, _ = _LINES[best["method"]]
    n_clusters = best["k"]
    n_embeddings = f"{len(points):,} embeddings"
    set_title(fig, f"{n_clusters} clusters of {n_embeddings} by {method}")
    set_note(fig, "Dotted: the number of styles. Maps: one position an image, the same in both.")
    move_names_apart(fig, names)
    return fig


def _draw_groups(
    axes: Axes,
    points: np.ndarray,  # (n, 2)
    groups: np.ndarray,  # (n,)
    *,
    heading: str,
) -> list[Annotation]:
    """Draw the map in the colours of groups `(n,)`; returns their names."""
    write_heading(axes, heading)
    frame_map(axes, points)
    colours = style_colours(sorted(set(groups)))
    return draw_map(axes, points, groups, colours=colours)


def _draw_curve(
    axes: Axes,
    table: pd.DataFrame,
    best: pd.Series,  # its row with the highest silhouette
    *,
    n_styles: int,
) -> None:
    """Draw a line for each method, a large dot where the silhouette is best, and the number of styles."""
    label_x(mute_axes(axes, "y"), "number of clusters")
    for method, rows in table.groupby("method", sort=False):
        name, colour, line = _LINES[method]
        look: Look = {
            "color": colour,
            "linestyle": line,
            "label": name,
        }
        axes.plot(rows["k"], rows["silhouette"], marker="o", markersize=3.5, **look)
    _, best_colour, _ = _LINES[best["method"]]
    axes.plot(best["k"], best["silhouette"], "o", color=best_colour, markersize=8)
    axes.axvline(n_styles, color=MUTED, linewidth=1, linestyle=":")
    numbers = np.unique(table["k"])
    step = 1 + len(numbers) // _MAX_TICKS
    axes.set_xticks(numbers[::step])
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2, **LEGEND_LOOK)
