"""The table of a league, and what it says: scores with intervals of other painters, cost, licence, abilities."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from styleclf.data import author_groups
from styleclf.evaluation import AuthorBootstrap, Estimate, mean_over_styles
from styleclf.league.abilities import YES
from styleclf.league.contest import Contest
from styleclf.league.entries import BESIDE
from styleclf.league.judging import KS
from styleclf.league.results import Result
from styleclf.output import count_of

_COST_COLUMNS = ["seconds", "images_per_s", "parameters_m", "mb", "n_features", "size"]
_ABILITY_COLUMNS = {"fine_tuning": "fine-tuning", "occlusion": "occlusion", "onnx": "ONNX"}
_NOT_FOR_ALL = ("-nc", "amlr", "research")  # parts of the names of licences that exclude commercial use
_UNKNOWN_LICENCE = "not stated"
TARGET = "top_2"


def league_table(contest: Contest, *, n_resamples: int = 1000) -> pd.DataFrame:
    """One row per entry, the best by top-2 accuracy first.

    Columns: `body, name, arch, weights`; class-weighted `top_1, top_1_lo, top_1_hi, top_2, …` on painters never seen,
    means over draws of folds; `difference, difference_lo, difference_hi` of top-2 from the best, NaN for itself;
    `painters, painters_lo, painters_hi`, what top-1 is higher where folds mix painters; cost; `licence`; abilities;
    `n_images, n_authors, n_draws`. Intervals are of 95 %, from resampling authors, the same draws for all.
    """
    targs = contest.task.targs
    rows = contest.task.paintings.rows
    bootstrap = AuthorBootstrap(author_groups(rows), targs, n_resamples=n_resamples)
    scores = {name: _scores(result, targs, bootstrap) for name, result in contest.results.items()}
    best = max(scores, key=lambda name: scores[name][TARGET][0])
    table_rows = []
    for name, result in contest.results.items():
        row = _row(result, scores[name], bootstrap, targs)
        if name != best:
            difference = scores[name][TARGET] - scores[best][TARGET]
            row |= _estimate_columns("difference", bootstrap.estimate(difference))
        table_rows.append(row)
    table = pd.DataFrame(table_rows).sort_values(TARGET, ascending=False, kind="stable")
    table.insert(0, "body", _short_names(table))
    if "difference" not in table:
        table = table.assign(difference=np.nan, difference_lo=np.nan, difference_hi=np.nan)
    n_authors = rows["author"].replace("", np.nan).nunique()
    table = table.assign(n_images=len(rows), n_authors=n_authors, n_draws=len(contest.task.draws))
    return table.reset_index(drop=True)


def _scores(result: Result, targs: np.ndarray, bootstrap: AuthorBootstrap) -> dict[str, np.ndarray]:
    """Scores `(1 + n_resamples,)` by name: the value itself, then one for each draw of authors."""
    n_styles = targs.max() + 1
    counts = bootstrap.counts_with_value
    scores = {}
    for k in KS:
        scores[f"top_{k}"] = mean_over_styles(result.hits[k], targs, n_styles, counts=counts)
    scores["painters"] = mean_over_styles(result.painter_hits, targs, n_styles, counts=counts)
    return scores


def _row(
    result: Result, scores: Mapping[str, np.ndarray], bootstrap: AuthorBootstrap, targs: np.ndarray
) -> dict[str, Any]:
    """An entry's row, but for its difference from the best."""
    facts = result.facts
    row = {name: facts[name] for name in ("name", "arch", "weights")}
    of_styles = np.eye(targs.max() + 1)[targs]
    is_present = (of_styles.sum(axis=0) > 0) * 1.0
    for k in KS:
        name = f"top_{k}"
        shares = bootstrap.shares(result.hits[k], of_styles, is_present)
        bounds = bootstrap.rate_bounds(scores[name][1:], shares)
        row |= _estimate_columns(name, Estimate(scores[name][0], *bounds))
    row |= _estimate_columns("painters", bootstrap.estimate(scores["painters"]))
    for column in [*_COST_COLUMNS, "licence", *_ABILITY_COLUMNS]:
        row[column] = facts[column]
    return row


def _short_names(table: pd.DataFrame) -> pd.Series:
    """What each entry is called: its architecture alone, unless that stands there twice."""
    is_repeated = table["arch"].duplicated(keep=False)
    return table["name"].where(is_repeated, table["arch"].str.replace(BESIDE, f" {BESIDE} "))


def _estimate_columns(name: str, estimate: Estimate) -> dict[str, float]:
    return {name: estimate.value, f"{name}_lo": estimate.lo, f"{name}_hi": estimate.hi}


def winner_of(table: pd.DataFrame) -> pd.Series:
    """The row that is recommended: the best body, or bodies side by side where they are better by more than chance."""
    is_single = ~table["arch"].str.contains(BESIDE, regex=False)
    if not is_single.any():
        return table.iloc[0]
    best = table.iloc[0]
    best_single = table[is_single].iloc[0]
    is_ahead = best_single["difference_hi"] < 0
    return best if is_ahead else best_single


