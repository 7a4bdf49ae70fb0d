"""A run of years as a bundle: the same years from the run, from `load_bundle` and from `styleclf.light`."""

import csv

import numpy as np
import pandas as pd
import pytest

from styleclf.app.engines import open_engine
from styleclf.bundle import export_bundle, facts_beside, load_bundle, open_dating, open_learner
from styleclf.light import open_model
from styleclf.light.__main__ import main
from styleclf.runs import predict_images
from styleclf.runs.years import with_dates
from tests.conftest import ARCH
from tests.dated import write_run_of_years


@pytest.fixture(scope="module")
def run(design, sample, weights_file, tmp_path_factory):
    from styleclf.inference import Backbone

    flags = {"arch": ARCH, "weights": str(weights_file), "size": 32, "precision": "fp32"}
    features = Backbone(ARCH, weights_file, size=32, precision="fp32").cached_features(
        [sample / name for name in design["filename"]]
    )
    folder = write_run_of_years(tmp_path_factory.mktemp("dated") / "years", flags, features)
    export_bundle(open_learner(folder), folder / "years.zip", facts=facts_beside(folder))
    return folder


def test_run_bundle_and_graph_say_the_same_years(run, paths):
    table = pd.DataFrame({"filename": [path.as_posix() for path in paths]})
    by_run = with_dates(table, run)[["year", "year_lo", "year_hi"]].to_numpy()
    bundle = run / "years.zip"
    by_learner = with_dates(table, load_bundle(bundle))[["year", "year_lo", "year_hi"]].to_numpy()
    pictures = open_model(bundle).predict(paths)
    by_graph = np.array([picture.years for picture in pictures])
    np.testing.assert_allclose(by_learner, by_run, atol=0.11)
    np.testing.assert_allclose(by_graph, by_run, atol=0.11)
    assert pictures[0].answer.startswith("c. 18")
    with pytest.raises(ValueError, match=r"dates pictures and says no styles: .* --dates takes it"):
        predict_images(load_bundle(bundle), paths, bundle)


def test_the_card_and_the_manifest_say_how_far_off_it_is(run):
    import zipfile

    card = zipfile.ZipFile(run / "years.zip").read("README.md").decode()
    assert "Says when a painting was made, 1840 to 1885" in card
    assert "A range of 20 years before and after holds the true year of 90% of works by painters not seen" in card
    assert "| cross-validation | mean_absolute_error | 31.500 | 25.000 to 40.000 | 90 | 9 |" in card
    assert "`mean_absolute_error` is in years" in card
    assert ".answer)" in card
    model = open_model(run / "years.zip")
    assert model.was_trained_on("Manet")
    assert not model.was_trained_on("Gris")
    assert model.manifest.values["format_version"] == 3


def test_the_command_without_torch_dates_alone_and_beside_styles(run, bundled, paths, tmp_path, capsys):
    years, styles, table = str(run / "years.zip"), str(bundled / "bundle"), tmp_path / "table.csv"
    files = list(map(str, paths[:3]))
    assert main([years, "--out", str(table), *files]) == 0
    assert "  c. 18" in capsys.readouterr().out
    alone = list(csv.DictReader(table.open()))
    assert list(alone[0]) == ["filename", "year", "year_lo", "year_hi"]
    assert main([styles, "--dates", years, "--out", str(table), *files]) == 0
    beside = list(csv.DictReader(table.open()))
    assert [row["year"] for row in beside] == [row["year"] for row in alone]
    assert beside[0]["pred"]
    for bundle, dates, sentence in (
        (styles, styles, "does not date pictures"),
        (years, years, "dates pictures itself"),
    ):
        assert main([bundle, "--dates", dates, *files]) == 2
        assert sentence in capsys.readouterr().err


def test_what_wants_styles_refuses_years_and_what_wants_years_refuses_styles(run, bundled):
    for light in (True, False):
        with pytest.raises(ValueError, match="dates pictures, and the app asks for one style"):
            open_engine(run / "years.zip", light=light)
    with pytest.raises(ValueError, match="gives styles and does not date pictures"):
        open_dating(bundled / "bundle")
    with pytest.raises(FileNotFoundError, match=r"no run of years at .*nowhere: "):
        open_dating(run / "nowhere")
    assert open_dating(None) is None
    assert open_dating(run) == run


def test_what_dates_nothing_is_told_before_pictures_are_looked_at(tmp_path):
    (tmp_path / "settings.json").write_text("{}")
    (tmp_path / "model.pkl").touch()
    for path in (tmp_path, tmp_path / "model.pkl"):
        with pytest.raises(ValueError, match=r"is neither a run of years nor a bundle of one: .* --target year"):
            open_dating(path)
