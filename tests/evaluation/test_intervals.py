"""evaluation.intervals: draws vary as authors do, and intervals contain the truth as often as they say."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.special import expit
from scipy.stats import binomtest, norm, t

from styleclf.evaluation import intervals, metrics
from styleclf.evaluation.intervals import AuthorBootstrap
from tests.evaluation.test_metrics import fake


def test_resampling_keeps_authors_together_and_styles_in_number():
    table, _, targs = fake()
    units = intervals.author_units(table["author"])
    counts = AuthorBootstrap(units, targs, n_resamples=50).counts
    for unit in range(units.max() + 1):
        assert (np.ptp(counts[:, units == unit], axis=1) == 0).all()
    one_image_each = np.arange(len(targs))
    drawn = AuthorBootstrap(one_image_each, targs, n_resamples=50).counts
    assert np.allclose(drawn @ np.eye(4)[targs], np.bincount(targs))


def test_the_draws_vary_as_means_of_so_many_authors_do():
    """Unbiased for the variance of a mean, even of two: what n draws of n authors are not."""
    rng = np.random.default_rng(0)
    for n_authors in (2, 3, 5):
        authors, targs = np.arange(n_authors), np.zeros(n_authors, dtype=int)
        scores = rng.normal(size=n_authors)
        means = AuthorBootstrap(authors, targs, n_resamples=20_000, seed=rng).counts @ scores / n_authors
        assert means.var() == pytest.approx(scores.var(ddof=1) / n_authors, rel=0.05)


def test_a_styles_lone_author_is_taken_apart_and_varies_as_one_author_does():
    units, targs = np.r_[np.arange(5), np.full(40, 5)], np.r_[np.zeros(5, dtype=int), np.ones(40, dtype=int)]
    pieces, (_, images), (n_drawn, n_images) = intervals._strata(units, targs)
    assert n_drawn == 4
    assert len(images) == 40
    assert len(set(pieces)) == 45
    right = np.arange(40) < 30
    shares = AuthorBootstrap(units, targs, n_resamples=20_000).counts[:, 5:] @ right / 40
    assert shares.mean() == pytest.approx(0.75, abs=0.01)
    assert shares.var() == pytest.approx(0.75 * 0.25 / n_images, rel=0.05)
    assert n_images == round(intervals._independent_images(40)) - 1 < 10


def test_the_tails_are_students_where_authors_are_few_and_normal_where_they_are_many():
    def tail(*n_authors):
        return AuthorBootstrap(np.arange(sum(n_authors)), np.repeat(np.arange(len(n_authors)), n_authors)).tail

    assert tail(6) == pytest.approx(100 * norm.cdf(t.ppf(0.025, 5)))
    assert tail(2, 2, 2) == pytest.approx(tail(4)), "three styles with two authors have three degrees of freedom"
    assert tail(2, 30) < tail(5, 30) < tail(30, 30) < 2.5
    assert tail(5000) == pytest.approx(2.5, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), min_size=1, max_size=6))
def test_the_interval_of_shares_is_a_part_of_0_to_1_and_holds_most_of_them(of_sets):
    numbers, shares = (np.array(column, dtype=float) for column in zip(*of_sets, strict=True))
    of_sets = intervals.Shares(shares, numbers, numbers)
    lo, hi = of_sets.bounds()
    if numbers.sum() < 2:
        assert np.isnan(lo)
        assert np.isnan(hi)
    else:
        assert 0 <= lo < hi <= 1
        assert lo <= of_sets.mean <= hi


@pytest.mark.parametrize("n_hits, n", [(0, 12), (3, 12), (12, 12), (29, 30)])
def test_the_interval_of_one_share_is_cloppers_and_pearsons(n_hits, n):
    expected = binomtest(n_hits, n).proportion_ci(0.95, method="exact")
    result = intervals.Shares(np.array([n_hits / n]), np.array([float(n)]), np.ones(1)).bounds()
    assert result == pytest.approx((expected.low, expected.high))


def test_a_mean_of_shares_varies_as_draws_from_their_posteriors_do():
    numbers, hits, weights = np.array([6.0, 20, 9]), np.array([6.0, 18, 9]), np.array([1.0, 1, 2])
    draws = np.random.default_rng(0).beta(hits + 0.5, numbers - hits + 0.5, (100_000, 3)) @ weights / 4
    result = intervals.Shares(hits / numbers, numbers, weights).bounds()
    assert result == pytest.approx(np.percentile(draws, (2.5, 97.5)), abs=0.01)


def test_images_of_few_authors_are_worth_fewer():
    def worth(units, weights):
        return AuthorBootstrap(np.array(units), np.zeros(len(units), dtype=int)).independent_number(np.array(weights))

    assert worth([0, 1, 2, 3], [1.0] * 4) == pytest.approx(4)
    assert worth([0, 0, 0, 0], [1.0] * 4) == pytest.approx(4 / (1 + 3 * 0.15))
    assert worth([0, 1, 2, 3], [1.0, 1, 0, 0]) == pytest.approx(2)
    assert worth([0, 1], [0.0, 0]) == 0


def test_where_nothing_can_be_drawn_otherwise_there_is_no_interval():
    one_image_each = AuthorBootstrap(np.arange(3), np.arange(3), n_resamples=20)
    estimate = one_image_each.of(lambda counts: counts @ np.ones(3) / counts.sum(axis=1))
    assert estimate.value == 1
    assert np.isnan(estimate.lo)
    assert str(estimate) == "1.00 (too few to tell)"


def test_a_unit_of_several_styles_counts_in_that_of_most_of_its_images_wherever_they_stand():
    units, targs = np.array([0, 0, 0, 1, 2]), np.array([1, 0, 0, 1, 0])
    order = np.array([1, 0, 2, 4, 3])
    assert intervals._main_styles(units, targs).tolist() == [0, 1, 0]
    assert intervals._main_styles(units[order], targs[order]).tolist() == [0, 1, 0]


def test_losses_have_at_least_the_interval_of_a_lognormal_distribution():
    losses = np.r_[np.full(30, 0.01), 3.0, 5.0]
    bootstrap = AuthorBootstrap(np.arange(32), np.zeros(32, dtype=int))
    draws = bootstrap.counts @ losses / 32
    lo, hi = bootstrap.loss_bounds(draws, losses.mean())
    factor = np.exp(-norm.ppf(bootstrap.tail / 100) * draws.std() / losses.mean())
    assert lo <= losses.mean() / factor
    assert hi >= losses.mean() * factor * 0.999


def painters(n_authors, n_images, rng):
    """`(units, targs)`: every style's images dealt to its authors very unevenly; 0 authors: each image by itself."""
    units, targs = [], []
    for style, n in enumerate(n_authors):
        share = rng.lognormal(0, 0.8, n)
        sizes = np.ones(n_images, dtype=int) if n == 0 else rng.multinomial(n_images, share / share.sum())
        units.append(np.repeat(np.arange(len(sizes)), sizes) + 1000 * style)
        targs.append(np.full(n_images, style))
    return np.unique(np.concatenate(units), return_inverse=True)[1], np.concatenate(targs)


