"""Sources: whether the features reveal where an image comes from, and what a source costs that was not trained on."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.audit.probe_scores import (
    change_estimate,
    drawn_rows,
    out_of_fold,
    probe_hits,
    rate_estimate,
    top_k_hits,
)
from styleclf.common import with_progress
from styleclf.data import Paintings, read_text_table
from styleclf.evaluation import AuthorBootstrap, interval_text, named_interval
from styleclf.training import ProbeRules

_MIN_IMAGES = 8  # of a style from a source; fewer say nothing
_N_REFERENCE_DRAWS = 3  # of training images from all sources, as many as there are without one of them
_COLUMNS = ["question", "label", "source", "value", "lo", "hi", "reference", "difference", "difference_lo"]
_COLUMNS += ["difference_hi", "n_images"]
_WHICH_SOURCE = "which source"
_UNSEEN_SOURCE = "unseen source"


def read_sources(csv: str | Path, design: pd.DataFrame) -> pd.Series:
    """The source of every image of the design, '' where the table `filename,source` does not have it.

    Raises OSError where there is no such file, ValueError if it lacks a column, gives an image two sources or knows no
    image of the design.
    """
    table = read_text_table(csv, ["filename", "source"])
    _check_one_source(table, csv)
    by_filename = table.drop_duplicates("filename").set_index("filename")
    sources = design["filename"].map(by_filename["source"]).fillna("")
    if (sources == "").all():
        example = design["filename"].iat[0]
        raise ValueError(
            f"{csv} has the source of no image of the design, such as {example!r}: "
            "filenames must be those of the design"
        )
    return sources


def _check_one_source(table: pd.DataFrame, csv: str | Path) -> None:
    """Raise ValueError where a table gives the same image two sources."""
    pairs = table[["filename", "source"]].drop_duplicates()
    is_repeated = pairs["filename"].duplicated(keep=False)
    if is_repeated.any():
        filename = pairs["filename"][is_repeated].iat[0]
        sources = pairs["source"][pairs["filename"] == filename]
        first, second, *_ = sources
        advice = "leave one of the rows"
        raise ValueError(f"{csv} says that {filename} comes from {first!r} and from {second!r}: {advice}")


def with_sources(paintings: Paintings, csv: str | Path) -> Paintings:
    """The paintings with a column `source`, read as `read_sources` does. Raises what it raises."""
    sources = read_sources(csv, paintings.rows)
    rows = paintings.rows.assign(source=sources)
    return paintings.with_rows(rows)


class _Images(NamedTuple):
    """What the questions are asked about: arrays over the images, and the rules of the probe."""

    coordinates: np.ndarray
    labels: np.ndarray
    targs: np.ndarray
    sources: np.ndarray
    folds: np.ndarray
    groups: np.ndarray
    rules: ProbeRules


def source_audit(
    coordinates: np.ndarray,  # (n, k) of features
    labels: np.ndarray,  # (n,) styles
    sources: np.ndarray,  # (n,) names, '' for unknown
    *,
    folds: np.ndarray,
    rules: ProbeRules,
    groups: np.ndarray,  # of `author_groups`
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """Two questions in one table: `question, label, source, value, lo, hi, reference, difference, …, n_images`.

    'which source': balanced accuracy, over the folds, of recognising the source of a style's images; the reference is
    chance. Only sources with at least 8 images of the style count, and only styles with two of them.

    'unseen source': class-weighted accuracy on a source's images by probes that saw no image of it, of all styles that
    have 8 images from elsewhere; the reference is the same on as many training images of each style from all sources.
    Both know these styles only, and no author of the test images. `source` is '' in the row of all sources.

    `difference` is value - reference, with a paired 95 % interval. No rows where no style has two sources.
    """
    styles, targs = np.unique(labels, return_inverse=True)
    images = _Images(
        coordinates=coordinates,
        labels=labels,
        targs=targs,
        sources=sources,
        folds=folds,
        groups=groups,
        rules=rules,
    )
    rows = []
    for style in styles:
        row = _which_source_row(images, style)
        if row is not None:
            rows.append(row)
    rows += _unseen_source_rows(images, seed, progress=progress)
    return pd.DataFrame(rows, columns=_COLUMNS)


def source_sentences(table: pd.DataFrame) -> list[str]:
    """What a table of `source_audit` says: the style whose sources are recognised best, and all unseen sources."""
    if table.empty:
        return ["no style has two sources with enough images, so nothing is known of scanners"]
    sentences = []
    which_source = table[table["question"] == _WHICH_SOURCE]
    if len(which_source):
        best = which_source.loc[which_source["difference"].idxmax()]
        interval = named_interval(best["lo"], best["hi"])
        sentences.append(
            f"within {best['label']} the features tell the source with {best['value']:.2f} balanced accuracy "
            f"({interval}, chance {best['reference']:.2f})"
        )
    all_sources = (table["question"] == _UNSEEN_SOURCE) & (table["source"] == "")
    for row in table[all_sources].itertuples():
        points = 100 * row.value
        points_lost = -100 * row.difference
        interval = interval_text(-row.difference_hi, -row.difference_lo)
        sentences.append(
            f"images from a source not seen in training: {points:.1f} points, {points_lost:.1f} fewer than with as "
            f"many training images from all sources ({interval})"
        )
    return sentences


def _which_source_row(images: _Images, style: str) -> tuple | None:
    """The row of a style's first question; None for a style without two sources of enough images in two folds."""
    in_style = images.labels == style
    has_source = images.sources != ""
    names, n_images = np.unique(images.sources[in_style & has_source], return_counts=True)
    large_sources = names[n_images >= _MIN_IMAGES]
    rows = in_style & np.isin(images.sources, large_sources)
    source_names, targs = np.unique(images.sources[rows], return_inverse=True)
    folds = images.folds[rows]
    n_folds = len(np.unique(folds))
    if len(source_names) < 2 or n_folds < 2:
        return None
    probas = out_of_fold(images.coordinates[rows], targs, folds, rules=images.rules)
    hits = top_k_hits(probas, targs)
    bootstrap = AuthorBootstrap(images.groups[rows], targs)
    chance = 1 / len(source_names)
    accuracy = rate_estimate(hits, targs, bootstrap)
    difference = [number - chance for number in accuracy]
    n_images_judged = int(rows.sum())
    return (_WHICH_SOURCE, style, "", *accuracy, chance, *difference, n_images_judged)


