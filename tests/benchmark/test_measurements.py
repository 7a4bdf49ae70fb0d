"""styleclf.benchmark.measurements: every way is timed, and what is timed stays as it was."""

import time

import pytest
from PIL import Image

from styleclf.benchmark import contenders, measurements
from styleclf.benchmark.task import repeat_images
from styleclf.data import augment
from styleclf.data.images.pixel_cache import PixelStore
from tests.benchmark.conftest import Alone


def test_loops_and_the_bare_network_tell_a_rate_a_turn(task):
    for function, arguments in (
        (measurements.bare_network, (task, 1)),
        (measurements.fastai_loop, (task,)),
        (measurements.styleclf_loop, (task, 0)),
    ):
        turns = Alone()
        rates = function(*arguments, 32, 2, turns)
        assert len(rates) == 2 and min(rates) > 0 and len(turns.news) == 3, "the first warms up"


@pytest.mark.slow  # epochs of three loaders
def test_waiting_is_the_share_of_an_epoch_that_passes_in_the_loader(task, monkeypatch):
    def slowed(function):
        return lambda *args, **keywords: (time.sleep(0.05), function(*args, **keywords))[1]

    quick = measurements.waiting_shares(task, 1, 32, 2, Alone())
    assert min(quick.values()) > 0 and sum(quick.values()) < 1
    monkeypatch.setattr(PixelStore, "get", slowed(PixelStore.get))
    slow_images = measurements.waiting_shares(task, 1, 32, 2, Alone())
    monkeypatch.undo()
    monkeypatch.setattr(augment, "_relight", slowed(augment._relight))
    slow_changes = measurements.waiting_shares(task, 1, 32, 2, Alone())
    assert slow_images["images"] > quick["images"] and slow_changes["changes"] > quick["changes"]


def test_timing_leaves_the_loader_as_it_was(task):
    learn = contenders.styleclf_learner(task)
    loader, transforms = learn.dls.train, learn.dls.train.after_batch
    with measurements._timed_loader(learn, Alone()) as seconds, learn.no_bar(), learn.no_logging():
        learn.fit(2)
    assert learn.dls.train is loader and loader.after_batch is transforms
    assert len(seconds["all"]) == 2 and all(0 < c < a for c, a in zip(seconds["changes"], seconds["all"], strict=True))


def test_decoding_and_prediction_are_timed_in_every_way(task, tmp_path):
    Image.effect_noise((300, 200), 40).save(tmp_path / "one.jpg")
    seconds = measurements.decoding([tmp_path / "one.jpg"], 32, 2, tmp_path / "cache", Alone())
    assert list(seconds) == ["full", "draft", "store", "cached"] and min(seconds.values()) > 0
    assert len(list((tmp_path / "cache").iterdir())) == 3, "every first pass has a folder of its own"
    n_train = len(task.parts()[0])
    counts = (1, 16, n_train + 1)
    seconds = measurements.prediction(task, counts, 16, 1, Alone())
    assert set(seconds) == {"embedding", "bare", *(f"{who}{n}" for n in counts for who in ("", "fastai "))}
    assert min(seconds.values()) > 0 and seconds[f"{n_train + 1}"] > seconds["1"]


def test_occlusion_is_timed_beside_captums_on_the_same_maps(task):
    measured = measurements.occlusion(task, 2, 2, 1, Alone())
    assert min(measured[name] for name in ("captum", "fp32", "own")) > 0 and measured["apart fp32"] < 1e-4


def test_growth_is_measured_in_seconds_and_memory(task):
    costs = measurements.growth(repeat_images(task, 24, 1), Alone())
    assert costs["seconds"] > 0 and costs["memory_mib"] > 100


@pytest.mark.slow  # a Python for every import
def test_imports_are_those_of_modules_that_exist():
    seconds = measurements.import_seconds(1)
    assert set(seconds) == set(measurements._IMPORTS) and min(seconds.values()) > 0
