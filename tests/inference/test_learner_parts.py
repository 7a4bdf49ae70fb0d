"""inference.learner_parts: the parts of a learner, or a sentence for one that styleclf has not made."""

import pytest
from fastai.data.all import DataLoaders
from fastai.learner import Learner
from torch import nn

from styleclf.inference.embed import embedded_files
from styleclf.inference.learner_facts import keep_threshold, threshold_of
from styleclf.inference.learner_parts import learner_parts, picture_of
from styleclf.inference.predict import predict_design, predict_files
from styleclf.training.export import export_learner, load_style_learner, set_temperature
from styleclf.training.fine_tuning import train
from styleclf.training.learner import style_learner


@pytest.fixture
def foreign():
    """A learner of plain fastai."""
    return Learner(DataLoaders([], []), nn.Linear(2, 2), nn.CrossEntropyLoss())


def test_parts_together_are_the_model(trained):
    parts = learner_parts(trained)
    assert [parts.body, parts.neck, parts.head] == list(trained.model)
    assert parts.vocab == list(trained.dls.vocab)
    assert parts.picture is picture_of(trained)
    assert parts.embedding_size == 16
    assert parts.precision == "auto"
    assert parts.device.type == "cpu"


@pytest.mark.parametrize(
    "use",
    [
        learner_parts,
        lambda learn: predict_files(learn, ["image.jpg"]),
        lambda learn: embedded_files(learn, ["image.jpg"]),
        lambda learn: train(learn, 1),
        lambda learn: set_temperature(learn, 2.0),
        lambda learn: export_learner(learn, "model.pkl"),
    ],
)
def test_a_learner_of_plain_fastai_gets_a_sentence(use, foreign, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="was not made by styleclf"):
        use(foreign)
    assert not list(tmp_path.iterdir())


def test_a_design_is_not_predicted_by_a_foreign_learner_either(foreign, design, sample):
    with pytest.raises(ValueError, match="was not made by styleclf"):
        predict_design(foreign, design, sample)


def test_the_threshold_stays_in_the_export(learn, tmp_path):
    with pytest.raises(ValueError, match=r"model\.pkl was not calibrated"):
        threshold_of(learn, "model.pkl")
    keep_threshold(learn, 0.2)
    loaded = load_style_learner(export_learner(learn, tmp_path / "model.pkl"))
    assert threshold_of(loaded, "model.pkl") == 0.2


def test_what_is_no_learner_or_no_dataloaders_is_named():
    with pytest.raises(ValueError, match="None is not a learner: style_learner makes one"):
        learner_parts(None)
    with pytest.raises(ValueError, match="'dls' is not a DataLoaders: get_dls makes them"):
        style_learner("dls", "resnet10t")
