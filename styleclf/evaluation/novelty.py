"""Novelty: how unlike all training paintings a picture is, when it is "none of these", and how far to trust that.

A novelty is any number that is higher for pictures less like the paintings of the training. Its threshold is learned
from images by painters whom the training has not seen, so that at most `ALARM_RATE` of such images are called new.
It is judged by leaving styles out: a picture of a style nobody taught should be more novel than a new painter's picture
of a style that was taught (`novelty_table`).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import ratio
from styleclf.evaluation.author_quantiles import author_quantile
from styleclf.evaluation.estimates import Estimate
from styleclf.evaluation.intervals import N_RESAMPLES, AuthorBootstrap, SetShares, author_units, image_units
from styleclf.evaluation.joint_works import count_authors
from styleclf.evaluation.other_folds import from_other_folds

ALARM_RATE = 0.05  # of known styles by new painters, that may be called new
ALL_STYLES = "all styles"
PAINTERS = "painters"
_NEW_PAINTERS = " by new painters"
_RATE_WORDS = {
    "called_new": "share of their pictures that are called new",
    "false_alarms": f"false alarms, of pictures{_NEW_PAINTERS} of styles that were taught",
}
_COLUMNS = ["metric", "style", "value", "lo", "hi", "n_images", "n_authors"]
_MIN_UNITS = 19  # authors; with fewer, a rate of 1 in 20 cannot be promised


class LeftOut(NamedTuple):
    """Novelties of images by painters not seen, from trainings without each style in turn."""

    rows: pd.DataFrame  # n rows: label, author, fold
    styles: list[str]  # those left out
    novelty: np.ndarray  # (n, n_styles): of every image, by the training without its fold and without that style

    def by_style(self) -> Iterator[tuple[str, np.ndarray]]:
        """Each style that was left out, with the novelties `(n,)` of the trainings without it."""
        return zip(self.styles, self.novelty.T, strict=True)


def novelty_threshold(
    novelty: np.ndarray,  # (n,)
    authors: Sequence[str] | pd.Series,
) -> float:
    """The novelty that at most `ALARM_RATE` of the images by the next painter exceed, learned from images `(n,)`.

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
    is_named = _has_author(pd.Series(authors))
    named_units = units[is_named]
    n_authors = len(np.unique(named_units))
    if n_authors < _MIN_UNITS:
        return _tail_threshold(novelty, units)
    return _tail_threshold(novelty[is_named], named_units)


def _has_author(authors: pd.Series) -> np.ndarray:
    """`(n,)` bool: which images have an author."""
    names = authors.fillna("")
    return (names != "").to_numpy()


def _tail_threshold(
    novelty: np.ndarray,  # (n,)
    units: np.ndarray,  # (n,)
) -> float:
    """The lowest novelty that images of `ALARM_RATE` of the units and one more exceed; the highest if that is none."""
    highest = float(novelty.max())
    return min(highest, author_quantile(novelty, units, 1 - ALARM_RATE))


def cross_novelty_thresholds(novelty: np.ndarray, rows: pd.DataFrame) -> np.ndarray:
    """`(n,)` the threshold of each image, learned from the images of the other folds: `rows` has `author, fold`.

    Raises ValueError for fewer than two folds.
    """
    return from_other_folds(rows.assign(novelty=novelty), _threshold_of_rows)


def _threshold_of_rows(rows: pd.DataFrame) -> float:
    """The `novelty_threshold` of rows with `novelty, author`."""
    novelty = rows["novelty"].to_numpy()
    return novelty_threshold(novelty, rows["author"])


def _folds(rows: pd.DataFrame) -> np.ndarray:
    """`(n,)` the names of the folds."""
    return rows["fold"].astype(str).to_numpy()


