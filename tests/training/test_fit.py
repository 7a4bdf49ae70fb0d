"""training.fit: one call from design to learner, the same again for the same seed."""

import inspect

import pytest
import torch

from styleclf.flags import Numbers
from styleclf.training import fine_tuning as training, fit as fitting, learner
from tests.conftest import ARCH, state

TINY = dict(arch=ARCH, size=32, bs=16, epochs=1)


@pytest.fixture
def fitted(design, sample, weights_file):
    """A function that trains a tiny learner."""

    def fit(fold=0, **how):
        return fitting.fitted_learner(design, sample, fold, **{**TINY, "weights": str(weights_file), **how})

    return fit


def test_the_learner_is_trained_and_the_device_is_told(fitted, capsys):
    learn = fitted()
    assert learn.history.table()["epoch"].tolist() == [0, 1]
    said = capsys.readouterr().out
    assert f"{ARCH} on cpu" in said and f"fine-tuning has only {len(learn.dls.train)} steps" in said


def test_a_seed_tells_the_result_whatever_was_trained_before(fitted):
    first = state(fitted(fold=1).model)
    fitted(fold=2, epochs=0)
    again, other = fitted(fold=1).model.state_dict(), fitted(fold=1, seed=1).model.state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


def test_sizes_are_given_as_a_flag(fitted):
    with pytest.raises(ValueError, match="train_sizes"):
        fitted(train_sizes="large")
    with pytest.raises(ValueError, match="64"):
        fitted(train_sizes=Numbers("64"))


def test_its_defaults_are_those_of_the_functions_it_calls():
    given = {name: p.default for name, p in inspect.signature(fitting.fitted_learner).parameters.items()}
    for function in (learner.style_learner, training.train):
        for name, parameter in inspect.signature(function).parameters.items():
            if name in given and parameter.default is not parameter.empty and given[name] != "auto":
                assert given[name] == parameter.default, name


def test_automatic_weights_start_from_scratch_where_there_are_none(design, sample):
    flags = dict(arch=ARCH, size=32, weights="auto", epochs=0)
    with pytest.raises(ValueError, match="epochs must be 1 or more"):  # nothing is pretrained that a probe could read
        fitting.fitted_learner(design, sample, 0, **flags)


@pytest.mark.parametrize("epochs, n_batches, is_short", [(0, 5, False), (1, 5, True), (6, 5, False), (1, 31, False)])
def test_fine_tuning_that_is_too_short_to_pay_is_told(epochs, n_batches, is_short):
    assert fitting._is_short(epochs, n_batches) == is_short
