"""The leak: what the same pipeline scores more when a painter may stand in training and test at once."""

import warnings

import numpy as np
import pandas as pd

from styleclf.audit.probe_scores import author_draws, out_of_fold, top_k_scores, with_interval
from styleclf.data import author_groups, make_design
from styleclf.evaluation import N_RESAMPLES, chance_levels
from styleclf.output import tracked

METRICS = {"top_1_accuracy": 1, "top_2_accuracy": 2}


def leak_audit(
    design: pd.DataFrame,  # without its validation set
    features: np.ndarray,  # (n, d)
    targs: np.ndarray,  # (n,) positions of the styles
    strength: float,  # of the probe's regularisation, the same on both sides
    n_seeds: int = 5,
    n_resamples: int = N_RESAMPLES,
    progress: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Class-weighted accuracies over random and over author-grouped folds: `(table, seeds)`.

    For every seed the authors are dealt to folds anew, and then the images of every style are shuffled among these
    folds: both sides have the same images of each style in each fold and differ only in who is kept together.

    `table`: `metric, random, grouped, gap, lo, hi, deviation, chance, n_seeds, n_images, n_authors`, means over seeds.
    `lo, hi` bound a 95 % interval of the gap from resampling authors within styles, alike on both sides, and seeds;
    `deviation` is that of the gap between seeds. `seeds`: `seed, metric, random, grouped`.

    Raises ValueError for `n_seeds` < 1 and, as `make_design` does, where there are fewer authors than folds.
    """
    check_seeds(n_seeds)
    n_folds, draws = design["fold"].nunique(), author_draws(author_groups(design), targs, n_resamples)
    scores = np.zeros((n_seeds, len(METRICS), 2, n_resamples + 1))  # of random and of grouped folds
    for seed in tracked(range(n_seeds), n_seeds, "draws of folds", progress):
        grouped = _grouped_folds(design, n_folds, seed)
        for side, folds in enumerate((_shuffled_folds(grouped, targs, seed), grouped)):
            probas = out_of_fold(features, targs, folds, strength)
            scores[seed, :, side] = [top_k_scores(probas, targs, draws, k) for k in METRICS.values()]
    seeds = [(seed, name, *scores[seed, i, :, 0]) for i, name in enumerate(METRICS) for seed in range(n_seeds)]
    table = pd.DataFrame([_row(name, scores[:, i], draws.tail, targs.max() + 1) for i, name in enumerate(METRICS)])
    n_authors = design["author"][design["author"] != ""].nunique()
    table = table.assign(n_seeds=n_seeds, n_images=len(targs), n_authors=n_authors)
    return table, pd.DataFrame(seeds, columns=["seed", "metric", "random", "grouped"])


def check_seeds(n_seeds: int) -> None:
    """Raise ValueError for fewer than one draw of folds."""
    if n_seeds < 1:
        raise ValueError(f"n_seeds must be 1 or more, not {n_seeds}")


def leak_sentence(table: pd.DataFrame) -> str:
    """What a table of `leak_audit` says of its first metric."""
    first = table.iloc[0]
    gap, lo, hi, random, grouped = (f"{100 * first[name]:.1f}" for name in ("gap", "lo", "hi", "random", "grouped"))
    if not first["n_authors"]:
        return "no image has an author, so nothing tells how much of the accuracy is recognising painters"
    if first["lo"] <= 0:
        return f"no leak is certain: random folds score {random} points, author-grouped ones {grouped} " + (
            f"(difference {gap}, 95 % interval {lo} to {hi})"
        )
    return f"{gap} of your {random} points are recognising painters (95 % interval {lo}-{hi}): {grouped} remain " + (
        "for painters never seen"
    )


def _grouped_folds(design: pd.DataFrame, n_folds: int, seed: int) -> np.ndarray:
    """`(n,)` int: the authors dealt to folds as for a design, without a validation set.

    Draws of different seeds have next to nothing in common, unlike those of scikit-learn's `StratifiedGroupKFold`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the design has said it: some styles have few authors
        dealt = make_design(design.drop(columns="fold"), n_folds, val_share=0, seed=seed)
    return dealt["fold"].to_numpy(dtype=int)


def _shuffled_folds(folds: np.ndarray, targs: np.ndarray, seed: int) -> np.ndarray:
    """`(n,)` int: the folds with the images of every style shuffled among them, whoever painted them."""
    rng, shuffled = np.random.default_rng(seed), folds.copy()
    for style in np.unique(targs):
        rows = targs == style
        shuffled[rows] = rng.permutation(folds[rows])
    return shuffled


def _row(name: str, scores: np.ndarray, tail: float, n_styles: int) -> dict[str, object]:
    """One metric's row of the table from its `scores (n_seeds, 2, 1 + n_resamples)`."""
    gaps = scores[:, 0] - scores[:, 1]
    n_seeds, n_draws = gaps.shape
    drawn = np.random.default_rng(0).multinomial(n_seeds, np.full(n_seeds, 1 / n_seeds), n_draws) / n_seeds
    drawn[0] = 1 / n_seeds
    gap, lo, hi = with_interval((gaps * drawn.T).sum(axis=0), tail)
    random, grouped = scores[:, :, 0].mean(axis=0)
    found = {"metric": name, "random": random, "grouped": grouped, "gap": gap, "lo": lo, "hi": hi}
    return found | {"deviation": gaps[:, 0].std(), "chance": chance_levels(n_styles)[name]}
