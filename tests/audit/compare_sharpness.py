"""Is a probe that has learned from blurred and sharpened copies, too, better on pictures of another sharpness?

python -m tests.audit.compare_sharpness --images FOLDER --design design.csv --arch tf_efficientnet_lite0 --weights FILE

prints class-weighted top-1 on painters never seen, of the images as they are and of blurred and sharpened copies, and
what each way of training gains on training with the images as they are, in points with 95 % intervals from resampling
authors. The folds are the design's, the validation set stays closed.
"""

import argparse
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from styleclf.audit.degradations import CLEAN, frozen_body, view_features
from styleclf.audit.probe_scores import change_estimate, rate_estimate, top_k_hits
from styleclf.data import Paintings, author_groups, read_without_validation
from styleclf.evaluation import AuthorBootstrap, targets
from styleclf.inference import Backbone
from styleclf.training import FewDimensions, feature_shares, probe_rules

CHANGES = ("blurred", "sharpened")
PLAIN = "the images as they are"
ONE_OF_THREE = "each image in one sharpness of three, drawn at random"
ALL_THREE = "each image in all three"


def compared(
    views: Mapping[str, np.ndarray],  # features (n, d) of the images and of their copies
    shares: np.ndarray | float,
    rows: pd.DataFrame,  # of the design, n
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """`trained_on, tested_on, top_1, gain, gain_lo, gain_hi`, a row for each way of training and each sharpness.

    Gains of the first way, on itself, are NaN.
    """
    names = list(views)
    n = len(rows)
    stacked = np.concatenate([views[name] for name in names])
    coordinates = FewDimensions(stacked, shares).coordinates
    targs = targets(rows["label"], sorted(rows["label"].unique()))
    groups = author_groups(rows)
    folds = rows["fold"].to_numpy(dtype=str)
    bootstrap = AuthorBootstrap(groups, targs)
    table = []
    plain_hits: dict[str, np.ndarray] = {}
    for way, copies in ways(len(names), n, seed).items():
        hits = out_of_fold_hits(coordinates, copies, targs, groups, folds=folds)
        for name, hits_of_view in zip(names, hits, strict=True):
            top_1 = rate_estimate(hits_of_view, targs, bootstrap)
            gains = [np.nan] * 3
            if name in plain_hits:
                gain = change_estimate(hits_of_view - plain_hits[name], targs, bootstrap)
                gains = [round(100 * value, 1) for value in gain]
            plain_hits.setdefault(name, hits_of_view)
            table.append((way, name, round(top_1.value, 3), *gains))
    return pd.DataFrame(table, columns=["trained_on", "tested_on", "top_1", "gain", "gain_lo", "gain_hi"])


def ways(n_views: int, n: int, seed: int) -> dict[str, Sequence[np.ndarray]]:
    """By the names of ways to train, which copies of the images are learned from, `(n,)` numbers of views each."""
    drawn = np.random.default_rng(seed).integers(n_views, size=n)
    all_views = [np.full(n, view) for view in range(n_views)]
    return {PLAIN: [np.zeros(n, dtype=int)], ONE_OF_THREE: [drawn], ALL_THREE: all_views}


def out_of_fold_hits(
    coordinates: np.ndarray,  # (n_views * n, k), view after view
    copies: Sequence[np.ndarray],  # as `ways` gives them
    targs: np.ndarray,
    groups: np.ndarray,
    *,
    folds: np.ndarray,
) -> np.ndarray:
    """`(n_views, n)` 1.0 where a probe of the other folds' copies takes an image of that view for its style."""
    n = len(targs)
    n_styles = targs.max() + 1
    n_views = len(coordinates) // n
    images = np.arange(n)
    hits = np.zeros((n_views, n))
    for fold in np.unique(folds):
        test = np.flatnonzero(folds == fold)
        train = np.flatnonzero(folds != fold)
        positions = np.concatenate([view[train] * n + images[train] for view in copies])
        of_images = np.tile(train, len(copies))
        rules = probe_rules(coordinates[positions], targs[of_images], groups[of_images], n_styles=n_styles)
        probe = rules.fitted(coordinates[positions], targs[of_images], n_styles=n_styles)
        for view in range(n_views):
            logits = probe.logits(coordinates[view * n + test])
            hits[view, test] = top_k_hits(logits, targs[test])
    return hits


def main() -> None:
    """Compare the ways on the images that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for flag in ("--images", "--design", "--arch", "--weights"):
        parser.add_argument(flag, required=True)
    parser.add_argument("--size", type=int)
    options = parser.parse_args()
    rows = read_without_validation(options.design)
    backbone = Backbone(options.arch, options.weights, size=options.size)
    views = view_features(Paintings(rows, options.images).paths(), backbone, CHANGES)
    shares = feature_shares(frozen_body(backbone))
    assert next(iter(views)) == CLEAN
    table = compared(views, shares, rows)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
