"""How good embeddings are on styles they were trained on, and on styles that were withheld from them.

Are the nearest paintings by others of the same style, are new styles told apart after a few examples, and is a style
known at all? Always asked of images whose authors no training has seen. Every style counts alike, and intervals come
from resampling authors, as in `metrics`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.data import alternate_groups
from styleclf.embeddings import separation_values
from styleclf.evaluation import (
    N_RESAMPLES,
    author_units,
    centred_draws,
    interval,
    mean_over_styles,
    ratio,
    resampled_counts,
    tail_percent,
)

_TRAINED, _WITHHELD, _BOTH = "trained", "withheld", "both"
_COLUMNS = ["styles", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors"]
_SHOTS = (1, 5, 10)
_SEPARATION = ("silhouette", "davies_bouldin")
_OWN_AUTHOR = "precision_at_1_own_author"
_RETRIEVAL = {  # and what pytorch-metric-learning calls them
    "precision_at_1": "precision_at_1",
    "r_precision": "r_precision",
    "map_at_r": "mean_average_precision_at_r",
}
_SPOKEN = {
    "precision_at_1": "precision@1",
    "r_precision": "R-precision",
    "map_at_r": "MAP@R",
    "accuracy_5_shot": "5-shot",
    "auroc_known": "AUROC known",
}
_MAIN = [
    *((_TRAINED, "precision_at_1"), (_TRAINED, "map_at_r")),
    *((_WITHHELD, "precision_at_1"), (_WITHHELD, "map_at_r"), (_WITHHELD, "accuracy_5_shot")),
    (_BOTH, "auroc_known"),
]
_KINDS = (  # of pairs of images
    *("same trained style", "different trained styles"),
    *("same withheld style", "different withheld styles", "withheld with trained"),
)
_BINS = 100  # of cosine similarities, from -1 to 1
_BLOCK = 512  # rows of similarities held at once: 40 MB of 10,000 images
_NEAR_1 = 1e-3  # off which a length may be


class Judged(NamedTuple):
    """Images that embeddings are judged on, a row each."""

    units: np.ndarray  # (n, d) of length 1
    targs: np.ndarray  # (n,) numbers of their styles
    groups: np.ndarray  # (n,) numbers of their authors; an image without author is its own group
    named: np.ndarray  # (n,) bool: has an author

    @classmethod
    def of(cls, units: np.ndarray, table: pd.DataFrame) -> "Judged":
        """Those of embeddings and their table."""
        targs = np.unique(table["label"].to_numpy(dtype=str), return_inverse=True)[1]
        return cls(units.astype(float), targs, author_units(table["author"]), (table["author"].fillna("") != "").values)

    def part(self, rows: np.ndarray) -> "Judged":
        """Some of them, their styles numbered anew."""
        own = Judged(*(column[rows] for column in self))
        return own._replace(targs=np.unique(own.targs, return_inverse=True)[1])

    @property
    def sizes(self) -> tuple[int, int]:
        """Numbers of images and of named authors."""
        return len(self.targs), len(np.unique(self.groups[self.named]))


def embedding_scores(
    units: np.ndarray,  # (n, d) of length 1: images to judge on, by authors whom the training has not seen
    table: pd.DataFrame,  # n rows: label, author ('' = none), withheld (bool)
    train_units: np.ndarray,  # (m, d) of length 1: training images of the trained styles
    train_labels: Sequence[str],  # (m,) their styles
    shots: Sequence[int] = _SHOTS,  # example images of every withheld style
    n_draws: int = 200,  # of examples
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> pd.DataFrame:
    """Scores of embeddings on the trained styles, the withheld ones, and both together, a row a score.

    Columns: `styles` ('trained', 'withheld', 'both'), `metric, value, lo, hi` with a 95 % interval, `chance` (what
    embeddings that know nothing score in the mean, NaN without a plain formula), `n_images, n_authors`. For each of the
    three, if the table has such images:

    - `silhouette, davies_bouldin`: as in `separation`; NaN for a single style.
    - `precision_at_1, r_precision, map_at_r`: see `_retrieval_values`; candidates are the other judged images of the
      same of the three. `precision_at_1_own_author` is of the same queries with their own authors' paintings among the
      candidates: the difference is how much recognising a hand flatters.

    For withheld styles `accuracy_5_shot` and `accuracy_5_shot_of_all`, for every number in `shots`: see
    `_few_shot_values`. For both `auroc_known`: see `_auroc`; an image's score is its cosine with the nearest prototype
    of a trained style.

    Raises ValueError for embeddings that are not of length 1, tables that do not fit, a withheld style among the
    training images, a trained one without any, and where the package pytorch-metric-learning is missing.
    """
    units, train_units, train_labels = (np.asarray(each) for each in (units, train_units, train_labels))
    _check(units, table, train_units, train_labels, shots, n_draws)
    judged, withheld = Judged.of(units, table), table["withheld"].to_numpy(dtype=bool)
    trained = _prototypes(train_units, np.unique(train_labels, return_inverse=True)[1])
    nearest = (judged.units @ trained.T).max(axis=1)
    parts = {_TRAINED: ~withheld, _WITHHELD: withheld, _BOTH: np.full(len(table), 0 < withheld.mean() < 1)}
    rows = []
    for styles, own in parts.items():
        if not own.any():
            continue
        part = judged.part(own)
        found = _separation_rows(part, n_resamples, seed) + _retrieval_rows(part, n_resamples, seed)
        if styles == _WITHHELD:
            for k in shots:
                found += _few_shot_rows(part, nearest[own], len(trained), k, n_draws, seed)
        if styles == _BOTH:
            values = _with_bounds(
                lambda counts: _auroc(nearest, ~withheld, judged.targs, counts), judged, n_resamples, seed
            )
            found.append(("auroc_known", *values, 0.5, *judged.sizes))
        rows += [(styles, *row) for row in found]
    return pd.DataFrame(rows, columns=_COLUMNS)


def scores_text(scores: Mapping[str, pd.DataFrame]) -> str:
    """The main scores as a small table for the screen: a row a model, intervals in brackets, chance below.

    `scores` are what `embedding_scores` gives, by the model's name.
    """
    table = pd.concat(scores, names=["model"]).reset_index("model")
    texts = [f"{value:.2f} ({lo:.2f}-{hi:.2f})" for value, lo, hi in table[["value", "lo", "hi"]].to_numpy()]
    table["text"] = np.where(table["value"].isna(), "", texts)
    wide = table.pivot(index="model", columns=["styles", "metric"], values="text")
    wide = wide.reindex(index=list(scores), columns=[name for name in _MAIN if name in wide]).fillna("")
    chance = table.drop_duplicates(["styles", "metric"]).set_index(["styles", "metric"])["chance"]
    wide.loc["chance"] = ["" if np.isnan(chance[name]) else f"{chance[name]:.2f}" for name in wide]
    wide.columns = pd.MultiIndex.from_tuples([(styles, _SPOKEN[metric]) for styles, metric in wide])
    return wide.rename_axis(None).to_string()


def similarities(units: np.ndarray, table: pd.DataFrame, bins: int = _BINS) -> pd.DataFrame:
    """How many pairs of images by different authors have which cosine similarity: `kind, low, high, pairs, share`.

    `units (n, d)` are of length 1, `table` has `label, author, withheld`, a row each. `kind` says what a pair is:
    'same trained style', 'different trained styles', 'same withheld style', 'different withheld styles', 'withheld with
    trained'; those without pairs are left out. `low, high` bound a bin, `share` is the part of the kind's pairs that
    lies in it. Memory holds a block of similarities at a time.

    Raises ValueError for embeddings that are not of length 1, and a table of another length.
    """
    units = np.asarray(units)
    _check_judged(units, table)
    judged, withheld = Judged.of(units, table), table["withheld"].to_numpy(dtype=int)
    counts = np.zeros(len(_KINDS) * bins, dtype=int)
    for start in range(0, len(units), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(units)))
        pairs = (judged.groups[rows, None] != judged.groups) & (rows[:, None] < np.arange(len(units)))
        place = ((judged.units[rows] @ judged.units.T + 1) / 2 * bins).astype(int).clip(0, bins - 1)
        kind = np.where(judged.targs[rows, None] == judged.targs, 0, 1) + 2 * (withheld[rows, None] & withheld)
        kind[withheld[rows, None] != withheld] = len(_KINDS) - 1
        counts += np.bincount((kind * bins + place)[pairs], minlength=len(counts))
    edges = np.linspace(-1, 1, bins + 1)
    found = pd.DataFrame({"kind": np.repeat(_KINDS, bins), "low": np.tile(edges[:-1], len(_KINDS))})
    found = found.assign(high=np.tile(edges[1:], len(_KINDS)), pairs=counts)
    total = found.groupby("kind")["pairs"].transform("sum")
    return found.assign(share=found["pairs"] / total.clip(lower=1))[total > 0].reset_index(drop=True)


def unit_rows(embeddings: np.ndarray) -> np.ndarray:
    """Embeddings `(n, d)` stretched to length 1; one that is zero stays so, and is like no other."""
    embeddings = np.asarray(embeddings, dtype=float)
    return ratio(embeddings, np.linalg.norm(embeddings, axis=1, keepdims=True), default=0)


def _prototypes(units: np.ndarray, targs: np.ndarray) -> np.ndarray:
    """`(n_styles, d)` mean embedding of each of the styles 0, 1, …, stretched to length 1."""
    return unit_rows(np.eye(targs.max() + 1)[targs].T @ units)


def _retrieval_values(
    units: np.ndarray,  # (n, d) of length 1
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,) authors; each image its own number where everybody may be found
    metrics: Sequence[str] = tuple(_RETRIEVAL),
) -> dict[str, np.ndarray]:
    """How well every image finds those of its style by others, each `(n,)` and 0..1.

    The query's own group is neither candidate nor hit. With R images of its style among the candidates,
    `precision_at_1` says whether the nearest is one of them, `r_precision` how many of the R nearest are; `map_at_r` is
    the mean over these R places of the precision up to there, 0 where a place is no hit (Musgrave et al., A metric
    learning reality check, 2020). NaN where R is 0.

    The formulas are those of pytorch-metric-learning's AccuracyCalculator, called for one query at a time because
    every author has other candidates. Raises ValueError where that package is missing.
    """
    import torch

    units, styles = torch.as_tensor(units), torch.as_tensor(targs)

    def neighbours(query, k, reference, ref_includes_query):  # both are positions of images, (1, 1) and (m, 1)
        likeness = units @ units[int(query)]
        return likeness[reference[:, 0].long()][None].topk(k)

    wanted = tuple(_RETRIEVAL[name] for name in metrics)
    # this k is R, as there is one query; an own search needs no faiss
    calculator = calculator_class()(wanted, k="max_bin_count", device=torch.device("cpu"), knn_func=neighbours)
    values = {name: np.full(len(targs), np.nan) for name in metrics}
    for i in np.flatnonzero(_candidates(targs, groups)[0] > 0):
        others = torch.as_tensor(np.flatnonzero(groups != groups[i]))
        found = calculator.get_accuracy(torch.tensor([[i]]), styles[[i]], others[:, None], styles[others])
        for name in metrics:
            values[name][i] = found[_RETRIEVAL[name]]
    return values


def calculator_class() -> type:
    """pytorch-metric-learning's AccuracyCalculator. Raises ValueError where that package is missing."""
    try:
        from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
    except ImportError as error:
        raise ValueError("retrieval needs the package pytorch-metric-learning: pip install styleclf[metric]") from error
    return AccuracyCalculator


