"""The probe of years: ordered decades, and the median of what they say."""

import numpy as np
import pytest

from styleclf.training.year_probe import YearProbe, fit_year_probe


def made(n=160, d=20, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, d)).astype(np.float32)
    years = 1850 + 40 * features[:, 0] + rng.normal(0, 5, n)
    return features, years, np.repeat(np.arange(n // 4), 4)


@pytest.mark.parametrize("d", [20, 300])  # fewer features than images, and more
def test_it_finds_what_the_year_depends_on(d):
    features, years, groups = made(d=d)
    probe = fit_year_probe(features, years, groups)
    fresh, fresh_years, _ = made(d=d, seed=1)
    error = np.abs(probe.years(fresh) - fresh_years).mean()
    error_of_median = np.abs(fresh_years - np.median(years)).mean()
    assert error < (0.75 if d == 20 else 0.96) * error_of_median


def test_a_year_is_the_median_of_the_chances_of_decades():
    logit = np.log(3)  # a chance of 3 to 1
    biases = np.array([logit, -logit])
    edges = np.array([1800.0, 1810, 1820, 1840])
    probe = YearProbe(np.zeros((2, 1)), biases, edges, 1.0)
    # three of four works are of 1810 or later, one of four of 1820 or later: half of them are before 1815
    assert probe.years(np.zeros((1, 1))).tolist() == [1815.0]
    swapped = probe._replace(biases=-probe.biases)  # a later decade that is likelier than an earlier one
    assert swapped.years(np.zeros((1, 1)))[0] < 1810


def test_years_stay_within_those_that_were_learned():
    features, years, groups = made()
    probe = fit_year_probe(features, years, groups)
    far = probe.years(1000 * features)
    assert far.min() >= years.min()
    assert far.max() <= years.max()
    assert (np.diff(probe.edges) > 0).all()


def test_of_one_decade_there_is_nothing_to_learn():
    features, _, groups = made()
    with pytest.raises(ValueError, match="160 dated training images are of one decade"):
        fit_year_probe(features, np.full(160, 1853.0), groups)
