"""training.fine_tuning: the probe first, then as much of the network and as large images as told, then the average."""

import math

import numpy as np
import pytest
import torch
from fastai.callback.core import Callback

from styleclf.data.dataloaders import get_dls
from styleclf.training.fine_tuning import _average, train
from styleclf.training.learner import style_learner
from styleclf.training.time_budget import Plan
from tests.conftest import ARCH, changed, state


class Failing(Callback):
    """Fails in the first training batch."""

    def before_batch(self):
        if self.training:
            raise RuntimeError("failed")


class Sizes(Callback):
    """Notes the size of every training batch."""

    def before_fit(self):
        self.seen = []

    def before_batch(self):
        if self.training:
            self.seen.append(self.xb[0].shape[-1])


def test_training_moves_early_layers_least_and_keeps_batchnorm_statistics(learn):
    before = state(learn.model)
    train(learn, 1, slice(1e-5, 1e-3), n_frozen=0)
    moved = changed(before, learn.model)
    assert not [name for name in moved if "running" in name or "num_batches" in name]
    assert {"0.trunk.conv1.0.weight", "1.1.weight", "2.1.weight"} <= moved
    rates = [group["lr"] for group in learn.opt.hypers]
    assert rates == sorted(rates)
    assert rates[0] < rates[-1]


def test_the_probe_alone_leaves_the_body_untouched_and_beats_chance_in_training(learn):
    before = state(learn.model)
    history = train(learn, 0)
    assert all(name[0] in "12" for name in changed(before, learn.model))
    assert history["epoch"].tolist() == [0]
    assert history["train_top_2_accuracy"].iloc[0] > 0.5 > 2 / 8


def test_the_exponential_schedule_ends_at_the_final_rate(learn):
    train(learn, 1, 1e-3, schedule="exponential", lr_final=1e-5)
    rates = np.array(learn.recorder.hps["lr"])
    assert rates[0] == pytest.approx(1e-3, rel=0.05)
    assert 1e-5 <= rates[-1] < rates[0]
    steps = rates[1:] / rates[:-1]
    assert steps == pytest.approx(np.full(len(steps), steps[0]))


def test_the_early_half_can_stay_as_it_is(learn):
    before = state(learn.model)
    early = len(learn.splitter(learn.model)[0])
    train(learn, 1, n_frozen=1)
    names = [name for name, _ in learn.model.named_parameters()]
    frozen = {name for name in names if not dict(learn.model.named_parameters())[name].requires_grad}
    assert len(frozen) == early
    assert changed(before, learn.model).isdisjoint(frozen)
    assert changed(before, learn.model)


def test_bad_schedules_are_refused(learn, dls):
    with pytest.raises(ValueError, match="cosine"):
        train(learn, 1, schedule="cosine")
    for wrong in ({"epochs": -1}, {"epochs": 1, "lr_max": 0.0}, {"epochs": 1, "n_frozen": 3}):
        with pytest.raises(ValueError, match=str(list(wrong.values())[-1])):
            train(learn, **wrong)
    with pytest.raises(ValueError, match="0"):
        train(style_learner(dls, ARCH, "none"), 0)


@pytest.mark.parametrize("wrong", [{"lr_max": math.nan}, {"lr_max": slice(1e-5, math.inf)}, {"lr_head": -1.0}])
def test_rates_without_sense_are_refused_before_the_probe(learn, wrong):
    with pytest.raises(ValueError, match=r"must be above 0 and finite, not (nan|inf|-1.0)$"):
        train(learn, 1, **wrong)
    assert not learn.history.rows


def test_the_average_mixes_weights_and_leaves_counters(learn):
    before = state(learn.model)
    other = {name: value + 1 for name, value in before.items()}
    for share in (0.0, 0.3, 1.0):
        learn.model.load_state_dict(before)
        _average(learn.model, other, share)
        for name, value in learn.model.state_dict().items():
            expected = before[name] + share if value.is_floating_point() else before[name]
            assert torch.allclose(value, expected, atol=1e-5)


def test_a_share_of_1_gives_the_probe_back(learn):
    train(learn, 0)
    probed = state(learn.model)
    train(learn, 1, probe_share=1)
    for name, value in learn.model.state_dict().items():
        assert torch.allclose(probed[name], value, atol=1e-4), name


def test_images_grow_and_later_trainings_see_all_of_them(design, sample, weights_file):
    dls = get_dls(design, sample, 0, arch=ARCH, size=96, bs=16)
    learn = style_learner(dls, ARCH, weights_file)
    sizes = Sizes()
    learn.add_cb(sizes)
    train(learn, 4, sizes=(32, 64, 96))
    n_batches = len(dls.train)
    assert sizes.seen == [s for s in (32, 32, 64, 96) for _ in range(n_batches)]
    with learn.no_bar(), learn.no_logging():
        learn.fit(1)
    assert set(sizes.seen) == {96}


def test_a_training_that_fails_leaves_the_images_as_they_were(learn):
    learn.add_cb(Failing())
    with pytest.raises(RuntimeError, match="failed"):
        train(learn, 1, sizes=(16,))
    assert learn.dls.train.one_batch()[0].shape[-1] == 32


def test_within_a_time_the_plan_is_followed(learn, monkeypatch, capsys):
    monkeypatch.setattr("styleclf.training.fine_tuning.affordable_plan", lambda learn, seconds: Plan((32, 32), seconds))
    assert train(learn, 7, seconds=60)["epoch"].tolist() == [0, 1, 2]
    assert "2 epochs at 32 pixels" in capsys.readouterr().out


def test_a_body_that_takes_one_size_is_trained_at_it(design, sample, weights_file):
    own_size = 160  # from which on images are shrunk by a step
    learn = style_learner(get_dls(design, sample, 0, ARCH, own_size, bs=16), ARCH, weights_file)

    def refuse(body, inputs):
        """What most transformers do."""
        assert inputs[0].shape[-1] == own_size, "Input height doesn't match model."

    learn.model[0].register_forward_pre_hook(refuse)
    sizes = Sizes()
    train(learn, 1, cbs=sizes)
    assert set(sizes.seen) == {own_size}
    with pytest.raises(ValueError, match="no images of 128 pixels"):
        train(learn, 1, sizes=[128])