def coverage(n_authors, n_images, n_samples, spread=1.0, n_resamples=200, seed=0):
    """How often top-1's and top-2's interval holds the population's value, and how often a plain percentile interval.

    An image is right with the logit of its style plus its author's, which is normal around 0 with `spread`.
    """
    rng = np.random.default_rng(seed)
    of_style = rng.permutation(np.linspace(-0.3, 2.5, len(n_authors)))
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    held = np.zeros((n_samples, 4))
    for i in range(n_samples):
        units, targs = painters(n_authors, n_images, rng)
        logits = of_style[targs] + rng.normal(0, spread, units.max() + 1)[units]
        luck = rng.random(len(targs))
        bootstrap = AuthorBootstrap(units, targs, n_resamples=n_resamples, seed=rng)
        plain = np.concatenate(
            [
                rng.multinomial(len(own), np.full(len(own), 1 / len(own)), n_resamples)[:, np.searchsorted(own, drawn)]
                for drawn in (units[targs == style] for style in range(len(n_authors)))
                for own in [np.unique(drawn)]
            ],
            axis=1,
        )
        for k, easier in enumerate((0, 1.3)):
            truth = (expit(of_style[:, None] + easier + spread * nodes) @ weights / weights.sum()).mean()
            hits = (luck < expit(logits + easier)) * 1.0
            for j, (each, tail) in enumerate(((bootstrap.counts, bootstrap.tail), (plain, 2.5))):
                draws = metrics.mean_over_styles(hits, targs, len(n_authors), counts=each)
                lo, hi = intervals._interval(draws, tail)
                held[i, 2 * j + k] = lo <= truth <= hi
    return held.mean(axis=0)


@pytest.mark.parametrize("n_authors", [(2, 3, 4, 5, 6, 9, 18, 0), (1, 2, 3, 4, 5, 9, 18, 0)])
def test_intervals_hold_the_truth_as_often_as_they_say(n_authors):
    """A test fold of 8 styles, most with few painters; the standard error of a coverage is about 1 point here."""
    *ours, plain_1, plain_2 = coverage(n_authors, 45, n_samples=400)
    assert min(ours) >= 0.92
    assert max(ours) <= 0.995
    assert max(plain_1, plain_2) < 0.91, "the corrections would not be needed"
