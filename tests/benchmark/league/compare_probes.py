"""Does a probe gain by treating its features otherwise? Ways to do so, on the same folds, beside plain regression.

python -m tests.benchmark.league.compare_probes --images FOLDER --design design.csv \
    --arch tf_efficientnet_lite0 --weights FILE --size 320 --draws 6 --seed 501 \
    --ways clipped gaussian-0.5 lda-0.35 both-0.35

prints class-weighted top-1 and top-2 on painters never seen, and what each way gains on plain regression, in points
with 95 % intervals from resampling authors. Ways change the features, the layers' shares, the products of images, or
what is fitted to them; `both-0.35` is what a training fits. Nothing is chosen by the folds that judge: all have the
strength that was given. The validation set is left out. `compare_sizes` beside it compares bodies and sizes.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.benchmark.league.rules import LeagueRules, LeagueTask, league_task
from styleclf.data import author_groups, cached_pixels, read_paintings
from styleclf.evaluation import AuthorBootstrap, mean_over_styles, true_ranks
from styleclf.inference import Backbone, stored_features
from tests.benchmark.league.probe_fits import FITS, SHRINKAGES, Fit, fit_of
from tests.benchmark.league.probe_kernels import COORDINATES, Features, plain_coordinates

PLAIN = "plain"
WAYS = (*COORDINATES, *FITS, *SHRINKAGES)
_KS = (1, 2)  # guesses


def compared(task: LeagueTask, features: Features, names: Sequence[str], *, strength: float) -> pd.DataFrame:
    """One row per way: `way, top_1, top_2`, and points above plain regression with the ends of their intervals."""
    groups = author_groups(task.paintings.rows)
    bootstrap = AuthorBootstrap(groups, task.targs)
    rows = []
    plain_hits: dict[int, np.ndarray] = {}
    for name in (PLAIN, *names):
        to_coordinates = COORDINATES.get(name, plain_coordinates)
        fit = fit_of(name, strength)
        coordinates = to_coordinates(features)
        hits = hits_of(coordinates, task, fit)
        plain_hits = plain_hits or hits
        row: dict[str, object] = {"way": name}
        for k in _KS:
            scores = _scores(bootstrap, task.targs, hits[k])
            plain_scores = _scores(bootstrap, task.targs, plain_hits[k])
            gain = bootstrap.estimate(100 * (scores - plain_scores))
            row[f"top_{k}"] = scores[0]
            row[f"gain_{k}"] = gain.value
            row[f"gain_{k}_lo"] = gain.lo
            row[f"gain_{k}_hi"] = gain.hi
        rows.append(row)
        text = pd.DataFrame([row]).round(4).to_string(index=False)
        print(text, flush=True)
    return pd.DataFrame(rows)


def _scores(bootstrap: AuthorBootstrap, targs: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """Class-weighted accuracy, the first as it is, the others of resampled authors."""
    n_styles = targs.max() + 1
    counts = bootstrap.counts_with_value
    return mean_over_styles(hits, targs, n_styles, counts=counts)


def hits_of(coordinates: np.ndarray, task: LeagueTask, fit: Fit) -> dict[int, np.ndarray]:
    """By number of guesses how often each painting was recognised, `(n,)` 0..1."""
    targs = task.targs
    n_styles = targs.max() + 1
    hits = {}
    for k in _KS:
        hits[k] = np.zeros(len(targs))
    for folds in task.draws:
        logits = np.zeros((len(targs), n_styles))
        for fold in np.unique(folds):
            test = folds == fold
            directions, offsets = fit(coordinates[~test], targs[~test], n_styles)
            logits[test] = coordinates[test] @ directions.T + offsets
        ranks = true_ranks(logits, targs)
        for k in _KS:
            hits[k] += (ranks < k) / len(task.draws)
    return hits


def features_of(backbone: Backbone, task: LeagueTask, *, mirrored: bool) -> Features:
    """The features of all paintings, or their mean with those of mirror images."""
    body = backbone.body()
    paths = task.paintings.paths()
    store = cached_pixels(paths, backbone.image_size, progress=False)
    rows = [store.rows[path] for path in paths]
    tfms = backbone.normalisation()
    of_store = stored_features(body, store, tfms, progress=False)
    numbers = of_store[rows]
    if mirrored:
        of_mirrored_store = stored_features(body, store, tfms, mirrored=True, progress=False)
        numbers = (numbers + of_mirrored_store[rows]) / 2
    trunk = body.trunk
    n_stages = len(trunk.feature_info)  # type: ignore[union-attr, arg-type]
    widths = body.widths()  # type: ignore[operator]
    return Features(numbers, widths, n_stages)


def main() -> None:
    """Compare the ways that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", required=True)
    parser.add_argument("--design", required=True)
    parser.add_argument("--arch", required=True)
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--size", type=int)
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--seed", type=int, default=401)
    parser.add_argument("--strength", type=float, default=1e-3, help="scikit-learn's C of logistic regressions")
    parser.add_argument("--mirrored", action="store_true", help="average features with those of mirror images")
    parser.add_argument("--ways", nargs="*", default=[], choices=WAYS)
    parser.add_argument("--out", type=Path, default=Path("runs/compare-probes"))
    arguments = parser.parse_args()
    paintings = read_paintings(arguments.design, arguments.images)
    rules = LeagueRules(arguments.draws, arguments.seed)
    task = league_task(paintings, arguments.out, rules)
    backbone = Backbone(arguments.arch, arguments.weights, size=arguments.size)
    features = features_of(backbone, task, mirrored=arguments.mirrored)
    table = compared(task, features, arguments.ways, strength=arguments.strength)
    arguments.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(arguments.out / "probes.csv", index=False)


if __name__ == "__main__":
    main()
