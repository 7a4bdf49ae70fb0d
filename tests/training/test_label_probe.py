"""Several labels per image: the probe of every label in one embedding, fine-tuning from there, and what is refused."""

import numpy as np
import pytest
import torch

from styleclf.data import get_dls, takes_several_labels
from styleclf.evaluation import label_matrix, mean_average_precision
from styleclf.inference import dataset_features
from styleclf.training import BinaryLoss, history_of, style_learner, train
from styleclf.training.label_probe import fit_label_probe
from tests.conftest import ARCH
from tests.training.labelled import with_two_labels


@pytest.fixture(scope="module")
def labelled(design):
    return with_two_labels(design)


@pytest.fixture
def learn(labelled, sample, weights_file, tmp_path):
    dls = get_dls(labelled, sample, 0, arch=ARCH, size=32, bs=16)
    return style_learner(dls, ARCH, weights_file, path=tmp_path)


def logits_and_truth(learn):
    """Logits of the training images, without changes, and which labels they have."""
    features, truth = dataset_features(learn.model[0], learn.dls, learn.dls.train_ds, precision="fp32", progress=False)
    with torch.inference_mode():
        logits = learn.model[1:](torch.from_numpy(features).to(learn.dls.device))
    return logits.cpu().numpy(), truth


def test_a_probe_is_a_logistic_regression_of_each_label_and_fine_tuning_goes_on(learn, labelled):
    assert takes_several_labels(learn.dls)
    assert list(learn.dls.vocab) == ["early", "north", "south"]
    assert isinstance(learn.loss_func, BinaryLoss)
    scores = fit_label_probe(learn.model, learn.dls, "fp32", progress=False)
    logits, truth = logits_and_truth(learn)
    expected_truth = label_matrix(list(learn.dls.train_ds.items["label"]), learn.dls.vocab)
    np.testing.assert_array_equal(truth > 0, expected_truth)
    assert mean_average_precision(logits, truth) == pytest.approx(scores["train_mean_average_precision"], abs=1e-3)
    assert scores["train_mean_average_precision"] > truth.mean() + 0.2
    train(learn, 1)
    history = history_of(learn).table()
    assert {"test_mean_average_precision", "test_loss"} <= set(history)
    assert len(history) == 2
    assert np.isfinite(history["train_loss"]).all()


def test_a_label_that_training_images_lack_is_never_given(labelled, sample, weights_file):
    is_first = labelled["fold"] == "0"
    with_rare = labelled.assign(label=labelled["label"].where(~is_first, labelled["label"] + "|rare"))
    learn = style_learner(get_dls(with_rare, sample, 0, arch=ARCH, size=32, bs=16), ARCH, weights_file)
    fit_label_probe(learn.model, learn.dls, "fp32", progress=False)
    logits, _ = logits_and_truth(learn)
    rare = list(learn.dls.vocab).index("rare")
    assert (logits[:, rare] < np.log(1e-3)).all()


@pytest.mark.parametrize("flags", [{"loss": "arcface"}, {"loss": "focal"}, {"joint": "supcon"}])
def test_losses_of_one_style_per_image_are_refused(labelled, sample, weights_file, flags):
    dls = get_dls(labelled, sample, 0, arch=ARCH, size=32, bs=16)
    (name,) = flags.values()
    with pytest.raises(ValueError, match=f"{name} needs one style per image, and this design gives several labels"):
        style_learner(dls, ARCH, weights_file, **flags)
