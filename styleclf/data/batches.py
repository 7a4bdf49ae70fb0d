"""Batches for losses that compare images with one another: as many of every style, by as many different authors.

A loss on pairs learns from images of one style by different hands. In batches drawn at random a rare style would often
have a single image, and much of what two images of a style share would be their painter.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from styleclf.common import count_of

_PER_STYLE = 4  # images of a style in a batch, where it has room for them


def images_per_style(bs: int, n_styles: int) -> int:
    """How many images of every style a batch of about `bs` holds: four, or fewer (at least two) for many styles.

    Raises ValueError for fewer than two images, or styles: nothing could be compared.

    >>> images_per_style(32, 8), images_per_style(32, 11)
    (4, 2)
    """
    if bs < 4 or n_styles < 2:
        raise ValueError(
            "batches need two styles or more and two images or more of each, "
            f"not {count_of(n_styles, 'style')} and {count_of(bs, 'image')} in all"
        )
    return max(2, min(_PER_STYLE, bs // n_styles))


def check_style_sizes(
    labels: Sequence[str] | pd.Series,  # of all training images
    per_style: int,  # images of each style in a batch
) -> None:
    """Raise ValueError, naming the style, if one has fewer images than a batch takes of it."""
    styles, counts = np.unique(np.asarray(labels), return_counts=True)
    for style, n in zip(styles, counts, strict=True):
        if n < per_style:
            n_images = count_of(n, "image")
            raise ValueError(
                f"{style} has {n_images} to train on, but a batch takes {per_style} of each style: "
                "give it more images, withhold it, or choose a smaller bs"
            )


def diverse_batches(
    targs: np.ndarray,  # (n,) positions of styles
    groups: np.ndarray,  # (n,) authors, as `author_groups` gives them
    n_batches: int,
    *,
    bs: int,
    per_style: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Positions `(n_batches, n_chosen * per_style)` of images, those of a style side by side.

    A batch has all styles, or as many at random as it has room for. The images of a style are drawn without
    replacement, and an author's second image only where the style has fewer authors than `per_style`.
    """
    styles = np.unique(targs)
    members = {style: np.flatnonzero(targs == style) for style in styles}
    n_chosen = min(len(styles), bs // per_style)
    batches = []
    for _ in range(n_batches):
        batch = []
        for style in rng.permutation(styles)[:n_chosen]:
            images = _draw_diverse(members[style], groups, per_style, rng=rng)
            batch.append(images)
        batches.append(np.concatenate(batch))
    return np.array(batches)


def _draw_diverse(
    members: np.ndarray,  # (n_members,) positions of images
    groups: np.ndarray,  # (n_images,) authors
    n: int,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """`n` different members at random, by as many authors as there are among them."""
    order = rng.permutation(members)
    _, first_of_author = np.unique(groups[order], return_index=True)
    first_of_author = np.sort(first_of_author)
    firsts = order[first_of_author]
    further = np.delete(order, first_of_author)
    return np.concatenate([firsts, further])[:n]


def alternate_groups(groups: Sequence[int] | np.ndarray) -> np.ndarray:
    """Positions `(n,)` in which all groups come once, in the order of their first members, then all a second time, …

    >>> alternate_groups([7, 7, 3])
    array([0, 2, 1])
    """
    series = pd.Series(np.asarray(groups))
    turns = series.groupby(series).cumcount()
    return np.argsort(turns.to_numpy(), kind="stable")
