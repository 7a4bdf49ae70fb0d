"""evaluation.intervals: draws vary as authors do, and intervals contain the truth as often as they say."""

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from scipy.special import expit
from scipy.stats import beta, binomtest, norm, t

from styleclf.evaluation import intervals, metrics
from styleclf.evaluation.intervals import AuthorBootstrap
from tests.evaluation.test_metrics import fake


def of_one_style(units, **options):
    """A bootstrap of images of a single style."""
    return AuthorBootstrap(np.array(units), np.zeros(len(units), dtype=int), **options)


def test_resampling_keeps_authors_together():
    table, _, targs = fake()
    units = intervals.author_units(table["author"])
    counts = AuthorBootstrap(units, targs, n_resamples=50).counts
    for unit in np.unique(units):
        of_unit = counts[:, units == unit]
        first_image = of_unit[:, :1]
        assert (of_unit == first_image).all()


def test_resampling_keeps_the_number_of_images_of_a_style():
    _, _, targs = fake()
    one_image_each = np.arange(len(targs))
    counts = AuthorBootstrap(one_image_each, targs, n_resamples=50).counts
    truth = np.eye(4)[targs]
    assert np.allclose(counts @ truth, np.bincount(targs))


@pytest.mark.parametrize("n_authors", [2, 3, 5])
def test_the_draws_vary_as_means_of_so_many_authors_do(n_authors):
    """Unbiased for the variance of a mean, even of two: what n draws of n authors are not."""
    scores = np.random.default_rng(n_authors).normal(size=n_authors)
    bootstrap = of_one_style(np.arange(n_authors), n_resamples=20_000)
    means = bootstrap.counts @ scores / n_authors
    expected = scores.var(ddof=1) / n_authors
    assert means.var() == pytest.approx(expected, rel=0.05)


def test_a_styles_lone_author_is_taken_apart_and_varies_as_one_author_does():
    lone_author = 5
    n_images = 40
    units = np.repeat(np.arange(6), [1, 1, 1, 1, 1, n_images])
    targs = (units == lone_author).astype(int)
    pieces, (_, images), (n_authors_drawn, n_images_drawn) = intervals._strata(units, targs)
    assert n_authors_drawn == 4
    assert len(images) == n_images
    assert len(set(pieces)) == 5 + n_images
    assert n_images_drawn == round(intervals._independent_images(n_images)) - 1 < 10

    share = 0.75
    is_right = np.arange(n_images) < share * n_images
    counts = AuthorBootstrap(units, targs, n_resamples=20_000).counts
    shares = counts[:, units == lone_author] @ is_right / n_images
    assert shares.mean() == pytest.approx(share, abs=0.01)
    assert shares.var() == pytest.approx(share * (1 - share) / n_images_drawn, rel=0.05)


def test_the_tails_are_students_where_authors_are_few_and_normal_where_they_are_many():
    def tail(*n_authors):
        authors = np.arange(sum(n_authors))
        styles = np.arange(len(n_authors))
        return AuthorBootstrap(authors, np.repeat(styles, n_authors)).tail

    of_student = t.ppf(0.025, df=5)
    assert tail(6) == pytest.approx(100 * norm.cdf(of_student))
    assert tail(2, 2, 2) == pytest.approx(tail(4)), "three styles with two authors have three degrees of freedom"
    assert tail(2, 30) < tail(5, 30) < tail(30, 30) < 2.5
    assert tail(5000) == pytest.approx(2.5, abs=0.01)


@settings(max_examples=60)
@example([(2, np.nextafter(1, 0))])
@given(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), min_size=1, max_size=6))
def test_the_interval_of_shares_is_a_part_of_0_to_1_and_holds_most_of_them(sets):
    numbers, shares = np.array(sets, dtype=float).T
    of_sets = intervals.SetShares(shares, numbers, numbers)
    lo, hi = of_sets.bounds()
    if numbers.sum() <= 1:
        assert np.isnan([lo, hi]).all()
    else:
        assert 0 <= lo < hi <= 1
        assert lo <= of_sets.mean <= hi


@pytest.mark.parametrize("sizes", [[1] * 8, [1, 1, 2, 4], [2, 30]])
def test_sets_that_are_too_small_to_show_their_share_are_taken_for_one(sizes):
    numbers = np.array(sizes, dtype=float)
    shares = np.linspace(0, 1, len(sizes)).round()
    lo, hi = intervals.SetShares(shares, numbers, np.ones(len(sizes))).bounds()
    mean = shares.mean()
    n = len(sizes) ** 2 / (1 / numbers).sum()
    assert lo == pytest.approx(beta.ppf(0.025, n * mean, n * (1 - mean) + 1))
    assert hi == pytest.approx(beta.ppf(0.975, n * mean + 1, n * (1 - mean)))


