"""styleclf.benchmark.task: what all contenders are given alike, checked before the work."""

from dataclasses import replace

import pytest

from styleclf.benchmark.task import (
    _spread_evenly,
    benchmark_tasks,
    check_counts,
    check_task,
    find_images,
    of_images,
    present_devices,
    repeat_images,
)
from styleclf.models.body_sources import body_source
from tests.conftest import ARCH


def test_tasks_are_cut_and_repeated_to_the_images_wanted(task, design):
    train, test = task.parts()
    short = of_images(task, 3 * len(train) + 1)
    assert len(short.parts()[0]) == 3 * len(train) + 1
    assert set(short.parts()[0]["filename"]) == set(train["filename"])
    assert set(short.parts()[1]["filename"]) <= set(test["filename"])
    once, thrice = repeat_images(task, 20, 1), repeat_images(task, 20, 3)
    assert len(once.design) == 20
    assert once.design["filename"].is_unique
    assert once.design["label"].nunique() == 8
    assert (thrice.design["filename"].value_counts() == 3).all()
    assert set(thrice.design["filename"]) == set(once.design["filename"])
    assert "val" not in set(once.design["fold"])
    assert _spread_evenly(10, 5).tolist() == [0, 2, 4, 6, 8]
    assert _spread_evenly(2, 5).tolist() == [0, 1, 0, 1, 0]


def test_choices_are_checked(task, tmp_path):
    assert present_devices(["cpu", "cpu"]) == ["cpu"]
    assert len(present_devices(["auto"])) == 1
    for wrong in (["abacus"], ["cpu", "abacus"], []):
        with pytest.raises(ValueError, match="choose from"):
            present_devices(wrong)
    with pytest.raises(ValueError, match="abacus"):
        present_devices(["abacus"])
    assert find_images(str(tmp_path)) == tmp_path
    with pytest.raises(FileNotFoundError):
        check_task(replace(task, weights="no.pth"))
    for wrong in ({"bs": 0}, {"fold": "9"}, {"precision": "fp7"}, {"stats_imagenet": (0.5,)}, {"arch": "resnet1"}):
        with pytest.raises(ValueError):
            check_task(replace(task, **wrong))
    with pytest.raises(ValueError, match="repeats"):
        check_counts(repeats=0)
    check_counts(repeats=1)
    check_task(task)


def test_the_same_task_is_made_for_every_device(sample, design, weights_file):
    options = dict(arch=ARCH, weights=str(weights_file), size=32, stats_imagenet=None)
    (task,) = benchmark_tasks(sample, ["cpu", "cpu"], **options)
    assert task.device == "cpu"
    assert task.size == 32
    assert set(task.design["filename"]) == set(design["filename"])
    with pytest.raises(ValueError, match="fold"):
        benchmark_tasks(sample, ["cpu"], fold="9", **options)


def test_without_a_size_images_are_as_large_as_the_body_wants_them(sample):
    for arch in (ARCH, "efficientnet_lite2"):
        (task,) = benchmark_tasks(sample, ["cpu"], arch=arch, weights="none", size=None)
        assert task.size == body_source(arch, "none").size
