"""Sources: whether the features tell where an image comes from, and what a source costs that was not trained on."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.audit.probe_scores import author_draws, hit_scores, out_of_fold, probe_probas, top_k_scores, with_interval
from styleclf.output import tracked

_LEAST = 8  # images of a style from a source; fewer tell nothing
_N_THINNED = 3  # draws of training images from all sources, as many as there are without one of them
_COLUMNS = ["question", "label", "source", "value", "lo", "hi", "reference", "difference", "difference_lo"]
_COLUMNS += ["difference_hi", "n_images"]
_TOLD, _UNSEEN = "which source", "unseen source"


def read_sources(csv: str | Path, design: pd.DataFrame) -> pd.Series:
    """The source of every image of the design, '' where the table `filename,source` does not tell.

    Raises OSError where there is no such file, ValueError if it lacks a column or knows no image of the design.
    """
    table = pd.read_csv(csv, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [name for name in ("filename", "source") if name not in table]
    if missing:
        raise ValueError(f"{csv} lacks the column {missing[0]!r}; it has {', '.join(table)}")
    known = table.drop_duplicates("filename").set_index("filename")["source"]
    sources = design["filename"].map(known).fillna("")
    if not (sources != "").any():
        raise ValueError(f"{csv} tells the source of no image of the design, such as {design['filename'].iat[0]!r}")
    return sources


def source_audit(
    features: np.ndarray,
    labels: np.ndarray,  # (n,) styles
    sources: np.ndarray,  # (n,) names, '' for unknown
    folds: np.ndarray,
    strength: float,
    groups: np.ndarray,  # of `author_groups`
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """Two questions in one table: `question, label, source, value, lo, hi, reference, difference, …, n_images`.

    'which source': balanced accuracy, over the folds, of telling the sources of a style's images; the reference is
    chance. Only sources with at least 8 images of the style count, and only styles with two of them.

    'unseen source': class-weighted accuracy on a source's images by probes that saw no image of it, of all styles that
    have 8 images from elsewhere; the reference is the same on as many training images of each style from all sources.
    Both know these styles only, and no author of the test images. `source` is '' in the row of all sources.

    `difference` is value - reference, with a paired 95 % interval. No rows where no style has two sources.
    """
    rows = [_sentence(label, features, labels, sources, folds, strength, groups) for label in np.unique(labels)]
    rows += _unseen(features, labels, sources, folds, strength, groups, seed, progress)
    return pd.DataFrame([row for row in rows if row], columns=_COLUMNS)


def source_sentences(table: pd.DataFrame) -> list[str]:
    """What a table of `source_audit` says: the style whose sources are told best, and all unseen sources together."""
    told, unseen = (table[table["question"] == question] for question in (_TOLD, _UNSEEN))
    sentences = [] if len(table) else ["no style has two sources with enough images, so nothing is known of scanners"]
    if len(told):
        best = told.loc[told["difference"].idxmax()]
        sentences.append(
            f"within {best['label']} the features tell the source with {best['value']:.2f} balanced accuracy "
            f"(95 % interval {best['lo']:.2f}-{best['hi']:.2f}, chance {best['reference']:.2f})"
        )
    for row in unseen[unseen["source"] == ""].itertuples():
        lost, lo, hi = (-100 * each for each in (row.difference, row.difference_hi, row.difference_lo))
        sentences.append(
            f"images from a source not seen in training: {100 * row.value:.1f} points, {lost:.1f} fewer than with as "
            f"many training images from all sources (95 % interval {lo:.1f} to {hi:.1f})"
        )
    return sentences


def _sentence(
    label: str,
    features: np.ndarray,
    labels: np.ndarray,
    sources: np.ndarray,
    folds: np.ndarray,
    strength: float,
    groups: np.ndarray,
) -> tuple | None:
    known, n_images = np.unique(sources[(labels == label) & (sources != "")], return_counts=True)
    rows = (labels == label) & np.isin(sources, known[n_images >= _LEAST])
    targs = np.unique(sources[rows], return_inverse=True)[1]
    if not rows.any() or targs.max() == 0 or len(np.unique(folds[rows])) < 2:
        return None
    probas = out_of_fold(features[rows], targs, folds[rows], strength)
    draws, chance = author_draws(groups[rows], targs), 1 / (targs.max() + 1)
    value, lo, hi = with_interval(top_k_scores(probas, targs, draws), draws.tail)
    return (_TOLD, label, "", value, lo, hi, chance, value - chance, lo - chance, hi - chance, int(rows.sum()))


def _unseen(
    features: np.ndarray,
    labels: np.ndarray,
    sources: np.ndarray,
    folds: np.ndarray,
    strength: float,
    groups: np.ndarray,
    seed: int,
    progress: bool,
) -> Iterator[tuple]:
    """A row for every source that can be left out, and one for all of them."""
    targs, rng = np.unique(labels, return_inverse=True)[1], np.random.default_rng(seed)
    names = [name for name in np.unique(sources) if name]
    hits = np.full((2, len(targs)), np.nan)  # without the source, and with it
    for name in tracked(names, len(names), "sources left out", progress):
        rows = np.isin(targs, _styles_elsewhere(targs, sources, name)) & (sources != "")
        tested = rows & (sources == name)
        if tested.sum() < _LEAST or len(np.unique(targs[rows])) < 2:
            continue
        for fold in np.unique(folds[tested]):
            test, train = tested & (folds == fold), np.flatnonzero(rows & (folds != fold))
            without = train[sources[train] != name]
            if len(np.unique(targs[without])) < 2:
                continue
            alike = [_thinned(train, targs, targs[without], rng) for _ in range(_N_THINNED)]
            for side, choices in enumerate(([without], alike)):
                hits[side, test] = np.mean([_hits(features, targs, one, test, strength) for one in choices], axis=0)
        judged = tested & ~np.isnan(hits[0])
        if judged.any():
            yield _unseen_row(name, hits, targs, judged, groups)
    judged = ~np.isnan(hits[0])
    if judged.any():
        yield _unseen_row("", hits, targs, judged, groups)


def _styles_elsewhere(targs: np.ndarray, sources: np.ndarray, name: str) -> np.ndarray:
    """The styles with enough images from other sources than `name`."""
    styles, n_images = np.unique(targs[(sources != "") & (sources != name)], return_counts=True)
    return styles[n_images >= _LEAST]


def _thinned(rows: np.ndarray, targs: np.ndarray, wanted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As many random rows of each style as `wanted` has."""
    styles, n_images = np.unique(wanted, return_counts=True)
    drawn = [
        rng.choice(rows[targs[rows] == style], n, replace=False) for style, n in zip(styles, n_images, strict=True)
    ]
    return np.concatenate(drawn)


def _hits(features: np.ndarray, targs: np.ndarray, train: np.ndarray, test: np.ndarray, strength: float) -> np.ndarray:
    """Whether the probe of `train` is right for each image of `test`."""
    probas = probe_probas(features[train], targs[train], features[test], strength, targs.max() + 1)
    return probas.argmax(axis=1) == targs[test]


def _unseen_row(name: str, hits: np.ndarray, targs: np.ndarray, rows: np.ndarray, groups: np.ndarray) -> tuple:
    draws = author_draws(groups[rows], targs[rows])
    without, alike = (hit_scores(side[rows], targs[rows], draws) for side in hits)
    value, difference = (with_interval(each, draws.tail) for each in (without, without - alike))
    return (_UNSEEN, "", name, *value, float(alike[0]), *difference, int(rows.sum()))
