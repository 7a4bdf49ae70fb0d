"""benchmark.device_task: the same noise at every precision, and loops that are clocked epoch by epoch."""

import math
from types import SimpleNamespace

import torch

from styleclf.benchmark.device_task import LoopClock, action_seconds, finite_verdict


def test_noise_is_the_same_at_every_precision(device_task):
    images, styles = device_task.noise(3)
    images_again, _ = device_task._replace(precision="bf16").noise(3)
    assert torch.equal(images, images_again)
    assert styles.tolist() == [0, 1, 0]


def test_an_action_takes_time_and_so_does_every_epoch():
    processor = torch.device("cpu")
    assert action_seconds(lambda: None, processor) > 0
    clock = LoopClock()
    clock.learn = SimpleNamespace(dls=SimpleNamespace(device=processor))
    for _ in range(2):
        clock.before_train()
        clock.after_train()
    assert len(clock.seconds) == 2
    assert min(clock.seconds) > 0


def test_a_loss_that_is_no_number_has_failed():
    assert finite_verdict(0.5) == "good"
    assert finite_verdict(math.nan) == "failed"
