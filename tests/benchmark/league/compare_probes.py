"""Does a probe gain by treating its features otherwise? Ways to do so, on the same folds, beside plain regression.

python -m tests.benchmark.league.compare_probes --images FOLDER --design design.csv \
    --arch tf_efficientnet_lite0 --weights FILE --size 320 --draws 6 --seed 501 \
    --ways clipped gaussian-0.5 lda-0.35 both-0.35

prints class-weighted top-1 and top-2 on painters never seen, and what each way gains on plain regression, in points
with 95 % intervals from resampling authors. Ways change the features, the layers' shares, the products of images, or
what is fitted to them; `both-0.35` is what a training fits. Nothing is chosen by the folds that judge: every regression
has the strength that was given. The validation set is left out. `compare_sizes` beside it compares bodies and sizes.
"""

import argparse
from collections.abc import Sequence

import numpy as np
import pandas as pd

from styleclf.benchmark.league.judging import KS
from styleclf.benchmark.league.rules import LeagueTask
from styleclf.common import write_table
from styleclf.data import cached_pixels
from styleclf.evaluation import true_ranks
from styleclf.inference import Backbone, stored_features
from styleclf.models import SideBySide
from tests.benchmark.league.comparison import Gains, add_task_flags, task_of
from tests.benchmark.league.probe_fits import FITS, SHRINKAGES, Fit, fit_of
from tests.benchmark.league.probe_kernels import COORDINATES, Features, plain_coordinates

PLAIN = "plain"
WAYS = (*COORDINATES, *FITS, *SHRINKAGES)


def compared(task: LeagueTask, features: Features, names: Sequence[str], *, strength: float) -> pd.DataFrame:
    """The table of `Gains` of plain regression and of the ways, whose column of names is `way`."""
    gains = Gains(task, "way")
    for name in (PLAIN, *names):
        to_coordinates = COORDINATES.get(name, plain_coordinates)
        coordinates = to_coordinates(features)
        fit = fit_of(name, strength)
        hits = hits_of(coordinates, task, fit)
        gains.add(name, hits)
    return gains.table()


def hits_of(coordinates: np.ndarray, task: LeagueTask, fit: Fit) -> dict[int, np.ndarray]:
    """By number of guesses, how often each painting was recognised over the draws of folds, `(n,)` 0..1."""
    n = len(task.targs)
    n_draws = len(task.draws)
    hits = {k: np.zeros(n) for k in KS}
    for folds in task.draws:
        logits = out_of_fold_logits(coordinates, task.targs, folds, fit)
        ranks = true_ranks(logits, task.targs)
        for k in KS:
            is_hit = ranks < k
            hits[k] += is_hit / n_draws
    return hits


def out_of_fold_logits(coordinates: np.ndarray, targs: np.ndarray, folds: np.ndarray, fit: Fit) -> np.ndarray:
    """Logits `(n, n_styles)`: for the paintings of each fold from what was fitted to the others."""
    n_styles = targs.max() + 1
    logits = np.zeros((len(targs), n_styles))
    for fold in np.unique(folds):
        test = folds == fold
        train = ~test
        directions, offsets = fit(coordinates[train], targs[train], n_styles)
        logits[test] = coordinates[test] @ directions.T + offsets
    return logits


def features_of(backbone: Backbone, task: LeagueTask, *, mirrored: bool) -> Features:
    """The features of all paintings, or their mean with those of mirror images."""
    body = backbone.body()
    tfms = backbone.normalisation()
    paths = task.paintings.paths()
    store = cached_pixels(paths, backbone.image_size, progress=False)
    rows = [store.rows[path] for path in paths]
    features = stored_features(body, store, tfms, progress=False)
    numbers = features[rows]
    if mirrored:
        mirrored_features = stored_features(body, store, tfms, mirrored=True, progress=False)
        numbers = (numbers + mirrored_features[rows]) / 2
    is_single = not isinstance(body, SideBySide)
    n_stages = len(body.trunk.feature_info) if is_single else 0  # type: ignore[union-attr, arg-type]
    widths = body.widths()  # type: ignore[operator]
    return Features(numbers, widths, n_stages)


def main() -> None:
    """Compare the ways that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_task_flags(parser, seed=401, out="runs/compare-probes")
    parser.add_argument("--arch", required=True)
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--size", type=int)
    parser.add_argument("--strength", type=float, default=1e-3, help="scikit-learn's C of logistic regressions")
    parser.add_argument("--mirrored", action="store_true", help="average features with those of mirror images")
    parser.add_argument("--ways", nargs="*", default=[], choices=WAYS)
    arguments = parser.parse_args()
    if "+" in arguments.arch and set(arguments.ways) & set(COORDINATES):
        parser.error("ways that change features know one body only")
    task = task_of(arguments)
    backbone = Backbone(arguments.arch, arguments.weights, size=arguments.size)
    features = features_of(backbone, task, mirrored=arguments.mirrored)
    table = compared(task, features, arguments.ways, strength=arguments.strength)
    write_table(table, arguments.out / "probes.csv")


if __name__ == "__main__":
    main()
