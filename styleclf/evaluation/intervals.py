"""Intervals from resampling authors: what a score might have been, had other painters been at hand.

Images by one painter are alike, so painters are drawn, not images: within every style, with replacement. Every score is
a function of `counts (m, n)`, which say how much each of n images counts in each of m draws. A row of ones gives the
value itself, the drawn rows give its interval, so the two cannot drift apart; and two models that are scored under the
same counts are compared in pairs.

The plain percentile bootstrap is too narrow where a style has few authors, and has no width at all where all images are
right. `tests/evaluation/simulate_coverage.py` prints how often intervals contain a truth that is known. They owe it to
four corrections:

1. Of a style's n units n - 1 are drawn, and each counts n / (n - 1) times: n draws would vary by only (n - 1) / n of
   what they should [1, 2]. A unit is an author, or an image without one.
2. The lone author of a style is taken apart into images, because a draw from one unit always gives that unit, as if
   the style's score were certain. As many images are drawn as the author's images are worth [3].
3. An interval ends at Student's t in place of the normal distribution [4, 5].
4. Rates are at least as uncertain as those of so many independent images (`SetShares`) [6]: close to 1 and to 0 draws
   are too much alike. Losses, which are skewed, are at least as uncertain as a lognormal distribution says, and as if
   there were as many wrong guesses as the interval of their share allows.

Where nothing can be drawn otherwise, because every style has one image, there is no interval: its ends are NaN.

References:
    [1] Rao and Wu, Resampling inference with complex survey data, 1988.
    [2] Rao, Wu and Yue, Some recent work on resampling methods for complex surveys, 1992.
    [3] Kish, Survey sampling, 1965: the design effect.
    [4] Hesterberg, What teachers should know about the bootstrap, 2015: expanded percentile intervals.
    [5] Satterthwaite, An approximate distribution of estimates of variance components, 1946: degrees of freedom.
    [6] Korn and Graubard, Confidence intervals for proportions with small expected number of positive counts estimated
        from survey data, 1998; Brown, Cai and DasGupta, Interval estimation for a binomial proportion, 2001.
    [7] Newcombe, Interval estimation for the difference between independent proportions, 1998.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import ratio
from styleclf.evaluation.estimates import Bounds, Estimate
from styleclf.evaluation.joint_works import group_names_by_row, people_by_row
from styleclf.evaluation.linking import linked_groups

_Score = Callable[[np.ndarray], np.ndarray]  # from `counts (m, n)` to `(m,)`
N_RESAMPLES = 1000
_AUTHOR_CORRELATION = 0.15  # of being right, between images of one author and style: two real sets had 0.1 and 0.3
_LONE_CORRELATION = 0.3  # of images by a style's lone author, about whose kind the data say nothing: the higher of both
_TAIL = 0.025  # outside a 95 % interval, on either side
_FEWEST_IN_A_SET = 3  # independent images that show by themselves how uncertain the share of a set is
_LEAST_VARIANCE = 1e-15  # of a share that is 0 or 1, but for the rounding of a sum
_JEFFREYS_PRIOR = (0.5, 0.5)  # hits and misses
_NO_BOUNDS = (np.nan, np.nan)  # where there are too few images


class SetShares(NamedTuple):
    """Shares of several sets of images, such as the recalls of styles, and how much each counts in their mean."""

    shares: np.ndarray  # (k,) 0..1
    numbers: np.ndarray  # (k,) independent images that each set is worth
    weights: np.ndarray  # (k,) of any sum

    @property
    def mean(self) -> float:
        """The weighted mean of the shares."""
        return float(self.shares @ self.weights / self.weights.sum())

    def bounds(self) -> Bounds:
        """The ends of the 95 % interval of the weighted mean, from the sizes of the sets alone; NaN of a single image.

        Each share has the Beta distribution that its images leave of Jeffreys' prior, and their mean the Beta
        distribution of the same mean and variance [6]; the mean itself lies within. Of a single share the ends are
        Clopper's and Pearson's (1934). Where a set has fewer than three independent images, which hardly show what its
        share is, all sets are taken for one.

        >>> lo, hi = SetShares(np.ones(1), np.array([30]), np.ones(1)).bounds()
        >>> round(lo**30, 3), hi
        (0.025, 1.0)
        """
        if self.numbers.sum() <= 1:
            return _NO_BOUNDS
        has_tiny_sets = ((self.numbers > 0) & (self.numbers < _FEWEST_IN_A_SET)).any()
        sets = self._as_one_set() if has_tiny_sets else self
        if len(sets.shares) > 1:
            prior_of_lo = _JEFFREYS_PRIOR
            prior_of_hi = _JEFFREYS_PRIOR
        else:
            prior_of_lo = (0, 1)
            prior_of_hi = (1, 0)
        lo = sets._quantile(_TAIL, prior_of_lo)
        hi = sets._quantile(1 - _TAIL, prior_of_hi)
        return min(lo, self.mean), max(hi, self.mean)  # the prior draws small sets to the middle

    def _as_one_set(self) -> "SetShares":
        """One set of this mean, with as many images as leave it as uncertain as these do [6]."""
        has_images = self.numbers > 0
        weights = self.weights[has_images]
        variances = weights**2 / self.numbers[has_images]
        number = ratio(weights.sum() ** 2, variances.sum(), default=0)
        return SetShares(np.array([self.mean]), np.array([number]), np.ones(1))

    def _quantile(
        self,
        level: float,  # 0..1
        prior: tuple[float, float],
    ) -> float:
        """A quantile of the mean, where `prior` is added to the numbers of hits and misses."""
        from scipy.special import betaincinv

        prior_hits, prior_misses = prior
        weights = self.weights / self.weights.sum()
        hits = self.numbers * self.shares + prior_hits
        misses = self.numbers * (1 - self.shares) + prior_misses
        total = hits + misses
        means = hits / total
        variances = hits * misses / (total**2 * (total + 1))
        mean = float(weights @ means)
        variance = weights**2 @ variances
        if variance < _LEAST_VARIANCE:
            return mean
        images = mean * (1 - mean) / variance - 1
        hits_of_mean = mean * images
        misses_of_mean = (1 - mean) * images
        quantile = betaincinv(hits_of_mean, misses_of_mean, level)
        return float(quantile)


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
        _, self.units = np.unique(groups, return_inverse=True)  # (n,) what is drawn together, from 0
        self.has_lone_author = _has_lone_author(self.units, targs)
        most_units = max(map(len, strata.members))
        self._can_vary = most_units > 1
        rng = np.random.default_rng(seed)
        self.counts = _draw_counts(strata, n_resamples, rng)
        self.tail = _tail_percent(strata)

    @property
    def counts_with_value(self) -> np.ndarray:
        """`(1 + n_resamples, n)`: a row of ones, whose score is the value itself, before the draws."""
        return np.vstack([self._ones(), self.counts])

    def of(self, score: _Score) -> Estimate:
        """Value and interval of a score: a function of `counts (m, n)` that gives `(m,)`."""
        value = score(self._ones())[0]
        draws = score(self.counts)
        lo, hi = self.bounds(draws)
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

    def bounds(self, draws: np.ndarray) -> Bounds:
        """The ends of the interval of a score's draws `(n_resamples,)`; NaN draws stay out, and NaN if all are.

        NaN as well where no style has two images, because nothing can then be drawn otherwise.
        """
        if not self._can_vary:
            return np.nan, np.nan
        return _interval(draws, self.tail)

    def rate_bounds(
        self,
        draws: np.ndarray,  # (n_resamples,)
        shares: SetShares,
    ) -> Bounds:
        """`bounds` of a rate, and never narrower than those of its `shares`, nor there where those have none."""
        return _at_least(shares.bounds(), self.bounds(draws))

    def change_bounds(
        self,
        draws: np.ndarray,  # (n_resamples,) of the difference
        changes: np.ndarray,  # (n,) -1..1: what each image adds to it
        sets: np.ndarray,  # (n, k) how much each image counts in each of k sets
        weights: np.ndarray,  # (k,) of any sum
        *,
        correlation: float = _AUTHOR_CORRELATION,  # of gaining or losing, between images of one author
    ) -> Bounds:
        """`bounds` of a difference of two rates, and never narrower than the images say that gain or that lose.

        Gains are the less certain the fewer independent images there are, even if all that are at hand gain alike; and
        so are losses.
        """
        image_gains = np.maximum(changes, 0)
        image_losses = np.maximum(-changes, 0)
        gains = self.shares(image_gains, sets, weights, correlation=correlation)
        losses = self.shares(image_losses, sets, weights, correlation=correlation)
        gains_lo, gains_hi = gains.bounds()
        losses_lo, losses_hi = losses.bounds()
        by_gains = (gains_lo - losses.mean, gains_hi - losses.mean)
        by_losses = (gains.mean - losses_hi, gains.mean - losses_lo)
        by_either = _wider(by_gains, by_losses)
        return _at_least(by_either, self.bounds(draws))

    def difference_bounds(
        self,
        draws: np.ndarray,  # (n_resamples,) of the difference
        first: SetShares,
        second: SetShares,  # of other images
    ) -> Bounds:
        """`bounds` of the difference of two rates of different images, and never narrower than their shares say [7]."""
        first_lo, first_hi = first.bounds()
        second_lo, second_hi = second.bounds()
        difference = first.mean - second.mean
        below = np.hypot(first.mean - first_lo, second_hi - second.mean)
        above = np.hypot(first_hi - first.mean, second.mean - second_lo)
        by_shares = (difference - below, difference + above)
        return _at_least(by_shares, self.bounds(draws))

    def loss_bounds(
        self,
        draws: np.ndarray,  # (n_resamples,)
        value: float,
        accuracy: SetShares,  # of right guesses
        cost: float,  # by which a wrong guess is worse than a right one
    ) -> Bounds:
        """`bounds` of a loss, and never narrower than its skew and the share of right guesses say.

        Its skew: as if its draws had a lognormal distribution. And as many guesses might be wrong as the lower end of
        that share says; where hardly any is wrong among the images at hand, draws of them show too few.
        """
        bounds = self.bounds(draws)
        if np.isnan(bounds).any():
            return bounds
        lowest, _ = accuracy.bounds()
        further_misses = accuracy.mean - lowest
        with_further_misses = value + further_misses * max(0, cost)
        bounds = _wider(bounds, (value, with_further_misses))
        return _wider(bounds, self._lognormal_bounds(draws, value))

    def _lognormal_bounds(self, draws: np.ndarray, value: float) -> Bounds:
        """Where the interval of a value above 0 ends if its draws have a lognormal distribution; of 0 there is none."""
        from scipy.special import ndtri

        if value <= 0:
            return _NO_BOUNDS
        quantile = ndtri(self.tail / 100)
        deviation = np.nanstd(draws)
        factor = np.exp(-quantile * deviation / value)
        return float(value / factor), float(value * factor)

    def shares(
        self,
        hits: np.ndarray,  # (n,) 0..1
        sets: np.ndarray,  # (n, k) how much each image counts in each of k sets
        weights: np.ndarray,  # (k,) of any sum
        *,
        correlation: float = _AUTHOR_CORRELATION,  # of hits, between images of one author
    ) -> SetShares:
        """The share of `hits` in every set, with the independent images that it is worth; 0 of a set without images."""
        totals = sets.sum(axis=0)
        shares = ratio(hits @ sets, totals, default=0)
        numbers = [self.independent_number(weights_in_set, correlation) for weights_in_set in sets.T]
        return SetShares(shares, np.array(numbers), weights)

    def independent_number(
        self,
        weights: np.ndarray,  # (n,)
        correlation: float = _AUTHOR_CORRELATION,  # between images of one author
    ) -> float:
        """How many images by different authors would say as much as these, which count by `weights (n,)` [3]."""
        of_units = np.bincount(self.units, weights)
        squares = (weights**2).sum()
        squares_of_units = (of_units**2).sum()
        alone = (1 - correlation) * squares
        together = correlation * squares_of_units
        variance = alone + together
        if variance <= 0:
            return 0.0
        total = weights.sum()
        return float(total**2 / variance)

    def _ones(self) -> np.ndarray:
        """`(1, n)`: every image counts once."""
        return np.ones((1, self.counts.shape[1]))


def author_units(authors: Sequence[str] | pd.Series) -> np.ndarray:
    """`(n,)` ints: what is drawn together, one number per author, and one for each image without author.

    An image by several people joins the images of them all.

    >>> author_units(["gris", "gris", "", "braque", ""]).tolist()
    [0, 0, 1, 2, 3]
    >>> author_units(["picasso", "picasso|braque", "braque", "gris"]).tolist()
    [0, 0, 0, 1]
    """
    rows = pd.DataFrame({"author": pd.Series(authors, dtype=object)})
    people = people_by_row(rows)
    return linked_groups(len(rows), people.index.to_numpy(), people)


def image_units(rows: pd.DataFrame) -> np.ndarray:
    """`(n,)` ints: what is drawn together, as `author_units`, or by the column `group` of a design that has one.

    >>> rows = pd.DataFrame({"author": ["gris", "leger", "", "gris"], "group": ["met", "met", "", "tate"]})
    >>> image_units(rows).tolist(), image_units(rows.drop(columns="group")).tolist()
    ([0, 0, 1, 2], [0, 1, 2, 0])
    """
    names = group_names_by_row(rows)
    return linked_groups(len(rows), names.index.to_numpy(), names)


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

    A unit that works in several styles belongs to that of most of its images. The lone unit of a style is split into
    its images, which count as the `independent_images` they are worth.
    """
    _, units = np.unique(groups, return_inverse=True)  # numbers of a part have gaps
    style_of_unit = _main_styles(units, targs)
    units_in_style = np.bincount(style_of_unit)
    lone_units = np.flatnonzero(units_in_style[style_of_unit] == 1)
    lone_styles = style_of_unit[lone_units]
    for unit in lone_units:
        further_images = np.flatnonzero(units == unit)[1:]
        n_further = len(further_images)
        units[further_images] = len(style_of_unit) + np.arange(n_further)
        styles_of_new_units = np.full(n_further, style_of_unit[unit])
        style_of_unit = np.append(style_of_unit, styles_of_new_units)
    members = []
    n_drawn = []
    for style in np.unique(style_of_unit):
        in_style = np.flatnonzero(style_of_unit == style)
        n_units = len(in_style)
        worth = _independent_images(n_units) if style in lone_styles else n_units
        members.append(in_style)
        n_drawn.append(max(1, round(worth) - 1))
    return _Strata(units, members, n_drawn)