def novelty_table(
    rows: pd.DataFrame,  # n rows: label, author, fold
    novelty: np.ndarray | None,  # (n,) of the trained models that have not seen their fold; None if there are none
    left_out: LeftOut | None,  # of the same images; None where nothing was left out
    *,
    n_resamples: int = N_RESAMPLES,
) -> pd.DataFrame:
    """How well novelty recognises styles that were never taught: `metric, style, value, lo, hi, n_images, n_authors`.

    - `auroc`, by the style left out: how often one of its pictures is more novel than a new painter's picture of a
      style that was taught, both seen by the same model (Hanley and McNeil 1982); 0.5 is chance.
    - `called_new`, by the style left out: the share of its pictures above the threshold.
    - `false_alarms`, by style: the share of pictures above it although their style was taught; 'painters' are all
      images with an author, every painter counting the same, which `ALARM_RATE` was promised of.

    Thresholds are those of the other folds. 'all styles' is the mean over styles. `lo, hi` bound 95 % intervals.
    """
    rows = rows.reset_index(drop=True)
    labels = rows["label"].astype(str)
    styles, targs = np.unique(labels, return_inverse=True)
    units = image_units(rows)
    bootstrap = AuthorBootstrap(units, targs, n_resamples=n_resamples)
    images = _JudgedImages(rows, targs, bootstrap)
    table: list[dict] = []
    if left_out is not None:
        table += images.auroc_rows(left_out)
        hits = images.called_new(left_out)
        table += images.share_rows("called_new", hits, left_out.styles)
    if novelty is not None:
        thresholds = cross_novelty_thresholds(novelty, rows)
        alarms = (novelty > thresholds).astype(float)
        table += images.share_rows("false_alarms", alarms, list(styles))
        table += images.painter_row(alarms)
    return pd.DataFrame(table, columns=_COLUMNS)


