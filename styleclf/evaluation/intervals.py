"""Intervals from resampling authors: what else a number could have been, had other painters been at hand.

Images of one painter are alike, so painters are drawn, not images. All scores are written for many weightings of the
images at once, `counts (n_resamples, n)`: a row of ones gives the value itself, rows of multiplicities drawn author by
author give its interval. So value and interval cannot drift apart, and differences of scores are paired.

A plain percentile bootstrap is too narrow where styles have few authors: its 95 % intervals held the truth in 81-91 %
of simulated test folds and 87-88 % of validation sets, these in 92-98 %. The corrections: `resampled_counts` draws one
author fewer than a style has and weights them up (Rao and Wu 1988), and takes a style's lone author for what its images
are worth (Kish 1965); `tail_percent` goes by Student's t (Hesterberg 2015).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

N_RESAMPLES = 1000
_AUTHOR_CORRELATION = 0.15  # of being right, between images of one author and style: two real sets had 0.1 and 0.3


class Estimate(NamedTuple):
    """A score and the ends of its 95 % interval."""

    value: float
    lo: float
    hi: float


class AuthorBootstrap:
    """Redrawn authors of the images of one part, which give any score of these images its 95 % interval.

    `counts (n_resamples, n)` says how much every image counts in each draw, `tail` at which percentile of the draws an
    interval ends. The same seed draws the same authors, so scores of several models are paired.

    >>> bootstrap = AuthorBootstrap(author_units(["gris", "gris", "braque", ""]), np.array([0, 0, 0, 0]))
    >>> bootstrap.counts.shape
    (1000, 4)
    """

    def __init__(
        self,
        groups: np.ndarray,  # (n,) what is drawn together: `author_units`, or `data.author_groups` with their copies
        targs: np.ndarray,  # (n,) positions of styles, within which authors are drawn
        *,
        n_resamples: int = N_RESAMPLES,
        seed: int | np.random.Generator = 0,
    ) -> None:
        self.counts = resampled_counts(groups, targs, n_resamples, np.random.default_rng(seed))
        self.tail = tail_percent(groups, targs)

    @property
    def counts_with_value(self) -> np.ndarray:
        """`(1 + n_resamples, n)`: a row of ones, whose score is the value itself, before the draws."""
        return np.vstack([np.ones((1, self.counts.shape[1])), self.counts])

    def of(self, score: Callable[[np.ndarray], np.ndarray]) -> Estimate:
        """Value and interval of a score: a function of `counts (m, n)` that gives `(m,)`."""
        value = score(np.ones((1, self.counts.shape[1])))[0]
        return Estimate(float(value), *self.bounds(score(self.counts)))

    def estimate(self, scores: np.ndarray) -> Estimate:
        """Value and interval of scores `(1 + n_resamples,)` that were computed from `counts_with_value`."""
        return Estimate(float(scores[0]), *self.bounds(scores[1:]))

    def bounds(self, draws: np.ndarray) -> tuple[float, float]:
        """The ends of the interval of a score's draws; NaN draws stay out."""
        return interval(draws, self.tail)


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
