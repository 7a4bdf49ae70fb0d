"""Results in a league's folder: found again, but for what is damaged or of other weights."""

import os
import shutil

import pytest

from styleclf.benchmark import LeagueEntry
from styleclf.benchmark.league.results import finished_result, longest_judging, saved_kernel
from tests.damage import damage_file


@pytest.fixture
def copied(league, tmp_path):
    """A copy of the league's folder, and the task in it."""
    out, contest = league
    shutil.copytree(out, tmp_path / "copy")
    return contest.task._replace(folder=tmp_path / "copy")


def test_a_result_and_its_kernel_come_back(copied, league, entries):
    _, contest = league
    result = finished_result(copied, entries[0])
    assert result.facts == contest.results[entries[0].name].facts
    assert len(saved_kernel(copied, entries[0]).products) == len(copied.targs)
    seconds = longest_judging(copied)
    assert seconds > 0
    (copied.folder / "bodies/._resnet18.json").write_bytes(b"\0\5\x16\7")  # as a Mac leaves on a shared disk
    assert longest_judging(copied) == seconds


def test_a_damaged_result_is_none(copied, entries):
    for file in (copied.folder / "bodies").glob("*.npz"):
        damage_file(file, "half")
    assert finished_result(copied, entries[0]) is None
    assert finished_result(copied, LeagueEntry(("resnet34",), ("imagenet",))) is None


def test_other_weights_under_the_same_name_make_a_result_old(copied, weights_file, tmp_path, entries):
    own = tmp_path / "body.safetensors"
    shutil.copy(weights_file, own)
    entry = LeagueEntry(entries[0].archs, (str(own),))
    for file in (copied.folder / "bodies").glob(f"{entries[0].file_name}*"):
        file.rename(file.with_name(file.name.replace(entries[0].file_name, entry.file_name)))
    assert finished_result(copied, entry) is None
    shutil.copystat(weights_file, own)
    assert finished_result(copied, entry) is not None
    os.utime(own, (0, 0))
    assert finished_result(copied, entry) is None
