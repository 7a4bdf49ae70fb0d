"""models.memory: what a device does not hold at once goes through the network in parts, and comes out the same."""

import pytest
import torch
from torch import nn

from styleclf.common import say_once
from styleclf.models import memory


class Small(nn.Linear):
    """A network on a device whose memory holds `room` images of the largest size."""

    def __init__(self, room, error=None):
        super().__init__(4, 2)
        self.room, self.error, self.passed = room, error or torch.OutOfMemoryError("CUDA out of memory"), []

    def forward(self, x):
        if len(x) > self.room:
            raise self.error
        self.passed.append(len(x))
        return super().forward(x)


@pytest.fixture(autouse=True)
def nothing_said_before():
    say_once.cache_clear()


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("full"), RuntimeError("MPS backend out of memory")])
def test_a_batch_that_does_not_fit_goes_in_halves_and_is_remembered(error, capsys):
    small = Small(3, error)
    x = torch.randn(10, 4)
    torch.testing.assert_close(memory.in_parts(small, small, x), nn.Linear.forward(small, x))
    assert small.passed == [2] * 5
    memory.in_parts(small, small, x)
    assert small.passed == [2] * 10
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[-1].endswith("the network sees 2 at a time")


def test_a_batch_that_fits_goes_whole(capsys):
    small = Small(10)
    memory.in_parts(small, small, torch.randn(10, 4))
    assert small.passed == [10]
    assert not capsys.readouterr().out


def test_every_thread_of_a_processor_works_through_a_few_images_and_other_devices_through_all(monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    images = torch.zeros(64, 3, 224, 224, device="meta")
    assert memory.most_at_once(images) == 64
    assert memory.most_at_once(torch.zeros(64, 3, 32, 32)) == 512
    assert memory.most_at_once(torch.zeros(1).expand(64, 3, 224, 224)) == 10
    assert memory.most_at_once(torch.zeros(1).expand(2, 3, 2000, 2000)) == 1
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4)
    assert memory.most_at_once(torch.zeros(1).expand(64, 3, 224, 224)) == 41


def test_one_image_that_does_not_fit_is_told():
    small = Small(0)
    with pytest.raises(ValueError, match=r"cpu does not hold one image of 4 pixels.*smaller size"):
        memory.in_parts(small, small, torch.randn(4, 4))


def test_other_errors_stay_what_they_are():
    with pytest.raises(RuntimeError, match="shapes"):
        memory.in_parts(small := Small(1, RuntimeError("shapes do not match")), small, torch.randn(4, 4))


@pytest.mark.parametrize("library, options", [("glibc", 3), ("", 0)])
def test_freed_memory_is_kept_where_the_c_library_can_be_asked_for_it(monkeypatch, library, options):
    asked = []

    class Library:
        def mallopt(self, option, value):
            asked.append(option)
            return 1

    monkeypatch.setattr(memory.platform, "libc_ver", lambda: (library, ""))
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: Library())
    memory.keep_freed_memory.__wrapped__()
    assert len(set(asked)) == options
