"""Grouped learning curves: what the last doubling of painters, or of works by the same painters, was worth.

A quick probe learns from half of the painters of the training folds, or from half of the works of each, and is judged
on the same unseen images as the probe of all. Their difference is what the last doubling was worth. Accuracy follows a
power law of the data, err = c + a * n ** -b [1], by which every further doubling is worth r = 2 ** -b times the one
before: with e doublings behind and d ahead, a gain of g becomes g * (1 - r ** d) / (r ** -e - 1). Nobody knows r from
one step, so it is drawn from `RATIOS`; painters to be judged, and the draws of halves, are drawn along with it.

References:
    [1] Hestness et al., Deep learning scaling is predictable, empirically, 2017; Viering and Loog, The shape of
        learning curves: a review, 2021.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import beta

from styleclf.common import count_of, with_progress
from styleclf.curation.paired_gains import hits_of
from styleclf.curation.quick_probe import quick_out_of_fold
from styleclf.data import author_groups
from styleclf.evaluation import GROUP, AuthorBootstrap, Estimate, mean_over_styles, targets

MORE_PAINTERS = "painters"
WORKS = "works by the same painters"
RATIOS = (0.3, 1.0)  # of a doubling's worth to that of the one before: b from 1.7 to 0
_MOST_DOUBLINGS = 1.0  # ahead: beyond twice the data nothing is said
_LEAST_DOUBLINGS_OF_WORKS = 0.3  # behind: where nearly all painters have one work, halves leave nearly all works
_ROUNDING = 1e-9
_ENDS_90 = (0.05, 0.95)
_UNTOLD = Estimate(np.nan, np.nan, np.nan)
_N_DRAWS = 6  # of halves
_N_RESAMPLES = 500


class Collection(NamedTuple):
    """Images to learn from and to judge, none of them of the validation set."""

    rows: pd.DataFrame  # `filename, label, author, fold`
    components: np.ndarray  # (n, k) of `main_components`

    @property
    def styles(self) -> list[str]:
        """The styles, sorted."""
        return sorted(self.rows["label"].unique())

    @property
    def targs(self) -> np.ndarray:
        """`(n,)` positions of the labels among the styles."""
        return targets(self.rows["label"], self.styles)

    def where(self, mask: np.ndarray) -> "Collection":
        """The images for which `mask (n,)` is true."""
        rows = self.rows[mask].reset_index(drop=True)
        return Collection(rows, self.components[mask])


class CurveStep(NamedTuple):
    """The last step of a learning curve: what there is, how good it is, and what the step to it was worth."""

    kind: str  # PAINTERS or WORKS
    style: str  # whose recall this is; '' for the mean of all
    unit: str  # painter, painter and nameless picture, picture where no painter is known, group of a design, or work
    n_units: int  # of these there are
    values: np.ndarray  # (1 + n_resamples,) of the score with all: the value itself first, then its draws
    gains: np.ndarray  # (1 + n_resamples,) of the step
    doublings: float  # of the data by the step
    spread: float  # deviation of the score between draws of halves
    tail: float  # percent of the draws outside a 95 % interval, on either side

    @property
    def before(self) -> float:
        """The score with half of the data."""
        return float(self.values[0] - self.gains[0])

    @property
    def is_told(self) -> bool:
        """Whether halves left out enough to tell anything."""
        if self.kind == WORKS:
            return self.doublings >= _LEAST_DOUBLINGS_OF_WORKS
        return self.doublings > 0


def last_steps(
    collection: Collection,
    *,
    n_draws: int = _N_DRAWS,
    by_style: bool = True,
    works: bool = True,
    seed: int = 0,
    progress: bool = True,
) -> list[CurveStep]:
    """The last steps of the learning curves of all painters, of all `works`, and `by_style` of each style's.

    Scores are shares of right first guesses, every style counting alike. Raises ValueError for fewer than two styles or
    folds.
    """
    n_folds = collection.rows["fold"].nunique()
    n_styles = len(collection.styles)
    if n_styles < 2 or n_folds < 2:
        raise ValueError("a learning curve needs two styles and two folds or more: make a design of more painters")
    rng = np.random.default_rng(seed)
    judge = _Judge(collection, rng, n_draws)
    curves = [(MORE_PAINTERS, "")]
    if works:
        curves.append((WORKS, ""))
    if by_style:
        for style in collection.styles:
            curves.append((MORE_PAINTERS, style))
    if by_style and works:
        for style in collection.styles:
            curves.append((WORKS, style))
    steps = []
    for kind, style in with_progress(curves, len(curves), "learning curves", progress):
        step = judge.step(kind, style)
        steps.append(step)
    return steps


def expected_gain(step: CurveStep, n_more: int, *, seed: int = 0) -> Estimate:
    """What `n_more` painters or works more are worth, -1..1, with its 90 % interval.

    Raises ValueError for fewer than one more, or for more than there are: beyond twice the data nothing is said.
    """
    gains = _gains_ahead(step, n_more, seed)
    return _estimate_90(gains, step.tail)


def expected_score(step: CurveStep, n_more: int, *, seed: int = 0) -> Estimate:
    """The score with `n_more` painters or works more, 0..1, with its 90 % interval. Raises as `expected_gain` does.

    The interval is never narrower than that of a share of so many painters: where nearly all are recognised, draws of
    them hardly differ.
    """
    gains = _gains_ahead(step, n_more, seed)
    scores = np.clip(step.values + gains, 0, 1)
    value, lo, hi = _estimate_90(scores, step.tail)
    lo_of_share, hi_of_share = _ends_of_share(value, step.n_units)
    return Estimate(value, min(lo, lo_of_share), max(hi, hi_of_share))


def steps_table(steps: Sequence[CurveStep], n_more: int) -> pd.DataFrame:
    """What more painters or works are worth, one row per step; NaN beyond twice the data.

    Columns: `kind, style, unit, n, half, all, more`, the `gain` of so many more with `lo, hi`, and the score then:
    `score, score_lo, score_hi`. As many painters or works as there are again are asked for, of a style's painters
    `n_more`.
    """
    rows = []
    for step in steps:
        more = step.n_units
        if step.style and step.kind == MORE_PAINTERS:
            more = n_more
        gain = _UNTOLD
        score = _UNTOLD
        if more <= step.n_units and step.is_told:
            gain = expected_gain(step, more)
            score = expected_score(step, more)
        row = {
            "kind": step.kind,
            "style": step.style,
            "unit": step.unit,
            "n": step.n_units,
            "half": step.before,
            "all": step.values[0],
            "more": more,
            "gain": gain.value,
            "lo": gain.lo,
            "hi": gain.hi,
            "score": score.value,
            "score_lo": score.lo,
            "score_hi": score.hi,
        }
        rows.append(row)
    return pd.DataFrame(rows)


def steps_sentences(table: pd.DataFrame) -> list[str]:
    """What every row of `steps_table` says: what so many more are worth, or that they are too many to tell."""
    return [_step_sentence(row) for row in table.to_dict("records")]


def _step_sentence(row: dict[str, Any]) -> str:
    """One row in words."""
    score = "of its recall" if row["style"] else "of accuracy"
    nouns = WORKS
    if row["kind"] == MORE_PAINTERS:
        unit = row["unit"].replace(" and ", "s and ")
        nouns = f"{unit}s"
    units = " ".join(["more", *row["style"].split(), nouns])
    if np.isnan(row["gain"]):
        reason = f"there are {row['n']:,}, and beyond twice the data a curve says nothing"
        if row["more"] <= row["n"]:
            reason = f"there are {row['n']:,}, too few for half of them to be left out of every fold"
        if row["kind"] == WORKS:
            reason = f"there are {row['n']:,}, too few of which share a painter"
        return f"{row['more']:,} {units}: not estimated, {reason}"
    points = 100 * np.array([row["gain"], row["lo"], row["hi"]])
    gain, lo, hi = points.round().astype(int)
    worth = f"about {count_of(gain, 'point')} {score}"
    interval = f"90 % interval {lo} to {hi}"
    return f"{row['more']:,} {units} are worth {worth} ({interval})"


class _Judge:
    """Judges probes of all images and of halves on the same unseen images."""

    def __init__(self, collection: Collection, rng: np.random.Generator, n_draws: int) -> None:
        self.collection = collection
        self.rng = rng
        self.n_draws = n_draws
        self.targs = collection.targs
        self.n_styles = len(collection.styles)
        self.folds = collection.rows["fold"].to_numpy()
        self.groups = author_groups(collection.rows)
        self.bootstrap = AuthorBootstrap(self.groups, self.targs, n_resamples=_N_RESAMPLES)
        self.counts = self.bootstrap.counts_with_value
        self.hits = self._hits_with()

    def step(self, kind: str, style: str) -> CurveStep:
        """The last step of one curve."""
        of_style = np.ones(len(self.targs), dtype=bool)
        if style:
            of_style = self.targs == self.collection.styles.index(style)
        n_units = self._n_units(kind, of_style)
        shares = []
        hits = []
        for _ in range(self.n_draws):
            is_known = self._drawn_half(kind, of_style)
            n_known = self._n_units(kind, of_style & is_known)
            shares.append(n_known / n_units)
            hits.append(self._hits_with(is_known))
        halves = np.array(hits)
        values = self._scores(self.hits, of_style)
        share = np.mean(shares)
        return CurveStep(
            kind=kind,
            style=style,
            unit=self._unit(kind, of_style),
            n_units=n_units,
            values=values,
            gains=values - self._drawn_scores(halves, of_style),
            doublings=float(-np.log2(share)),
            spread=self._spread(halves, of_style),
            tail=self.bootstrap.tail,
        )

    def _drawn_half(self, kind: str, of_style: np.ndarray) -> np.ndarray:
        """`(n,)` bool: all images but those of half the painters, or half of every painter's works, in every fold."""
        is_known = ~of_style
        for part in self._parts(kind, of_style):
            units = part if kind == WORKS else np.unique(self.groups[part])
            coin = int(self.rng.integers(2))
            n_drawn = (len(units) + coin) // 2  # of 5 as often 2 as 3
            units_of_half = self.rng.choice(units, max(1, n_drawn), replace=False)
            rows = units_of_half
            if kind == MORE_PAINTERS:
                is_drawn = np.isin(self.groups[part], units_of_half)
                rows = part[is_drawn]
            is_known[rows] = True
        return is_known

    def _parts(self, kind: str, of_style: np.ndarray) -> list[np.ndarray]:
        """Rows within which a half is drawn: of a style in a fold, or of a painter in a style."""
        within = self.groups
        if kind == MORE_PAINTERS:
            within, _ = pd.factorize(self.folds)
        keys = within * self.n_styles + self.targs
        rows = np.flatnonzero(of_style)
        rows_of_parts = pd.Series(rows).groupby(keys[rows])
        parts = []
        for _, part in rows_of_parts:
            parts.append(part.to_numpy())
        return parts

    def _unit(self, kind: str, of_style: np.ndarray) -> str:
        """What the units of a curve are called."""
        if kind == WORKS:
            return "work"
        if GROUP in self.collection.rows:
            return "group"
        authors = self.collection.rows.loc[of_style, "author"].fillna("")
        is_named = authors != ""
        if is_named.all():
            return "painter"
        return "painter and nameless picture" if is_named.any() else "picture"

    def _n_units(self, kind: str, rows: np.ndarray) -> int:
        """How many painters, or works, some rows have."""
        if kind == WORKS:
            return int(rows.sum())
        painters = np.unique(self.groups[rows])
        return len(painters)

    def _hits_with(self, is_known: np.ndarray | None = None) -> np.ndarray:
        """`(n,)` 1.0 where a probe of what is known of the other folds, by default of all, is right."""
        probas = quick_out_of_fold(
            self.collection.components,
            self.targs,
            self.folds,
            groups=self.groups,
            n_styles=self.n_styles,
            is_known=is_known,
        )
        return hits_of(probas, self.targs)

    def _scores(self, hits: np.ndarray, of_style: np.ndarray) -> np.ndarray:
        """`(1 + n_resamples,)` mean over styles of the shares of hits among the images of the curve's styles."""
        styles, targs = np.unique(self.targs[of_style], return_inverse=True)
        counts = self.counts[:, of_style]
        return mean_over_styles(hits[of_style], targs, len(styles), counts=counts)

    def _drawn_scores(self, halves: np.ndarray, of_style: np.ndarray) -> np.ndarray:
        """`(1 + n_resamples,)` the mean score of halves `(n_draws, n)`, of which as many are drawn anew every time."""
        scores = np.array([self._scores(half, of_style) for half in halves])
        n_halves, n_scores = scores.shape
        chances = np.full(n_halves, 1 / n_halves)
        times_drawn = self.rng.multinomial(n_halves, chances, n_scores)
        weights = times_drawn / n_halves
        weights[0] = chances
        weighted_scores = scores * weights.T
        return weighted_scores.sum(axis=0)

    def _spread(self, halves: np.ndarray, of_style: np.ndarray) -> float:
        """The deviation of the score between halves `(n_draws, n)`."""
        scores = []
        for half in halves:
            score, *_ = self._scores(half, of_style)
            scores.append(score)
        return float(np.std(scores, ddof=1))


