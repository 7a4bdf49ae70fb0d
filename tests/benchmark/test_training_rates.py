"""styleclf.benchmark.training_rates: a rate for every turn, and loaders that stay as they were."""

import time

import pytest

from styleclf.benchmark import contenders, training_rates
from styleclf.data import augment
from styleclf.data.images.pixel_cache import PixelStore
from tests.benchmark.conftest import Alone


def test_loops_and_the_bare_network_tell_a_rate_a_turn(task):
    for function, arguments in (
        (training_rates.bare_network, (task, 1)),
        (training_rates.fastai_loop, (task,)),
        (training_rates.styleclf_loop, (task, 0)),
    ):
        turns = Alone()
        (rate,) = function(*arguments, 16, 1, turns)
        assert rate > 0
        assert len(turns.news) == 2, "the first warms up"


@pytest.mark.slow  # epochs of three loaders
def test_waiting_is_the_share_of_an_epoch_that_passes_in_the_loader(task, monkeypatch):
    def slowed(function):
        return lambda *args, **keywords: (time.sleep(0.05), function(*args, **keywords))[1]

    quick = training_rates.waiting_shares(task, 1, 32, 2, Alone())
    assert min(quick.values()) > 0
    assert sum(quick.values()) < 1
    monkeypatch.setattr(PixelStore, "get", slowed(PixelStore.get))
    slow_images = training_rates.waiting_shares(task, 1, 32, 2, Alone())
    monkeypatch.undo()
    monkeypatch.setattr(augment, "_relight", slowed(augment._relight))
    slow_changes = training_rates.waiting_shares(task, 1, 32, 2, Alone())
    assert slow_images["images"] > quick["images"]
    assert slow_changes["changes"] > quick["changes"]


def test_timing_leaves_the_loader_as_it_was(task):
    learn = contenders.styleclf_learner(task)
    loader, transforms = learn.dls.train, learn.dls.train.after_batch
    with training_rates._timed_loader(learn, Alone()) as seconds, learn.no_bar(), learn.no_logging():
        learn.fit(2)
    assert learn.dls.train is loader
    assert loader.after_batch is transforms
    assert len(seconds["all"]) == 2
    assert all(0 < c < a for c, a in zip(seconds["changes"], seconds["all"], strict=True))
