"""Collections left out: what a model scores on a collection it has learned nothing from, beside painters never seen.

By painter, a model is tested on unseen painters of collections it knows. By collection, it has seen nothing from the
test images' collection, nor any painter of them elsewhere. Both are asked about the same images and choose among the
same styles: those that are taught by enough images from elsewhere. Where a collection is left out, there is less to
learn from; a third number therefore is by painter with as few training images of each style.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.audit.degradations import CLEAN, frozen_body, view_features
from styleclf.audit.probe_scores import change_estimate, drawn_rows, probe_hits, rate_estimate
from styleclf.common import count_of, with_progress, write_table
from styleclf.data import (
    FOLD_NAME,
    VAL,
    Paintings,
    author_groups,
    left_out_folds,
    make_design,
    single_styles,
    styles_text,
    trained_on,
)
from styleclf.evaluation import AuthorBootstrap, Estimate, count_authors, interval_text, targets
from styleclf.inference import Backbone
from styleclf.plots import plot_left_out, save_figure
from styleclf.training import FewDimensions, ProbeRules, feature_shares, probe_rules

ALL = "all of them"
_MIN_IMAGES = 8  # of a style from elsewhere, to be taught; of a collection, to be judged
_N_DRAWS = 3  # of as few training images
_COLUMNS = ["collection", "value", "lo", "hi", "by_painter", "by_painter_lo", "by_painter_hi", "as_few"]
_COLUMNS += ["difference", "difference_lo", "difference_hi", "n_images", "n_authors", "n_styles", "n_not_judged"]


class _Images(NamedTuple):
    """What is asked about: arrays over the images, and the rules of the probe."""

    coordinates: np.ndarray  # (n, k) of features
    targs: np.ndarray  # (n,)
    folds: np.ndarray  # (n,) by painter
    groups: np.ndarray  # (n,) of `author_groups`
    left_out: pd.DataFrame  # the design whose folds are collections
    rules: ProbeRules


class _Hits(NamedTuple):
    """Whether images are right, 0..1 and NaN for those that are not asked about."""

    by_collection: np.ndarray
    by_painter: np.ndarray
    as_few: np.ndarray

    @classmethod
    def none(cls, n: int) -> "_Hits":
        """Arrays for `n` images of which none is asked about yet."""
        by_collection, by_painter, as_few = np.full((3, n), np.nan)
        return cls(by_collection, by_painter, as_few)


def left_out_audit(
    paintings: Paintings,
    column: str,  # of the design: whose values are left out one by one
    backbone: Backbone,
    *,
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """Accuracies of a probe of frozen features by collection and by painter; its validation set stays closed.

    Columns: `collection, value, lo, hi, by_painter, by_painter_lo, by_painter_hi, as_few, difference, difference_lo,
    difference_hi, n_images, n_authors, n_styles, n_not_judged`, one row per collection and last one of all together.
    Accuracies are top-1, every style counting alike; `difference` is `value` - `by_painter`, paired, with a 95 %
    interval from resampling painters. `n_not_judged` images are of styles that nothing else teaches. Folds by painter
    are those of the design, or are dealt here where its folds are collections.

    Raises what `left_out_folds` raises, and ValueError where no collection can be judged.
    """
    left_out = left_out_folds(paintings.rows, column)
    is_open = paintings.folds != VAL
    open_paintings = paintings.where(is_open)
    left_out = left_out[is_open.to_numpy()].reset_index(drop=True)
    views = view_features(open_paintings.paths(), backbone, (), seed=seed, progress=progress)
    shares = feature_shares(frozen_body(backbone, seed))
    reduced = FewDimensions(views[CLEAN], shares)
    by_painter = _with_folds_by_painter(open_paintings.rows, seed)
    table = left_out_table(by_painter, left_out, reduced.coordinates, seed=seed, progress=progress)
    if table.empty:
        raise ValueError(
            f"no {column} can be judged: with any of them left out, fewer than two styles have {_MIN_IMAGES} images "
            "from elsewhere, or too few of its own images are of those"
        )
    return table


def _with_folds_by_painter(design: pd.DataFrame, seed: int) -> pd.DataFrame:
    """A design without validation set; four folds by painter stand in place of folds that are collections."""
    if FOLD_NAME not in design:
        return design
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of styles with few painters, as whoever made the design knows
        return make_design(design, val_share=0, seed=seed)


def left_out_table(
    design: pd.DataFrame,  # by painter, without its validation set
    left_out: pd.DataFrame,  # the same rows by collection
    coordinates: np.ndarray,  # (n, k) of features
    *,
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """The table of `left_out_audit`; without rows where no collection can be judged."""
    labels = design["label"]
    vocab = sorted(labels.unique())
    targs = targets(labels, vocab)
    groups = author_groups(design)
    images = _Images(
        coordinates=coordinates,
        targs=targs,
        folds=design["fold"].to_numpy(dtype=str),
        groups=groups,
        left_out=left_out,
        rules=probe_rules(coordinates, targs, groups, n_styles=len(vocab)),
    )
    hits = _Hits.none(len(targs))
    names = left_out[FOLD_NAME].to_numpy(dtype=str)
    collections = np.unique(names)
    rng = np.random.default_rng(seed)
    for name in with_progress(collections, len(collections), "collections left out", progress):
        _judge(images, names == name, hits, rng=rng)
    rows = list(_rows(images, names, hits))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _judge(
    images: _Images,
    in_collection: np.ndarray,  # (n,) bool
    hits: _Hits,  # filled in
    *,
    rng: np.random.Generator,
) -> None:
    """Judge the images of a collection whose styles are taught by enough images from elsewhere."""
    fold = images.left_out["fold"].to_numpy(dtype=str)[in_collection][0]
    train = trained_on(images.left_out, fold)
    n_taught = np.bincount(images.targs[train], minlength=images.targs.max() + 1)
    taught = np.flatnonzero(n_taught >= _MIN_IMAGES)
    is_taught = np.isin(images.targs, taught)
    test = in_collection & is_taught
    if test.sum() < _MIN_IMAGES or len(taught) < 2:
        return
    train_rows = np.flatnonzero(train & is_taught)
    hits.by_collection[test] = _hits(images, train_rows, test)
    for painter_fold in np.unique(images.folds[test]):
        in_fold = images.folds == painter_fold
        is_judged = test & in_fold
        train_by_painter = np.flatnonzero(is_taught & ~in_fold)
        hits.by_painter[is_judged] = _hits(images, train_by_painter, is_judged)
        draws = []
        for _ in range(_N_DRAWS):
            few = drawn_rows(train_by_painter, images.targs, n_taught, rng=rng)
            draws.append(_hits(images, few, is_judged))
        hits.as_few[is_judged] = np.mean(draws, axis=0)


def _hits(images: _Images, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """What `probe_hits` returns for these images."""
    return probe_hits(images.coordinates, images.targs, train, test=test, rules=images.rules)


def _rows(
    images: _Images,
    names: np.ndarray,  # (n,) of collections
    hits: _Hits,
) -> Iterator[tuple]:
    """A row for every collection that was judged, and one for all together."""
    is_judged = ~np.isnan(hits.by_collection)
    if not is_judged.any():
        return
    for name in np.unique(names[is_judged]):
        in_collection = names == name
        n_not_judged = int((in_collection & ~is_judged).sum())
        yield _row(images, name, in_collection & is_judged, hits=hits, n_not_judged=n_not_judged)
    yield _row(images, ALL, is_judged, hits=hits, n_not_judged=int((~is_judged).sum()))


def _row(
    images: _Images,
    name: str,
    rows: np.ndarray,  # (n,) bool: the images that were judged
    *,
    hits: _Hits,
    n_not_judged: int,
) -> tuple:
    """The row of a collection."""
    _, targs = np.unique(images.targs[rows], return_inverse=True)
    bootstrap = AuthorBootstrap(images.groups[rows], targs)
    by_collection = hits.by_collection[rows]
    by_painter = hits.by_painter[rows]
    value = rate_estimate(by_collection, targs, bootstrap)
    painter_value = rate_estimate(by_painter, targs, bootstrap)
    as_few = rate_estimate(hits.as_few[rows], targs, bootstrap).value
    difference = change_estimate(by_collection - by_painter, targs, bootstrap)
    n_authors = count_authors(images.left_out["author"][rows])
    numbers = (int(rows.sum()), n_authors, len(np.unique(targs)), n_not_judged)
    return (name, *value, *painter_value, as_few, *difference, *numbers)


def write_left_out(
    table: pd.DataFrame,
    paintings: Paintings,
    column: str,
    *,
    out: str | Path,
) -> list[str]:
    """Write `left_out.csv` of a table of `left_out_audit`, and its figure; returns what it says."""
    folder = Path(out)
    write_table(table, folder / "left_out.csv")
    save_figure(plot_left_out(table, column), folder / "figures/left_out.png")
    return left_out_sentences(table, paintings.rows, column)


def left_out_sentences(
    table: pd.DataFrame,
    design: pd.DataFrame,  # with the column
    column: str,
) -> list[str]:
    """What a table of `left_out_audit` says, the numbers of all collections first, and what it cannot say."""
    total = table[table["collection"] == ALL].iloc[0]
    by_painter = Estimate(*total[["by_painter", "by_painter_lo", "by_painter_hi"]])
    by_collection = Estimate(*total[["value", "lo", "hi"]])
    points = f"{100 * total['difference']:+.1f} points"
    interval = interval_text(total["difference_lo"], total["difference_hi"])
    n_images = int(total["n_images"])
    images = count_of(n_images, "image")
    as_few = total["as_few"]
    by_both = f"by painter {by_painter}, by {column} {by_collection}"
    sentences = [
        f"{by_both}, on the same {images} and among the same styles: {points} ({interval}); "
        f"by painter with as few training images {as_few:.2f}"
    ]
    for row in table[table["collection"] != ALL].to_dict("records"):
        sentences.append(_collection_sentence(row))
    singles = single_styles(left_out_folds(design, column))
    if singles:
        styles = styles_text(singles)
        doubt = f"there style and {column} cannot be told apart, and an accuracy may be that of either"
        sentences.append(f"not asked: {styles} in one {column} only: {doubt}")
    return sentences


def _collection_sentence(row: dict) -> str:
    """Both accuracies on one collection."""
    value = Estimate(row["value"], row["lo"], row["hi"])
    images = count_of(row["n_images"], "image")
    styles = count_of(row["n_styles"], "style")
    painters = count_of(row["n_authors"], "painter")
    pictures = f"{images} of {styles} by {painters}"
    accuracies = f"by painter {row['by_painter']:.2f}, left out {value}"
    return f"{row['collection']}: {accuracies}, {pictures}"