def recommendation(table: pd.DataFrame, folder: str) -> str:
    """What the table says, in one sentence, with the command to use it."""
    winner = winner_of(table)
    top_2 = Estimate(winner["top_2"], winner["top_2_lo"], winner["top_2_hi"])
    parts = [
        f"{winner['body']} knows most about painters it has never seen: with two guesses it names {top_2} of the styles"
    ]
    parts.append(_licence_clause(winner, table))
    parts.append(_cheaper_clause(winner, table))
    command = f"python recipes/train.py --league {folder}"
    return f"{''.join(parts)}; train with it: {command}"


def _licence_clause(winner: pd.Series, table: pd.DataFrame) -> str:
    """The licence of the winner, and the best body that everybody may use where it is not the winner."""
    licence = winner["licence"]
    if licence == _UNKNOWN_LICENCE:
        return ", under a licence that its weights do not state"
    clause = f", under the licence {licence}"
    if not excludes_trade(licence):
        return clause
    is_free = ~table["licence"].map(excludes_trade)
    if not is_free.any():
        return f"{clause}, which excludes commercial use"
    best_free = table[is_free].iloc[0]
    return f"{clause}, which excludes commercial use ({best_free['body']} is the best that does not)"


def excludes_trade(licence: str) -> bool:
    """Whether a licence excludes commercial use, as far as its name tells.

    >>> excludes_trade("cc-by-nc-4.0"), excludes_trade("apache-2.0")
    (True, False)
    """
    return any(part in licence for part in _NOT_FOR_ALL)


def _cheaper_clause(winner: pd.Series, table: pd.DataFrame) -> str:
    """The cheapest body that is not worse by more than chance; nothing where that is the winner."""
    is_cheaper = table["seconds"] < winner["seconds"] / 2
    may_be_as_good = ~(table["difference_hi"] < 0)
    candidates = table[is_cheaper & may_be_as_good & (table["body"] != winner["body"])]
    if candidates.empty:
        return ""
    cheapest = candidates.sort_values("seconds").iloc[0]
    points = 100 * (cheapest["top_2"] - winner["top_2"])
    share = cheapest["seconds"] / winner["seconds"]
    return f"; {cheapest['body']} is not significantly worse ({points:+.1f} points) in {share:.0%} of the time"


def league_text(table: pd.DataFrame, skipped: Mapping[str, str]) -> str:
    """The table for the screen, and what was skipped, with the reasons."""
    shown = pd.DataFrame({"body": table["body"]})
    for name, heading in {"top_1": "top-1", "top_2": "top-2"}.items():
        shown[heading] = [_interval_text(row, name, factor=1, digits=3) for row in table.to_dict("records")]
    shown["from the best"] = [_interval_text(row, "difference", sign="+") for row in table.to_dict("records")]
    shown["painters"] = [_interval_text(row, "painters", sign="+") for row in table.to_dict("records")]
    shown["seconds"] = table["seconds"].map("{:,.0f}".format)
    shown["images/s"] = table["images_per_s"].map("{:,.1f}".format)
    shown["M"] = table["parameters_m"].map("{:,.1f}".format)
    shown["MB"] = table["mb"].map("{:,.0f}".format)
    shown["pixels"] = table["size"]
    shown["licence"] = table["licence"]
    shown["works"] = [_works_text(row) for row in table.to_dict("records")]
    lines = [shown.to_string(index=False)]
    lines += [f"skipped: {name}: {reason}" for name, reason in skipped.items()]
    return "\n".join(lines)


def _interval_text(row: Mapping[str, Any], name: str, *, factor: int = 100, digits: int = 1, sign: str = "") -> str:
    """A value with its interval, such as '+1.2 (-0.3 to +2.6)'; a dash where there is none."""
    value, lo, hi = (factor * row[column] for column in (name, f"{name}_lo", f"{name}_hi"))
    if np.isnan(value):
        return "-"
    pattern = f"{{:{sign}.{digits}f}}"
    text = pattern.format(value)
    if np.isnan(lo):
        return text
    separator = " to " if sign else "-"
    return f"{text} ({pattern.format(lo)}{separator}{pattern.format(hi)})"


def _works_text(row: Mapping[str, Any]) -> str:
    """The abilities that were seen to work, with a comma between them."""
    return ", ".join(words for column, words in _ABILITY_COLUMNS.items() if row[column] == YES) or "-"


def judged_text(table: pd.DataFrame) -> str:
    """What the scores of the table rest on, in a line."""
    row = table.iloc[0]
    paintings = count_of(int(row["n_images"]), "painting")
    draws = count_of(int(row["n_draws"]), "draw")
    return (
        f"probes of frozen features on {paintings} by {count_of(int(row['n_authors']), 'author')}, {draws} of "
        "author-grouped folds; 95 % intervals in brackets; differences and painters in points"
    )
