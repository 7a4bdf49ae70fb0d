"""The forest of all folds, exported like any learner."""

import pickletools
import zipfile

import numpy as np
import pytest

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

from fastai.learner import load_learner

from styleclf.evaluation import probas_of
from styleclf.forest.two_by_two import CALIBRATED, FOREST, NETWORK
from styleclf.inference import embedded_files, predict_design, predict_files
from styleclf.training import load_style_learner


def test_an_exported_forest_predicts_as_its_parts_do(forest_file, design, sample):
    path, models = forest_file
    rows = design[design["fold"] != "val"].reset_index(drop=True)
    assert list(models) == [NETWORK, FOREST, CALIBRATED]
    learn = load_style_learner(path)
    result = predict_design(learn, rows, sample, progress=False)
    assert probas_of(result) == pytest.approx(probas_of(models[CALIBRATED]), abs=1e-4)
    probas, unreadable = predict_files(learn, [sample / rows["filename"][0], sample / "nowhere.jpg"], progress=False)
    assert list(unreadable) == [1]
    assert np.isnan(probas[1]).all()
    assert probas[0] == pytest.approx(probas_of(result)[0], abs=1e-4)
    assert ((learn.set_threshold >= 0) & (learn.set_threshold <= 1)).all()


def test_fastais_own_predict_and_get_preds_take_it(forest_file, design, sample):
    path, models = forest_file
    rows, learn = design[design["fold"] != "val"].reset_index(drop=True).head(3), load_learner(path)
    style, position, probas = learn.predict(sample / rows["filename"][0])
    assert style == learn.dls.vocab[position]
    assert float(probas.sum()) == pytest.approx(1, abs=1e-5)
    files = [sample / name for name in rows["filename"]]  # an exported learner does not know the maker's folder
    with learn.no_bar():
        preds, _ = learn.get_preds(dl=learn.dls.test_dl(files))
    assert preds.numpy() == pytest.approx(probas_of(models[CALIBRATED])[:3], abs=0.05)  # images one way or another
    assert embedded_files(learn, [sample / rows["filename"][0]], progress=False).shape == (1, 16)


def test_an_export_refers_to_names_that_stay(forest_file):
    """Renaming one of these breaks every forest exported before: keep the old name alive instead."""
    with zipfile.ZipFile(forest_file[0]) as archive:
        pickle = archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))
    result = {arg for opcode, arg, _ in pickletools.genops(pickle) if opcode.name == "GLOBAL"}
    forests = {
        "styleclf.forest.head ForestHead",
        "styleclf.evaluation.calibration StyleByStyle",
        "styleclf.evaluation.calibration Sigmoid",
    }
    assert forests <= result
    assert {
        name for name in result if name.startswith(("styleclf.forest", "styleclf.evaluation.calibration"))
    } == forests
