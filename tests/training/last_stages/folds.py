"""A fold: the probe, a training from there, and the averages of both."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from styleclf.data import author_groups, make_design
from styleclf.evaluation import true_ranks
from styleclf.training import FewDimensions, feature_shares, probe_weights
from tests.training.last_stages.fitting import STRENGTH, Trained, trained
from tests.training.last_stages.network import LastStages, State, mixed_state, probas_of, state_of, write_probe
from tests.training.last_stages.views import Views
from tests.training.last_stages.ways import CLEAN, WAYS, Contest

PROBE = "probe"
_ALONE = "alone"
_MOVING = "moving average"
_PROBABILITIES = "probabilities"
_N_FOLDS = 4  # of a draw
_SHARES = (0.3, 0.5, 0.7)  # of the probe, in averages
_LOW, _HIGH = 0.3, 0.7  # shares of the probe in the stages and in neck and head


class Fold(NamedTuple):
    """One fold of a draw."""

    draw: int  # seed of the draw
    number: int
    test: np.ndarray  # (n,) bool

    @property
    def name(self) -> str:
        """Draw and number, for file names."""
        return f"{self.draw}-{self.number}"


def folds_of(contest: Contest, names: Sequence[str]) -> Iterator[Fold]:
    """The folds that names such as '301:0', draw and number, stand for."""
    annotation = contest.paintings.rows.drop(columns="fold")
    for name in names:
        draw, number = map(int, name.split(":"))
        design = make_design(annotation, _N_FOLDS, val_share=0, seed=draw)
        folds = design["fold"].to_numpy(dtype=int)
        yield Fold(draw, number, folds == number)


def fold_file(contest: Contest, way: str, fold: Fold) -> Path:
    """Where the predictions of a fold are kept."""
    return contest.folder / f"{way}-{contest.backbone.image_size}-{fold.name}.npz"


def train_folds(contest: Contest, ways: Sequence[str], names: Sequence[str]) -> None:
    """Train what is not finished."""
    views = Views(contest)
    for fold in folds_of(contest, names):
        for way in ways:
            file = fold_file(contest, way, fold)
            if file.is_file():
                continue
            probas = fold_probas(views, way, fold.test)
            np.savez(file, test=fold.test, **probas)
            duration = f"{probas['seconds']:.0f} s"
            texts = _top_texts(contest, probas, fold.test)
            print(way, fold.name, duration, *texts, flush=True)


def fold_probas(views: Views, name: str, test: np.ndarray) -> dict[str, np.ndarray]:
    """Probabilities of the test images, by candidate, and `seconds` of processor time of the training."""
    way = WAYS[name]
    train_rows = np.flatnonzero(~test)
    test_rows = np.flatnonzero(test)
    view = views.of(CLEAN, way.first)
    model = _probed_model(views, way.first, train_rows)
    probe = state_of(model)
    start = time.process_time()
    result = trained(model, views, way, rows=train_rows)
    seconds = time.process_time() - start
    probas = {}
    for candidate, state in _candidates(probe, result).items():
        probas[candidate] = probas_of(model, state, view, test_rows)
    probas[_PROBABILITIES] = (probas[PROBE] + probas[_ALONE]) / 2
    probas["seconds"] = np.array(seconds)
    return probas


def _probed_model(views: Views, first: int, rows: np.ndarray) -> LastStages:
    """The model with the probe of these rows written into neck and head."""
    contest = views.contest
    body = contest.backbone.body().eval()
    n_styles = len(contest.vocab)
    model = LastStages(body, first, n_styles)
    view = views.of(CLEAN, first)
    features = view.features[rows].float().numpy()
    reduced = FewDimensions(features, feature_shares(body))
    groups = author_groups(contest.paintings.rows)
    weights = probe_weights(
        reduced,
        contest.targs[rows],
        groups[rows],
        strength=STRENGTH,
        n_styles=n_styles,
    )
    write_probe(model, features, weights)
    return model


def _candidates(probe: State, result: Trained) -> dict[str, State]:
    """States by name: the probe, what was trained, and averages of both."""
    states = {PROBE: probe, _ALONE: result.state, _MOVING: result.moving}
    for share in _SHARES:
        states[f"average {share}"] = mixed_state(result.state, probe, share)
    states[f"average {_LOW}, head {_HIGH}"] = mixed_state(result.state, probe, _LOW, share_of_head=_HIGH)
    states[f"average {_HIGH}, head {_LOW}"] = mixed_state(result.state, probe, _HIGH, share_of_head=_LOW)
    states[f"{_MOVING}, average 0.5"] = mixed_state(result.moving, probe, 0.5)
    return states


def _top_texts(contest: Contest, probas: dict[str, np.ndarray], test: np.ndarray) -> Iterator[str]:
    """Top-1 and top-2 of every candidate."""
    targs = contest.targs[test]
    for name, values in probas.items():
        if name != "seconds":
            top_1 = _top(values, targs, 1)
            top_2 = _top(values, targs, 2)
            yield f"{name} {top_1:.3f}/{top_2:.3f}"


def _top(probas: np.ndarray, targs: np.ndarray, k: int) -> float:
    """Share of images whose style is among the k likeliest, every style counting alike."""
    hits = true_ranks(probas, targs) < k
    shares = [hits[targs == targ].mean() for targ in np.unique(targs)]
    return float(np.mean(shares))
