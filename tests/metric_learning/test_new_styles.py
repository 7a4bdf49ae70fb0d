"""metric_learning.new_styles: a learner knows one more style, and nothing else of it changes."""

import numpy as np
import pytest

from styleclf.inference.predict import predict_files, predict_table
from styleclf.metric_learning.new_styles import add_style
from styleclf.training.export import export_learner, load_style_learner
from styleclf.training.fine_tuning import train
from styleclf.training.learner import style_learner
from tests.conftest import ARCH


def test_a_new_style_is_predicted_beside_the_old_ones(dls, weights_file, sample, design, tmp_path):
    learn = style_learner(dls, ARCH, weights_file, embedding_size=7, loss="subcenter", path=tmp_path)
    train(learn, 0)
    files = [sample / name for name in design["filename"]]
    before, _ = predict_files(learn, files, progress=False)
    add_style(learn, "fauvism", files[:1], progress=False)
    loaded = load_style_learner(export_learner(learn, tmp_path / "model.pkl"))
    after, _ = predict_files(loaded, files, progress=False)
    assert after.shape == (len(files), 9)
    assert after[0].argmax() == 8
    np.testing.assert_allclose(after[:, :8] / after[:, :8].sum(axis=1, keepdims=True), before, atol=1e-5)
    assert loaded.predict(files[0])[0] == "fauvism" == predict_table(loaded, files[:1])[0]["pred"].iloc[0]
    with pytest.raises(ValueError, match="knows fauvism already"):
        add_style(loaded, "fauvism", files[:1])
    with pytest.raises(ValueError, match="no images to learn orphism from"):
        add_style(loaded, "orphism", [])
    with pytest.raises(ValueError, match=r"gone\.jpg cannot be read"):
        add_style(loaded, "orphism", [tmp_path / "gone.jpg"], progress=False)


def test_a_linear_head_takes_none(trained, sample, design):
    with pytest.raises(ValueError, match="train with loss arcface"):
        add_style(trained, "fauvism", [sample / design["filename"].iloc[0]])
