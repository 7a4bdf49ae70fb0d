"""A contest: what cannot be had is skipped, what is finished stays, other rules are refused."""

import dataclasses

import pytest

from styleclf.benchmark import hold_contest
from styleclf.benchmark.league import contest as contest_module, passes
from tests.benchmark.league.conftest import OTHER_ARCH, RULES
from tests.conftest import ARCH


def test_bodies_are_judged_alone_and_the_best_side_by_side(league):
    _, contest = league
    first, second, pair = contest.results
    assert first.startswith(f"{ARCH}=")
    assert second.startswith(f"{OTHER_ARCH}=")
    assert " + " in pair
    facts = [contest.results[name].facts for name in (first, second, pair)]
    for number in ("seconds", "n_features", "parameters_m", "mb"):
        assert facts[2][number] == pytest.approx(facts[0][number] + facts[1][number], abs=0.02), number


def test_what_cannot_be_had_is_skipped_with_its_reason(league):
    _, contest = league
    assert set(contest.skipped) == {"nonsense", "resnet18"}
    assert "no architecture 'nonsense'" in contest.skipped["nonsense"]
    assert "hub" in contest.skipped["resnet18"]


def test_finished_bodies_are_not_judged_again(league, entries, paintings, monkeypatch):
    out, contest = league
    monkeypatch.setattr(passes, "judge_coordinates", None)
    again = hold_contest(entries, paintings, out, rules=RULES)
    assert list(again.results) == list(contest.results)
    for name, result in again.results.items():
        assert (result.hits[2] == contest.results[name].hits[2]).all()


def test_other_rules_are_refused(league, entries, paintings):
    out, _ = league
    with pytest.raises(ValueError, match="with draws 0 instead of 1: choose another --out"):
        hold_contest(entries, paintings, out, rules=dataclasses.replace(RULES, n_draws=1))


def test_where_the_time_is_over_nothing_begins(entries, paintings, tmp_path):
    with pytest.raises(ValueError, match=r"no body of the league could be judged.*run the same command again"):
        hold_contest(entries[:1], paintings, tmp_path, rules=RULES, minutes=0.001)
    assert not list((tmp_path / "bodies").glob("*"))


def test_a_hub_that_does_not_answer_is_asked_once(paintings, entries, tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    asked = []

    def judge(task, entry):
        asked.append(constants.HF_HUB_OFFLINE)
        raise ConnectionError("the hub does not answer")

    monkeypatch.setattr(contest_module, "judge_body", judge)
    with pytest.raises(ValueError, match="the hub does not answer"):
        hold_contest(entries[:2], paintings, tmp_path, rules=RULES)
    assert asked == [False, True]
    assert constants.HF_HUB_OFFLINE is False
