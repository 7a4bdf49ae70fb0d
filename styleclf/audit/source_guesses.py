"""Styles guessed by their source: how often other styles' pictures from a style's sources are taken for that style.

File traits know nothing of what a model sees in a scan, and within one style all may be well. But where most pictures
of a source are of one style, a model can learn the source in place of the style. It then takes other styles' pictures
from there for that style, and more often than pictures of the same other styles from elsewhere.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.data import Paintings, author_groups
from styleclf.evaluation import N_RESAMPLES, AuthorBootstrap, count_authors, interval_text, one_hot, ratio

_MIN_IMAGES = 3  # of the style from a source that is to be one of its sources
_MIN_OTHERS = 8  # pictures of other styles from the style's sources; fewer say nothing
_SIGNIFICANCE = 0.025  # the one side of 95 %
_ROUNDING = 1e-12  # differences that are this close are the same
_COLUMNS = ["model", "label", "sources", "value", "reference", "difference", "lo", "hi", "is_certain"]
_COLUMNS += ["n_images", "n_elsewhere", "n_authors"]


def source_guesses(
    models: Mapping[str, pd.DataFrame],  # out-of-fold predictions with `filename, pred`, by the model's name
    paintings: Paintings,  # with a column `source`, and without their validation set
    n_resamples: int = N_RESAMPLES,
) -> pd.DataFrame:
    """How often a style is predicted for other styles' pictures from its sources: one row per model and style.

    A style's sources have at least 3 of its images, and it has a larger share of them than of all images. `value` is
    the share of other styles' pictures from there that are taken for the style, and `reference` that of pictures from
    elsewhere, of the same styles in the same proportions. `difference` has a 95 % interval `lo, hi` from resampling
    authors; `is_certain` says that next to no shuffling of sources among the authors of each style gives as much, even
    with as many chances to err as the model has rows.

    Columns: `model, label, sources, value, reference, difference, lo, hi, is_certain, n_images, n_elsewhere,
    n_authors`, the last three of the pictures compared. Only styles with 8 pictures of other styles on either side have
    a row. Raises ValueError for predictions that hold none of the images.
    """
    rows = []
    for model, predictions in models.items():
        judged_rows = _with_predictions(paintings, predictions, model)
        groups = author_groups(judged_rows)
        comparisons = []
        for style in sorted(judged_rows["label"].unique()):
            comparison = _comparison_of_style(judged_rows, style)
            if comparison is not None:
                comparisons.append(comparison)
        for comparison in comparisons:
            row = _row(judged_rows, groups, comparison, n_comparisons=len(comparisons), n_resamples=n_resamples)
            rows.append({"model": model, **row})
    return pd.DataFrame(rows, columns=_COLUMNS)


def _with_predictions(paintings: Paintings, predictions: pd.DataFrame, model: str) -> pd.DataFrame:
    """The rows of the paintings with a source and a prediction, with a column `pred`."""
    guess_of = predictions.set_index("filename")["pred"]
    rows = paintings.rows
    pred = rows["filename"].map(guess_of)
    has_source = rows["source"] != ""
    is_judged = pred.notna() & has_source
    if not is_judged.any():
        example = rows["filename"].iat[0]
        raise ValueError(
            f"{model} predicts no image of the design that has a source, such as {example}: give a run of this design"
        )
    with_pred = rows.assign(pred=pred)
    return with_pred[is_judged].reset_index(drop=True)


class _Comparison(NamedTuple):
    """Other styles' pictures from a style's sources and from elsewhere: `(n,)` bool over all judged images."""

    style: str
    sources: list[str]
    inside: np.ndarray
    elsewhere: np.ndarray


def _comparison_of_style(judged_rows: pd.DataFrame, style: str) -> _Comparison | None:
    """What there is to compare for a style; None where too few pictures of other styles share its sources."""
    is_style = judged_rows["label"] == style
    n_of_source = judged_rows["source"].value_counts()
    n_of_style = judged_rows["source"][is_style].value_counts()
    share = n_of_style / n_of_source.reindex(n_of_style.index)
    has_enough = n_of_style >= _MIN_IMAGES
    is_own = has_enough & (share > is_style.mean())
    sources = sorted(n_of_style.index[is_own])
    comes_from_there = judged_rows["source"].isin(sources)
    other_styles = judged_rows["label"][~is_style]
    styles_inside = set(other_styles[comes_from_there])
    styles_elsewhere = set(other_styles[~comes_from_there])
    in_both = judged_rows["label"].isin(styles_inside & styles_elsewhere)
    is_compared = in_both & ~is_style
    inside = (is_compared & comes_from_there).to_numpy()
    elsewhere = (is_compared & ~comes_from_there).to_numpy()
    if min(inside.sum(), elsewhere.sum()) < _MIN_OTHERS:
        return None
    return _Comparison(style, sources, inside, elsewhere)


def _row(
    judged_rows: pd.DataFrame,
    groups: np.ndarray,
    comparison: _Comparison,
    *,
    n_comparisons: int,
    n_resamples: int,
) -> dict[str, object]:
    """The row of a style, without its model."""
    is_compared = comparison.inside | comparison.elsewhere
    part = judged_rows[is_compared]
    groups_of_part = groups[is_compared]
    targs, _ = pd.factorize(part["label"])
    is_inside = comparison.inside[is_compared]
    is_taken = (part["pred"] == comparison.style).to_numpy()
    strata = 2 * targs + is_inside  # both sides of every style keep their number of authors
    bootstrap = AuthorBootstrap(groups_of_part, strata, n_resamples=n_resamples)
    inside, elsewhere = _shares_taken(is_taken, is_inside, targs, counts=bootstrap.counts_with_value)
    differences = inside - elsewhere
    lo, hi = _bounds_of_difference(differences, is_taken, is_inside, targs, bootstrap=bootstrap)
    p_value = _share_of_shuffles(is_taken, is_inside, targs, groups=groups_of_part, n_shuffles=n_resamples)
    is_significant = p_value * n_comparisons <= _SIGNIFICANCE
    return {
        "label": comparison.style,
        "sources": ", ".join(comparison.sources),
        "value": float(inside[0]),
        "reference": float(elsewhere[0]),
        "difference": float(differences[0]),
        "lo": lo,
        "hi": hi,
        "is_certain": bool(lo > 0 and is_significant),
        "n_images": int(is_inside.sum()),
        "n_elsewhere": int((~is_inside).sum()),
        "n_authors": count_authors(part["author"]),
    }


def _bounds_of_difference(
    scores: np.ndarray,  # (1 + n_resamples,)
    is_taken: np.ndarray,  # (n,) bool
    is_inside: np.ndarray,  # (n,) bool
    targs: np.ndarray,  # (n,) numbers of the true styles
    *,
    bootstrap: AuthorBootstrap,
) -> tuple[float, float]:
    """The 95 % interval of a difference of shares, which has a width even where nothing is taken for the style."""
    hits = is_taken.astype(float)
    members_inside = _members(targs, is_inside)
    members_elsewhere = _members(targs, ~is_inside)
    weights = members_inside.sum(axis=0)
    inside = bootstrap.shares(hits, members_inside, weights)
    elsewhere = bootstrap.shares(hits, members_elsewhere, weights)
    return bootstrap.difference_bounds(scores[1:], inside, elsewhere)


def _members(targs: np.ndarray, is_one: np.ndarray) -> np.ndarray:
    """Which images are of each style and also marked in `is_one`: `(n, n_styles)` of 0 and 1."""
    n_styles = targs.max() + 1
    of_style = one_hot(targs, n_styles)
    return of_style * is_one[:, None]


def _share_of_shuffles(
    is_taken: np.ndarray,  # (n,) bool
    is_inside: np.ndarray,  # (n,) bool
    targs: np.ndarray,  # (n,) numbers of the true styles
    *,
    groups: np.ndarray,  # (n,) authors
    n_shuffles: int,
) -> float:
    """How often the difference is as large if sources are shuffled among the authors of each style, the p-value.

    Intervals from redrawn authors would not do: rare guesses may all be on one side, and then seem to be certain.
    """
    rng = np.random.default_rng(0)
    every_image_once = np.ones((1, len(targs)))
    authors_by_side = pd.MultiIndex.from_arrays([groups, targs, is_inside])
    units, _ = pd.factorize(authors_by_side)
    _, first_images = np.unique(units, return_index=True)
    style_of_unit = targs[first_images]
    inside, elsewhere = _shares_taken(is_taken, is_inside, targs, counts=every_image_once)
    observed = inside[0] - elsewhere[0]
    n_as_large = 1  # the sources as they are
    for _ in range(n_shuffles):
        sides = is_inside[first_images].copy()
        for style in np.unique(style_of_unit):
            members = np.flatnonzero(style_of_unit == style)
            sides[members] = rng.permutation(sides[members])
        inside, elsewhere = _shares_taken(is_taken, sides[units], targs, counts=every_image_once)
        difference = inside[0] - elsewhere[0]
        n_as_large += difference >= observed - _ROUNDING
    return float(n_as_large / (n_shuffles + 1))


def _shares_taken(
    is_taken: np.ndarray,  # (n,) bool: for the style in question
    is_inside: np.ndarray,  # (n,) bool: from its sources
    targs: np.ndarray,  # (n,) numbers of the true styles
    *,
    counts: np.ndarray,  # (m, n)
) -> tuple[np.ndarray, np.ndarray]:
    """The shares `(m,)` taken for a style, inside and elsewhere, with the true styles in the proportions of inside."""
    n_inside = counts @ _members(targs, is_inside)
    n_elsewhere = counts @ _members(targs, ~is_inside)
    n_taken_inside = counts @ _members(targs, is_taken & is_inside)
    n_taken_elsewhere = counts @ _members(targs, is_taken & ~is_inside)
    weights = np.where(n_elsewhere > 0, n_inside, 0)
    shares_inside = ratio(n_taken_inside, n_inside, default=0)
    shares_elsewhere = ratio(n_taken_elsewhere, n_elsewhere, default=0)
    total = weights.sum(axis=1)
    weighted_inside = (weights * shares_inside).sum(axis=1)
    weighted_elsewhere = (weights * shares_elsewhere).sum(axis=1)
    return ratio(weighted_inside, total), ratio(weighted_elsewhere, total)


def guess_sentences(table: pd.DataFrame) -> list[str]:
    """For every model of a table of `source_guesses` a sentence for each style that is certain, or one for none."""
    if table.empty:
        return [
            "no style shares its sources with enough pictures of other styles, so whether a style is guessed by its "
            "source cannot be told"
        ]
    sentences = []
    for model, rows in table.groupby("model", sort=False):
        certain = rows[rows["is_certain"]].sort_values("difference", ascending=False)
        findings = [_certain_sentence(row) for row in certain.to_dict("records")]
        if not findings:
            largest = rows.loc[rows["difference"].idxmax()]
            findings = [_uncertain_sentence(largest.to_dict(), len(rows))]
        sentences += [f"{model}: {finding}" for finding in findings]
    return sentences


def _certain_sentence(row: dict) -> str:
    shares = _shares_text(row)
    return (
        f"{row['label']} is guessed by its source: {shares}; its recall is partly that of its sources, so judge it on "
        "pictures from others"
    )


def _uncertain_sentence(row: dict, n_styles: int) -> str:
    styles = count_of(n_styles, "style")
    shares = _shares_text(row)
    return (
        f"no style is certainly guessed by its source, of {styles} that can be asked about; the largest difference is "
        f"for {row['label']}: {shares}"
    )


def _shares_text(row: dict) -> str:
    """Both shares of a row and their difference in words."""
    pictures = count_of(row["n_images"], "picture")
    sources = row["sources"]
    percent = 100 * row["value"]
    percent_elsewhere = 100 * row["reference"]
    points = 100 * row["difference"]
    interval = interval_text(row["lo"], row["hi"])
    return (
        f"{percent:.1f} % of {pictures} of other styles from {sources} are taken for it, "
        f"{percent_elsewhere:.1f} % of pictures of the same styles from elsewhere "
        f"(difference {points:.1f} points, {interval})"
    )