def _few_shot_values(
    judged: Judged,  # images of withheld styles
    nearest: np.ndarray,  # (n,) cosine of each with the nearest prototype of a trained style
    k: int,
    n_draws: int,
    rng: np.random.Generator,
) -> np.ndarray | None:
    """Accuracies with prototypes of `k` example images a style, drawn again and again: `(n_draws, 2, 2)`.

    Examples are drawn as `_examples` does. Images by none of their authors are then given to the style of the nearest
    prototype. `[:, 0]` is the accuracy among the withheld styles, `[:, 1]` the one where trained styles can be chosen
    too; `[…, 0]` is the value of the draw, `[…, 1]` the value when the judged authors are resampled as well. Every
    style counts alike. None where a style has too few images.
    """
    gram, styles = judged.units @ judged.units.T, np.arange(judged.targs.max() + 1)
    values = np.empty((n_draws, 2, 2))
    for draw in range(n_draws):
        examples = [_examples(np.flatnonzero(judged.targs == style), judged.groups, k, rng) for style in styles]
        if any(each is None for each in examples):
            return None
        examples = np.array(examples)  # (n_styles, k)
        lengths = np.sqrt(gram[examples[:, :, None], examples[:, None]].sum(axis=(1, 2)).clip(min=0))
        likeness = ratio(gram[:, examples].sum(axis=2), lengths, default=0)
        right = likeness.argmax(axis=1) == judged.targs
        hits = np.array([right, right & (likeness.max(axis=1) > nearest)], dtype=float)
        rest = ~np.isin(judged.groups, judged.groups[examples])
        targs = judged.targs[rest]
        counts = np.vstack([np.ones(rest.sum()), resampled_counts(judged.groups[rest], targs, 1, rng)])
        values[draw] = [mean_over_styles(each[rest], targs, len(styles), counts) for each in hits]
    return values


