"""Intervals from resampling authors: what a score might have been, had other painters been at hand.

Images by one painter are alike, so painters are drawn, not images: within every style, with replacement. Every score is
a function of `counts (m, n)`, which say how much each of n images counts in each of m draws. A row of ones gives the
value itself, the drawn rows give its interval, so the two cannot drift apart; and two models that are scored under the
same counts are compared in pairs.

The plain percentile bootstrap is too narrow where a style has few authors: its 95 % intervals contained the truth in
81-91 % of simulated test folds and 87-88 % of simulated validation sets. The intervals of `AuthorBootstrap` contained
it in 92-98 %, owing to three corrections:

1. Of a style's n units n - 1 are drawn, and each counts n / (n - 1) times: n draws would vary by only (n - 1) / n of
   what they should [1, 2]. A unit is an author, or an image without one.
2. The lone author of a style is taken apart into images, because a draw from one unit always gives that unit, as if
   the style's score were certain. As many images are drawn as the author's images are worth [3].
3. An interval ends at Student's t in place of the normal distribution [4, 5].

References:
    [1] Rao and Wu, Resampling inference with complex survey data, 1988.
    [2] Rao, Wu and Yue, Some recent work on resampling methods for complex surveys, 1992.
    [3] Kish, Survey sampling, 1965: the design effect.
    [4] Hesterberg, What teachers should know about the bootstrap, 2015: expanded percentile intervals.
    [5] Satterthwaite, An approximate distribution of estimates of variance components, 1946: degrees of freedom.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

N_RESAMPLES = 1000
_AUTHOR_CORRELATION = 0.15  # of being right, between images of one author and style: two real sets had 0.1 and 0.3


class Estimate(NamedTuple):
    """A score and the ends of its 95 % interval.

    >>> str(Estimate(0.5, 0.4123, 0.6))
    '0.50 (0.41-0.60)'
    """

    value: float
    lo: float
    hi: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.lo:.2f}-{self.hi:.2f})"


class AuthorBootstrap:
    """Redrawn authors of a set of images, which give any score of these images its 95 % interval.

    `counts (n_resamples, n)` say how much every image counts in each draw; `tail` is the percentile of the draws at
    which an interval ends. The same seed draws the same authors, so scores of several models are paired.

    >>> authors = ["gris", "gris", "braque", "boucher", "lancret"]
    >>> styles = np.array([0, 0, 0, 1, 1])
    >>> right = np.array([1, 1, 0, 1, 0])
    >>> bootstrap = AuthorBootstrap(author_units(authors), styles, seed=1)
    >>> accuracy = bootstrap.of(lambda counts: counts @ right / counts.sum(axis=1))
    >>> accuracy.value, bool(accuracy.lo <= accuracy.value <= accuracy.hi)
    (0.6, True)
    """

    def __init__(
        self,
        groups: np.ndarray,  # (n,) what is drawn together: `author_units`, or `data.author_groups` with their copies
        targs: np.ndarray,  # (n,) positions of styles, within which authors are drawn
        *,
        n_resamples: int = N_RESAMPLES,
        seed: int | np.random.Generator = 0,
    ) -> None:
        strata = _strata(groups, targs)
        self.counts = _draw_counts(strata, n_resamples, np.random.default_rng(seed))
        self.tail = _tail_percent(strata)

    @property
    def counts_with_value(self) -> np.ndarray:
        """`(1 + n_resamples, n)`: a row of ones, whose score is the value itself, before the draws."""
        return np.vstack([self._ones(), self.counts])

    def of(self, score: Callable[[np.ndarray], np.ndarray]) -> Estimate:
        """Value and interval of a score: a function of `counts (m, n)` that gives `(m,)`."""
        value = score(self._ones())[0]
        lo, hi = self.bounds(score(self.counts))
        return Estimate(float(value), lo, hi)

    def estimate(self, scores: np.ndarray) -> Estimate:
        """Value and interval of scores `(1 + n_resamples,)` that were computed from `counts_with_value`."""
        lo, hi = self.bounds(scores[1:])
        return Estimate(float(scores[0]), lo, hi)

    def centred_estimate(self, scores: np.ndarray) -> Estimate:
        """`estimate` for a score that resampling shifts: its draws are moved to have the value as their mean."""
        value = scores[0]
        draws = centred_draws(scores[1:], value)
        lo, hi = self.bounds(draws)
        return Estimate(float(value), lo, hi)

    def bounds(self, draws: np.ndarray) -> tuple[float, float]:
        """The ends of the interval of a score's draws `(n_resamples,)`; NaN draws stay out, and NaN if all are."""
        return _interval(draws, self.tail)

    def _ones(self) -> np.ndarray:
        """`(1, n)`: every image counts once."""
        return np.ones((1, self.counts.shape[1]))


