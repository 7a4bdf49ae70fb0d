"""How far explanations can be believed: which methods' maps name what this learner's probabilities depend on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.common import write_table
from styleclf.data import Paintings, alternate_groups
from styleclf.evaluation import (
    AuthorBootstrap,
    Estimate,
    author_units,
    bounds_text,
    mean_over_styles,
    screen_text,
    targets,
)
from styleclf.explain.attribution import explanations
from styleclf.explain.deletion_curves import N_STEPS, ORDERS, areas, cell_ranks, in_cells, order_curves
from styleclf.explain.inputs import Baseline, check_baseline
from styleclf.explain.map_options import MapOptions
from styleclf.explain.randomisation import NETWORK_PARTS, rank_correlations, shuffled_correlations
from styleclf.explain.selection import paintings_of_fold, with_paths
from styleclf.plots import plot_faithfulness, save_figure

_LAST = f"after_{NETWORK_PARTS[-1]}"
_UNCHANGED_CORRELATION = 0.5  # from which on maps have not changed although all weights are shuffled


class Faithfulness(NamedTuple):
    """The three tables of `judge_methods`."""

    table: pd.DataFrame
    curves: pd.DataFrame
    agreement: pd.DataFrame


def judge_methods(
    learn: Learner,
    rows: pd.DataFrame,  # `filename` (a path), `label, author` of images that the learner has not seen
    methods: Sequence[str],
    *,
    cover: Baseline = "blur",  # what is seen of what is gone; that with which maps are made would flatter occlusion
    n_shuffled: int = 16,  # of the images, for maps of the network with shuffled weights; 0: none
    options: MapOptions | None = None,  # its seed is also that of random orders, shuffled weights and redrawn authors
    progress: bool = True,
) -> Faithfulness:
    """Methods judged by the predicted style's probability while what they call important goes, and while it comes.

    `table`: one row per method, then the orders 'random' and 'centre'. `deletion, insertion`: areas 0..1 under the
        probability (Petsiuk et al. 2018); `gain`: insertion less deletion, about 0 for a random order; `over_random,
        over_centre`: how much larger it is than theirs, with `…_lo, …_hi`, a 95 % interval from resampling authors;
        `after_<part>`: rank correlation of maps with those after shuffling the network's weights from the head down to
        that part, NaN where it was not computed or where those maps are of one colour.
    `curves`: `method, share` (of cells that are gone, or have come), `deletion, insertion`.
    `agreement`: rank correlations between methods.
    All are means over styles, every style counting alike.

    Raises ValueError for an unknown cover or styles of one image, and what `explained_images` raises.
    """
    options = options or MapOptions()
    check_baseline(cover)
    paths = rows["filename"].tolist()
    vocab = list(learn.dls.vocab)
    means = _style_means(rows, vocab, options.seed)
    cells = {}
    for method in methods:
        result = explanations(learn, paths, method, options=options, progress=progress)
        cells[method] = in_cells(result.attr)
        if method == methods[0]:
            styles = [vocab[position] for position in result.targs]
    ranks = cell_ranks(cells, options.seed)
    curves = order_curves(
        learn, paths, styles, ranks=ranks, cover=cover, progress=progress, precision=options.precision
    )
    correlations = {}
    if n_shuffled:
        first = slice(n_shuffled)
        first_cells = {method: values[first] for method, values in cells.items()}
        correlations = shuffled_correlations(learn, paths[first], styles[first], cells=first_cells, options=options)
    return Faithfulness(
        _methods_table(curves, correlations, means), _curves_table(curves, means), _agreement_table(cells, means)
    )


def images_to_judge(
    paintings: Paintings,
    fold: str,
    n: int,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """`rows_to_judge` of a fold that the learner should not have seen, with paths for filenames.

    Raises what `paintings_of_fold` and `rows_to_judge` raise.
    """
    candidates = paintings_of_fold(paintings, fold)
    rows = rows_to_judge(candidates.rows, n, seed)
    return with_paths(candidates.with_rows(rows))


def rows_to_judge(
    design: pd.DataFrame,
    n: int,
    seed: int = 0,
) -> pd.DataFrame:
    """`n` random rows of a design: from as many styles as there are, and within them from as many authors.

    Raises ValueError for `n` below 1.
    """
    if n < 1:
        raise ValueError(f"methods are judged on 1 image or more, not {n}")
    rows = design.sort_values("filename")
    rows = rows.sample(frac=1, random_state=seed)
    authors = rows.groupby(["label", author_units(rows["author"])]).ngroup()
    rows = rows.iloc[alternate_groups(authors)]
    rows = rows.iloc[alternate_groups(rows["label"])]
    return rows.head(n).reset_index(drop=True)


@dataclass(frozen=True)
class _StyleMeans:
    """Means over styles, every style counting alike, with intervals from resampled authors."""

    targs: np.ndarray
    n_styles: int
    bootstrap: AuthorBootstrap

    def value(self, scores: np.ndarray) -> float:
        """The mean of `scores (m,)` of the first m images; NaN stay out, and without any other score it is NaN."""
        finite = np.isfinite(scores)
        if not finite.any():
            return np.nan
        targs = self.targs[: len(scores)][finite]
        ones = np.ones((1, len(targs)))
        means = mean_over_styles(scores[finite], targs, self.n_styles, counts=ones)
        return float(means[0])

    def estimate(self, scores: np.ndarray) -> Estimate:
        """The mean of `scores (n,)` of all images, and its interval: NaN where no draw of authors changes the mean."""
        draws = mean_over_styles(scores, self.targs, self.n_styles, counts=self.bootstrap.counts)
        bounds = self.bootstrap.bounds(draws) if np.ptp(draws) else (np.nan, np.nan)
        return Estimate(self.value(scores), *bounds)


def _style_means(
    rows: pd.DataFrame,
    vocab: list[str],
    seed: int = 0,
) -> _StyleMeans:
    """The means over rows with `label, author`. Raises ValueError for a style of a single image."""
    n_images = rows["label"].value_counts()
    if n_images.min() < 2:
        raise ValueError(
            f"methods are judged on two images or more of each style, and {n_images.idxmin()} has one: "
            "judge more images"
        )
    targs = targets(rows["label"], vocab)
    bootstrap = AuthorBootstrap(author_units(rows["author"]), targs, seed=seed)
    return _StyleMeans(targs, len(vocab), bootstrap)


def _methods_table(
    curves: Mapping[str, np.ndarray],
    correlations_of: Mapping[str, np.ndarray],
    means: _StyleMeans,
) -> pd.DataFrame:
    """The first table of `judge_methods`, from curves and from correlations with shuffled networks."""
    areas_of = {name: areas(both_curves) for name, both_curves in curves.items()}
    gains = {}
    for name, (deletion, insertion) in areas_of.items():
        gains[name] = insertion - deletion
    table = []
    for name, (deletion, insertion) in areas_of.items():
        row = {
            "method": name,
            "deletion": means.value(deletion),
            "insertion": means.value(insertion),
            "gain": means.value(gains[name]),
        }
        for order in ORDERS:
            lead = means.estimate(gains[name] - gains[order])
            row[f"over_{order}"] = lead.value
            row[f"over_{order}_lo"] = lead.lo
            row[f"over_{order}_hi"] = lead.hi
        for i, part in enumerate(NETWORK_PARTS):
            row[f"after_{part}"] = np.nan
            if name in correlations_of:
                correlations = correlations_of[name][i]
                row[f"after_{part}"] = means.value(correlations)
        table.append(row)
    return pd.DataFrame(table)


def _curves_table(curves: Mapping[str, np.ndarray], means: _StyleMeans) -> pd.DataFrame:
    """The second table of `judge_methods`."""
    table = []
    for name, (deletion, insertion) in curves.items():
        for step in range(N_STEPS + 1):
            share = step / N_STEPS
            deletion_mean = means.value(deletion[:, step])
            insertion_mean = means.value(insertion[:, step])
            table.append((name, share, deletion_mean, insertion_mean))
    return pd.DataFrame(table, columns=["method", "share", "deletion", "insertion"])


def _agreement_table(cells: Mapping[str, np.ndarray], means: _StyleMeans) -> pd.DataFrame:
    """The third table of `judge_methods`."""
    table = pd.DataFrame({"method": list(cells)})
    for method, values in cells.items():
        correlations = (rank_correlations(values, other_values) for other_values in cells.values())
        table[method] = list(map(means.value, correlations))
    return table


def write_faithfulness(result: Faithfulness, out: str | Path) -> None:
    """Write the tables `faithfulness.csv, curves.csv, agreement.csv` and the figure `figures/faithfulness.png`."""
    out = Path(out)
    write_table(result.table, out / "faithfulness.csv")
    write_table(result.curves, out / "curves.csv")
    write_table(result.agreement, out / "agreement.csv")
    save_figure(plot_faithfulness(result.table, result.curves), out / "figures/faithfulness.png")


def write_judgement(
    learn: Learner,
    rows: pd.DataFrame,  # of `images_to_judge`
    methods: Sequence[str],
    *,
    out: str | Path,
    options: MapOptions | None = None,
) -> str:
    """Judge methods by `judge_methods` and write what `write_faithfulness` does; returns `faithfulness_text`."""
    result = judge_methods(learn, rows, methods, options=options)
    write_faithfulness(result, out)
    return faithfulness_text(result.table)


def _trusted_method(table: pd.DataFrame) -> str | None:
    """The method with the largest gain among those of a `Faithfulness.table` that can be trusted; None without any.

    Those are better than both orders by more than chance, and their maps change with the network. Being chosen as the
    best of several makes its gain look a little larger than it is.
    """
    methods = table[~table["method"].isin(ORDERS)]
    lower_ends = methods[[f"over_{order}_lo" for order in ORDERS]]
    beats_orders = (lower_ends > 0).all(axis=1)
    is_unchanged = methods[_LAST].abs() >= _UNCHANGED_CORRELATION
    sound = methods[beats_orders & ~is_unchanged]
    if sound.empty:
        return None
    best = sound["gain"].idxmax()
    return sound.loc[best, "method"]


def faithfulness_text(table: pd.DataFrame) -> str:
    """A `Faithfulness.table` for the screen, in points of probability, and which method to trust."""
    methods = table["method"].str.replace("_", " ")
    text_table = pd.DataFrame({"": methods})
    for name in ("deletion", "insertion", "gain"):
        points = 100 * table[name]
        text_table[name] = points.map("{:.0f}".format)
    for order in ORDERS:
        over = f"over_{order}"
        points = 100 * table[[over, f"{over}_lo", f"{over}_hi"]]
        texts = [_lead_text(*row) for row in points.to_numpy()]
        is_itself = table["method"] == order
        text_table[f"over {order}"] = np.where(is_itself, "", texts)
    for part in NETWORK_PARTS:
        correlations = table[f"after_{part}"]
        texts = correlations.map("{:.2f}".format)
        text_table[f"after {part}"] = texts.where(correlations.notna(), "")
    by_method = text_table.set_index("").rename_axis(None)
    return (
        f"{screen_text(by_method)}\n"
        "deletion, insertion: areas in points, low and high are good; gain: their difference, with 95 % intervals\n"
        "after …: correlation with maps of the network shuffled from the head down to there, near 0 is good\n\n"
        f"{_verdict_sentence(table)}"
    )


def _lead_text(points: float, lo: float, hi: float) -> str:
    """A lead in points, with its interval."""
    interval = bounds_text(lo, hi, "+.0f")
    return f"{points:+.0f} ({interval})"


def _verdict_sentence(table: pd.DataFrame) -> str:
    """Which method to trust, and why, as a sentence."""
    method = _trusted_method(table)
    if method is None:
        return "trust none of these methods for this learner: none beats both orders clearly and changes with it"
    row = table.set_index("method").loc[method]
    leads = []
    for order in ORDERS:
        points = 100 * row[f"over_{order}"]
        leads.append(f"{points:.0f} points over the {order} order")
    name = method.replace("_", " ")
    sentence = f"trust {name} for this learner: its gain is {' and '.join(leads)}, more than chance"
    if np.isnan(row[_LAST]):
        sentence += "; whether its maps change with the network was not tested"
    return sentence
