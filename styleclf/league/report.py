"""What a league leaves in its folder beside the results of bodies: table, figure, and the winner for `train.py`."""

from pathlib import Path
from typing import Any

import pandas as pd

from styleclf.league.contest import Contest
from styleclf.league.entries import BESIDE
from styleclf.league.table import judged_text, league_table, league_text, recommendation, winner_of
from styleclf.output import say, write_json, write_table
from styleclf.plots import plot_league, save_figure
from styleclf.saved import read_json

_WINNER_FILE = "winner.json"
_WINNER_KEYS = ("arch", "weights", "features", "licence", "body")


def write_league(contest: Contest, out: str | Path) -> str:
    """Write `league.csv`, `skipped.csv`, `figures/league.png` and `winner.json`; returns the text for the screen."""
    folder = Path(out)
    table = league_table(contest)
    skipped = pd.DataFrame(contest.skipped.items(), columns=["body", "reason"])
    write_table(table, folder / "league.csv")
    write_table(skipped, folder / "skipped.csv")
    save_figure(plot_league(table), folder / "figures/league.png")
    winner = winner_of(table)
    rules = contest.task.rules
    facts = {name: winner[name] for name in ("body", "arch", "weights", "licence")}
    write_json({**facts, "features": rules.features, "size": rules.size}, folder / _WINNER_FILE)
    return f"{judged_text(table)}\n{league_text(table, contest.skipped)}\n\n{recommendation(table, str(out))}"


def league_settings(folder: str | Path) -> dict[str, Any]:
    """The winner of a league as settings of a training: `arch, weights, features, size`; a line says which it is.

    Raises FileNotFoundError where the folder holds no finished league, ValueError where its file is damaged.
    """
    file = Path(folder) / _WINNER_FILE
    if not file.is_file():
        raise FileNotFoundError(f"{folder} holds no finished league, it has no {_WINNER_FILE}: run recipes/league.py")
    winner = read_json(file, _WINNER_KEYS)
    cost = ", at the cost of all of them" if BESIDE in winner["arch"] else ""
    say(f"the winner of {folder}: {winner['body']} (licence: {winner['licence']}){cost}")
    return {name: winner.get(name) for name in ("arch", "weights", "features", "size")}
