"""styleclf.budget: sizes grow to the full one, and a plan fits into its time."""

import pytest
import torch

from styleclf import budget
from styleclf.learner import style_learner
from tests.conftest import ARCH


@pytest.mark.parametrize(
    "size, first, epochs", [(224, 160, 6), (224, 192, 1), (224, 192, 3), (100, 50, 4), (32, 32, 2)]
)
def test_sizes_grow_to_the_full_one(size, first, epochs):
    sizes = budget.growing_sizes(size, first, epochs)
    assert len(sizes) == epochs and list(sizes) == sorted(sizes)
    assert sizes[0] == first and max(sizes) <= size
    assert epochs < 3 or sizes[-1] == size


def test_without_a_first_size_all_are_full():
    assert budget.growing_sizes(224, None, 3) == (224, 224, 224)
    assert budget.growing_sizes(224, None, 0) == budget.growing_sizes(224, 160, 0) == ()


@pytest.mark.parametrize("first", [0, 225])
def test_a_first_size_beyond_the_images_is_refused(first):
    with pytest.raises(ValueError, match=f"224, not {first}"):
        budget.growing_sizes(224, first, 3)


@pytest.fixture
def timed(monkeypatch):
    """Steps that cost a second for each 32 pixels a side, and predictions that cost nothing."""
    monkeypatch.setattr(budget, "step_seconds", lambda learn, size: size / 32)
    monkeypatch.setattr(budget, "forward_seconds", lambda learn: 0)
    monkeypatch.setattr(budget, "image_size", lambda dls: 224)


def test_a_plan_fits_and_more_time_buys_more(timed, trained):
    n_batches = len(trained.dls.train)
    work = []
    for seconds in (1, 60, 200, 600, 1200, 1e6):
        found = budget.plan(trained, seconds)
        assert found.seconds <= max(seconds, budget.SECONDS_TO_FINISH)
        assert found.seconds == pytest.approx(budget.SECONDS_TO_FINISH + sum(n_batches * s / 32 for s in found.sizes))
        work.append(sum(found.sizes))
    assert work == sorted(work) and work[0] == 0
    assert work[-1] == budget.MOST_EPOCHS[True] * 224


def test_without_a_probe_there_is_at_least_an_epoch(timed, dls):
    assert len(budget.plan(style_learner(dls, ARCH, "none"), 1).sizes) == 1


def test_timing_leaves_model_and_images_as_they_were(dls, weights_file):
    learn = style_learner(dls, ARCH, weights_file)
    learn.unfreeze()
    before = {name: value.clone() for name, value in learn.model.state_dict().items()}
    assert budget.step_seconds(learn, 16) > 0 and budget.forward_seconds(learn) > 0
    assert all(torch.equal(before[name], value) for name, value in learn.model.state_dict().items())
    assert not any(p.grad is not None and p.grad.any() for p in learn.model.parameters())
    assert dls.train.one_batch()[0].shape[-1] == 32
