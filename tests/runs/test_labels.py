"""Several labels per image: cross-validation, the model of all folds, and what it says of new pictures."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data import Paintings
from styleclf.evaluation import label_set_thresholds, read_run
from styleclf.inference import label_thresholds_of, predict_table, threshold_of
from styleclf.inference.answer_lines import top_3_text
from styleclf.runs.labels import cross_validate_labels, label_thresholds
from styleclf.runs.report import write_final_model, write_validation
from styleclf.training import fitted_learner, load_style_learner
from tests.training.labelled import with_two_labels


@pytest.fixture(scope="module")
def labelled(halves, sample):
    return Paintings(with_two_labels(halves), sample)


@pytest.mark.slow
def test_from_the_folds_to_new_pictures(labelled, options, tmp_path):
    text = cross_validate_labels(labelled, options, out=tmp_path / "cv")
    assert "average precision" in text
    assert "all labels right" in text
    predictions = read_run(tmp_path / "cv")
    assert len(predictions) == len(labelled.without_validation())
    assert set(predictions["pred"]) <= {"", "early", "north", "south", "early|north", "early|south"} | {
        *("north|south", "early|north|south"),
    }
    thresholds = pd.read_csv(tmp_path / "cv/thresholds.csv")
    np.testing.assert_allclose(thresholds["threshold"], label_thresholds(predictions))
    assert (tmp_path / "cv/figures/labels.png").is_file()
    again = cross_validate_labels(labelled, options, out=tmp_path / "cv")
    assert again == text  # finished folds are kept

    learn = fitted_learner(labelled.rows, labelled.folder, "val", **options)
    sentences = write_final_model([learn], tmp_path / "cv", out=tmp_path / "v", calibrate=True)
    assert "labels: given from the thresholds on" in sentences
    assert "labels on average hold" in sentences
    loaded = load_style_learner(tmp_path / "v/model.pkl")
    np.testing.assert_allclose(label_thresholds_of(loaded), thresholds["threshold"])
    paths = labelled.paths()[:5]
    table, _ = predict_table(loaded, paths)
    probas = table[["proba_early", "proba_north", "proba_south"]].to_numpy()
    for given, row in zip(table["pred"], probas >= thresholds["threshold"].to_numpy(), strict=True):
        assert given == "|".join(np.array(["early", "north", "south"])[row])
    folder, *lines = top_3_text(table).splitlines()
    assert folder.startswith("in ") and len(lines) == len(paths)
    text = write_validation([learn], labelled, tmp_path / "cv", out=tmp_path / "v", calibrate=True)
    assert "early" in text
    assert (tmp_path / "v/labels.csv").is_file()
    assert set(pd.read_csv(tmp_path / "v/sets.csv")["part"]) == {"test", "val"}
    assert "val: sets of" in text
    table, _ = predict_table(loaded, paths, threshold_of(loaded, "model.pkl"))
    np.testing.assert_allclose(threshold_of(loaded, "model.pkl"), label_set_thresholds(predictions))
    assert table["set"].str.len().gt(0).all()


def test_labels_that_cannot_be_told_are_refused_before_any_training(labelled, options, tmp_path):
    rows = labelled.rows
    with pytest.raises(ValueError, match="have the label painted"):
        cross_validate_labels(labelled.with_rows(rows.assign(label=rows["label"] + "|painted")), options, out=tmp_path)
    with pytest.raises(ValueError, match="arcface needs one style per image"):
        cross_validate_labels(labelled, options | {"loss": "arcface"}, out=tmp_path)
    assert not list(tmp_path.iterdir())
