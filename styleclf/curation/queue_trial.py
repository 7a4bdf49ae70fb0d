"""Does choosing pictures to label help? Tried on a collection whose labels are known, by hiding most of them.

For every fold of a design, the other painters are dealt to those whose works are labelled from the start and to a pool.
From the pool as many works are chosen as can be, and as many are drawn at random; probes of both are judged on the
fold, whose painters neither has seen.
"""

from typing import NamedTuple

import numpy as np

from styleclf.curation.label_queue import Candidates, Labelled, ranked_queue
from styleclf.curation.learning_curves import Collection
from styleclf.curation.quick_probe import quick_probas
from styleclf.data import author_groups
from styleclf.evaluation import AuthorBootstrap, Estimate, interval_text, mean_over_styles
from styleclf.output import tracked

_SHARE_LABELLED = 1 / 3  # of the painters outside a fold
_MOST_OF_POOL = 0.5  # of the pool that is labelled: of all of it nothing is left to choose
_N_DRAWS = 3  # of painters, and at each of them of random works


class Trial(NamedTuple):
    """What choosing was worth beside drawing at random."""

    gain: Estimate  # of accuracy, every style counting alike, with its 95 % interval
    chosen: float  # accuracy with the chosen works, 0..1
    random: float
    n_labels: int  # that were chosen each time

    @property
    def helps(self) -> bool:
        """Whether the gain is more than chance."""
        return self.gain.lo > 0

    def __str__(self) -> str:
        points = f"{100 * self.gain.value:+.1f} points"
        interval = interval_text(self.gain.lo, self.gain.hi)
        labels = f"{self.n_labels} labels"
        if self.helps:
            return f"tried on your own labels, {labels} chosen so beat as many drawn at random by {points} ({interval})"
        return (
            f"tried on your own labels, {labels} chosen so were not certain to beat as many drawn at random: {points} "
            f"({interval}); random.csv has a random order, which may serve as well"
        )


def try_queue(
    collection: Collection,
    n: int = 100,  # labels; at most half of the pool
    *,
    n_draws: int = _N_DRAWS,
    seed: int = 0,
    progress: bool = True,
) -> Trial:
    """Try `ranked_queue` on works whose labels are known. Raises ValueError where too few painters are known for it."""
    groups = author_groups(collection.rows)
    targs = collection.targs
    folds = collection.rows["fold"].to_numpy()
    hits = np.zeros((2, len(targs)))  # of chosen and of random works
    n_labels = []
    rng = np.random.default_rng(seed)
    names = np.unique(folds)
    tests = np.repeat(names, n_draws)
    for fold in tracked(tests, len(tests), "trials", progress):
        is_test = folds == fold
        painters = np.unique(groups[~is_test])
        n_start = max(1, round(_SHARE_LABELLED * len(painters)))
        first = rng.choice(painters, n_start, replace=False)
        is_start = np.isin(groups, first) & ~is_test
        start = np.flatnonzero(is_start)
        pool = np.flatnonzero(~is_test & ~is_start)
        n_chosen = min(n, int(_MOST_OF_POOL * len(pool)))
        if n_chosen < 1:
            raise ValueError("too few painters are known to try it: collect more, or label in any order")
        chosen = _chosen_rows(collection, start, pool, n_chosen)
        at_random = rng.choice(pool, n_chosen, replace=False)
        n_labels.append(n_chosen)
        for way, rows in enumerate((chosen, at_random)):
            train = np.concatenate([start, rows])
            hits[way, is_test] += _hits(collection, train, is_test) / n_draws
    return _trial(hits, targs, groups, round(float(np.mean(n_labels))))


def _chosen_rows(collection: Collection, start: np.ndarray, pool: np.ndarray, n: int) -> np.ndarray:
    """The rows of the pool that are chosen."""
    authors = collection.rows["author"].fillna("")
    labelled = Labelled(
        collection.components[start],
        collection.targs[start],
        authors.iloc[start].tolist(),
        collection.styles,
    )
    of_pool = authors.iloc[pool].tolist()
    files = [str(row) for row in pool]
    candidates = Candidates(files, collection.components[pool], of_pool, of_pool)
    queue = ranked_queue(labelled, candidates, n)
    return queue["file"].to_numpy(dtype=int)


def _hits(collection: Collection, train: np.ndarray, is_test: np.ndarray) -> np.ndarray:
    """`(n_test,)` 1.0 where a probe of the training rows is right."""
    of_train = (collection.components[train], collection.targs[train])
    n_styles = len(collection.styles)
    probas = quick_probas(*of_train, collection.components[is_test], n_styles=n_styles)
    return (probas.argmax(axis=1) == collection.targs[is_test]).astype(float)


def _trial(hits: np.ndarray, targs: np.ndarray, groups: np.ndarray, n_labels: int) -> Trial:
    """The trial of hits `(2, n)` of chosen and of random works."""
    chosen, random = hits
    n_styles = int(targs.max()) + 1
    bootstrap = AuthorBootstrap(groups, targs)
    changes = chosen - random
    counts = bootstrap.counts_with_value
    scores = mean_over_styles(changes, targs, n_styles, counts=counts)
    in_style = np.eye(n_styles)[targs]
    lo, hi = bootstrap.change_bounds(scores[1:], changes, in_style, np.ones(n_styles))
    (score_chosen,) = mean_over_styles(chosen, targs, n_styles, counts=counts[:1])
    (score_random,) = mean_over_styles(random, targs, n_styles, counts=counts[:1])
    gain = Estimate(float(scores[0]), lo, hi)
    return Trial(gain, float(score_chosen), float(score_random), n_labels)