@pytest.mark.parametrize("sizes", [[1] * 8, [1, 30], [2] * 30, [1, 1, 1, 1, 30, 30, 30, 30]])
def test_the_interval_of_a_mean_over_tiny_sets_holds_the_truth(sizes):
    """Of 200 draws 180 hold it in 99 of 100 tests where the interval's 95 % are right."""
    rng = np.random.default_rng(0)
    numbers = np.array(sizes)
    n_held = 0
    for _ in range(200):
        hits = rng.binomial(numbers, 0.9)
        shares = intervals.SetShares(hits / numbers, numbers * 1.0, np.ones(len(sizes)))
        lo, hi = shares.bounds()
        n_held += lo <= 0.9 <= hi
    assert n_held >= 180


def test_a_rate_of_one_painters_two_works_has_no_interval_without_width():
    bootstrap = of_one_style(np.zeros(2))
    every_image = np.ones((2, 1))
    shares = bootstrap.shares(np.ones(2), every_image, np.ones(1))
    lo, hi = bootstrap.rate_bounds(np.ones(300), shares)
    assert lo < 0.3
    assert hi == 1
    no_shares = shares._replace(numbers=np.ones(1))
    assert np.isnan(bootstrap.rate_bounds(np.ones(300), no_shares)).all()


@pytest.mark.parametrize("n_hits, n", [(0, 12), (3, 12), (12, 12), (29, 30)])
def test_the_interval_of_one_share_is_cloppers_and_pearsons(n_hits, n):
    expected = binomtest(n_hits, n).proportion_ci(0.95, method="exact")
    share = np.array([n_hits / n])
    number = np.array([float(n)])
    result = intervals.SetShares(share, number, weights=np.ones(1))
    assert result.bounds() == pytest.approx(tuple(expected))


def test_a_mean_of_shares_varies_as_draws_from_their_posteriors_do():
    numbers = np.array([6.0, 20.0, 9.0])
    hits = np.array([6.0, 18.0, 9.0])
    weights = np.array([1.0, 1.0, 2.0])
    misses = numbers - hits
    rng = np.random.default_rng(0)
    posteriors = rng.beta(hits + 0.5, misses + 0.5, (100_000, 3))
    means = np.average(posteriors, axis=1, weights=weights)
    expected = np.percentile(means, (2.5, 97.5))
    result = intervals.SetShares(hits / numbers, numbers, weights)
    assert result.bounds() == pytest.approx(expected, abs=0.01)


def test_images_of_few_authors_are_worth_fewer():
    def worth(units, weights):
        return of_one_style(units).independent_number(np.array(weights, dtype=float))

    correlation = 0.15
    assert worth([0, 1, 2, 3], [1, 1, 1, 1]) == pytest.approx(4)
    assert worth([0, 0, 0, 0], [1, 1, 1, 1]) == pytest.approx(4 / (1 + 3 * correlation))
    assert worth([0, 1, 2, 3], [1, 1, 0, 0]) == pytest.approx(2)
    assert worth([0, 1], [0, 0]) == 0


def test_where_nothing_can_be_drawn_otherwise_there_is_no_interval():
    one_image_each = AuthorBootstrap(np.arange(3), np.arange(3), n_resamples=20)
    estimate = one_image_each.of(lambda counts: counts.mean(axis=1))
    assert estimate.value == 1
    assert np.isnan(estimate.lo)
    assert str(estimate) == "1.00 (too few to tell)"


def test_a_unit_of_several_styles_counts_in_that_of_most_of_its_images_wherever_they_stand():
    units = np.array([0, 0, 0, 1, 2])
    targs = np.array([1, 0, 0, 1, 0])
    for order in ([0, 1, 2, 3, 4], [1, 0, 2, 4, 3]):
        styles = intervals._main_styles(units[order], targs[order])
        assert styles.tolist() == [0, 1, 0]


