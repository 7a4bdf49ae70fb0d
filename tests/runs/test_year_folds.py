"""Years by fine-tuned networks: from dated images to the years of new pictures, and the scale between."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data import Paintings
from styleclf.runs.year_folds import YearScale, read_scale, write_scale
from styleclf.runs.years import cross_validate_years, with_dates


def scale(width=20.0):
    years = {"0": np.array([1845.0, 1855.0, 1856.0, 1871.0]), "1": np.array([1845.0, 1871.0])}
    return YearScale(np.array([1845.0, 1850.0, 1860.0, 1871.0]), years, width)


def test_chances_are_those_of_the_works_that_a_fold_was_learned_from():
    probas = pd.DataFrame({"1850 or later": [0.5], "1860 or later": [0.5], "dated": [1.0]})
    np.testing.assert_allclose(scale().chances(probas, "0"), [[0.75, 0.25]])
    np.testing.assert_allclose(scale().chances(probas, "1"), [[0.5, 0.5]])


@pytest.mark.parametrize("width", [20.0, np.inf])
def test_a_scale_is_read_as_it_was_written(width, tmp_path):
    write_scale(scale(width), tmp_path / "scale.json")
    again = read_scale(tmp_path / "scale.json")
    assert again.width == width
    assert again.edges.tolist() == scale().edges.tolist()
    assert {fold: years.tolist() for fold, years in again.years_of_folds.items()} == {
        fold: years.tolist() for fold, years in scale().years_of_folds.items()
    }


@pytest.mark.slow
def test_from_dated_images_to_the_years_of_new_pictures(halves, sample, options, tmp_path):
    styles = sorted(set(halves["label"]))
    years = [str(1700 + 30 * styles.index(style)) for style in halves["label"]]
    dated = Paintings(halves.assign(year=years), sample)
    text = cross_validate_years(dated, options | {"epochs": 1}, out=tmp_path)
    assert "mean absolute error" in text
    table = pd.read_csv(tmp_path / "dates.csv")
    assert len(table) == len(dated.without_validation())
    assert table["pred"].between(1700, 2000).all()
    error = (table["pred"] - table["year"]).abs().mean()
    assert error < (table["mean_year"] - table["year"]).abs().mean()
    assert cross_validate_years(dated, options | {"epochs": 1}, out=tmp_path) == text  # finished folds are kept
    new = pd.DataFrame({"filename": [path.as_posix() for path in dated.paths()[:3]], "pred": "cubism"})
    dates = with_dates(new, tmp_path)
    assert dates["year"].between(1700, 2000).all()
    assert (dates["year_hi"] > dates["year_lo"]).all()
