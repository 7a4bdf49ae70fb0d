"""styleclf.runs.one_training: what is refused before hours are spent; recipes/train.py runs it as a whole."""

import pytest

from styleclf.data import Paintings, against_rest
from styleclf.runs import one_training


@pytest.fixture
def paintings(design, sample, monkeypatch):
    """Paintings that nothing is trained on."""

    def no_training(*_, **__):
        raise AssertionError("it has begun to train")

    monkeypatch.setattr(one_training, "fitted_learner", no_training)
    return Paintings(design, sample)


@pytest.mark.parametrize("fold, validate", [("0", True), ("val", False)])
def test_where_openings_cannot_be_counted_nothing_is_trained(paintings, fold, validate, tmp_path, monkeypatch):
    def not_writable(record, rows):
        raise OSError(f"{record} cannot be written")

    monkeypatch.setattr(one_training, "openings_file", not_writable)
    with pytest.raises(OSError, match="cannot be written"):
        one_training.judged_training(paintings, fold, {}, out=tmp_path, record=tmp_path, validate=validate)
    with pytest.raises(AssertionError, match="begun to train"):
        one_training.judged_training(paintings, "0", {}, out=tmp_path, record=tmp_path)


def test_epochs_that_are_none_are_refused_first(paintings, tmp_path):
    with pytest.raises(ValueError, match="not 'first'"):
        one_training.judged_training(paintings, "0", {}, out=tmp_path, keep_epochs=["first"])


def test_a_fold_of_one_side_alone_is_told_before_anything_is_trained(paintings, tmp_path):
    design = against_rest(paintings.rows, "cubism")
    is_tested = design["fold"] == "0"
    for side, known in ((design["label"] == "cubism", "only"), (design["label"] != "cubism", "no")):
        torn = Paintings(design[~is_tested | side].reset_index(drop=True), paintings.folder)
        with pytest.raises(ValueError, match=f"fold 0 has {known} images of cubism: .* choose another fold"):
            one_training.judged_training(torn, "0", {}, out=tmp_path)
    with pytest.raises(AssertionError, match="begun to train"):
        one_training.judged_training(Paintings(design, paintings.folder), "0", {}, out=tmp_path)
