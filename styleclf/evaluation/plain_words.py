"""A score in plain words: of ten paintings by painters never met, how many get their right name."""

import math

import numpy as np
import pandas as pd

from styleclf.common import count_of

_TEN = 10  # paintings that a sentence is about
_HALF = (0.41, 0.59)  # a fraction between these is worded as 'a or b', where nothing was measured
_ALL = "all"
_NONE = "none"
_FEWER = "fewer than 1"


def plain_answer(metrics: pd.DataFrame, part: str) -> str:
    """What the top-1 and top-2 accuracy of a part of `metrics` mean, with interval and chance.

    `metrics` has `part, metric, value, lo, hi, chance, n_authors`. Raises ValueError for a part without these metrics.

    >>> table = pd.DataFrame({"part": "cv", "metric": ["top_1_accuracy", "top_2_accuracy"], "value": [0.6, 0.79]})
    >>> table = table.assign(lo=[0.52, 0.7], hi=[0.78, 0.9], chance=[0.125, 0.25], n_authors=60)
    >>> print(plain_answer(table, "cv"))
    Of 10 paintings by painters it has never met, it names about 6 rightly (5 to 8), and about 8 when it may guess twice (7 to 9); by chance it would be 1, and 2 or 3 with two guesses.
    """  # noqa: E501 - a sentence as it is printed
    of_part = metrics[metrics["part"] == part]
    first = _row(of_part, "top_1_accuracy", part)
    second = _row(of_part, "top_2_accuracy", part)
    subject = "pictures it has never seen"
    if first["n_authors"] > 0:
        subject = "paintings by painters it has never met"
    right = of_ten(first["value"])
    ends = ends_of_ten(first)
    names = f"it names {right} rightly{ends}"
    by_chance = chance_of_ten(first["chance"])
    chance = f"by chance it would be {by_chance}"
    if second["chance"] < 1:  # of two styles, two guesses are always right
        names += _two_guesses(first, second)
        by_chance = chance_of_ten(second["chance"])
        chance += f", and {by_chance} with two guesses"
    luck = _luck(first)
    answer = f"Of {_TEN} {subject}, {names}; {chance}{luck}."
    return answer + _missing_interval(first)


def untaught_sentence(predictions: pd.DataFrame) -> str:
    """Which styles of a cross-validation's `predictions` no fold could be taught, '' for none: `label, fold`.

    All images of such a style are in one fold, so the model that judges them has never seen it.

    >>> untaught_sentence(pd.DataFrame({"label": ["cubism", "cubism", "fauvism"], "fold": ["0", "1", "1"]}))
    'All pictures of fauvism are in one fold, so the model that judges them was never taught this style: its 1 picture of 3 always counts as wrong.'
    """  # noqa: E501 - a sentence as it is printed
    n_folds = predictions.groupby("label")["fold"].nunique()
    untaught = list(n_folds.index[n_folds == 1])
    if not untaught:
        return ""
    is_untaught = predictions["label"].isin(untaught)
    n_pictures = int(is_untaught.sum())
    n_all = len(predictions)
    pictures = count_of(n_pictures, "picture")
    pictures = f"{pictures} of {n_all:,}"
    if len(untaught) == 1:
        count = "counts" if n_pictures == 1 else "count"
        consequence = f"the model that judges them was never taught this style: its {pictures} always {count} as wrong"
        return f"All pictures of {untaught[0]} are in one fold, so {consequence}."
    consequence = f"the models that judge them were never taught these styles: their {pictures} always count as wrong"
    names = ", ".join(untaught)
    n_untaught = len(untaught)
    n_styles = len(n_folds)
    styles = f"{n_untaught} of {n_styles} styles ({names})"
    return f"All pictures of a style are in one fold for {styles}, so {consequence}."


def of_ten(share: float) -> str:
    """A measured share as so many of ten; 'all' and 'none' only where it is so to the percent.

    >>> [of_ten(share) for share in (0, 0.02, 0.61, 0.85, 0.97, 1)]
    ['none', 'fewer than 1', 'about 6', 'about 9', 'more than 9', 'all']
    """
    percent = _nearest_number(100 * share)
    number = _nearest_number(_TEN * share)
    if percent == 0:
        return _NONE
    if percent == 100:
        return _ALL
    if number == 0:
        return _FEWER
    if number == _TEN:
        return "more than 9"
    return f"about {number}"


def chance_of_ten(share: float) -> str:
    """A share that is known exactly as so many of ten, between two of which it may be.

    >>> [chance_of_ten(share) for share in (0.02, 0.125, 0.25, 0.5)]
    ['fewer than 1', '1', '2 or 3', '5']
    """
    number = _TEN * share
    below = math.floor(number)
    fraction = number - below
    low, high = _HALF
    if not low <= fraction <= high:
        nearest = _nearest_number(number)
        return str(nearest) if nearest else _FEWER
    if below == 0:
        return _FEWER
    above = below + 1
    return f"{below} or {above}"


def ends_of_ten(row: pd.Series) -> str:
    """The ends of the interval of a row with `lo` and `hi` in brackets, as numbers of ten; '' where they are one.

    >>> ends_of_ten(pd.Series({"lo": 0.52, "hi": 0.78})), ends_of_ten(pd.Series({"lo": 0.82, "hi": 0.84}))
    (' (5 to 8)', '')
    """
    if np.isnan(row["lo"]):
        return ""
    lo = _nearest_number(_TEN * row["lo"])
    hi = _nearest_number(_TEN * row["hi"])
    return "" if lo == hi else f" ({lo} to {hi})"


def _nearest_number(number: float) -> int:
    """The nearest whole number, of two the larger; what floating point adds to a half does not count."""
    nearly = round(number, 9)
    return math.floor(nearly + 0.5)


def _two_guesses(first: pd.Series, second: pd.Series) -> str:
    """How many are right when it may guess twice, beside those with one guess."""
    right = of_ten(first["value"])
    right_of_two = of_ten(second["value"])
    if right == _ALL:
        return ""
    if right_of_two == right:
        right_of_two = "hardly more"
    ends = ends_of_ten(second)
    return f", and {right_of_two} when it may guess twice{ends}"


def _luck(row: pd.Series) -> str:
    """What an interval that does not lie above chance means."""
    if np.isnan(row["lo"]) or row["lo"] > row["chance"]:
        return ""
    if row["hi"] < row["chance"]:
        return ", so it does worse than chance"
    return ", so this may be luck"


def _missing_interval(row: pd.Series) -> str:
    """That there is no interval, and why."""
    if not np.isnan(row["lo"]):
        return ""
    noun = "painters" if row["n_authors"] > 0 else "pictures"
    return f" There are too few {noun} to say how far off this may be."


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
