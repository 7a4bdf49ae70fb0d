"""training.time_budget: sizes grow to the full one, and a plan fits into its time."""

import pytest
import torch

from styleclf.training import time_budget as budget
from styleclf.training.learner import style_learner
from tests.conftest import ARCH


def test_epochs_go_through_the_steps_in_equal_parts():
    assert budget.sizes_of(5, (160, 192)) == (160, 160, 160, 192, 192)
    assert budget.sizes_of(4, (160, 192, 224)) == (160, 160, 192, 224)
    assert budget.sizes_of(3, (224,)) == (224, 224, 224)
    assert budget.sizes_of(0, (160, 224)) == ()


def test_pretrained_weights_are_tuned_a_step_below_full_size_where_there_is_room():
    assert budget.checked_steps(None, 224, True) == (192,)
    assert budget.checked_steps(None, 224, False) == (224,)
    assert budget.checked_steps(None, 96, True) == (96,)
    assert budget.checked_steps([160, 224], 224, True) == (160, 224)


@pytest.mark.parametrize("steps, told", [((0,), 0), ((160, 225), 225), ((), r"\(\)")])
def test_sizes_beyond_the_images_are_refused(steps, told):
    with pytest.raises(ValueError, match=f"224, not .*{told}"):
        budget.checked_steps(steps, 224, True)


@pytest.fixture
def timed(monkeypatch):
    """Steps that cost a second for each 32 pixels a side, and predictions that cost nothing."""
    monkeypatch.setattr(budget, "_step_seconds", lambda learn, size: size / 32)
    monkeypatch.setattr(budget, "_forward_seconds", lambda learn: 0)
    monkeypatch.setattr(budget, "image_size", lambda dls: 224)


def test_a_plan_fits_and_more_time_buys_more_epochs_then_larger_images(timed, trained):
    n_batches = len(trained.dls.train)
    plans = [budget.affordable_plan(trained, seconds) for seconds in (1, 40, 60, 100, 150, 200, 1e6)]
    shortest, *further_plans = plans
    for plan, seconds in zip(further_plans, (40, 60, 100, 150, 200, 1e6), strict=True):
        assert plan.seconds <= seconds
        assert plan.seconds == pytest.approx(budget._SECONDS_TO_FINISH + n_batches * sum(plan.sizes) / 32)
    assert shortest.sizes == ()
    assert plans[-1].sizes == (192,) * budget._MOST_EPOCHS[True]
    costs = [(len(plan.sizes), sum(plan.sizes)) for plan in plans]
    assert costs == sorted(costs)
    assert len({plan.sizes for plan in plans}) > 3


def test_without_a_probe_there_is_at_least_an_epoch(timed, dls):
    assert len(budget.affordable_plan(style_learner(dls, ARCH, "none"), 1).sizes) == 1


def test_timing_leaves_model_and_images_as_they_were(dls, weights_file):
    learn = style_learner(dls, ARCH, weights_file)
    learn.unfreeze()
    before = {name: value.clone() for name, value in learn.model.state_dict().items()}
    assert budget._step_seconds(learn, 16) > 0
    assert budget._forward_seconds(learn) > 0
    assert all(torch.equal(before[name], value) for name, value in learn.model.state_dict().items())
    assert not any(p.grad is not None and p.grad.any() for p in learn.model.parameters())
    assert dls.train.one_batch()[0].shape[-1] == 32