def _main_styles(
    units: np.ndarray,  # (n,) numbers of what is drawn together
    targs: np.ndarray,  # (n,) positions of styles
) -> np.ndarray:
    """`(n_units,)` the style of most images of every unit, the first of several."""
    n_units = units.max() + 1
    n_styles = targs.max() + 1
    images = np.zeros((n_units, n_styles), dtype=int)
    np.add.at(images, (units, targs), 1)
    return images.argmax(axis=1)


def _has_lone_author(units: np.ndarray, targs: np.ndarray) -> bool:
    """Whether all images of some style are one unit's."""
    style_of_unit = _main_styles(units, targs)
    units_in_style = np.bincount(style_of_unit)
    return bool((units_in_style == 1).any())


def _independent_images(n: int) -> float:
    """How many images by different authors are worth as much as `n` images by a style's lone author.

    n images with correlation r between them are worth n / (1 + (n - 1) r): the design effect [3]. Where authors matter
    less than the assumed r, intervals become wider than they need to be.
    """
    return n / (1 + (n - 1) * _LONE_CORRELATION)


def _draw_counts(
    strata: _Strata,
    n_resamples: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """`(n_resamples, n)` how much each image counts when units are drawn with replacement within their styles."""
    n_units = strata.units.max() + 1
    counts = np.ones((n_resamples, n_units), dtype=np.float32)
    for members, n_drawn in zip(strata.members, strata.n_drawn, strict=True):
        n = len(members)
        chances = np.full(n, 1 / n)
        times_drawn = rng.multinomial(n_drawn, chances, n_resamples)
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
    variances = variance**2 / freedom
    freedom_of_sum = variance_of_sum**2 / variances.sum()
    quantile = stdtrit(freedom_of_sum, 0.025)
    return float(100 * ndtr(quantile))


def centred_draws(draws: np.ndarray, value: float) -> np.ndarray:
    """The draws that are not NaN, moved to have `value` as their mean: for scores that resampling shifts."""
    valid = draws[~np.isnan(draws)]
    if len(valid) == 0:
        return valid
    return valid - valid.mean() + value


def _interval(draws: np.ndarray, tail: float) -> Bounds:
    """Bounds that leave `tail` percent of the draws outside on either side; NaN draws stay out, and NaN if all are."""
    valid = draws[~np.isnan(draws)]
    if len(valid) == 0:
        return _NO_BOUNDS
    ends = (tail, 100 - tail)
    lo, hi = np.percentile(valid, ends)
    return float(lo), float(hi)


def _at_least(least: Bounds, bounds: Bounds) -> Bounds:
    """The bounds, and not narrower than the least; NaN where there are no least."""
    return _NO_BOUNDS if np.isnan(least).any() else _wider(least, bounds)


def _wider(first: Bounds, second: Bounds) -> Bounds:
    """From the lower of the lower ends to the higher of the higher ends; NaN only where both are."""
    first_lo, first_hi = first
    second_lo, second_hi = second
    lo = np.fmin(first_lo, second_lo)
    hi = np.fmax(first_hi, second_hi)
    return float(lo), float(hi)
