"""A score in plain words: of ten paintings by painters never met, how many get their right name."""

import math

import numpy as np
import pandas as pd

from styleclf.evaluation.intervals import TOO_FEW
from styleclf.output import count_of

_TEN = 10  # paintings that the sentence is about
_HALF = (0.41, 0.59)  # a fraction between these is told as 'a to b'


def plain_answer(metrics: pd.DataFrame, part: str) -> str:
    """What the top-1 and top-2 accuracy of a part of `metrics` mean, in one sentence, with interval and chance.

    `metrics` has `part, metric, value, lo, hi, chance, n_authors`. Raises ValueError for a part without these metrics.

    >>> table = pd.DataFrame({"part": "cv", "metric": ["top_1_accuracy", "top_2_accuracy"], "value": [0.6, 0.79]})
    >>> table = table.assign(lo=[0.52, 0.7], hi=[0.78, 0.9], chance=[0.125, 0.25], n_authors=60)
    >>> print(plain_answer(table, "cv"))
    Of 10 paintings by painters it has never met, it names about 6 rightly (5 to 8), 8 with two guesses (7 to 9); by chance it would be 1 and 2 to 3.
    """  # noqa: E501 - a sentence as it is printed
    of_part = metrics[metrics["part"] == part]
    first = _row(of_part, "top_1_accuracy", part)
    second = _row(of_part, "top_2_accuracy", part)
    knows_painters = first["n_authors"] > 0
    subject = "paintings by painters it has never met" if knows_painters else "pictures it has never seen"
    right = about_ten(first["value"])
    right_of_two = about_ten(second["value"])
    ends = _ends_of_ten(first)
    ends_of_two = _ends_of_ten(second)
    names = f"it names about {right} rightly ({ends})"
    two_guesses = f"{right_of_two} with two guesses ({ends_of_two})"
    by_chance = about_ten(first["chance"])
    by_chance_of_two = about_ten(second["chance"])
    chance = f"by chance it would be {by_chance} and {by_chance_of_two}"
    return f"Of {_TEN} {subject}, {names}, {two_guesses}; {chance}."


def untaught_sentence(predictions: pd.DataFrame) -> str:
    """Which styles of a cross-validation's `predictions` no fold could be taught, '' for none: `label, fold`.

    All images of such a style are in one fold, so the model that judges them has never seen it.

    >>> untaught_sentence(pd.DataFrame({"label": ["cubism", "cubism", "fauvism"], "fold": ["0", "1", "1"]}))
    '1 of 2 styles (fauvism) stands in one fold alone: nothing teaches it where it is judged, so its 1 image of 3 always counts as wrong.'
    """  # noqa: E501 - a sentence as it is printed
    n_folds = predictions.groupby("label")["fold"].nunique()
    untaught = n_folds.index[n_folds == 1]
    if untaught.empty:
        return ""
    n_images = int(predictions["label"].isin(untaught).sum())
    names = ", ".join(untaught)
    is_one = len(untaught) == 1
    where = "stands in one fold alone" if is_one else "stand in one fold alone each"
    it, its, is_judged = ("it", "its", "it is judged") if is_one else ("them", "their", "they are judged")
    images = f"{count_of(n_images, 'image')} of {len(predictions):,}"
    counts = "counts" if n_images == 1 else "count"
    styles = f"{len(untaught)} of {count_of(len(n_folds), 'style')} ({names})"
    return f"{styles} {where}: nothing teaches {it} where {is_judged}, so {its} {images} always {counts} as wrong."


def _row(
    metrics: pd.DataFrame,
    name: str,
    part: str,
) -> pd.Series:
    """The first row of a metric. Raises ValueError where the part has none."""
    rows = metrics[metrics["metric"] == name]
    if rows.empty:
        raise ValueError(f"the part {part!r} of the metrics has no {name}: run its recipe to the end")
    return rows.iloc[0]


def about_ten(share: float) -> str:
    """A share as a number of ten, between two of which it may be.

    >>> about_ten(0.61), about_ten(0.25), about_ten(0.125)
    ('6', '2 to 3', '1')
    """
    number = _TEN * share
    below = math.floor(number)
    above = below + 1
    fraction = number - below
    low, high = _HALF
    if low <= fraction <= high:
        return f"{below} to {above}"
    return str(round(number))


def _ends_of_ten(row: pd.Series) -> str:
    """The ends of an interval as numbers of ten."""
    if np.isnan(row["lo"]):
        return TOO_FEW
    lo = round(_TEN * row["lo"])
    hi = round(_TEN * row["hi"])
    if lo == hi:
        return str(lo)
    return f"{lo} to {hi}"
