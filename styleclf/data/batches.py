"""Batches for losses that compare images with one another: as many of every style, by as many different authors.

A loss on pairs learns from images of one style by different hands; in batches drawn at random a rare style would stand
alone, and much of what is alike in a pair would be its painter.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

_PER_STYLE = 4  # images of a style in a batch, where it has room for them


def images_per_style(bs: int, n_styles: int, per_style: int = _PER_STYLE) -> int:
    """How many images of every style a batch of about `bs` holds: `per_style`, or fewer (but two) for many styles.

    Raises ValueError for fewer than two images, or styles: nothing could be compared.
    """
    if min(bs // 2, per_style, n_styles) < 2:
        raise ValueError(
            "batches need two styles or more and two images or more of each, "
            f"not {n_styles} styles, {per_style} images of each, and {bs} images in all"
        )
    return max(2, min(per_style, bs // n_styles))


def check_style_sizes(labels: Sequence, per_style: int) -> None:
    """Raise ValueError, naming it, for a style with fewer images than a batch takes of it."""
    names, counts = np.unique(np.asarray(labels), return_counts=True)
    for name, count in zip(names, counts, strict=True):
        if count < per_style:
            images = "image" if count == 1 else "images"
            raise ValueError(
                f"{name} has {count} {images} to train on, but a batch takes {per_style} of each style: "
                "give it more images, withhold it, or choose a smaller bs"
            )


def diverse_batches(
    targs: np.ndarray,  # (n,) positions of styles
    groups: np.ndarray,  # (n,) authors, as `splits.author_groups` gives them
    n_batches: int,
    bs: int,
    per_style: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Positions `(n_batches, n_chosen * per_style)` of images, those of a style side by side.

    A batch has all styles, or as many at random as it has room for. The images of a style are drawn one after another,
    an author's second only where it has fewer authors than `per_style`.
    """
    styles = np.unique(targs)
    members = {style: np.flatnonzero(targs == style) for style in styles}
    n_chosen = min(len(styles), bs // per_style)
    return np.array(
        [
            np.concatenate([_draw_diverse(members[style], groups, per_style, rng) for style in chosen])
            for chosen in (rng.permutation(styles)[:n_chosen] for _ in range(n_batches))
        ]
    )


def _draw_diverse(members: np.ndarray, groups: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` different of some images at random, by as many authors as there are among them."""
    order = rng.permutation(members)
    first = np.sort(np.unique(groups[order], return_index=True)[1])
    return np.concatenate([order[first], np.delete(order, first)])[:n]


def alternate_groups(groups: Sequence) -> np.ndarray:
    """Positions `(n,)` in which all groups come once, in the order of their first members, then all a second time, …"""
    groups = pd.Series(np.asarray(groups))
    return np.argsort(groups.groupby(groups).cumcount(), kind="stable")
