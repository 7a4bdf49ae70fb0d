"""What a league says: its table for the screen, and the recommendation with the command to use it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from styleclf.benchmark.league.abilities import YES
from styleclf.benchmark.league.table import winner_of
from styleclf.common import count_of, typed_command
from styleclf.evaluation import Estimate, judged_kind, screen_text

UNSTATED_LICENCE = "not stated"
_NOT_FOR_TRADE = ("-nc", "amlr", "research")  # parts of the names of licences that exclude commercial use
_ABILITIES = {
    "fine_tuning": "fine-tuning",
    "occlusion": "occlusion",
    "onnx": "ONNX",
}
_CHEAP = 0.5  # of the winner's time, from which on a cheaper body is worth a word


class _Style(NamedTuple):
    """How a number is written."""

    factor: int
    pattern: str
    separator: str  # between the ends of its interval


_RATE = _Style(1, "{:.3f}", "-")
_POINTS = _Style(100, "{:+.1f}", " to ")
_STYLES = {
    "top_1": _RATE,
    "top_2": _RATE,
    "difference": _POINTS,
    "painters": _POINTS,
}
_COSTS = {
    "seconds": "{:,.1f}",
    "images_per_s": "{:,.1f}",
    "parameters_m": "{:,.1f}",
    "mb": "{:,.0f}",
    "size": "{}",
    "licence": "{}",
}
_HEADINGS = {
    "images_per_s": "images/s",
    "parameters_m": "M",
    "mb": "MB",
    "size": "pixels",
}


def judged_text(table: pd.DataFrame) -> str:
    """What the scores of the table rest on, in a line."""
    numbers = table[["n_images", "n_authors", "n_draws"]]
    n_images, n_authors, n_draws = numbers.iloc[0].tolist()
    paintings = count_of(n_images, "painting")
    authors = count_of(n_authors, "author")
    draws = count_of(n_draws, "draw")
    basis = f"probes of frozen features on {paintings} by {authors}, {draws} of author-grouped folds"
    return f"{basis}; 95 % intervals in brackets; differences and painters in points"


def league_text(table: pd.DataFrame, skipped: Mapping[str, str]) -> str:
    """The table for the screen, and what was skipped, with the reasons."""
    columns = {"body": table["body"]}
    for name in _STYLES:
        columns[name] = table.apply(_interval_text, axis=1, name=name)
    for name, pattern in _COSTS.items():
        heading = _HEADINGS.get(name, name)
        columns[heading] = table[name].map(pattern.format)
    columns["works"] = table.apply(_works_text, axis=1)
    text_table = pd.DataFrame(columns)
    lines = [screen_text(text_table.set_index("body").rename_axis(None))]
    for name, reason in skipped.items():
        lines.append(f"skipped: {name}: {reason}")
    return "\n".join(lines)


def _interval_text(row: Mapping[str, Any], name: str) -> str:
    """A value with its interval, such as '+1.2 (-0.3 to +2.6)'; a dash where there is none."""
    style = _STYLES[name]
    texts = []
    for column in (name, f"{name}_lo", f"{name}_hi"):
        number = style.factor * row[column]
        text = style.pattern.format(number)
        texts.append("" if np.isnan(number) else text)
    value, lo, hi = texts
    if not lo:
        return value or "-"
    return f"{value} ({lo}{style.separator}{hi})"


def _works_text(row: Mapping[str, Any]) -> str:
    """The abilities that were seen to work."""
    words = []
    for ability, word in _ABILITIES.items():
        if row[ability] == YES:
            words.append(word)
    return ", ".join(words) or "-"


def recommendation(table: pd.DataFrame, folder: str) -> str:
    """What the table says, in one sentence, with the command to use it."""
    winner = winner_of(table)
    numbers = winner[["top_2", "top_2_lo", "top_2_hi"]]
    top_2 = Estimate(*numbers)
    body = winner["body"]
    kind = judged_kind(winner["n_authors"])
    knowledge = f"{body} knows most about {kind} it has never seen"
    score = f"its two guesses hold the style of {top_2} of the paintings"
    licence = _licence_clause(winner, table)
    cheaper = _cheaper_clause(winner, table)
    command = typed_command("python", "recipes/train.py", "--league", folder)
    return f"{knowledge}: {score}{licence}{cheaper}; train with it: {command}"


def _licence_clause(winner: pd.Series, table: pd.DataFrame) -> str:
    """The licence of the winner, and the best body that everybody may use where it is not the winner."""
    licence = winner["licence"]
    if licence == UNSTATED_LICENCE:
        return ", under a licence that its weights do not state"
    clause = f", under the licence {licence}"
    if not excludes_trade(licence):
        return clause
    clause += ", which excludes commercial use"
    is_excluded = table["licence"].map(excludes_trade)
    free_bodies = table["body"][~is_excluded].tolist()
    if not free_bodies:
        return clause
    return f"{clause} ({free_bodies[0]} is the best that does not)"


def excludes_trade(licence: str) -> bool:
    """Whether a licence excludes commercial use, as far as its name says.

    >>> excludes_trade("cc-by-nc-4.0"), excludes_trade("apache-2.0")
    (True, False)
    """
    return any(part in licence for part in _NOT_FOR_TRADE)


def _cheaper_clause(winner: pd.Series, table: pd.DataFrame) -> str:
    """The cheapest body that is not worse by more than chance; nothing where that is the winner."""
    is_cheaper = table["seconds"] < _CHEAP * winner["seconds"]
    is_worse = table["difference_hi"] < 0
    candidates = table[is_cheaper & ~is_worse]
    if candidates.empty:
        return ""
    cheapest = candidates.sort_values("seconds").iloc[0]
    points = 100 * (cheapest["top_2"] - winner["top_2"])
    share = cheapest["seconds"] / winner["seconds"]
    body = cheapest["body"]
    cost = f"in {share:.0%} of the time"
    return f"; {body} is not significantly worse ({points:+.1f} points) {cost}"