def test_losses_have_at_least_the_interval_of_a_lognormal_distribution():
    losses = np.array([0.01] * 30 + [3.0, 5.0])
    mean = losses.mean()
    bootstrap = of_one_style(np.arange(32))
    draws = bootstrap.counts @ losses / 32
    certain = intervals.SetShares(np.ones(1), np.array([1e9]), np.ones(1))
    lo, hi = bootstrap.loss_bounds(draws, mean, certain, 4)
    deviations = -norm.ppf(bootstrap.tail / 100)
    factor = np.exp(deviations * draws.std() / mean)
    assert lo <= mean / factor
    assert hi >= mean * factor * 0.999


def test_losses_are_at_least_what_as_many_misses_cost_as_the_accuracy_allows():
    bootstrap = of_one_style(np.arange(30))
    draws = bootstrap.counts @ np.full(30, 0.1) / 30
    all_right = intervals.SetShares(np.ones(1), np.array([30]), np.ones(1))
    lowest_accuracy = 0.025 ** (1 / 30)  # below which all 30 are right in 1 of 40 draws
    lo, hi = bootstrap.loss_bounds(draws, 0.1, all_right, cost=3)
    assert lo == pytest.approx(0.1)
    assert hi == pytest.approx(0.1 + 3 * (1 - lowest_accuracy))
    assert bootstrap.loss_bounds(draws, 0.1, all_right, cost=-1) == pytest.approx((0.1, 0.1))


def painters(n_authors, n_images, rng):
    """`(units, targs)`: every style's images dealt to its authors very unevenly; 0 authors: each image by itself."""
    units = []
    for style, n in enumerate(n_authors):
        shares = rng.lognormal(0, 0.8, n)
        sizes = rng.multinomial(n_images, shares / shares.sum()) if n else np.ones(n_images, dtype=int)
        first_unit = 1000 * style
        numbers = first_unit + np.arange(len(sizes))
        units.append(np.repeat(numbers, sizes))
    targs = np.repeat(np.arange(len(n_authors)), n_images)
    _, numbers = np.unique(np.concatenate(units), return_inverse=True)
    return numbers, targs


def plain_counts(units, targs, n_resamples, rng):
    """How often n draws of the n authors of every style take each of its images."""
    counts = np.zeros((n_resamples, len(units)))
    for style in np.unique(targs):
        is_style = targs == style
        _, numbers = np.unique(units[is_style], return_inverse=True)
        n_units = numbers.max() + 1
        drawn = rng.multinomial(n_units, np.full(n_units, 1 / n_units), n_resamples)
        counts[:, is_style] = drawn[:, numbers]
    return counts


def coverage(n_authors, n_images, n_samples, spread=1.0, n_resamples=200, seed=0):
    """How often intervals of top-1 and top-2 hold the population's value: `(of the library, plain percentiles)`.

    An image is right with the logit of its style plus its author's, which is normal around 0 with `spread`.
    """
    rng = np.random.default_rng(seed)
    n_styles = len(n_authors)
    of_style = rng.permutation(np.linspace(-0.3, 2.5, n_styles))
    held = np.zeros((n_samples, 2, 2))
    for of_sample in held:
        units, targs = painters(n_authors, n_images, rng)
        of_author = rng.normal(0, spread, units.max() + 1)
        luck = rng.random(len(targs))
        bootstrap = AuthorBootstrap(units, targs, n_resamples=n_resamples, seed=rng)
        plain = plain_counts(units, targs, n_resamples, rng)
        for k, ease in enumerate((0, 1.3)):
            truth = mean_chance(of_style + ease, spread)
            is_right = luck < expit(of_style[targs] + of_author[units] + ease)
            for way, (counts, tail) in enumerate([(bootstrap.counts, bootstrap.tail), (plain, 2.5)]):
                draws = metrics.mean_over_styles(is_right * 1.0, targs, n_styles, counts=counts)
                lo, hi = intervals._interval(draws, tail)
                of_sample[way, k] = lo <= truth <= hi
    return held.mean(axis=0)


def mean_chance(logits, spread):
    """The chance of being right over all authors of all styles, by quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    chances = expit(logits[:, None] + spread * nodes)
    return np.average(chances.mean(axis=0), weights=weights)


@pytest.mark.parametrize("n_authors", [(2, 3, 4, 5, 6, 9, 18, 0), (1, 2, 3, 4, 5, 9, 18, 0)])
def test_intervals_hold_the_truth_as_often_as_they_say(n_authors):
    """A test fold of 8 styles, most with few painters; the standard error of a coverage is about 1 point here."""
    ours, plain = coverage(n_authors, 45, n_samples=400)
    assert min(ours) >= 0.92
    assert max(ours) <= 0.995
    assert max(plain) < 0.91, "the corrections would not be needed"
