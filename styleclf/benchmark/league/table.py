"""The table of a league: scores with intervals of other painters, cost, licence, abilities; and who wins it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from styleclf.benchmark.league.abilities import ABILITIES
from styleclf.benchmark.league.contest import LeagueContest
from styleclf.benchmark.league.judging import KS
from styleclf.benchmark.league.results import Result
from styleclf.data import author_groups
from styleclf.evaluation import AuthorBootstrap, Estimate, count_authors, mean_over_styles, one_hot
from styleclf.models import BESIDE

TARGET = "top_2"
_DIFFERENCE = "difference"
_PAINTERS = "painters"
_IDENTITY = ("name", "arch", "weights")
_COST = ("seconds", "images_per_s", "parameters_m", "mb", "n_features", "size", "licence")
_N_RESAMPLES = 1000
_Scores = dict[str, np.ndarray]  # by name: the value itself, then one for each draw of authors


def league_table(contest: LeagueContest, *, n_resamples: int = _N_RESAMPLES) -> pd.DataFrame:
    """One row per entry, the best by top-2 accuracy first.

    Columns: `body, name, arch, weights`; class-weighted `top_1, top_1_lo, top_1_hi, top_2, …` on painters never seen,
    means over draws of folds; `difference, difference_lo, difference_hi` of top-2 from the best, NaN for itself;
    `painters, painters_lo, painters_hi`, what top-1 is higher where folds mix painters; cost; `licence`; abilities;
    `n_images, n_authors, n_draws`. Intervals are of 95 %, from resampling authors, the same draws for all.
    """
    task = contest.task
    groups = author_groups(task.paintings.rows)
    bootstrap = AuthorBootstrap(groups, task.targs, n_resamples=n_resamples)
    scores = {}
    for name, result in contest.results.items():
        scores[name] = _scores(result, task.targs, bootstrap)
    best = max(scores, key=lambda name: scores[name][TARGET][0])
    rows = []
    for name, result in contest.results.items():
        estimates = _estimates(result, scores[name], bootstrap, targs=task.targs)
        estimates[_DIFFERENCE] = _difference(scores, name, best, bootstrap=bootstrap)
        rows.append(_row(result.facts, estimates))
    table = pd.DataFrame(rows)
    table = table.sort_values(TARGET, ascending=False, kind="stable")
    table = table.reset_index(drop=True)
    table.insert(0, "body", _short_names(table))
    authors = task.paintings.rows["author"]
    return table.assign(
        n_images=len(authors),
        n_authors=count_authors(authors),
        n_draws=len(task.draws),
    )


def _scores(result: Result, targs: np.ndarray, bootstrap: AuthorBootstrap) -> _Scores:
    """The scores of an entry."""
    n_styles = targs.max() + 1
    counts = bootstrap.counts_with_value
    hits_by_name = {_PAINTERS: result.painter_hits}
    for k in KS:
        hits_by_name[f"top_{k}"] = result.hits[k]
    scores = {}
    for name, hits in hits_by_name.items():
        scores[name] = mean_over_styles(hits, targs, n_styles, counts=counts)
    return scores


def _estimates(
    result: Result,
    scores: _Scores,
    bootstrap: AuthorBootstrap,
    *,
    targs: np.ndarray,
) -> dict[str, Estimate]:
    """Value and interval of every score of an entry."""
    n_styles = targs.max() + 1
    of_styles = one_hot(targs, n_styles)
    estimates = {}
    for k in KS:
        name = f"top_{k}"
        shares = bootstrap.shares(result.hits[k], of_styles, np.ones(n_styles))
        value, *draws = scores[name]
        lo, hi = bootstrap.rate_bounds(np.array(draws), shares)
        estimates[name] = Estimate(value, lo, hi)
    estimates[_PAINTERS] = bootstrap.estimate(scores[_PAINTERS])
    return estimates


def _difference(
    scores: Mapping[str, _Scores],
    name: str,
    best: str,
    *,
    bootstrap: AuthorBootstrap,
) -> Estimate:
    """How much better an entry is than the best, which has no difference from itself."""
    if name == best:
        return Estimate(np.nan, np.nan, np.nan)
    difference = scores[name][TARGET] - scores[best][TARGET]
    return bootstrap.estimate(difference)


def _row(facts: Mapping[str, Any], estimates: Mapping[str, Estimate]) -> dict[str, Any]:
    """An entry's row of the table."""
    row = {column: facts[column] for column in _IDENTITY}
    for name, estimate in estimates.items():
        row[name] = estimate.value
        row[f"{name}_lo"] = estimate.lo
        row[f"{name}_hi"] = estimate.hi
    for column in (*_COST, *ABILITIES):
        row[column] = facts[column]
    return row


def _short_names(table: pd.DataFrame) -> pd.Series:
    """What each entry is called: its architecture alone, unless that stands there twice."""
    archs = table["arch"]
    spaced_archs = archs.str.replace(BESIDE, f" {BESIDE} ")
    is_repeated = archs.duplicated(keep=False)
    return table["name"].where(is_repeated, spaced_archs)


def winner_of(table: pd.DataFrame) -> pd.Series:
    """The row that is recommended: the best body, or bodies side by side where they are better by more than chance."""
    best = table.iloc[0]
    is_pair = table["arch"].str.contains(BESIDE, regex=False)
    singles = table[~is_pair]
    if singles.empty:
        return best
    best_single = singles.iloc[0]
    pairs_are_ahead = best_single["difference_hi"] < 0
    return best if pairs_are_ahead else best_single
