"""Predictions by style and by painter: who is taken for what, how often each style is right, the hardest painters.

All tables here come from predictions with `label, author, pred, proba_<style>…`, one row per image.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from styleclf.evaluation.arithmetic import ratio, weighted_means
from styleclf.evaluation.intervals import N_RESAMPLES, AuthorBootstrap, image_units
from styleclf.evaluation.joint_works import count_authors, rows_by_person
from styleclf.evaluation.predictions import targets, vocab_of
from styleclf.evaluation.tables import checked_vocab, in_fixed_order, ranks_of

REPORT_RATES = ("precision", "recall", "f1", "top_2_accuracy")
MIN_PAINTER_IMAGES = 3  # in one style: of a painter with fewer nothing can be said
_PAINTER_COLUMNS = ["author", "label", "n_images", "top_1", "top_2", "taken_for"]
_N_MISTAKES = 2  # styles that a painter was taken for


def confusion_counts(predictions: pd.DataFrame) -> np.ndarray:
    """How many images of each true style (rows) got each prediction (columns), `(n_styles, n_styles)` int."""
    vocab = vocab_of(predictions)
    labels = targets(predictions["label"], vocab)
    preds = targets(predictions["pred"], vocab)
    n_styles = len(vocab)
    counts = np.zeros((n_styles, n_styles), dtype=int)
    np.add.at(counts, (labels, preds), 1)
    return counts


def confusion_shares(counts: np.ndarray) -> np.ndarray:
    """The counts `(n_styles, n_styles)` as shares of their row, 0..1; NaN in the row of a style without images."""
    images = counts.sum(axis=1)
    return ratio(counts, images[:, None])


def mean_recall(recalls: Sequence[float] | np.ndarray) -> float:
    """The mean of the recalls of styles, which is top-1 accuracy, 0..1; NaN, of styles without images, stays out."""
    return float(np.nanmean(recalls))


def report_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall, F1 and top-2 accuracy (0..1) with the numbers of images and named authors, one row per style.

    Top-2 accuracy of a style is the share of its images whose true style is among the two likeliest. A style that was
    never predicted has precision 0; one without images has NaN throughout. Raises ValueError for missing columns, no
    rows, or a label without `proba_` column.
    """
    vocab = checked_vocab(predictions, ["label", "author", "pred"])
    counts = confusion_counts(predictions)
    n_images = counts.sum(axis=1)
    n_predicted = counts.sum(axis=0)
    n_right = counts.diagonal()
    among_two = pd.Series(ranks_of(predictions) < 2)
    labels = predictions["label"].to_numpy()

    styles = pd.Index(vocab, name="label")
    report = pd.DataFrame(index=styles)
    report["precision"] = np.nan_to_num(ratio(n_right, n_predicted))
    report["recall"] = ratio(n_right, n_images)
    report["f1"] = ratio(2 * n_right, n_images + n_predicted)
    report["top_2_accuracy"] = among_two.groupby(labels).mean()
    without_images = n_images == 0
    report.loc[without_images, list(REPORT_RATES)] = np.nan
    report["images"] = n_images
    authors_by_style = rows_by_person(predictions).groupby("label")["author"]
    n_authors = authors_by_style.nunique()
    report["authors"] = n_authors.reindex(vocab, fill_value=0)
    return report


def report_averages(report: pd.DataFrame) -> pd.DataFrame:
    """The mean over styles and the mean over images of a `report_table`, two rows; styles without images stay out."""
    with_images = report[report["images"] > 0]
    rates = with_images[list(REPORT_RATES)]
    images = with_images["images"]
    weighted_rates = rates.mul(images / images.sum(), axis=0)
    averages = {
        "mean of styles": rates.mean(),
        "mean of images": weighted_rates.sum(),
    }
    return pd.DataFrame(averages).T


def recall_table(
    predictions: pd.DataFrame,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> pd.DataFrame:
    """`label, recall, lo, hi, n_images, n_authors` of every style that has images, best first.

    `lo, hi` bound a 95 % interval from resampling the style's authors, never narrower than Clopper's and Pearson's
    (1934) for as many independent images as those of few authors are worth; NaN of a single image. Raises ValueError
    for missing columns or no rows.
    """
    checked_vocab(predictions, ["label", "author", "pred"])
    rng = np.random.default_rng(seed)
    rows = []
    for label, of_style in in_fixed_order(predictions).groupby("label"):
        right = (of_style["pred"] == label).to_numpy()
        units = image_units(of_style)
        lo, hi = _recall_interval(right, units, n_resamples, rng=rng)
        n_authors = count_authors(of_style["author"])
        row = (label, right.mean(), lo, hi, len(of_style), n_authors)
        rows.append(row)
    columns = ["label", "recall", "lo", "hi", "n_images", "n_authors"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("recall", ascending=False, kind="stable", ignore_index=True)


def _recall_interval(
    right: np.ndarray,  # (n,) bool
    units: np.ndarray,  # (n,) what is drawn together
    n_resamples: int,
    *,
    rng: np.random.Generator,
) -> tuple[float, float]:
    one_style = np.zeros(len(units), dtype=int)
    bootstrap = AuthorBootstrap(units, one_style, n_resamples=n_resamples, seed=rng)
    draws = weighted_means(right, bootstrap.counts)
    every_image = np.ones((len(right), 1))
    recall = bootstrap.shares(right, every_image, np.ones(1))
    return bootstrap.rate_bounds(draws, recall)


def painter_sizes(predictions: pd.DataFrame) -> pd.Series:
    """How many images every named author has in every style, by `(author, label)`."""
    by_person = rows_by_person(predictions)
    return by_person.groupby(["author", "label"]).size()


def painters_table(predictions: pd.DataFrame) -> pd.DataFrame:
    """Painters with three images or more in a style, hardest first: `author, label, n_images, top_1, top_2, taken_for`.

    `top_1, top_2` are the shares of their images whose style is the likeliest, or among the two likeliest; `taken_for`
    names the two commonest wrong styles with their numbers. Raises ValueError for missing columns, no rows, or if no
    named author has so many images.
    """
    checked_vocab(predictions, ["label", "author", "pred"])
    ranked = predictions[["author", "label", "pred"]]
    ranked = ranked.assign(rank=ranks_of(predictions))
    rows = []
    by_painter = rows_by_person(ranked).groupby(["author", "label"])
    for (author, label), images in by_painter:
        if len(images) < MIN_PAINTER_IMAGES:
            continue
        top_1 = (images["rank"] < 1).mean()
        top_2 = (images["rank"] < 2).mean()
        taken_for = _taken_for(images["pred"], label)
        rows.append((author, label, len(images), top_1, top_2, taken_for))
    if not rows:
        sizes = f"{MIN_PAINTER_IMAGES} images or more in a style"
        raise ValueError(f"no named author has {sizes}, so there is no painter to show")
    table = pd.DataFrame(rows, columns=_PAINTER_COLUMNS)
    keys = ["top_2", "top_1", "n_images"]
    hardest_first = [True, True, False]
    return table.sort_values(keys, ascending=hardest_first, kind="stable", ignore_index=True)


def _taken_for(preds: pd.Series, label: str) -> str:
    """The commonest wrong styles, such as 'impressionism 2, ukiyo-e 1'."""
    mistakes = preds[preds != label]
    commonest = mistakes.value_counts().head(_N_MISTAKES)
    texts = [f"{style} {n}" for style, n in commonest.items()]
    return ", ".join(texts)
