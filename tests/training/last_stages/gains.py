"""What the ways gain on the probe, with intervals from resampling authors, by style and by source."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.data import author_groups
from styleclf.evaluation import AuthorBootstrap, mean_over_styles, true_ranks
from tests.training.last_stages.folds import PROBE, Fold, fold_file
from tests.training.last_stages.ways import Contest

_NO_CANDIDATES = (PROBE, "seconds", "test")
_KS = (1, 2)  # guesses


class Gains(NamedTuple):
    """What a candidate gains on the probe."""

    tested: np.ndarray  # (n,) how often each image was tested
    top: dict[int, np.ndarray]  # by number of guesses, (n,) how much more often it was right
    seconds: float  # of processor time, mean over folds


def finished_folds(contest: Contest, way: str, folds: Sequence[Fold]) -> list[Fold]:
    """The folds that a way has been trained on."""
    return [fold for fold in folds if fold_file(contest, way, fold).is_file()]


def candidates_of(contest: Contest, way: str, fold: Fold) -> list[str]:
    """The candidates whose predictions a fold has kept, without the probe."""
    with np.load(fold_file(contest, way, fold)) as arrays:
        return [name for name in arrays.files if name not in _NO_CANDIDATES]


def gains_of(contest: Contest, way: str, candidate: str, *, folds: Sequence[Fold]) -> Gains:
    """The gains of a candidate over finished folds of a way."""
    n_images = len(contest.targs)
    tested = np.zeros(n_images)
    top = {k: np.zeros(n_images) for k in _KS}
    seconds = []
    for fold in folds:
        test = fold.test
        targs = contest.targs[test]
        tested[test] += 1
        with np.load(fold_file(contest, way, fold)) as arrays:
            ranks = true_ranks(arrays[candidate], targs)
            probe_ranks = true_ranks(arrays[PROBE], targs)
            seconds.append(float(arrays["seconds"]))
        for k, gains in top.items():
            hits = (ranks < k).astype(float)
            probe_hits = (probe_ranks < k).astype(float)
            gains[test] += hits - probe_hits
    return Gains(tested, top, float(np.mean(seconds)))


def gains_table(contest: Contest, ways: Sequence[str], folds: Sequence[Fold]) -> pd.DataFrame:
    """One row per way and candidate: points above the probe, every style counting alike, with intervals; seconds."""
    groups = author_groups(contest.paintings.rows)
    bootstrap = AuthorBootstrap(groups, contest.targs)
    rows = []
    for way in ways:
        finished = finished_folds(contest, way, folds)
        if not finished:
            continue
        for candidate in candidates_of(contest, way, finished[0]):
            gains = gains_of(contest, way, candidate, folds=finished)
            row = {
                "way": way,
                "candidate": candidate,
                "folds": len(finished),
                **_gain_texts(contest, gains, bootstrap),
                "seconds": round(gains.seconds, 1),
            }
            rows.append(row)
    return pd.DataFrame(rows)


def _gain_texts(contest: Contest, gains: Gains, bootstrap: AuthorBootstrap) -> dict[str, str]:
    """Points of top-1 and top-2 with 95 % intervals."""
    n_styles = len(contest.vocab)
    counts = bootstrap.counts_with_value
    tested = mean_over_styles(gains.tested, contest.targs, n_styles, counts=counts)
    texts = {}
    for k, of_images in gains.top.items():
        gained = mean_over_styles(of_images, contest.targs, n_styles, counts=counts)
        estimate = bootstrap.estimate(100 * gained / tested)
        texts[f"top_{k}"] = f"{estimate.value:+.1f} ({estimate.lo:+.1f} to {estimate.hi:+.1f})"
    return texts


def gains_by(gains: Gains, groups: Sequence[str]) -> pd.DataFrame:
    """Points of top-1 and top-2 gained in every group of images, such as a style or source; all images count alike."""
    columns = {
        "images": gains.tested > 0,
        "tests": gains.tested,
        "top_1": gains.top[1],
        "top_2": gains.top[2],
    }
    table = pd.DataFrame(columns)
    sums = table.groupby(np.asarray(groups)).sum()
    gained = sums[["top_1", "top_2"]]
    points = 100 * gained.div(sums["tests"], axis=0)
    return sums[["images"]].join(points.round(1))