def author_units(authors: Sequence[str] | pd.Series) -> np.ndarray:
    """`(n,)` ints: what is drawn together, one number per author, and one for each image without author.

    >>> author_units(["gris", "gris", "", "braque", ""]).tolist()
    [0, 0, 1, 2, 3]
    """
    names = pd.Series(authors).fillna("").reset_index(drop=True)
    unique_names = "\0" + names.index.astype(str)  # no author's name holds a NUL
    return pd.factorize(names.where(names != "", unique_names))[0]


class _Strata(NamedTuple):
    """Styles and the units that are drawn within them."""

    units: np.ndarray  # (n,) the number of the unit that each image belongs to
    members: list[np.ndarray]  # of every style, the numbers of its units
    n_drawn: list[int]  # of every style, how many of its units a draw takes


def _strata(
    groups: np.ndarray,  # (n,) what is drawn together
    targs: np.ndarray,  # (n,) positions of styles
) -> _Strata:
    """The units of every style, and how many of them to draw: one fewer than there are.

    A unit that works in several styles belongs to the style of its first image. The lone unit of a style is split into
    its images, which count as the `independent_images` they are worth.
    """
    _, first_image, units = np.unique(groups, return_index=True, return_inverse=True)  # numbers of a part have gaps
    style_of_unit = targs[first_image]
    units_in_style = np.bincount(style_of_unit)
    lone_units = np.flatnonzero(units_in_style[style_of_unit] == 1)
    lone_styles = style_of_unit[lone_units]
    for unit in lone_units:
        further_images = np.flatnonzero(units == unit)[1:]
        units[further_images] = len(style_of_unit) + np.arange(len(further_images))
        styles_of_new_units = np.full(len(further_images), style_of_unit[unit])
        style_of_unit = np.append(style_of_unit, styles_of_new_units)
    members = []
    n_drawn = []
    for style in np.unique(style_of_unit):
        in_style = np.flatnonzero(style_of_unit == style)
        worth = independent_images(len(in_style)) if style in lone_styles else len(in_style)
        members.append(in_style)
        n_drawn.append(max(1, round(worth) - 1))
    return _Strata(units, members, n_drawn)


def independent_images(n: float) -> float:
    """How many images by different authors are worth as much as `n` images by one author.

    n images with correlation r between them are worth n / (1 + (n - 1) r): the design effect [3]. Where authors matter
    less than the assumed r, intervals become wider than they need to be.
    """
    return n / (1 + (n - 1) * _AUTHOR_CORRELATION)


def _draw_counts(strata: _Strata, n_resamples: int, rng: np.random.Generator) -> np.ndarray:
    """`(n_resamples, n)` how much each image counts when units are drawn with replacement within their styles."""
    n_units = strata.units.max() + 1
    counts = np.ones((n_resamples, n_units), dtype=np.float32)
    for members, n_drawn in zip(strata.members, strata.n_drawn, strict=True):
        n = len(members)
        times_drawn = rng.multinomial(n_drawn, np.full(n, 1 / n), n_resamples)
        counts[:, members] = times_drawn * (n / n_drawn)
    return counts[:, strata.units]


def _tail_percent(strata: _Strata) -> float:
    """The percentile of the draws at which a 95 % interval ends on either side: 2.5 with many units, less with few.

    It is where the normal distribution reaches Student's t [4], whose degrees of freedom are those of a sum over
    styles, each of which is the more uncertain the fewer units it has [5].
    """
    from scipy.special import ndtr, stdtrit

    freedom = np.array(strata.n_drawn)
    variance = 1 / (freedom + 1)
    variance_of_sum = variance.sum()
    freedom_of_sum = variance_of_sum**2 / (variance**2 / freedom).sum()
    quantile = stdtrit(freedom_of_sum, 0.025)
    return float(100 * ndtr(quantile))


def centred_draws(draws: np.ndarray, value: float) -> np.ndarray:
    """The draws that are not NaN, moved to have `value` as their mean: for scores that resampling shifts."""
    valid = draws[~np.isnan(draws)]
    return valid - valid.mean() + value if len(valid) else valid


def _interval(draws: np.ndarray, tail: float) -> tuple[float, float]:
    """Bounds that leave `tail` percent of the draws outside on either side; NaN draws stay out, and NaN if all are."""
    valid = draws[~np.isnan(draws)]
    if len(valid) == 0:
        return np.nan, np.nan
    lo, hi = np.percentile(valid, (tail, 100 - tail))
    return float(lo), float(hi)
