"""metric_learning.new_styles: a learner knows one more style, and nothing else of it changes."""

import numpy as np
import pytest

from styleclf.inference.predict import predict_files, predict_table
from styleclf.metric_learning.new_styles import add_style
from styleclf.training.export import export_learner, load_style_learner
from styleclf.training.fine_tuning import train
from styleclf.training.learner import style_learner
from tests.conftest import ARCH


@pytest.fixture(scope="module")
def files(sample, design):
    """All images; the first of them serves as the example of a new style."""
    return [sample / name for name in design["filename"]]


@pytest.fixture
def cosine_learner(dls, weights_file, tmp_path):
    """A learner whose head is made of directions."""
    learn = style_learner(dls, ARCH, weights_file, embedding_size=7, loss="subcenter", path=tmp_path)
    train(learn, 0)
    return learn


def test_a_new_style_is_predicted_beside_the_old_ones(cosine_learner, files, tmp_path):
    learn = cosine_learner
    before, _ = predict_files(learn, files, progress=False)
    add_style(learn, "fauvism", files[:1], progress=False)
    model_file = export_learner(learn, tmp_path / "model.pkl")
    loaded = load_style_learner(model_file)
    after, _ = predict_files(loaded, files, progress=False)
    assert after.shape == (len(files), 9)
    assert after[0].argmax() == 8
    of_old_styles = after[:, :8]
    among_old_styles = of_old_styles / of_old_styles.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(among_old_styles, before, atol=1e-5)
    style, *_ = loaded.predict(files[0])
    predictions, *_ = predict_table(loaded, files[:1])
    assert style == "fauvism"
    assert predictions["pred"].tolist() == ["fauvism"]
    with pytest.raises(ValueError, match="knows fauvism already"):
        add_style(loaded, "fauvism", files[:1])


def test_a_new_style_needs_images_that_can_be_read(cosine_learner, tmp_path):
    with pytest.raises(ValueError, match="no images to learn orphism from"):
        add_style(cosine_learner, "orphism", [])
    with pytest.raises(ValueError, match=r"gone\.jpg cannot be read"):
        add_style(cosine_learner, "orphism", [tmp_path / "gone.jpg"], progress=False)


def test_a_linear_head_takes_none(trained, files):
    with pytest.raises(ValueError, match="train with loss arcface"):
        add_style(trained, "fauvism", files[:1])
