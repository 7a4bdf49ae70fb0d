"""training.time_budget: sizes grow to the full one, and a plan fits into its time."""

import pytest

from styleclf.training import time_budget as budget
from styleclf.training.learner import style_learner
from tests.conftest import ARCH, changed, state

SECONDS = [1, 40, 60, 100, 150, 200, 1e6]


@pytest.mark.parametrize(
    "n_epochs, steps, sizes",
    [
        (5, (160, 192), (160, 160, 160, 192, 192)),
        (4, (160, 192, 224), (160, 160, 192, 224)),
        (3, (224,), (224, 224, 224)),
        (0, (160, 224), ()),
    ],
)
def test_epochs_go_through_the_steps_in_equal_parts(n_epochs, steps, sizes):
    assert budget.sizes_of(n_epochs, steps) == sizes


@pytest.mark.parametrize(
    "steps, size, is_pretrained, expected",
    [
        (None, 224, True, (192,)),
        (None, 224, False, (224,)),
        (None, 96, True, (96,)),
        ([160, 224], 224, True, (160, 224)),
    ],
)
def test_pretrained_weights_are_tuned_a_step_below_full_size_where_there_is_room(steps, size, is_pretrained, expected):
    assert budget.checked_steps(steps, size, is_pretrained) == expected


@pytest.mark.parametrize("steps, wrong", [((0,), 0), ((160, 225), 225), ((), r"\(\)")])
def test_sizes_beyond_the_images_are_refused(steps, wrong):
    with pytest.raises(ValueError, match=f"224, not .*{wrong}"):
        budget.checked_steps(steps, 224, True)


@pytest.fixture
def timed(monkeypatch):
    """Steps that cost a second for each 32 pixels a side, and predictions that cost nothing."""
    monkeypatch.setattr(budget, "_step_seconds", lambda learn, size: size / 32)
    monkeypatch.setattr(budget, "_forward_seconds", lambda learn: 0)
    monkeypatch.setattr(budget, "image_size", lambda dls: 224)


def test_more_time_buys_more_epochs_then_larger_images(timed, trained):
    sizes = []
    for seconds in SECONDS:
        plan = budget.affordable_plan(trained, seconds)
        sizes.append(plan.sizes)
    costs = [(len(of_plan), sum(of_plan)) for of_plan in sizes]
    assert costs == sorted(costs)
    assert len(set(sizes)) > 3
    assert sizes[0] == ()
    assert sizes[-1] == (192,) * budget._MOST_EPOCHS[True]


@pytest.mark.parametrize("seconds", SECONDS[1:])
def test_a_plan_fits_into_its_time(timed, trained, seconds):
    plan = budget.affordable_plan(trained, seconds)
    n_batches = len(trained.dls.train)
    seconds_of_steps = n_batches * sum(plan.sizes) / 32
    assert plan.seconds == pytest.approx(budget._SECONDS_TO_FINISH + seconds_of_steps)
    assert plan.seconds <= seconds


def test_without_a_probe_there_is_at_least_an_epoch(timed, dls):
    untrained = style_learner(dls, ARCH, "none")
    plan = budget.affordable_plan(untrained, 1)
    assert len(plan.sizes) == 1


def test_timing_leaves_model_and_images_as_they_were(dls, weights_file):
    learn = style_learner(dls, ARCH, weights_file)
    learn.unfreeze()
    before = state(learn.model)
    assert budget._step_seconds(learn, 16) > 0
    assert budget._forward_seconds(learn) > 0
    assert not changed(before, learn.model)
    for weight in learn.model.parameters():
        assert weight.grad is None or not weight.grad.any()
    x, _ = dls.train.one_batch()
    assert x.shape[-1] == 32
