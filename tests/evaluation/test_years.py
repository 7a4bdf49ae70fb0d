"""Errors of years, beside what styles alone would say, and ranges that keep their promise."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation.years import half_width, style_means, with_ranges, year_sentences, year_table


def made_dates(n=240, seed=0, n_authors=40):
    """Images of two styles whose predictions are off by about 15 years, more for some painters than for others."""
    rng = np.random.default_rng(seed)
    authors = rng.integers(n_authors, size=n)
    labels = np.where(authors % 2, "cubism", "rococo")
    year = np.where(authors % 2, 1915, 1760) + rng.normal(0, 30, n)
    off = rng.normal(0, 10, n_authors)[authors] + rng.normal(0, 10, n)
    table = pd.DataFrame({"filename": [f"{i:03}.jpg" for i in range(n)], "label": labels})
    table["author"] = [f"author-{i}" for i in authors]
    table["fold"] = (authors % 4).astype(str)
    return table.assign(
        year=year,
        pred=year + off,
        style_year=np.where(authors % 2, 1915.0, 1760.0),
        guessed_style_year=1850.0,
        mean_year=1830.0,
    )


def test_values_are_those_of_their_formulas():
    dates = with_ranges(made_dates())
    table = year_table(dates).set_index("metric")
    misses = (dates["pred"] - dates["year"]).abs()
    of_style = (dates["style_year"] - dates["year"]).abs()
    assert table["value"]["mean_absolute_error"] == pytest.approx(misses.mean(), rel=1e-6)
    assert table["value"]["of_style_means"] == pytest.approx(of_style.mean(), rel=1e-6)
    assert table["value"]["more_than_style_means"] == pytest.approx((misses - of_style).mean(), rel=1e-6)
    assert table["value"]["within_25_years"] == pytest.approx((misses <= 25).mean(), rel=1e-6)
    is_within = dates["year"].between(dates["pred_lo"], dates["pred_hi"])
    by_painter = is_within.groupby(dates["author"]).mean().mean()
    assert table["value"]["coverage"] == pytest.approx(by_painter)
    assert (table["lo"] < table["value"]).all()
    assert (table["value"] < table["hi"]).all()
    assert table["hi"]["more_than_style_means"] < 0


def test_the_order_of_rows_does_not_matter():
    dates = with_ranges(made_dates(60))
    shuffled = dates.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(year_table(dates), year_table(shuffled))


def test_ranges_hold_the_year_as_often_as_promised():
    shares = []
    for seed in range(20):
        dates = with_ranges(made_dates(seed=seed), share=0.8)
        is_within = dates["year"].between(dates["pred_lo"], dates["pred_hi"])
        shares.append(is_within.groupby(dates["author"]).mean().mean())
    assert 0.77 < np.mean(shares) < 0.88


def test_a_range_of_few_painters_has_no_end():
    assert half_width(made_dates(n_authors=5)) == np.inf
    sentences = year_sentences(year_table(with_ranges(made_dates(n_authors=8))))
    assert "within the range given: 1.00" in sentences[3]
    assert "years less (" in sentences[2]
    assert sentences[1].startswith("by the mean year of its style")


def test_a_style_that_was_not_trained_on_has_the_mean_of_all():
    train = pd.DataFrame({"label": ["cubism", "cubism", "rococo"], "year": [1910.0, 1920.0, 1760.0]})
    means = style_means(train, pd.Series(["rococo", "cubism", "ukiyo-e"]))
    assert means.tolist() == [1760, 1915, pytest.approx(1863.333, rel=1e-6)]
