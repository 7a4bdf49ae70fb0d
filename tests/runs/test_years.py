"""Years: cross-validated by painter, kept, and said of new pictures."""

import json

import numpy as np
import pandas as pd
import pytest

from styleclf.data import Paintings
from styleclf.runs.years import cross_validate_years, with_dates


@pytest.fixture(scope="module")
def dated(halves, sample):
    styles = sorted(set(halves["label"]))
    years = [
        str(1700 + 30 * styles.index(style) + len(author) % 9)
        for style, author in zip(halves["label"], halves["author"], strict=True)
    ]
    return Paintings(halves.assign(year=years), sample)


@pytest.mark.slow
def test_from_dated_images_to_the_years_of_new_pictures(dated, options, tmp_path):
    text = cross_validate_years(dated, options, out=tmp_path)
    assert text.startswith(f"{len(dated)} of {len(dated)} images are dated by their year, 17")
    assert "mean absolute error" in text
    assert "were promised" in text
    table = pd.read_csv(tmp_path / "dates.csv")
    assert len(table) == len(dated.without_validation())
    assert (tmp_path / "figures/dates.png").is_file()
    values = pd.read_csv(tmp_path / "date_metrics.csv").set_index("metric")["value"]
    assert values["mean_absolute_error"] == pytest.approx((table["pred"] - table["year"]).abs().mean(), rel=1e-4)
    assert values["of_style_means"] < values["of_mean_year"]

    (tmp_path / "settings.json").write_text(json.dumps({"settings": options}))
    new = pd.DataFrame({"filename": [path.as_posix() for path in dated.paths()[:3]], "pred": "cubism"})
    dates = with_dates(new, tmp_path)
    assert dates["year"].between(1700, 1920).all()
    width = dates["year_hi"] - dates["year"]
    np.testing.assert_allclose(width, dates["year"] - dates["year_lo"])
    assert with_dates(new, None) is new
    with pytest.raises(FileNotFoundError, match=r"date_probe\.npz: recipes/cross_validate\.py writes it"):
        with_dates(new, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({"weights": "none"}, "random weights have none that tell anything"),
        ({"loss": "arcface"}, "loss and joint are for styles"),
    ],
)
def test_what_years_have_no_use_for_is_refused(dated, options, flags, sentence, tmp_path):
    with pytest.raises(ValueError, match=sentence):
        cross_validate_years(dated, options | flags, out=tmp_path)


def test_too_few_dates_and_a_folder_of_styles_are_refused(dated, options, tmp_path):
    rows = dated.rows
    few = dated.with_rows(rows.assign(year=rows["year"].where(rows.index < 9, "")))
    with pytest.raises(ValueError, match="images in 2 folds have a year: 20 in two folds are needed"):
        cross_validate_years(few, options, out=tmp_path)
    (tmp_path / "fold-0").mkdir()
    with pytest.raises(ValueError, match="holds networks of another cross-validation: choose another folder"):
        cross_validate_years(dated, options, out=tmp_path)
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe/date_probe.npz").touch()
    with pytest.raises(ValueError, match="holds years by the probe alone: choose another folder"):
        cross_validate_years(dated, options | {"epochs": 1}, out=tmp_path / "probe")
