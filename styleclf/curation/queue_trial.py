"""Does choosing pictures to label help? Tried on a collection whose labels are known, by hiding most of them.

For every fold of a design, the other painters are dealt to those whose works are labelled from the start and to a pool.
From the pool as many works are chosen as can be, and as many are drawn at random; probes of both are judged on the
fold, whose painters neither has seen.
"""

from typing import NamedTuple

import numpy as np

from styleclf.common import with_progress
from styleclf.curation.label_queue import Candidates, LabelledPictures, ranked_queue
from styleclf.curation.learning_curves import Collection
from styleclf.curation.paired_gains import accuracy_of, hits_of, paired_gain
from styleclf.curation.quick_probe import quick_probas
from styleclf.data import author_groups
from styleclf.evaluation import Estimate, interval_text

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
    folds = collection.rows["fold"].to_numpy()
    rng = np.random.default_rng(seed)
    tests = np.repeat(np.unique(folds), n_draws)
    hits_of_chosen = np.zeros(len(folds))
    hits_of_random = np.zeros(len(folds))
    n_labels = []
    for fold in with_progress(tests, len(tests), "trials", progress):
        is_test = folds == fold
        start, pool = _dealt(groups, is_test, rng)
        n_chosen = min(n, int(_MOST_OF_POOL * len(pool)))
        if n_chosen < 1:
            raise ValueError("too few painters are known to try it: collect more, or label in any order")
        picks = _chosen_rows(collection, start, pool, n_chosen)
        at_random = rng.choice(pool, n_chosen, replace=False)
        with_chosen = np.concatenate([start, picks])
        with_random = np.concatenate([start, at_random])
        hits_of_chosen[is_test] += _hits(collection, with_chosen, is_test, groups) / n_draws
        hits_of_random[is_test] += _hits(collection, with_random, is_test, groups) / n_draws
        n_labels.append(n_chosen)
    targs = collection.targs
    return Trial(
        gain=paired_gain(hits_of_chosen - hits_of_random, targs, groups),
        chosen=accuracy_of(hits_of_chosen, targs),
        random=accuracy_of(hits_of_random, targs),
        n_labels=round(float(np.mean(n_labels))),
    )


def _dealt(
    groups: np.ndarray,  # (n,) painters
    is_test: np.ndarray,  # (n,) bool
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Rows that are labelled from the start, and those of the pool; no painter of the test is in either."""
    painters = np.unique(groups[~is_test])
    n_start = max(1, round(_SHARE_LABELLED * len(painters)))
    first_painters = rng.choice(painters, n_start, replace=False)
    is_start = np.isin(groups, first_painters) & ~is_test
    is_pool = ~is_test & ~is_start
    return np.flatnonzero(is_start), np.flatnonzero(is_pool)


def _chosen_rows(
    collection: Collection,
    start: np.ndarray,  # rows
    pool: np.ndarray,
    n: int,
) -> np.ndarray:
    """The rows of the pool that are chosen."""
    authors = collection.rows["author"].fillna("")
    labelled = LabelledPictures(
        components=collection.components[start],
        targs=collection.targs[start],
        groups=authors.iloc[start].tolist(),
        styles=collection.styles,
    )
    authors_of_pool = authors.iloc[pool].tolist()
    candidates = Candidates(
        files=[str(row) for row in pool],
        components=collection.components[pool],
        groups=authors_of_pool,
        authors=authors_of_pool,
    )
    queue = ranked_queue(labelled, candidates, n)
    return queue["file"].to_numpy(dtype=int)


def _hits(
    collection: Collection,
    train: np.ndarray,  # rows
    is_test: np.ndarray,  # (n,) bool
    groups: np.ndarray,  # (n,) painters
) -> np.ndarray:
    """`(n_test,)` 1.0 where a probe of the training rows is right."""
    n_styles = len(collection.styles)
    probas = quick_probas(
        collection.components[train],
        collection.targs[train],
        collection.components[is_test],
        groups=groups[train],
        n_styles=n_styles,
    )
    return hits_of(probas, collection.targs[is_test])
