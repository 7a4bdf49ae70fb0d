"""What all bodies of a league have in common: rules, paintings, folds, and the folder of its results."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from styleclf.benchmark.league.folds import league_draws, thinned_paintings
from styleclf.common import as_json, check_made_alike, read_json, write_json
from styleclf.data import Fit, Paintings, check_folds_by_painter, check_styles_can_be_judged, design_digest
from styleclf.evaluation import targets
from styleclf.models import Features, Precision

_VERSION = 2  # raise it when a result means something else
_MADE_WITH_FILE = "made_with.json"
_SECONDS_TO_FINISH = 5.0  # for table and figure


@dataclass(frozen=True)
class LeagueRules:
    """How every body of a league is judged."""

    n_draws: int = 0  # fresh draws of author-grouped folds; 0: the design's own folds
    seed: int = 0  # of the first draw
    features: Features = "style"
    fit: Fit = "squash"
    precision: Precision = "auto"
    size: int | None = None  # pixels a side; default: those that each body was made for
    n_most: int = 3000  # paintings; of more, so many are drawn within the styles
    onnx: bool = True  # try whether bodies can be written as ONNX graphs
    n_together: int = 2  # of the best bodies are also judged side by side, in all combinations; below 2 none


class LeagueTask(NamedTuple):
    """What the bodies of a league are judged by."""

    paintings: Paintings
    targs: np.ndarray  # (n,) positions of the styles
    draws: list[np.ndarray]  # folds (n,) of every draw
    rules: LeagueRules
    folder: Path
    deadline: float  # of `time.monotonic`

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline, infinite without one."""
        return self.deadline - time.monotonic()


def league_task(
    paintings: Paintings, out: str | Path, rules: LeagueRules, *, minutes: float | None = None
) -> LeagueTask:
    """The task of judging bodies on these paintings, but for their validation set."""
    deadline = math.inf
    if minutes is not None:
        deadline = time.monotonic() + 60 * minutes - _SECONDS_TO_FINISH
    check_folds_by_painter(paintings.rows, "a league")
    check_styles_can_be_judged(paintings.rows, "a league")
    judged_paintings = thinned_paintings(paintings.without_validation(), rules.n_most, rules.seed)
    vocab = sorted(judged_paintings.rows["label"].unique())
    targs = targets(judged_paintings.rows["label"], vocab)
    draws = league_draws(judged_paintings, rules.n_draws, rules.seed)
    return LeagueTask(judged_paintings, targs, draws, rules=rules, folder=Path(out), deadline=deadline)


def check_league_made_alike(task: LeagueTask) -> None:
    """Write down what the league is made with. Raises ValueError where its folder has one made with something else."""
    rules = task.rules
    made_with = {
        "version": _VERSION,
        "design": design_digest(task.paintings.rows),
        "draws": rules.n_draws,
        "seed": rules.seed,
        "features": rules.features,
        "fit": rules.fit,
        "size": rules.size,
        "images": str(task.paintings.folder),
    }
    file = task.folder / _MADE_WITH_FILE
    if file.is_file():
        subject = f"the league in {task.folder} was made"
        check_made_alike(read_json(file), as_json(made_with), subject, advice="choose another --out")
    else:
        write_json(made_with, file)
