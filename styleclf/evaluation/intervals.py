"""Intervals from resampling authors."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

N_RESAMPLES = 1000
_AUTHOR_CORRELATION = 0.15  # of being right, between images of one author and style: two real sets had 0.1 and 0.3


def author_units(authors: Sequence[str]) -> np.ndarray:
    """`(n,)` ints: what is resampled together, one number an author, and one for each image without author."""
    authors = pd.Series(authors).fillna("").reset_index(drop=True)
    alone = "\0" + authors.index.astype(str)  # no author's name holds a NUL
    return pd.factorize(authors.where(authors != "", alone))[0]


def resampled_counts(units: np.ndarray, targs: np.ndarray, n_resamples: int, rng: np.random.Generator) -> np.ndarray:
    """`(n_resamples, n)` how much each image counts when units are drawn with replacement within their styles.

    Of a style's n units n - 1 are drawn, each counting n / (n - 1): n draws would have (n - 1) / n of the variance (Rao
    and Wu, Resampling inference with complex survey data, 1988; Rao, Wu and Yue 1992). `_strata` says what is a unit.
    """
    pieces, styles = _strata(units, targs)
    drawn = np.ones((n_resamples, pieces.max() + 1), dtype=np.float32)
    for members, n_drawn in styles:
        n = len(members)
        drawn[:, members] = rng.multinomial(n_drawn, np.full(n, 1 / n), n_resamples) * (n / n_drawn)
    return drawn[:, pieces]


def _strata(units: np.ndarray, targs: np.ndarray) -> tuple[np.ndarray, list[tuple[np.ndarray, int]]]:
    """What is drawn together, as a number an image `(n,)`, and for every style its numbers and how many to draw.

    A unit that works in several styles belongs to the style of its first image. A style's only unit is taken apart:
    drawing it would tell nothing. As many of its images are drawn as would vary like one author more or less: n images
    with correlation r are worth n / (1 + (n - 1) r) independent ones (the design effect: Kish, Survey Sampling, 1965).
    Where authors matter less than AUTHOR_CORRELATION says, this makes intervals wider than they need be.
    """
    _, first, units = np.unique(units, return_index=True, return_inverse=True)  # those of a part have gaps
    style_of, pieces = targs[first], units.copy()
    lone = np.flatnonzero(np.bincount(style_of)[style_of] == 1)
    for unit in lone:
        others = np.flatnonzero(units == unit)[1:]
        pieces[others] = len(style_of) + np.arange(len(others))
        style_of = np.append(style_of, np.full(len(others), style_of[unit]))
    members = {style: np.flatnonzero(style_of == style) for style in np.unique(style_of)}
    worth = {style: len(each) for style, each in members.items()}
    worth |= {style: independent_images(worth[style]) for style in style_of[lone]}
    return pieces, [(each, max(1, round(worth[style]) - 1)) for style, each in members.items()]


def independent_images(n: float) -> float:
    """How many images by different authors tell as much as `n` images by one author."""
    return n / (1 + (n - 1) * _AUTHOR_CORRELATION)


def tail_percent(units: np.ndarray, targs: np.ndarray) -> float:
    """The percentile of the draws at which a 95 % interval ends on either side: 2.5 with many units, less with few.

    It is where the normal distribution reaches Student's t (Hesterberg, What teachers should know about the bootstrap,
    2015, on expanded percentile intervals), whose degrees of freedom are those of a sum over styles, every one as
    uncertain as it has few units (Satterthwaite 1946).
    """
    from scipy.special import ndtr, stdtrit

    freedom = np.array([n_drawn for _, n_drawn in _strata(units, targs)[1]])
    variance = 1 / (freedom + 1)
    return float(100 * ndtr(stdtrit(variance.sum() ** 2 / (variance**2 / freedom).sum(), 0.025)))


def centred_draws(draws: np.ndarray, value: float) -> np.ndarray:
    """The draws that are no NaN, moved to have `value` as their mean: for scores that resampling shifts."""
    known = draws[~np.isnan(draws)]
    return known - known.mean() + value if len(known) else known


def interval(draws: np.ndarray, tail: float) -> tuple[float, float]:
    """Bounds that leave `tail` percent of the draws outside on either side; NaN draws stay out."""
    known = draws[~np.isnan(draws)]
    return tuple(np.percentile(known, (tail, 100 - tail))) if len(known) else (np.nan, np.nan)
