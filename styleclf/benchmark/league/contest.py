"""A contest of bodies: each passes over all paintings once and is judged, and what is finished stays finished."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from styleclf.benchmark.league.entries import LeagueEntry
from styleclf.benchmark.league.passes import judge_body, judge_side_by_side
from styleclf.benchmark.league.results import Result, finished_result
from styleclf.benchmark.league.rules import LeagueRules, LeagueTask, check_league_made_alike, league_task
from styleclf.common import alone_in, reason_of, remove_unfinished, say
from styleclf.data import Paintings

_DEFAULT_RULES = LeagueRules()
_Judge = Callable[[LeagueTask, LeagueEntry], Result]


class LeagueContest(NamedTuple):
    """The results of a league by the names of its entries, and why others have none."""

    task: LeagueTask
    results: dict[str, Result]
    skipped: dict[str, str]


def hold_contest(
    entries: Sequence[LeagueEntry],
    paintings: Paintings,  # their validation set is left out
    out: str | Path,
    *,
    rules: LeagueRules = _DEFAULT_RULES,
    minutes: float | None = None,  # after which no further body begins that would not be done
) -> LeagueContest:
    """Judge every entry by the probe of its frozen features; those finished earlier in the folder are not judged again.

    Whatever an entry fails by, it is skipped with that reason. Raises ValueError where the folder holds a league by
    other rules, another process is at work in it, or no entry can be judged.
    """
    task = league_task(paintings, out, rules, minutes=minutes)
    with alone_in(task.folder, "a league", part="bodies"), _hub_asked_once():
        check_league_made_alike(task)
        remove_unfinished(task.folder / "bodies")
        contest = LeagueContest(task, {}, {})
        _judge_bodies(contest, entries)
        _judge_groups(contest, entries)
    if not contest.results:
        name, reason = next(iter(contest.skipped.items()))
        raise ValueError(f"no body of the league could be judged, {name} because: {reason}")
    return contest


@contextmanager
def _hub_asked_once() -> Iterator[None]:
    """A hub that does not answer is not asked again in the block: every time would cost seconds."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _ask_hub_no_more() -> None:
    from huggingface_hub import constants

    constants.HF_HUB_OFFLINE = True


def _judge_bodies(contest: LeagueContest, entries: Sequence[LeagueEntry]) -> None:
    """Judge the bodies alone, those of entries side by side too."""
    bodies = _bodies_of(entries)
    for number, body in enumerate(bodies, start=1):
        label = f"{number} of {len(bodies)}: {body.name}"
        _judge(contest, body, judge_body, label=label)


def _judge_groups(contest: LeagueContest, entries: Sequence[LeagueEntry]) -> None:
    """Judge the entries side by side, and the combinations of the best bodies."""
    groups = [entry for entry in entries if not entry.is_single]
    groups += _best_together(contest, _bodies_of(entries))
    for group in groups:
        if not _is_judged(contest, group):
            _judge(contest, group, judge_side_by_side, label=f"side by side: {group.name}")


def _bodies_of(entries: Sequence[LeagueEntry]) -> list[LeagueEntry]:
    """The bodies of all entries, each once."""
    bodies: list[LeagueEntry] = []
    for entry in entries:
        bodies.extend(entry.alone())
    return list(dict.fromkeys(bodies))


def _best_together(contest: LeagueContest, bodies: Sequence[LeagueEntry]) -> list[LeagueEntry]:
    """All combinations of the best bodies, the better one of each first."""
    n_together = contest.task.rules.n_together
    if n_together < 2:
        return []
    candidates = [body for body in bodies if body.name in contest.results]
    candidates.sort(key=lambda body: _top_2(contest, body), reverse=True)
    best = candidates[:n_together]
    groups = []
    for n_bodies in range(2, len(best) + 1):
        for first, *further_bodies in combinations(best, n_bodies):
            group = first
            for further_body in further_bodies:
                group = group.beside(further_body)
            groups.append(group)
    return groups


def _top_2(contest: LeagueContest, entry: LeagueEntry) -> float:
    """Class-weighted top-2 accuracy of an entry, 0..1."""
    hits = contest.results[entry.name].hits[2]
    targs = contest.task.targs
    of_styles = [hits[targs == targ].mean() for targ in np.unique(targs)]
    return float(np.mean(of_styles))


def _is_judged(contest: LeagueContest, group: LeagueEntry) -> bool:
    """Whether these bodies side by side, in any order, have had their turn."""
    names = [frozenset(name.split(" + ")) for name in [*contest.results, *contest.skipped]]
    return frozenset(group.name.split(" + ")) in names


def _judge(contest: LeagueContest, entry: LeagueEntry, judge: _Judge, *, label: str) -> None:
    """Judge an entry, or read what an earlier process has found, and note it in the contest."""
    try:
        result = finished_result(contest.task, entry)
        if result is None:
            say(label)
            result = judge(contest.task, entry)
        contest.results[entry.name] = result
    except Exception as error:  # a stranger's network fails in any way, and the league goes on
        if isinstance(error, ConnectionError):
            _ask_hub_no_more()
        reason = reason_of(error)
        contest.skipped[entry.name] = reason
        say(f"{entry.name} is skipped: {reason}")