def _auroc(scores: np.ndarray, known: np.ndarray, targs: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """`(n_resamples,)` how often an image of a known style scores above one of an unknown style; a tie is half.

    `scores, known (bool), targs (n,)`; every style counts alike. 0.5 is chance, 1 a perfect order. It is the area under
    the receiver operating characteristic (Hanley and McNeil 1982).
    """
    weights = counts / np.maximum(counts @ np.eye(targs.max() + 1)[targs], 1e-12)[:, targs]
    there, not_there = scores[known][:, None], scores[~known]
    above = (there > not_there) + 0.5 * (there == not_there)
    positive, negative = weights[:, known], weights[:, ~known]
    return ratio(((positive @ above) * negative).sum(axis=1), positive.sum(axis=1) * negative.sum(axis=1))


def _with_bounds(
    score: Callable[[np.ndarray], np.ndarray], judged: Judged, n_resamples: int, seed: int
) -> tuple[float, float, float]:
    """Value and 95 % interval of a score `counts (n_resamples, n) -> (n_resamples,)`."""
    counts, tail = _counts(judged, n_resamples, seed)
    value, *draws = score(counts)
    return value, *interval(np.array(draws), tail)


def _counts(judged: Judged, n_resamples: int, seed: int) -> tuple[np.ndarray, float]:
    """A row of ones and rows of resampled authors, and where their interval ends."""
    drawn = resampled_counts(judged.groups, judged.targs, n_resamples, np.random.default_rng(seed))
    return np.vstack([np.ones(len(judged.targs)), drawn]), tail_percent(judged.groups, judged.targs)


def _separation_rows(judged: Judged, n_resamples: int, seed: int) -> list[tuple]:
    """Silhouette and Davies-Bouldin; draws are moved to have the value as mean, as `separation_table` explains."""
    counts, tail = _counts(judged, n_resamples, seed)
    turned = np.linalg.qr(judged.units.T, mode="r").T  # the same distances, in no more dimensions than images
    found = separation_values(turned, judged.targs, counts)
    rows = []
    for name in _SEPARATION:
        value, *draws = found[name]
        rows.append((name, value, *interval(centred_draws(np.array(draws), value), tail), np.nan, *judged.sizes))
    return rows


def _retrieval_rows(judged: Judged, n_resamples: int, seed: int) -> list[tuple]:
    """Retrieval of the images whose style somebody else has painted too."""
    alone = np.arange(len(judged.targs))
    values = _retrieval_values(judged.units, judged.targs, judged.groups)
    values[_OWN_AUTHOR] = _retrieval_values(judged.units, judged.targs, alone, ["precision_at_1"])["precision_at_1"]
    asked = ~np.isnan(values["precision_at_1"])
    if not asked.any():
        return [(name, *[np.nan] * 4, 0, 0) for name in values]
    queries, n_styles = judged.part(asked), judged.targs.max() + 1

    def mean(scores: np.ndarray, counts: np.ndarray) -> np.ndarray:
        return mean_over_styles(scores[asked], queries.targs, n_styles, counts)

    rows = []
    for name, scores in values.items():
        hits, candidates = _candidates(judged.targs, alone if name == _OWN_AUTHOR else judged.groups)
        by_chance = mean(ratio(hits, candidates), np.ones((1, asked.sum())))[0] if name != "map_at_r" else np.nan
        rows.append((name, *_with_bounds(partial(mean, scores), queries, n_resamples, seed), by_chance, *queries.sizes))
    return rows


def _few_shot_rows(judged: Judged, nearest: np.ndarray, n_trained: int, k: int, n_draws: int, seed: int) -> list[tuple]:
    """Accuracy after `k` examples. A draw's interval is that of its examples and of the authors judged."""
    names, n_styles = (f"accuracy_{k}_shot", f"accuracy_{k}_shot_of_all"), judged.targs.max() + 1
    chances = 1 / n_styles, 1 / (n_styles + n_trained)
    draws = _few_shot_values(judged, nearest, k, n_draws, np.random.default_rng(seed))
    rows = []
    for i, (name, chance) in enumerate(zip(names, chances, strict=True)):
        if draws is None or (i == 0 and n_styles == 1):  # one style among itself is always right
            value = [np.nan] * 3
        else:
            value = draws[:, i, 0].mean(), *interval(draws[:, i, 1], tail_percent(judged.groups, judged.targs))
        rows.append((name, *value, chance, *judged.sizes))
    return rows


def _examples(members: np.ndarray, groups: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray | None:
    """`k` of a style's images `members` at random, by as many authors as can be, but one author is left to be judged.

    None where that leaves fewer than `k` images.
    """
    authors, sizes = np.unique(groups[members], return_counts=True)
    if len(authors) <= k:
        spare = authors[len(members) - sizes >= k]
        if len(spare) == 0:
            return None
        members = members[groups[members] != rng.choice(spare)]
    order = rng.permutation(members)
    return order[alternate_groups(groups[order])[:k]]


def _candidates(targs: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`(n,)` how many images by others are of an image's style, and how many images by others there are."""
    groups = np.unique(groups, return_inverse=True)[1]
    images = np.zeros((groups.max() + 1, targs.max() + 1), dtype=int)
    np.add.at(images, (groups, targs), 1)
    return images.sum(axis=0)[targs] - images[groups, targs], len(targs) - images.sum(axis=1)[groups]


def _check(
    units: np.ndarray,
    table: pd.DataFrame,
    train_units: np.ndarray,
    train_labels: np.ndarray,
    shots: Sequence[int],
    n_draws: int,
) -> None:
    _check_judged(units, table)
    _check_units(train_units, "training embeddings")
    if len(train_units) != len(train_labels) or train_units.shape[1] != units.shape[1]:
        what = f"{train_units.shape} for {len(train_labels)} labels, beside {units.shape} to judge"
        raise ValueError(f"training embeddings are {what}: a label each and the same width are needed")
    if n_draws < 1 or any(k < 1 for k in shots):
        raise ValueError(f"n_draws and all shots must be 1 or more, not {n_draws} and {tuple(shots)}")
    withheld = table["withheld"].to_numpy(dtype=bool)
    seen = sorted(set(table["label"][withheld]) & set(train_labels))
    if seen:
        raise ValueError(f"the withheld style {seen[0]} is among the training images: leave them out of the training")
    missing = sorted(set(table["label"][~withheld]) - set(train_labels))
    if missing:
        raise ValueError(f"the style {missing[0]} has no training image: mark it as withheld")


def _check_judged(units: np.ndarray, table: pd.DataFrame) -> None:
    _check_units(units, "embeddings to judge")
    missing = [column for column in ("label", "author", "withheld") if column not in table]
    if missing or len(table) != len(units):
        what = f"lacks the column {missing[0]!r}" if missing else f"has {len(table)} rows for {len(units)} embeddings"
        raise ValueError(f"the table of the images {what}: label, author and withheld are needed, a row an embedding")
    both = table.groupby("label")["withheld"].nunique()
    if (both > 1).any():
        raise ValueError(f"some images of {both.idxmax()} are withheld and some are not: withhold the style or do not")


def _check_units(units: np.ndarray, name: str) -> None:
    if units.ndim != 2 or len(units) == 0:
        raise ValueError(f"{name} are {units.shape}: a row an image is needed")
    lengths = np.linalg.norm(units, axis=1)
    lost = ~((np.abs(lengths - 1) < _NEAR_1) | (lengths == 0))  # NaN is lost, too
    if lost.any():
        i = int(lost.argmax())
        raise ValueError(
            f"{lost.sum()} of the {len(units)} {name} are not of length 1, such as {lengths[i]:.3g} in row {i}"
        )