def _gains_ahead(step: CurveStep, n_more: int, seed: int) -> np.ndarray:
    """`(1 + n_resamples,)` the gain of so many more, the expected one first."""
    if n_more < 1:
        raise ValueError(f"n_more must be 1 or more, not {n_more}")
    doublings = float(np.log2(1 + n_more / step.n_units))
    if doublings > _MOST_DOUBLINGS + _ROUNDING:
        n_units = step.n_units
        units = f"{step.style} {step.kind}".strip()
        beyond = f"{n_more} more would be beyond twice the data, where the curve says nothing"
        raise ValueError(f"there are {n_units} {units}, and {beyond}: ask for {n_units} at most")
    rng = np.random.default_rng(seed)
    n_scores = len(step.gains)
    ratios = rng.uniform(*RATIOS, n_scores)
    ratios[0] = np.mean(RATIOS)
    ahead = 1 - ratios**doublings
    multiples = ratios**-step.doublings
    behind = multiples - 1
    deviation = step.spread * np.sqrt(doublings / 2)
    luck = rng.normal(0, deviation, n_scores)
    luck[0] = 0
    gains = step.gains * ahead / behind
    return gains + luck


def _ends_of_share(share: float, n: int) -> tuple[float, float]:
    """The 90 % interval of a share of `n`, of which it was seen, by Jeffreys' prior."""
    n_right = share * n
    n_wrong = n - n_right
    lo, hi = beta.ppf(_ENDS_90, n_right + 0.5, n_wrong + 0.5)
    return float(lo), float(hi)


def _estimate_90(scores: np.ndarray, tail: float) -> Estimate:
    """The value and the 90 % interval of scores `(1 + n_resamples,)`."""
    ends = (2 * tail, 100 - 2 * tail)
    lo, hi = np.percentile(scores[1:], ends)
    return Estimate(float(scores[0]), float(lo), float(hi))
