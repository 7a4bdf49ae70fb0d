"""training.learner: behaves as a fastai learner, trains as told, survives export."""

import warnings

import pytest

from styleclf.training.learner import style_learner
from tests.conftest import ARCH, changed, state


def test_a_pretrained_body_starts_frozen_and_a_random_one_does_not(learn, dls):
    before = state(learn.model)
    with learn.no_bar(), learn.no_logging():
        learn.fit(1, 1e-2)
    assert changed(before, learn.model) and all(name[0] in "12" for name in changed(before, learn.model))
    scratch = style_learner(dls, ARCH, "none")
    before = state(scratch.model)
    with scratch.no_bar(), scratch.no_logging():
        scratch.fit(1, 1e-2)
    assert "0.trunk.conv1.0.weight" in changed(before, scratch.model)
    assert "0.trunk.bn1.running_mean" in changed(before, scratch.model)


def test_another_normalisation_than_the_architectures_is_told(dls):
    with pytest.warns(UserWarning, match="normalise"):
        style_learner(dls, "test_vit", "none")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        style_learner(dls, ARCH, "none")
