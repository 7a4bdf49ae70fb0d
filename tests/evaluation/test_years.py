"""Errors of years, beside what styles alone would say, and ranges that keep their promise."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation.years import half_width, style_means, with_ranges, year_sentences, year_table


def made_dates(n=240, seed=0, n_authors=40):
    """Images of two styles whose predictions are off by about 15 years, more for some painters than for others."""
    rng = np.random.default_rng(seed)
    authors = rng.integers(n_authors, size=n)
    is_modern = authors % 2 == 1
    style_year = np.where(is_modern, 1915.0, 1760.0)
    year = style_year + rng.normal(0, 30, n)
    error_of_author = rng.normal(0, 10, n_authors)
    error = error_of_author[authors] + rng.normal(0, 10, n)
    return pd.DataFrame(
        {
            "filename": [f"{i:03}.jpg" for i in range(n)],
            "label": np.where(is_modern, "cubism", "rococo"),
            "author": [f"author-{i}" for i in authors],
            "fold": (authors % 4).astype(str),
            "year": year,
            "pred": year + error,
            "style_year": style_year,
            "guessed_style_year": 1850.0,
            "mean_year": 1830.0,
        }
    )


def coverage_of_painters(dates):
    """How often a range holds the year, every painter counting alike."""
    is_within = dates["year"].between(dates["pred_lo"], dates["pred_hi"])
    return is_within.groupby(dates["author"]).mean().mean()


def test_values_are_those_of_their_formulas():
    dates = with_ranges(made_dates())
    value = year_table(dates).set_index("metric")["value"]
    errors = (dates["pred"] - dates["year"]).abs()
    of_style = (dates["style_year"] - dates["year"]).abs()
    expected = {
        "mean_absolute_error": errors.mean(),
        "of_style_means": of_style.mean(),
        "more_than_style_means": (errors - of_style).mean(),
        "within_25_years": (errors <= 25).mean(),
        "coverage": coverage_of_painters(dates),
    }
    assert value[list(expected)].to_dict() == pytest.approx(expected)


def test_values_lie_in_their_intervals():
    table = year_table(with_ranges(made_dates())).set_index("metric")
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
        shares.append(coverage_of_painters(dates))
    assert 0.77 < np.mean(shares) < 0.88


def test_a_range_of_few_painters_has_no_end():
    assert half_width(made_dates(n_authors=5)) == np.inf
    table = year_table(with_ranges(made_dates(n_authors=8)))
    _, of_style, difference, coverage, *_ = year_sentences(table)
    assert of_style.startswith("by the mean year of its style")
    assert "years less (" in difference
    assert "within the range given: 1.00" in coverage


def test_a_style_that_was_not_trained_on_has_the_mean_of_all():
    train = pd.DataFrame(
        {
            "label": ["cubism", "cubism", "rococo"],
            "year": [1910.0, 1920.0, 1760.0],
        }
    )
    means = style_means(train, pd.Series(["rococo", "cubism", "ukiyo-e"]))
    assert means.tolist() == pytest.approx([1760, 1915, train["year"].mean()])
