"""How far explanations can be believed: of which methods the maps name what this learner's probabilities hang on."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.data import alternate_groups, read_without_validation
from styleclf.evaluation import (
    N_RESAMPLES,
    author_units,
    interval,
    mean_over_styles,
    resampled_counts,
    tail_percent,
    targets,
)
from styleclf.explain.attribution import explained
from styleclf.explain.deletion_curves import ORDERS, STEPS, areas, cell_ranks, in_cells, order_curves
from styleclf.explain.inputs import Baseline, check_baseline
from styleclf.explain.randomisation import PARTS, rank_correlations, shuffled_correlations
from styleclf.output import write_table
from styleclf.plots import plot_faithfulness, save_figure

_LAST = f"after_{PARTS[-1]}"
_UNCHANGED = 0.5  # rank correlation from which on maps have not changed although all weights are shuffled


class Faithfulness(NamedTuple):
    """The three tables of `judge_methods`."""

    table: pd.DataFrame
    curves: pd.DataFrame
    agreement: pd.DataFrame


def judge_methods(
    learn: Learner,
    rows: pd.DataFrame,  # `filename` (a path), `label, author` of images that the learner has not seen
    methods: Sequence[str],
    cover: Baseline = "blur",  # what is seen of what is gone; that with which maps are made would flatter occlusion
    n_shuffled: int = 16,  # of the images, for maps of the network with shuffled weights; 0: none
    seed: int = 0,  # of random orders, shuffled weights and resampled authors
    progress: bool = True,
    **how: object,  # what `explained` takes
) -> Faithfulness:
    """Methods judged by the predicted style's probability while what they call important goes, and while it comes.

    `table`: a row a method, then the orders 'random' and 'centre'. `deletion, insertion`: areas 0..1 under the
        probability (Petsiuk et al. 2018); `gain`: insertion less deletion, about 0 for a random order; `over_random,
        over_centre`: how much larger it is than theirs, with `…_lo, …_hi`, a 95 % interval from resampling authors;
        `after_<part>`: rank correlation of maps with those after shuffling the network's weights from the head down to
        that part, NaN where it was not computed or where those maps are of one colour.
    `curves`: `method, share` (of cells that are gone, or have come), `deletion, insertion`.
    `agreement`: rank correlations between methods.
    All are means over styles, every style counting alike.

    Raises ValueError for an unknown cover or styles of one image, and what `explained` raises.
    """
    check_baseline(cover)
    paths, vocab = rows["filename"].tolist(), list(learn.dls.vocab)
    mean, how = _mean_of_authors(rows, vocab, seed), how | dict(seed=seed)
    found = {method: explained(learn, paths, method, progress=progress, **how) for method in methods}
    styles = [vocab[i] for i in next(iter(found.values())).targs]
    cells = {method: in_cells(each.attr) for method, each in found.items()}
    ranks, precision = cell_ranks(cells, seed), how.get("precision")
    curves = order_curves(learn, paths, styles, ranks, cover, progress=progress, precision=precision)
    first = slice(n_shuffled)
    some = {method: each[first] for method, each in cells.items()}
    shuffled = shuffled_correlations(learn, paths[first], styles[first], some, **how) if n_shuffled else {}
    return Faithfulness(_table(curves, shuffled, mean), _mean_curves(curves, mean), _agreement(cells, mean))


def images_to_judge(design: str | Path, fold: str, images: str | Path, n: int, seed: int = 0) -> pd.DataFrame:
    """`rows_to_judge` of a fold that the learner should not have seen, with paths for filenames.

    Raises what `read_without_validation` and `rows_to_judge` raise.
    """
    rows = rows_to_judge(read_without_validation(design, fold), n, seed)
    return rows.assign(filename=[(Path(images) / name).as_posix() for name in rows["filename"]])


def rows_to_judge(design: pd.DataFrame, n: int, seed: int = 0) -> pd.DataFrame:
    """`n` random rows of a design: from as many styles as there are, and within them from as many authors.

    Raises ValueError for `n` below 1.
    """
    if n < 1:
        raise ValueError(f"methods are judged on 1 image or more, not {n}")
    drawn = design.sort_values("filename").sample(frac=1, random_state=seed)
    hands = drawn.groupby(["label", author_units(drawn["author"])]).ngroup()
    drawn = drawn.iloc[alternate_groups(hands)]
    return drawn.iloc[alternate_groups(drawn["label"])].head(n).reset_index(drop=True)


class Means(NamedTuple):
    """Means over styles, every style counting alike, with intervals from resampled authors (see `metrics`)."""

    labels: np.ndarray
    n_styles: int
    counts: np.ndarray
    tail: float

    def of(self, scores: np.ndarray) -> float:
        """The mean of `scores (m,)` of the first m images; those that are NaN stay out, and NaN is left without any."""
        known = np.isfinite(scores)
        if not known.any():
            return np.nan
        ones = np.ones((1, known.sum()))
        return float(mean_over_styles(scores[known], self.labels[: len(scores)][known], self.n_styles, ones)[0])

    def bounds(self, scores: np.ndarray) -> tuple[float, float]:
        """The bounds of the interval of the mean of `scores (n,)` of all images."""
        return interval(mean_over_styles(scores, self.labels, self.n_styles, self.counts), self.tail)


def _mean_of_authors(rows: pd.DataFrame, vocab: list[str], seed: int = 0) -> Means:
    """The means over rows with `label, author`. Raises ValueError for a style of one image, which tells no chance."""
    n_images = rows["label"].value_counts()
    if n_images.min() < 2:
        raise ValueError(f"methods are judged on two images or more of each style, and {n_images.idxmin()} has one")
    labels, units = targets(rows["label"], vocab), author_units(rows["author"])
    counts = resampled_counts(units, labels, N_RESAMPLES, np.random.default_rng(seed))
    return Means(labels, len(vocab), counts, tail_percent(units, labels))


def _table(curves: Mapping[str, np.ndarray], shuffled: Mapping[str, np.ndarray], mean: Means) -> pd.DataFrame:
    under = {name: areas(each) for name, each in curves.items()}
    gains = {name: insertion - deletion for name, (deletion, insertion) in under.items()}
    rows = []
    for name, (deletion, insertion) in under.items():
        row = dict(method=name, deletion=mean.of(deletion), insertion=mean.of(insertion), gain=mean.of(gains[name]))
        for order in ORDERS:
            more = gains[name] - gains[order]
            lo, hi = mean.bounds(more)
            row |= {f"over_{order}": mean.of(more), f"over_{order}_lo": lo, f"over_{order}_hi": hi}
        found = map(mean.of, shuffled[name]) if name in shuffled else [np.nan] * len(PARTS)
        rows.append(row | {f"after_{part}": value for part, value in zip(PARTS, found, strict=True)})
    return pd.DataFrame(rows)


def _mean_curves(curves: Mapping[str, np.ndarray], mean: Means) -> pd.DataFrame:
    rows = [
        (name, step / STEPS, *(mean.of(each[:, step]) for each in both))
        for name, both in curves.items()
        for step in range(STEPS + 1)
    ]
    return pd.DataFrame(rows, columns=["method", "share", "deletion", "insertion"])


def _agreement(cells: Mapping[str, np.ndarray], mean: Means) -> pd.DataFrame:
    values = {one: [mean.of(rank_correlations(cells[one], each)) for each in cells.values()] for one in cells}
    return pd.DataFrame({"method": list(cells), **values})


def write_faithfulness(found: Faithfulness, out: str | Path) -> None:
    """Write the tables `faithfulness.csv, curves.csv, agreement.csv` and the figure `figures/faithfulness.png`."""
    for name, table in zip(("faithfulness", "curves", "agreement"), found, strict=True):
        write_table(table, Path(out) / f"{name}.csv")
    save_figure(plot_faithfulness(found.table, found.curves), Path(out) / "figures/faithfulness.png")


def _trusted_method(table: pd.DataFrame) -> str | None:
    """The method with the largest gain among those of a `Faithfulness.table` that can be trusted; None without any.

    Those are better than both orders by more than chance, and their maps change with the network. Being chosen as the
    best of several makes its gain look a little larger than it is.
    """
    methods = table[~table["method"].isin(ORDERS)]
    better = (methods[[f"over_{order}_lo" for order in ORDERS]] > 0).all(axis=1)
    unchanged = methods[_LAST].abs() >= _UNCHANGED
    sound = methods[better & ~unchanged]
    return None if sound.empty else sound.loc[sound["gain"].idxmax(), "method"]


def faithfulness_text(table: pd.DataFrame) -> str:
    """A `Faithfulness.table` for the screen, in points of probability, and which method to trust."""
    shown = pd.DataFrame({"": table["method"].str.replace("_", " ")})
    for name in ("deletion", "insertion", "gain"):
        shown[name] = [f"{100 * value:.0f}" for value in table[name]]
    for order in ORDERS:
        values = 100 * table[[f"over_{order}", f"over_{order}_lo", f"over_{order}_hi"]]
        texts = [f"{value:+.0f} ({lo:+.0f} to {hi:+.0f})" for value, lo, hi in values.to_numpy()]
        shown[f"over {order}"] = np.where(table["method"] == order, "", texts)
    for part in PARTS:
        shown[f"after {part}"] = ["" if np.isnan(value) else f"{value:.2f}" for value in table[f"after_{part}"]]
    return (
        f"{shown.to_string(index=False)}\n"
        "deletion, insertion: areas in points, low and high are good; gain: their difference, with 95 % intervals\n"
        "after …: correlation with maps of the network shuffled from the head down to there, near 0 is good\n\n"
        f"{_verdict_sentence(table)}"
    )


def _verdict_sentence(table: pd.DataFrame) -> str:
    """Which method to trust, and why, as a sentence."""
    best = _trusted_method(table)
    if best is None:
        return "trust none of these methods for this learner: none beats both orders clearly and changes with it"
    row = table.set_index("method").loc[best]
    more = " and ".join(f"{100 * row[f'over_{order}']:.0f} points over the {order} order" for order in ORDERS)
    untested = "; whether its maps change with the network was not tested" if np.isnan(row[_LAST]) else ""
    return f"trust {best.replace('_', ' ')} for this learner: its gain is {more}, more than chance{untested}"
