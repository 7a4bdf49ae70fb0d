"""styleclf.benchmark.alternation: fair turns and an honest clock."""

import multiprocessing
import os
import time

import pytest

from styleclf.benchmark.alternation import Entrant, TimeLeft, Turns, take_turns
from tests.benchmark.entrants import fails, refuses, two_turns, vanishes


def test_nobody_works_while_another_does_and_the_order_alternates(tmp_path):
    log = tmp_path / "log"
    results = take_turns([Entrant(name, two_turns, (log, name), 2) for name in "ab"], progress=False)
    lines = log.read_text().splitlines()
    assert lines == ["a begins", "a ends", "b begins", "b ends"] * 2
    assert [results[name][0] for name in "ab"] == ["a", "b"]
    assert results["a"][2] != results["b"][2] != os.getpid()
    assert all(seconds >= 0.04 for _, seconds, _ in results.values())


@pytest.mark.parametrize(
    "function, error, words",
    [
        (refuses, ValueError, "b: the size"),
        (vanishes, ChildProcessError, "exit code 9"),
        (fails, RuntimeError, "KeyError"),
    ],
)
def test_whoever_fails_is_named_and_all_others_are_ended(function, error, words, tmp_path):
    entrants = [Entrant("a", two_turns, (tmp_path / "log", "a")), Entrant("b", function, ())]
    before = set(multiprocessing.active_children())  # joblib keeps its processes for later
    with pytest.raises(error, match=words):
        take_turns(entrants, progress=False)
    assert set(multiprocessing.active_children()) <= before


def test_the_clock_stands_still_while_paused():
    turns = Turns(None)
    assert turns.seconds == 0
    turns.resume()
    turns.pause()
    seconds = turns.seconds
    time.sleep(0.01)
    assert turns.seconds == seconds > 0
    turns.resume()
    time.sleep(0.01)
    assert turns.seconds > seconds


def test_the_time_that_is_left_counts_turns():
    left = TimeLeft({"a": 3, "b": 1})
    assert left.seconds == 0
    left.add("a", 10, done=False)
    assert left.seconds == 2 * 10 + 10  # b is taken for an average one
    left.add("b", 2, done=True)
    left.add("a", 20, done=False)
    left.add("a", 20, done=False)
    assert left.seconds == 20  # more turns than expected: at least one is left
    left.add("a", 1, done=True)
    assert left.seconds == 0
