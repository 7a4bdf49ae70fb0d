"""Which pictures without a label are worth labelling next: doubtful ones first, then unlike others, and by many hands.

Every pick is the picture with the highest worth among those that are left:

    worth = (0.9 * doubt + 0.1 * novelty) * min(1, 4 * distance) * 0.95 ** before

`doubt` and `novelty` are ranks 0..1 among the candidates: of how close the two likeliest styles of a quick probe are,
and of the distance to the nearest labelled picture. `distance` is that to the nearest picture picked before, as a share
of the median distance between candidates: only near-copies lose by it. `before` pictures by its painter, or from its
folder where no painter is known, are labelled or picked already.

Doubt counts most because with novelty and spread as its equals, choosing was no better than chance on two sets of
paintings. It is no sure gain either way: `queue_trial` tries it, and docs/collect-next.md says what came of it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from styleclf.curation.quick_probe import quick_probas

QUEUE_COLUMNS = ["file", "rank", "reason", "doubt", "novelty", "guess", "author"]
_SHARE_OF_DOUBT = 0.9  # in what a picture is worth by itself; the rest is novelty
_NEAR = 0.25  # of the median distance: what is nearer to a pick is worth less
_LEFT_OF_WORTH = 0.95  # of a picture, for every one by its painter or from its source before it
_MOST_COUNTED = 6  # such pictures: more make no difference
_N_REFERENCE = 500  # candidates, for the median distance
_BLOCK = 2_000  # candidates at once
_CLEAR = 0.9  # rank from which on doubt or novelty is a reason


class LabelledPictures(NamedTuple):
    """Pictures with labels, to learn from."""

    components: np.ndarray  # (n, k)
    targs: np.ndarray  # (n,)
    groups: Sequence[str]  # (n,) painters, '' for unknown
    styles: Sequence[str]


class Candidates(NamedTuple):
    """Pictures without labels."""

    files: Sequence[str]  # (m,)
    components: np.ndarray  # (m, k) made together with those of the labelled
    groups: Sequence[str]  # (m,) painters, or folders where no painter is known
    authors: Sequence[str]  # (m,) painters alone, '' for unknown


class _Worth(NamedTuple):
    """What speaks for the `m` candidates, each by itself."""

    probas: np.ndarray  # (m, n_styles)
    doubt: np.ndarray  # (m,) rank 0..1 among the candidates
    novelty: np.ndarray  # (m,) rank 0..1

    @property
    def values(self) -> np.ndarray:
        """`(m,)` both together."""
        share_of_novelty = 1 - _SHARE_OF_DOUBT
        return _SHARE_OF_DOUBT * self.doubt + share_of_novelty * self.novelty


def ranked_queue(labelled: LabelledPictures, candidates: Candidates, n: int) -> pd.DataFrame:
    """The `n` candidates to label next, `QUEUE_COLUMNS`, the first one first; all of them where there are fewer.

    Raises ValueError for no candidates, or `n` below 1.
    """
    n_candidates = len(candidates.files)
    if n < 1 or not n_candidates:
        raise ValueError(f"there are {n_candidates} pictures to choose {n} of: ask for 1 or more of a folder")
    worth = _worth(labelled, candidates)
    n_picks = min(n, n_candidates)
    picks = _best_candidates(labelled, candidates, worth.values, n_picks)
    known_authors = {"", *labelled.groups}
    rows = []
    for rank, pick in enumerate(picks, start=1):
        guesses = _two_guesses(worth.probas[pick], labelled.styles)
        author = candidates.authors[pick]
        doubt = worth.doubt[pick]
        novelty = worth.novelty[pick]
        row = {
            "file": candidates.files[pick],
            "rank": rank,
            "reason": _reason(guesses, doubt, novelty, is_new=author not in known_authors),
            "doubt": doubt.round(3),
            "novelty": novelty.round(3),
            "guess": guesses[0].style,
            "author": author,
        }
        rows.append(row)
    return pd.DataFrame(rows, columns=QUEUE_COLUMNS)


def _worth(labelled: LabelledPictures, candidates: Candidates) -> _Worth:
    """What a probe of the labelled pictures doubts, and what is unlike them."""
    probas = quick_probas(
        labelled.components,
        labelled.targs,
        candidates.components,
        groups=_numbers_of_painters(labelled.groups),
        n_styles=len(labelled.styles),
    )
    margins = _margins(probas)
    distances = _nearest_distances(candidates.components, labelled.components)
    return _Worth(probas, _ranks(-margins), _ranks(distances))


def _numbers_of_painters(painters: Sequence[str]) -> np.ndarray:
    """`(n,)` numbers of the painters; a picture without one has a number of its own."""
    names = []
    for row, painter in enumerate(painters):
        names.append(f"painter {painter}" if painter else f"row {row}")
    _, numbers = np.unique(names, return_inverse=True)
    return numbers


class _Guess(NamedTuple):
    """A style that a picture may be of."""

    style: str
    proba: float

    def __str__(self) -> str:
        return f"{self.style} {self.proba:.2f}"


def _two_guesses(
    probas: np.ndarray,  # (n_styles,)
    styles: Sequence[str],
) -> list[_Guess]:
    """The two likeliest styles of a picture."""
    likeliest_first = np.argsort(-probas, kind="stable")
    guesses = []
    for style in likeliest_first[:2]:
        guess = _Guess(styles[style], probas[style])
        guesses.append(guess)
    return guesses


def random_queue(candidates: Candidates, n: int, seed: int = 0) -> pd.DataFrame:
    """`n` candidates in a random order, `file, rank, reason`: what the choice has to beat."""
    rng = np.random.default_rng(seed)
    n_candidates = len(candidates.files)
    n_picks = min(n, n_candidates)
    picks = rng.choice(n_candidates, n_picks, replace=False)
    table = pd.DataFrame(
        {
            "file": [candidates.files[pick] for pick in picks],
            "rank": np.arange(1, n_picks + 1),
        }
    )
    return table.assign(reason="drawn at random")


def _best_candidates(
    labelled: LabelledPictures,
    candidates: Candidates,
    worth: np.ndarray,  # (m,)
    n: int,
) -> list[int]:
    """Positions of the `n` picks, in their order."""
    counts = _counts_of_groups(labelled.groups, candidates.groups)
    groups = pd.Series(list(candidates.groups), dtype=object)
    numbers, _ = pd.factorize(groups)
    components = candidates.components
    near = _NEAR * _median_distance(components)
    nearest = np.full(len(worth), np.inf)
    is_left = np.ones(len(worth), dtype=bool)
    picks: list[int] = []
    for _ in range(n):
        distance = np.minimum(nearest / near, 1)
        n_before = np.minimum(counts, _MOST_COUNTED)
        spread = _LEFT_OF_WORTH**n_before
        values = worth * distance * spread
        values[~is_left] = -1
        pick = int(values.argmax())
        picks.append(pick)
        is_left[pick] = False
        differences = components - components[pick]
        to_pick = np.linalg.norm(differences, axis=1)
        nearest = np.minimum(nearest, to_pick)
        if candidates.groups[pick]:
            is_of_group = numbers == numbers[pick]
            counts[is_of_group] += 1
    return picks


def _counts_of_groups(
    labelled: Sequence[str],  # groups of the labelled pictures
    candidates: Sequence[str],  # (m,) groups
) -> np.ndarray:
    """`(m,)` how many labelled pictures every candidate's group has; 0 where the group is not known."""
    groups_of_labelled = pd.Series(list(labelled), dtype=object)
    n_of_group = groups_of_labelled.value_counts()
    groups = pd.Series(list(candidates), dtype=object)
    counts = groups.map(n_of_group).fillna(0)
    of_known_groups = counts.where(groups != "", 0)
    return of_known_groups.to_numpy(dtype=float, copy=True)


