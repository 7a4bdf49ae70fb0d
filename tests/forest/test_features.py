"""Features by fold, each by the model that never saw its authors."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

from styleclf.data.paintings import Paintings
from styleclf.forest.features import _check_finite, fine_tuned_features, frozen_features
from styleclf.inference import embedded_files
from styleclf.inference.backbone import Backbone
from styleclf.runs.folds import loaded_folds


def test_every_fold_has_embeddings_by_the_model_that_never_saw_it_and_none_of_validation(seen, cv_run, design, sample):
    assert seen.rows["filename"].tolist() == design["filename"][design["fold"] != "val"].tolist()
    learn = loaded_folds(design, cv_run)[2]
    expected = embedded_files(learn, [sample / name for name in seen.rows["filename"]], progress=False)
    np.testing.assert_array_equal(seen.by_fold["2"], expected)
    split = seen.split("2")
    assert set(split.groups).isdisjoint(set(seen.rows["author"][seen.in_fold("2")]) - {""})
    np.testing.assert_array_equal(split.test, expected[seen.in_fold("2")])
    assert len(split.train) == len(split.targs) == (~seen.in_fold("2")).sum()


def test_frozen_features_are_those_of_the_body_alone_and_the_same_for_every_fold(design, sample, options, seen):
    paintings = Paintings(design, sample)
    backbone = Backbone(options["arch"], options["weights"], size=options["size"])
    result = frozen_features(paintings, backbone)
    assert list(result.by_fold) == list(seen.by_fold)
    assert all(each is result.by_fold["0"] for each in result.by_fold.values())
    drawn_twice = [frozen_features(paintings, replace(backbone, weights="none")) for _ in range(2)]
    np.testing.assert_array_equal(*(each.by_fold["0"] for each in drawn_twice))


def test_a_run_that_does_not_fit_the_design_is_refused(design, sample, cv_run, tmp_path):
    moved = design.assign(fold=design["fold"].replace({"0": "1", "1": "0"}))
    with pytest.raises(ValueError, match=r"fold-0.embeddings.npz does not match the design: \d+ images, such as"):
        fine_tuned_features(Paintings(moved, sample), cv_run)
    with pytest.raises(FileNotFoundError, match="not a finished cross-validation"):
        fine_tuned_features(Paintings(design, sample), tmp_path)
    other = design.assign(label=design["label"].replace("rococo", "baroque"))
    with pytest.raises(ValueError, match="trained on other styles than the design has: baroque, rococo"):
        fine_tuned_features(Paintings(other, sample), cv_run)
    with pytest.raises(ValueError, match="1 of 3 images have embeddings with NaN or infinity, by a model"):
        _check_finite(np.array([[1.0], [np.nan], [2.0]]), "a model")
