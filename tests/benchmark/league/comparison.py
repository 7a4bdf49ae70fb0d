"""What `compare_probes` and `compare_sizes` have in common: their flags, their folds and their table of gains."""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.benchmark.league.rules import LeagueRules, LeagueTask, league_task
from styleclf.data import author_groups, read_paintings
from styleclf.evaluation import AuthorBootstrap, mean_over_styles


def add_task_flags(parser: argparse.ArgumentParser, *, seed: int, out: str) -> None:
    """Add the flags that say which paintings and folds are judged; `seed` and `out` are defaults."""
    parser.add_argument("--images", required=True)
    parser.add_argument("--design", required=True)
    parser.add_argument("--draws", type=int, default=6, help="draws of folds by author")
    parser.add_argument("--seed", type=int, default=seed, help="of the first draw")
    parser.add_argument("--out", type=Path, default=Path(out), help="folder for the table")


def task_of(arguments: argparse.Namespace) -> LeagueTask:
    """The paintings and folds that a command line names, without the validation set."""
    paintings = read_paintings(arguments.design, arguments.images)
    rules = LeagueRules(arguments.draws, arguments.seed)
    return league_task(paintings, arguments.out, rules)


class Gains:
    """Class-weighted accuracies of several entries, and what each gains on the first, paired by resampled authors."""

    def __init__(self, task: LeagueTask, heading: str) -> None:
        groups = author_groups(task.paintings.rows)
        self.bootstrap = AuthorBootstrap(groups, task.targs)
        self.targs = task.targs
        self.heading = heading  # of the column of names
        self.first_scores: dict[int, np.ndarray] = {}  # by number of guesses
        self.rows: list[dict[str, object]] = []

    def add(self, name: str, hits: Mapping[int, np.ndarray]) -> None:
        """Print and keep the row of an entry, from hits `(n,)` 0..1 by number of guesses."""
        row: dict[str, object] = {self.heading: name}
        for k, hits_of_k in hits.items():
            scores = self._scores(hits_of_k)
            first_scores = self.first_scores.setdefault(k, scores)
            gain = self.bootstrap.estimate(100 * (scores - first_scores))
            row[f"top_{k}"] = scores[0]
            row[f"gain_{k}"] = gain.value
            row[f"gain_{k}_lo"] = gain.lo
            row[f"gain_{k}_hi"] = gain.hi
        self.rows.append(row)
        table = pd.DataFrame([row]).round(4)
        print(table.to_string(index=False), flush=True)

    def _scores(self, hits: np.ndarray) -> np.ndarray:
        """Class-weighted accuracy: first as it is, then of resampled authors."""
        n_styles = self.targs.max() + 1
        counts = self.bootstrap.counts_with_value
        return mean_over_styles(hits, self.targs, n_styles, counts=counts)

    def table(self) -> pd.DataFrame:
        """A row per entry: its name, `top_k`, and points above the first, `gain_k, gain_k_lo, gain_k_hi`."""
        return pd.DataFrame(self.rows)