def _margins(probas: np.ndarray) -> np.ndarray:
    """`(m,)` how much likelier the likeliest style is than the next one."""
    sorted_probas = np.sort(probas, axis=1)
    return sorted_probas[:, -1] - sorted_probas[:, -2]


def _ranks(values: np.ndarray) -> np.ndarray:
    """`(m,)` the share of values below each, 0..1; ties share theirs."""
    ranks = pd.Series(values).rank(method="average")
    middles = ranks.to_numpy() - 0.5
    return middles / len(values)


def _nearest_distances(
    components: np.ndarray,  # (m, k)
    labelled_components: np.ndarray,  # (n, k)
) -> np.ndarray:
    """`(m,)` the distance from each to the nearest labelled one."""
    distances = np.empty(len(components))
    for start in range(0, len(components), _BLOCK):
        rows = slice(start, start + _BLOCK)
        to_labelled = cdist(components[rows], labelled_components)
        distances[rows] = to_labelled.min(axis=1)
    return distances


def _median_distance(components: np.ndarray) -> float:
    """The median distance between candidates, some of them for all; above 0."""
    step = max(1, len(components) // _N_REFERENCE)
    sample = components[::step]
    distances = cdist(sample, sample)
    median = float(np.median(distances))
    return median if median > 0 else 1.0


def _reason(
    guesses: list[_Guess],  # the two likeliest
    doubt: float,
    novelty: float,
    *,
    is_new: bool,  # whether its painter has no labels so far
) -> str:
    """Why a picture is worth a label, in words."""
    first, second = guesses
    reasons = []
    if is_new:
        reasons.append("a painter without labels so far")
    if doubt >= _CLEAR:
        reasons.append(f"{first} or {second}")
    if novelty >= _CLEAR:
        reasons.append("unlike everything labelled")
    return "; ".join(reasons) or f"unlike the others picked; {first.style}?"
