"""A tiny task, turns of a process without others, and the tables of an invented contest."""

import pandas as pd
import pytest

from styleclf.benchmark.alternation import Turns
from styleclf.benchmark.contest import Contest
from styleclf.benchmark.device_plan import device_plan, noise_pictures
from styleclf.benchmark.task import BenchmarkTask
from tests.conftest import ARCH


class Alone(Turns):
    """Turns of a process without others: every one is followed by the next at once."""

    def __init__(self):
        super().__init__(None)
        self.news = []
        self.resume()

    def end_turn(self, news=""):
        self.news.append(news)


@pytest.fixture(autouse=True)
def same_device_afterwards():
    """A task chooses the device of its process: here that of all tests."""
    from fastai.torch_core import defaults

    before = defaults.use_cuda
    yield
    defaults.use_cuda = before


@pytest.fixture
def task(design, sample, weights_file, tmp_path):
    """A tiny task with one epoch each."""
    counts = dict(size=32, bs=16, fastai_epochs=1, ancestor_epochs=1, epochs=1)
    return BenchmarkTask(design, sample, "0", ARCH, str(weights_file), cache=tmp_path, **counts)


@pytest.fixture
def device_task(tmp_path):
    """The smallest network in fp32 on the processor, with a few pictures of noise."""
    from styleclf.benchmark.device_task import DeviceTask

    plan = device_plan("cpu", ["test_resnet"], size=32, n_images=8, bs=8)
    noise = noise_pictures(tmp_path, plan)
    return DeviceTask(plan, noise, tmp_path, "test_resnet", "fp32")


@pytest.fixture
def contest_tables():
    """Results and curves of an invented contest, whose results have no target yet."""
    curves = pd.DataFrame(
        [
            ("plain fastai", "cpu", 50, 0.3, 0.5),
            ("plain fastai", "cpu", 100, 0.5, 0.7),
            ("plain fastai", "cpu", 101, 0.5, 0.7),
            ("ancestor's recipe", "cpu", 400, 0.4, 0.6),
            ("styleclf probe", "cpu", 20, 0.5, 0.75),
            ("styleclf fine-tune", "cpu", 25, 0.5, 0.7),
            ("styleclf fine-tune", "cpu", 60, 0.6, 0.8),
        ],
        columns=["contender", "device", "seconds", "top_1", "top_2"],
    )
    last = curves.groupby(["contender", "device"], sort=False).last().reset_index()
    results = last.rename(columns={"seconds": "total_s"}).assign(
        precision="fp32", n_epochs=3, first_batch_s=9.0, images_per_s=12.3, memory_mib=1500.0, gpu_mib=float("nan")
    )
    for name in ("top_1", "top_2"):
        results[f"{name}_lo"] = results[name] - 0.05
        results[f"{name}_hi"] = results[name] + 0.05
    return Contest(results, curves)
