"""Novelty: how unlike all training paintings a picture is, from when on it is "none of these", and how far to trust it.

A novelty is any number that is higher for pictures less like the paintings of the training. Its threshold is learned
from images by painters whom the training has not seen, so that at most `ALARM_RATE` of such images are called new.
It is judged by leaving styles out: a picture of a style nobody taught should be more novel than a new painter's picture
of a style that was taught (`novelty_table`).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import ratio
from styleclf.evaluation.intervals import N_RESAMPLES, AuthorBootstrap, Estimate, author_units
from styleclf.evaluation.joint_works import count_authors

ALARM_RATE = 0.05  # of known styles by new painters, that may be called new
ALL_STYLES = "all styles"
PAINTERS = "painters"
_RATE_WORDS = {
    "called_new": "share of their pictures that are called new",
    "false_alarms": "false alarms, of pictures by new painters of styles that were taught",
}
_COLUMNS = ["metric", "style", "value", "lo", "hi", "n_images", "n_authors"]
_MIN_UNITS = 19  # authors of whom 1 in 20 can be told


class LeftOut(NamedTuple):
    """Novelties of images by painters not seen, from trainings without each style in turn."""

    rows: pd.DataFrame  # n rows: label, author, fold
    styles: list[str]  # those left out
    novelty: np.ndarray  # (n, n_styles): of every image, by the training without its fold and without that style


def novelty_threshold(novelty: np.ndarray, authors: Sequence[str] | pd.Series, rate: float = ALARM_RATE) -> float:
    """The novelty that at most `rate` of the images by the next painter exceed, learned from images `(n,)`.

    Every author counts the same however many images they have, and one more author counts as if all their images were
    new (Dunn, Wasserman and Ramdas, Distribution-free prediction sets for two-layer hierarchical models, 2022). Images
    without author, such as photographs, are learned from where there are fewer than 19 authors, each for itself. Of
    fewer than 19 of both nothing can be promised: then it is the highest novelty among them. Infinite for no images.

    >>> novelty_threshold(np.arange(100), [f"painter {i}" for i in range(100)])
    95.0
    """
    novelty = np.asarray(novelty, dtype=float)
    if len(novelty) == 0:
        return np.inf
    units = author_units(authors)
    is_named = (pd.Series(authors).fillna("") != "").to_numpy()
    if len(np.unique(units[is_named])) >= _MIN_UNITS:
        return _tail_threshold(novelty[is_named], units[is_named], rate)
    return _tail_threshold(novelty, units, rate)


def _tail_threshold(novelty: np.ndarray, units: np.ndarray, rate: float) -> float:
    """The lowest novelty that images of `rate` of the units and one more exceed; the highest where that is none."""
    _, numbers, n_images = np.unique(units, return_inverse=True, return_counts=True)
    n_units = len(n_images)
    weights = 1 / n_images[numbers] / (n_units + 1)
    order = np.argsort(novelty, kind="stable")
    share_within = np.cumsum(weights[order])
    sufficient = np.flatnonzero(share_within >= 1 - rate - 1e-12)
    last = sufficient[0] if len(sufficient) else -1
    return float(novelty[order][last])


def cross_novelty_thresholds(novelty: np.ndarray, rows: pd.DataFrame) -> np.ndarray:
    """`(n,)` the threshold of each image, learned from the images of the other folds: `rows` has `author, fold`.

    Raises ValueError for fewer than two folds.
    """
    folds = rows["fold"].astype(str).to_numpy()
    if len(set(folds)) < 2:
        raise ValueError(f"thresholds are learned from other folds, but there are only {sorted(set(folds))}")
    thresholds = np.empty(len(folds))
    for fold in set(folds):
        is_other = folds != fold
        thresholds[folds == fold] = novelty_threshold(novelty[is_other], rows["author"][is_other])
    return thresholds


def novelty_table(
    rows: pd.DataFrame,  # n rows: label, author, fold
    novelty: np.ndarray | None,  # (n,) of the trained models that have not seen their fold; None if there are none
    left_out: LeftOut | None,  # of the same images; None where nothing was left out
    *,
    n_resamples: int = N_RESAMPLES,
) -> pd.DataFrame:
    """How well novelty tells styles that were never taught: `metric, style, value, lo, hi, n_images, n_authors`.

    - `auroc`, by the style left out: how often one of its pictures is more novel than a new painter's picture of a
      style that was taught, both seen by the same model (Hanley and McNeil 1982); 0.5 is chance.
    - `called_new`, by the style left out: the share of its pictures above the threshold.
    - `false_alarms`, by style: the share of pictures above it although their style was taught; 'painters' are all
      images with an author, every painter counting the same, which `ALARM_RATE` was promised of.

    Thresholds are those of the other folds. 'all styles' is the mean over styles. `lo, hi` bound 95 % intervals.
    """
    rows = rows.reset_index(drop=True)
    styles, targs = np.unique(rows["label"].astype(str), return_inverse=True)
    bootstrap = AuthorBootstrap(author_units(rows["author"]), targs, n_resamples=n_resamples)
    judged = _Judged(rows, targs, bootstrap)
    table: list[dict] = []
    if left_out is not None:
        table += judged.auroc_rows(left_out)
        table += judged.share_rows("called_new", judged.called_new(left_out), left_out.styles)
    if novelty is not None:
        alarms = (novelty > cross_novelty_thresholds(novelty, rows)).astype(float)
        table += judged.share_rows("false_alarms", alarms, list(styles))
        table += judged.painter_row(alarms)
    return pd.DataFrame(table, columns=_COLUMNS)


class _Judged(NamedTuple):
    """Images that novelty is judged on, and redrawn authors."""

    rows: pd.DataFrame
    targs: np.ndarray  # (n,) numbers of the styles
    bootstrap: AuthorBootstrap

    def auroc_rows(self, left_out: LeftOut) -> list[dict]:
        """A row for each style that was left out, and one for their mean."""
        counts = self.bootstrap.counts_with_value
        draws = []
        rows = []
        for style, novelty in zip(left_out.styles, left_out.novelty.T, strict=True):
            is_new = (self.rows["label"] == style).to_numpy()
            of_style, ranks = self._auroc(novelty, is_new, counts)
            if np.isnan(of_style[0]):
                continue
            shares = self.bootstrap.shares(ranks, is_new[:, None] * 1.0, np.ones(1))
            lo, hi = self.bootstrap.rate_bounds(of_style[1:], shares)
            rows.append(self._row("auroc", style, Estimate(float(of_style[0]), lo, hi), is_new))
            draws.append(of_style)
        if draws:
            mean = self.bootstrap.estimate(np.mean(draws, axis=0))
            rows.append(self._row("auroc", ALL_STYLES, mean, np.full(len(self.rows), True)))
        return rows

    def _auroc(self, novelty: np.ndarray, is_new: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`(1 + n_resamples,)` the area under the curve, and `(n,)` how many of the taught each new image is above."""
        above = np.zeros(len(counts))
        pairs = np.zeros(len(counts))
        ranks = np.zeros(len(novelty))
        folds = self.rows["fold"].astype(str).to_numpy()
        for fold in np.unique(folds):
            new = np.flatnonzero(is_new & (folds == fold))
            taught = np.flatnonzero(~is_new & (folds == fold))
            if not len(new) or not len(taught):
                continue
            difference = novelty[new][:, None] - novelty[taught]
            is_above = (difference > 0) + 0.5 * (difference == 0)
            ranks[new] = is_above.mean(axis=1)
            above += ((counts[:, new] @ is_above) * counts[:, taught]).sum(axis=1)
            pairs += counts[:, new].sum(axis=1) * counts[:, taught].sum(axis=1)
        return ratio(above, pairs), ranks

    def called_new(self, left_out: LeftOut) -> np.ndarray:
        """`(n,)` 1 for images above the threshold when their own style was left out, else 0."""
        called = np.zeros(len(self.rows))
        folds = self.rows["fold"].astype(str).to_numpy()
        for style, novelty in zip(left_out.styles, left_out.novelty.T, strict=True):
            is_new = (self.rows["label"] == style).to_numpy()
            for fold in np.unique(folds[is_new]):
                is_learned_from = ~is_new & (folds != fold)
                authors = self.rows["author"][is_learned_from]
                threshold = novelty_threshold(novelty[is_learned_from], authors)
                judged = is_new & (folds == fold)
                called[judged] = novelty[judged] > threshold
        return called

    def share_rows(self, metric: str, hits: np.ndarray, styles: Sequence[str]) -> list[dict]:
        """The share of hits (0 or 1) among the images of each style, and the mean of these shares."""
        labels = self.rows["label"].to_numpy()
        in_style = np.stack([labels == style for style in styles], axis=1) * 1.0
        draws = ratio(self.bootstrap.counts @ (in_style * hits[:, None]), self.bootstrap.counts @ in_style)
        rows = []
        for style, of_style, column in zip(styles, draws.T, in_style.T, strict=True):
            shares = self.bootstrap.shares(hits, column[:, None], np.ones(1))
            estimate = Estimate(float(hits[column > 0].mean()), *self.bootstrap.rate_bounds(of_style, shares))
            rows.append(self._row(metric, style, estimate, column > 0))
        shares = self.bootstrap.shares(hits, in_style, np.ones(len(styles)))
        bounds = self.bootstrap.rate_bounds(draws.mean(axis=1), shares)
        mean = Estimate(float(shares.shares.mean()), *bounds)
        is_member = np.isin(labels, styles)
        return [*rows, self._row(metric, ALL_STYLES, mean, is_member)]

    def painter_row(self, hits: np.ndarray) -> list[dict]:
        """The share of hits among images with an author, every author counting the same; nothing without authors."""
        is_named = (self.rows["author"].fillna("") != "").to_numpy()
        if not is_named.any():
            return []
        units = author_units(self.rows["author"])
        weights = is_named / np.bincount(units)[units]
        draws = ratio(self.bootstrap.counts @ (hits * weights), self.bootstrap.counts @ weights)
        shares = self.bootstrap.shares(hits, weights[:, None], np.ones(1))
        value = float(hits @ weights / weights.sum())
        estimate = Estimate(value, *self.bootstrap.rate_bounds(draws, shares))
        return [self._row("false_alarms", PAINTERS, estimate, is_named)]

    def _row(self, metric: str, style: str, estimate: Estimate, is_member: np.ndarray) -> dict:
        """A row of the table, of the images for which `is_member (n,)` is true."""
        sizes = {"n_images": int(is_member.sum()), "n_authors": count_authors(self.rows["author"][is_member])}
        return {"metric": metric, "style": style, **estimate._asdict(), **sizes}


def novelty_sentences(table: pd.DataFrame) -> str:
    """What `novelty_table` found, in a sentence for each of its metrics."""
    rows = table.set_index(["metric", "style"])
    sentences = []
    if ("auroc", ALL_STYLES) in rows.index:
        auroc = _estimate(rows.loc[("auroc", ALL_STYLES)])
        styles = table[(table["metric"] == "auroc") & (table["style"] != ALL_STYLES)].sort_values("value")
        hardest, easiest = styles.iloc[0], styles.iloc[-1]
        extremes = f"{hardest['style']} {hardest['value']:.2f}, {easiest['style']} {easiest['value']:.2f}"
        sentences.append(f"none of these: AUROC {auroc} for styles left out of the probe in turn ({extremes})")
    for metric, words in _RATE_WORDS.items():
        for style in (PAINTERS, ALL_STYLES):
            if (metric, style) in rows.index:
                share = _estimate(rows.loc[(metric, style)])
                sentences.append(f"{words}: {share}")
                break
    return "\n".join(sentences)


def _estimate(row: pd.Series) -> Estimate:
    return Estimate(row["value"], row["lo"], row["hi"])
