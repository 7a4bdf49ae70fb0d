"""The leak: what the same pipeline scores more when a painter may stand in training and test at once."""

import warnings

import numpy as np
import pandas as pd

from styleclf.audit.probe_scores import change_estimate, hit_scores, out_of_fold, top_k_hits
from styleclf.common import count_of, with_progress
from styleclf.data import author_groups, folds_that_mix_painters, make_design
from styleclf.evaluation import N_RESAMPLES, AuthorBootstrap, chance_levels, count_authors, interval_text
from styleclf.training import ProbeRules

METRICS = {"top_1_accuracy": 1, "top_2_accuracy": 2}
_HAND_CORRELATION = 0.5  # of gaining by random folds, between images of one author, as simulated for strong hands


def leak_audit(
    design: pd.DataFrame,  # without its validation set
    coordinates: np.ndarray,  # (n, k) of features
    targs: np.ndarray,  # (n,) positions of the styles
    *,
    rules: ProbeRules,  # the same on both sides
    n_seeds: int = 5,
    n_resamples: int = N_RESAMPLES,
    progress: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Class-weighted accuracies over random and over author-grouped folds: `(table, seeds)`.

    For every seed the authors are dealt to folds anew, and then the images of every style are shuffled among these
    folds: both sides have the same images of each style in each fold and differ only in who is kept together.

    `table`: `metric, random, grouped, gap, lo, hi, deviation, chance, n_seeds, n_images, n_authors, n_grouped`, means
    over seeds; `n_grouped` images are not the only one of their group.
    `lo, hi` bound a 95 % interval of the gap from resampling authors within styles, alike on both sides, and seeds; it
    is never narrower than that of so many independent images (`AuthorBootstrap.change_bounds`). `deviation` is that of
    the gap between seeds. `seeds`: `seed, metric, random, grouped`. `tests/audit/simulate_leak.py` prints how often the
    interval holds a gap that is known.

    Raises ValueError for `n_seeds` < 1 and, as `make_design` does, where there are fewer authors than folds.
    """
    check_seeds(n_seeds)
    n_folds = design["fold"].nunique()
    groups = author_groups(design)
    bootstrap = AuthorBootstrap(groups, targs, n_resamples=n_resamples)
    hits = np.zeros((len(METRICS), n_seeds, 2, len(targs)))  # of random and of grouped folds
    for seed in with_progress(range(n_seeds), n_seeds, "draws of folds", progress):
        grouped_folds = _grouped_folds(design, n_folds, seed)
        random_folds = folds_that_mix_painters(grouped_folds, targs, seed)
        for side, folds in enumerate((random_folds, grouped_folds)):
            probas = out_of_fold(coordinates, targs, folds, rules=rules)
            for i, k in enumerate(METRICS.values()):
                hits[i, seed, side] = top_k_hits(probas, targs, k)
    rows = []
    seed_rows = []
    for metric, hits_of_metric in zip(METRICS, hits, strict=True):
        scores = _scores_of_seeds(hits_of_metric, targs, bootstrap)
        of_random, of_grouped = hits_of_metric.swapaxes(0, 1)
        changes = (of_random - of_grouped).mean(axis=0)
        row = _leak_row(scores, changes, targs, bootstrap=bootstrap)
        rows.append({"metric": metric, **row})
        seed_rows += [(seed, metric, *scores[seed, :, 0]) for seed in range(n_seeds)]
    table = pd.DataFrame(rows)
    n_styles = targs.max() + 1
    table["chance"] = table["metric"].map(chance_levels(n_styles))
    _, group_sizes = np.unique(groups, return_counts=True)
    table["n_seeds"] = n_seeds
    table["n_images"] = len(targs)
    table["n_authors"] = count_authors(design["author"])
    table["n_grouped"] = group_sizes[group_sizes > 1].sum()
    return table, pd.DataFrame(seed_rows, columns=["seed", "metric", "random", "grouped"])


def check_seeds(n_seeds: int) -> None:
    """Raise ValueError for fewer than one draw of folds."""
    if n_seeds < 1:
        raise ValueError(f"n_seeds must be 1 or more, not {n_seeds}")


def leak_sentence(table: pd.DataFrame) -> str:
    """What a table of `leak_audit` says of its first metric."""
    top_1 = table.iloc[0]
    if not top_1["n_authors"]:
        return "no image has an author, so nothing shows how much of the accuracy is recognising painters"
    if not top_1["n_grouped"]:
        return (
            "no known author has two images, so the folds keep nothing together, and nothing shows how much of the "
            "accuracy is recognising painters"
        )
    gap = f"{100 * top_1['gap']:.1f}"
    random = f"{100 * top_1['random']:.1f}"
    grouped = f"{100 * top_1['grouped']:.1f}"
    interval = interval_text(top_1["lo"], top_1["hi"])
    blind_spot = _blind_spot(int(top_1["n_grouped"]), int(top_1["n_images"]))
    if not top_1["lo"] > 0:
        return (
            f"no leak is certain: random folds score {random} points, author-grouped ones {grouped} "
            f"(difference {gap}, {interval}){blind_spot}"
        )
    return (
        f"{gap} of your {random} points come from recognising painters ({interval}): {grouped} remain for painters "
        f"never seen{blind_spot}"
    )


def _blind_spot(n_grouped: int, n_images: int) -> str:
    """What a leak's sentence has to add where most images have no companion by the same known author."""
    if n_grouped >= n_images / 2:
        return ""
    images = count_of(n_images, "image")
    return (
        f"; only {n_grouped:,} of {images} have another by the same known author, so recognising the painters of the "
        "others does not show here"
    )


def _grouped_folds(
    design: pd.DataFrame,
    n_folds: int,
    seed: int,
) -> np.ndarray:
    """`(n,)` int: the authors dealt to folds as for a design, without a validation set.

    Draws of different seeds have next to nothing in common, unlike those of scikit-learn's `StratifiedGroupKFold`.
    """
    annotation = design.drop(columns="fold")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the design has said it: some styles have few authors
        new_design = make_design(annotation, n_folds, val_share=0, seed=seed)
    return new_design["fold"].to_numpy(dtype=int)


def _scores_of_seeds(
    hits: np.ndarray,  # (n_seeds, 2, n), of random and of grouped folds
    targs: np.ndarray,
    bootstrap: AuthorBootstrap,
) -> np.ndarray:
    """Scores `(n_seeds, 2, 1 + n_resamples)`."""
    scores = []
    for random_hits, grouped_hits in hits:
        random_scores = hit_scores(random_hits, targs, bootstrap)
        grouped_scores = hit_scores(grouped_hits, targs, bootstrap)
        scores.append((random_scores, grouped_scores))
    return np.array(scores)


def _leak_row(
    scores: np.ndarray,  # (n_seeds, 2, 1 + n_resamples), of random and of grouped folds
    changes: np.ndarray,  # (n,) by how much more often an image is a hit over random folds, -1..1
    targs: np.ndarray,
    *,
    bootstrap: AuthorBootstrap,
) -> dict[str, float]:
    """`random, grouped, gap, lo, hi, deviation` of one metric. Every draw of authors is one of seeds, too."""
    gaps = scores[:, 0] - scores[:, 1]
    n_seeds, n_draws = gaps.shape
    even = np.full(n_seeds, 1 / n_seeds)
    rng = np.random.default_rng(0)
    seed_counts = rng.multinomial(n_seeds, even, n_draws)
    seed_weights = seed_counts / n_seeds
    seed_weights[0] = even  # the first score is the value itself
    gaps_of_draws = (gaps * seed_weights.T).sum(axis=0)
    gap = change_estimate(changes, targs, bootstrap, scores=gaps_of_draws, correlation=_HAND_CORRELATION)
    random, grouped = scores[:, :, 0].mean(axis=0)
    return {
        "random": random,
        "grouped": grouped,
        "gap": gap.value,
        "lo": gap.lo,
        "hi": gap.hi,
        "deviation": gaps[:, 0].std(),
    }
