"""styleclf.benchmark.measurements: every way is timed."""

import pytest
from PIL import Image

from styleclf.benchmark import measurements
from styleclf.benchmark.task import repeat_images
from tests.benchmark.conftest import Alone


def test_decoding_and_prediction_are_timed_in_every_way(task, tmp_path):
    Image.effect_noise((300, 200), 40).save(tmp_path / "one.jpg")
    seconds = measurements.decoding([tmp_path / "one.jpg"], 32, 2, tmp_path / "cache", Alone())
    assert list(seconds) == ["full", "draft", "store", "cached"]
    assert min(seconds.values()) > 0
    assert len(list((tmp_path / "cache").iterdir())) == 3, "every first pass has a folder of its own"
    n_train = len(task.parts()[0])
    counts = (1, 16, n_train + 1)
    seconds = measurements.prediction(task, counts, 16, 1, Alone())
    assert set(seconds) == {"embedding", "bare", *(f"{who}{n}" for n in counts for who in ("", "fastai "))}
    assert min(seconds.values()) > 0
    assert seconds[f"{n_train + 1}"] > seconds["1"]


def test_occlusion_is_timed_beside_captums_on_the_same_maps(task):
    measured = measurements.occlusion(task, 2, 2, 1, Alone())
    assert min(measured[name] for name in ("captum", "fp32", "own")) > 0
    assert measured["apart fp32"] < 1e-4


def test_growth_is_measured_in_seconds_and_memory(task):
    costs = measurements.growth(repeat_images(task, 24, 1), Alone())
    assert costs["seconds"] > 0
    assert costs["memory_mib"] > 100


@pytest.mark.slow  # a Python for every import
def test_imports_are_those_of_modules_that_exist():
    seconds = measurements.import_seconds(1)
    assert set(seconds) == set(measurements._IMPORTS)
    assert min(seconds.values()) > 0
