"""The atlas of a cross-validation: places that are common to all folds, predictions by models that met no painter."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from styleclf.data.paintings import Paintings
from styleclf.embeddings.atlas.cross_validation import _out_of_fold, cross_validation_map, style_scores
from styleclf.evaluation import prediction_columns, read_run
from tests.report.made_up import write_run

ROWS = pd.DataFrame({"label": ["cubism", "rococo"] * 20, "author": [f"painter {i // 4}" for i in range(40)]})
ROWS = ROWS.assign(
    filename=[f"{i}.jpg" for i in range(40)], title="a picture", place="Delft", fold=["0", "1", "2", "val"] * 10
)


@pytest.fixture
def cv(tmp_path):
    """The folder of a cross-validation, and its paintings, those of the validation set among them."""
    write_run(tmp_path, ROWS, tmp_path)
    shuffled = ROWS.sample(frac=1, random_state=0).reset_index(drop=True)
    return tmp_path, Paintings(shuffled, tmp_path)


def test_every_image_has_the_prediction_of_its_own_fold(cv):
    folder, paintings = cv
    atlas = cross_validation_map(folder, paintings, {}, projection="pca", columns=["place"])
    assert atlas.is_out_of_fold
    assert atlas.fold == ""
    assert "val" not in set(atlas.paintings.folds)
    assert atlas.predictions["filename"].tolist() == atlas.paintings.rows["filename"].tolist()
    judged = read_run(folder).set_index("filename")["pred"]
    by_filename = atlas.predictions.set_index("filename")["pred"]
    assert by_filename.sort_index().equals(judged.sort_index())
    assert atlas.points.positions.shape == (1, len(judged), 2)
    assert atlas.text.answer.startswith("Of 10 ")
    assert "validation set stays closed: its 10 images are not on this page" in " ".join(atlas.text.notes)


def test_other_images_than_were_judged_are_refused(cv):
    folder, paintings = cv
    fewer = paintings.where(np.arange(len(paintings)) > 4)
    with pytest.raises(ValueError, match="judged other images"):
        _out_of_fold(folder, fewer.without_validation())


@pytest.mark.parametrize(
    "option, name", [({"space": "embeddings"}, "--space"), ({"projection": "tsne"}, "--projection")]
)
def test_an_unknown_map_is_refused_before_the_work(cv, option, name):
    with pytest.raises(ValueError, match=name):
        cross_validation_map(*cv, {}, **option)


@given(st.integers(2, 6), st.integers(0, 99))
def test_scores_of_a_linear_head_are_its_logits_up_to_a_shift(n_styles, seed):
    logits = np.random.default_rng(seed).normal(size=(8, n_styles))
    probas = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    vocab = [f"style {i}" for i in range(n_styles)]
    scores = style_scores(prediction_columns(probas, vocab))
    assert scores == pytest.approx(logits - logits.mean(axis=1, keepdims=True))


def test_a_probability_of_zero_has_a_place():
    assert np.isfinite(style_scores(pd.DataFrame({"proba_a": [0.0, 1.0], "proba_b": [1.0, 0.0]}))).all()