def _unseen_source_rows(
    images: _Images,
    seed: int,
    *,
    progress: bool,
) -> Iterator[tuple]:
    """A row for every source that can be left out, and one for all of them."""
    rng = np.random.default_rng(seed)
    names = [name for name in np.unique(images.sources) if name]
    without_hits = np.full(len(images.targs), np.nan)  # of probes that saw no image of the test image's source
    reference_hits = np.full(len(images.targs), np.nan)
    for name in with_progress(names, len(names), "sources left out", progress):
        usable = _usable_without(images, name)
        test_images = usable & (images.sources == name)
        if test_images.sum() < _MIN_IMAGES or len(np.unique(images.targs[usable])) < 2:
            continue
        for fold in np.unique(images.folds[test_images]):
            test = test_images & (images.folds == fold)
            train = np.flatnonzero(usable & (images.folds != fold))
            train_without = train[images.sources[train] != name]
            if len(np.unique(images.targs[train_without])) < 2:
                continue
            without_hits[test] = _probe_hits(images, train_without, test)
            n_of_style = np.bincount(images.targs[train_without], minlength=images.targs.max() + 1)
            draws = []
            for _ in range(_N_REFERENCE_DRAWS):
                as_many = drawn_rows(train, images.targs, n_of_style, rng=rng)
                draws.append(_probe_hits(images, as_many, test))
            reference_hits[test] = np.mean(draws, axis=0)
        is_judged = test_images & ~np.isnan(without_hits)
        if is_judged.any():
            yield _unseen_source_row(images, name, is_judged, without=without_hits, reference=reference_hits)
    is_judged = ~np.isnan(without_hits)
    if is_judged.any():
        yield _unseen_source_row(images, "", is_judged, without=without_hits, reference=reference_hits)


def _usable_without(images: _Images, name: str) -> np.ndarray:
    """Images with a source, of the styles that have enough images from other sources than `name`: `(n,)` bool."""
    has_source = images.sources != ""
    elsewhere = images.targs[has_source & (images.sources != name)]
    styles, n_images = np.unique(elsewhere, return_counts=True)
    return np.isin(images.targs, styles[n_images >= _MIN_IMAGES]) & has_source


def _probe_hits(images: _Images, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """What `probe_hits` returns for these images."""
    return probe_hits(images.coordinates, images.targs, train, test=test, rules=images.rules)


def _unseen_source_row(
    images: _Images,
    name: str,
    rows: np.ndarray,
    *,
    without: np.ndarray,
    reference: np.ndarray,
) -> tuple:
    """The row of a source, or with '' of all, from hits `(n,)` without it and with the reference."""
    targs = images.targs[rows]
    bootstrap = AuthorBootstrap(images.groups[rows], targs)
    accuracy = rate_estimate(without[rows], targs, bootstrap)
    reference_accuracy = rate_estimate(reference[rows], targs, bootstrap)
    difference = change_estimate(without[rows] - reference[rows], targs, bootstrap)
    return (_UNSEEN_SOURCE, "", name, *accuracy, reference_accuracy.value, *difference, int(rows.sum()))
