"""What a league leaves in its folder beside the results of bodies: table, figure, and the winner for `train.py`."""

from pathlib import Path
from typing import Any

import pandas as pd

from styleclf.benchmark.league.contest import LeagueContest
from styleclf.benchmark.league.table import league_table, winner_of
from styleclf.benchmark.league.words import judged_text, league_text, recommendation
from styleclf.common import read_json, say, write_json, write_table
from styleclf.plots import plot_league, save_figure

_WINNER_FILE = "winner.json"
_WINNER_KEYS = ("body", "arch", "weights", "licence", "features", "size")
_SETTINGS = ("arch", "weights", "features", "size")  # of a training


def write_league(contest: LeagueContest, out: str | Path) -> str:
    """Write `league.csv`, `skipped.csv`, `figures/league.png` and `winner.json`; returns the text for the screen."""
    folder = Path(out)
    table = league_table(contest)
    skipped_bodies = pd.DataFrame(contest.skipped.items(), columns=["body", "reason"])
    write_table(table, folder / "league.csv")
    write_table(skipped_bodies, folder / "skipped.csv")
    figure = plot_league(table)
    save_figure(figure, folder / "figures/league.png")
    _write_winner(winner_of(table), contest, folder)
    text = league_text(table, contest.skipped)
    sentence = recommendation(table, str(out))
    return f"{judged_text(table)}\n{text}\n\n{sentence}"


def _write_winner(winner: pd.Series, contest: LeagueContest, folder: Path) -> None:
    """Write what `train.py` needs of the body that is recommended."""
    rules = contest.task.rules
    columns = ["body", "arch", "weights", "licence"]
    facts = winner[columns].to_dict()
    facts["features"] = rules.features
    facts["size"] = rules.size
    write_json(facts, folder / _WINNER_FILE)


def league_settings(folder: str | Path) -> dict[str, Any]:
    """The winner of a league as settings of a training: `arch, weights, features, size`; a line says which it is.

    Raises FileNotFoundError where the folder holds no finished league, ValueError where its file is damaged.
    """
    file = Path(folder) / _WINNER_FILE
    if not file.is_file():
        advice = "run recipes/league.py to its end, or name another folder"
        raise FileNotFoundError(f"{folder} holds no finished league, it has no {_WINNER_FILE}: {advice}")
    winner = read_json(file, _WINNER_KEYS)
    body = winner["body"]
    licence = winner["licence"]
    say(f"the winner of {folder}: {body} (licence: {licence})")
    return {name: winner[name] for name in _SETTINGS}
