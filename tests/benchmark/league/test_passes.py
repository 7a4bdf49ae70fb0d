"""passes: cost adds up side by side, one inability is enough, and no pass begins that would not end in time."""

import math
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from styleclf.benchmark.league import passes
from styleclf.benchmark.league.abilities import ABILITIES, YES
from styleclf.benchmark.league.entries import LeagueEntry
from styleclf.benchmark.league.passes import _added_facts, _check_time, judge_side_by_side
from styleclf.benchmark.league.results import finished_result
from styleclf.benchmark.league.rules import LeagueRules, LeagueTask

FIRST = {"n_features": 100, "seconds": 10.0, "parameters_m": 1.25, "mb": 5.1, "size": "224", "licence": "mit"}
SECOND = {"n_features": 50, "seconds": 30.0, "parameters_m": 0.5, "mb": 2.3, "size": "384", "licence": "apache-2.0"}
PAIR = LeagueEntry(("a", "b"), ("imagenet", "imagenet"))


@pytest.fixture
def task(tmp_path):
    """A league of forty paintings of two styles in two folds, without a deadline."""
    targs = np.arange(40) % 2
    draws = [np.arange(40) // 20]
    authors = pd.Series(np.arange(40)).astype(str)
    rows = pd.DataFrame({"filename": authors + ".jpg", "author": authors})
    paintings = SimpleNamespace(rows=rows)
    return LeagueTask(paintings, targs, draws, rules=LeagueRules(), folder=tmp_path, deadline=math.inf)


def able(facts, **failures):
    return {**facts, **dict.fromkeys(ABILITIES, YES), **failures}


def test_side_by_side_costs_are_sums_and_words_are_joined_once():
    facts = _added_facts([able(FIRST), able(SECOND)], 120)
    assert facts["n_features"] == 150
    assert facts["seconds"] == 40
    assert facts["parameters_m"] == 1.75
    assert facts["mb"] == pytest.approx(7.4)
    assert facts["images_per_s"] == 3
    assert facts["size"] == "224+384"
    assert facts["licence"] == "mit and apache-2.0"
    assert _added_facts([able(FIRST), able(FIRST)], 120)["size"] == "224"


def test_what_one_body_cannot_do_the_two_cannot():
    facts = _added_facts([able(FIRST), able(SECOND, onnx="no such operation")], 120)
    assert facts["onnx"] == "no such operation"
    assert facts["occlusion"] == YES


def test_a_pass_that_would_not_end_in_time_does_not_begin(task):
    _check_time(task, 1e9)
    short = task._replace(deadline=time.monotonic() + 60)
    _check_time(short, 10)
    with pytest.raises(ValueError, match=r"it takes .* or more, and .* left of --minutes: run the same command again"):
        _check_time(short, 50)


def test_side_by_side_each_body_must_have_been_judged_alone(task):
    with pytest.raises(ValueError, match="a alone has no result"):
        judge_side_by_side(task, PAIR)


def test_a_kernel_is_judged_and_its_result_kept_with_its_facts(task, monkeypatch):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(40, 6)) + 3 * task.targs[:, None]
    kernel = passes.kernel_of(features.astype(np.float32), [6])
    entry = LeagueEntry(("a",), ("imagenet",))
    result = passes._judged_kernel(task, entry, kernel, able({**FIRST, "images_per_s": 4.0}))
    assert result.hits[1].mean() > 0.9
    assert result.hits[1].shape == (40,)
    again = finished_result(task, entry)
    assert again.facts["widths"] == [6]
    assert again.facts["licence"] == "mit"
    assert np.array_equal(again.hits[2], result.hits[2])