class _JudgedImages(NamedTuple):
    """Images that novelty is judged on, and redrawn authors."""

    rows: pd.DataFrame
    targs: np.ndarray  # (n,) numbers of the styles
    bootstrap: AuthorBootstrap

    def auroc_rows(self, left_out: LeftOut) -> list[dict]:
        """A row for each style that was left out, and one for their mean."""
        draws = []
        rows = []
        for style, novelty in left_out.by_style():
            is_new = self._is_of(style)
            of_style, ranks = self._auroc(novelty, is_new)
            value = float(of_style[0])
            if np.isnan(value):
                continue
            shares = self._shares(ranks, is_new)
            bounds = self.bootstrap.rate_bounds(of_style[1:], shares)
            estimate = Estimate(value, *bounds)
            row = self._row("auroc", style, estimate, is_member=is_new)
            rows.append(row)
            draws.append(of_style)
        if not draws:
            return rows
        mean_draws = np.mean(draws, axis=0)
        mean = self.bootstrap.estimate(mean_draws)
        every_image = np.full(len(self.rows), True)
        mean_row = self._row("auroc", ALL_STYLES, mean, is_member=every_image)
        return [*rows, mean_row]

    def _is_of(self, style: str) -> np.ndarray:
        """`(n,)` bool: which images are of a style."""
        return (self.rows["label"] == style).to_numpy()

    def _shares(
        self,
        hits: np.ndarray,  # (n,) 0..1
        weights: np.ndarray,  # (n,) how much each image counts
    ) -> SetShares:
        """The share of hits in one set of images."""
        one_set = weights[:, None] * 1.0
        return self.bootstrap.shares(hits, one_set, np.ones(1))

    def _auroc(
        self,
        novelty: np.ndarray,  # (n,)
        is_new: np.ndarray,  # (n,) bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """`(1 + n_resamples,)` the area under the curve, and `(n,)` how many of the taught each new image is above."""
        counts = self.bootstrap.counts_with_value
        above = np.zeros(len(counts))
        pairs = np.zeros(len(counts))
        ranks = np.zeros(len(novelty))
        folds = _folds(self.rows)
        for fold in np.unique(folds):
            in_fold = folds == fold
            new = np.flatnonzero(is_new & in_fold)
            taught = np.flatnonzero(~is_new & in_fold)
            if not len(new) or not len(taught):
                continue
            is_above = _shares_above(novelty[new], novelty[taught])
            ranks[new] = is_above.mean(axis=1)
            counts_of_new = counts[:, new]
            counts_of_taught = counts[:, taught]
            pairs_above = (counts_of_new @ is_above) * counts_of_taught
            above += pairs_above.sum(axis=1)
            pairs += counts_of_new.sum(axis=1) * counts_of_taught.sum(axis=1)
        return ratio(above, pairs), ranks

    def called_new(self, left_out: LeftOut) -> np.ndarray:
        """`(n,)` 1 for images above the threshold when their own style was left out, else 0."""
        hits = np.zeros(len(self.rows))
        folds = _folds(self.rows)
        for style, novelty in left_out.by_style():
            is_new = self._is_of(style)
            for fold in np.unique(folds[is_new]):
                in_fold = folds == fold
                is_learned_from = ~is_new & ~in_fold
                authors = self.rows["author"][is_learned_from]
                threshold = novelty_threshold(novelty[is_learned_from], authors)
                is_judged = is_new & in_fold
                hits[is_judged] = novelty[is_judged] > threshold
        return hits

    def share_rows(
        self,
        metric: str,
        hits: np.ndarray,  # (n,) 0 or 1
        styles: Sequence[str],
    ) -> list[dict]:
        """The share of hits among the images of each style, and the mean of these shares."""
        counts = self.bootstrap.counts
        members = [self._is_of(style) for style in styles]
        in_style = np.stack(members, axis=1) * 1.0
        hits_in_style = in_style * hits[:, None]
        draws = ratio(counts @ hits_in_style, counts @ in_style)
        rows = []
        for style, of_style, is_member in zip(styles, draws.T, members, strict=True):
            value = float(hits[is_member].mean())
            shares = self._shares(hits, is_member)
            bounds = self.bootstrap.rate_bounds(of_style, shares)
            estimate = Estimate(value, *bounds)
            row = self._row(metric, style, estimate, is_member=is_member)
            rows.append(row)
        shares = self.bootstrap.shares(hits, in_style, np.ones(len(styles)))
        mean_draws = draws.mean(axis=1)
        bounds = self.bootstrap.rate_bounds(mean_draws, shares)
        mean = Estimate(float(shares.shares.mean()), *bounds)
        is_of_any = np.any(members, axis=0)
        mean_row = self._row(metric, ALL_STYLES, mean, is_member=is_of_any)
        return [*rows, mean_row]

    def painter_row(self, hits: np.ndarray) -> list[dict]:
        """The share of hits among images with an author, every author counting the same; nothing without authors."""
        counts = self.bootstrap.counts
        authors = self.rows["author"]
        is_named = _has_author(authors)
        if not is_named.any():
            return []
        units = author_units(authors)
        n_images = np.bincount(units)
        weights = is_named / n_images[units]
        draws = ratio(counts @ (hits * weights), counts @ weights)
        shares = self._shares(hits, weights)
        value = float(hits @ weights / weights.sum())
        bounds = self.bootstrap.rate_bounds(draws, shares)
        estimate = Estimate(value, *bounds)
        row = self._row("false_alarms", PAINTERS, estimate, is_member=is_named)
        return [row]

    def _row(
        self,
        metric: str,
        style: str,
        estimate: Estimate,
        *,
        is_member: np.ndarray,  # (n,) bool
    ) -> dict:
        """A row of the table, of the images that are members."""
        n_images = int(is_member.sum())
        n_authors = count_authors(self.rows["author"][is_member])
        return {
            "metric": metric,
            "style": style,
            **estimate._asdict(),
            "n_images": n_images,
            "n_authors": n_authors,
        }


def _shares_above(new: np.ndarray, taught: np.ndarray) -> np.ndarray:
    """`(n, m)` 1 where a novelty of `new (n,)` is above one of `taught (m,)`, a half where it is the same, else 0."""
    difference = new[:, None] - taught
    is_same = difference == 0
    return (difference > 0) + 0.5 * is_same


def novelty_sentences(table: pd.DataFrame) -> str:
    """What `novelty_table` found, in a sentence for each of its metrics."""
    rows = table.set_index(["metric", "style"])
    sentences = []
    if ("auroc", ALL_STYLES) in rows.index:
        sentence = _auroc_sentence(table)
        sentences.append(sentence)
    for metric, words in _RATE_WORDS.items():
        for style in (PAINTERS, ALL_STYLES):
            key = (metric, style)
            if key in rows.index:
                share = _estimate(rows.loc[key])
                known_words = words if style == PAINTERS else words.replace(_NEW_PAINTERS, "")
                sentences.append(f"{known_words}: {share}")
                break
    return "\n".join(sentences)


def _auroc_sentence(table: pd.DataFrame) -> str:
    """The mean over the styles left out, and the two that are hardest and easiest to recognise as new."""
    of_metric = table[table["metric"] == "auroc"]
    is_mean = of_metric["style"] == ALL_STYLES
    mean_row = of_metric[is_mean].iloc[0]
    styles = of_metric[~is_mean].sort_values("value")
    hardest = _style_and_value(styles.iloc[0])
    easiest = _style_and_value(styles.iloc[-1])
    auroc = _estimate(mean_row)
    return f"none of these: AUROC {auroc} for styles left out of the probe in turn ({hardest}, {easiest})"


def _style_and_value(row: pd.Series) -> str:
    return f"{row['style']} {row['value']:.2f}"


def _estimate(row: pd.Series) -> Estimate:
    return Estimate(row["value"], row["lo"], row["hi"])
