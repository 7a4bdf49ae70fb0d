"""A score in plain words: of ten paintings by painters never met, how many get their right name."""

import math

import numpy as np
import pandas as pd

from styleclf.evaluation.intervals import TOO_FEW

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
    of_part = metrics[metrics["part"] == part].drop_duplicates("metric").set_index("metric")
    for name in ("top_1_accuracy", "top_2_accuracy"):
        if name not in of_part.index:
            raise ValueError(f"the part {part!r} of the metrics has no {name}: run its recipe to the end")
    first = of_part.loc["top_1_accuracy"]
    second = of_part.loc["top_2_accuracy"]
    knows_painters = first["n_authors"] > 0
    subject = "paintings by painters it has never met" if knows_painters else "pictures it has never seen"
    names = f"it names about {about_ten(first['value'])} rightly ({_ends_of_ten(first)})"
    two_guesses = f"{about_ten(second['value'])} with two guesses ({_ends_of_ten(second)})"
    chance = f"by chance it would be {about_ten(first['chance'])} and {about_ten(second['chance'])}"
    return f"Of {_TEN} {subject}, {names}, {two_guesses}; {chance}."


def about_ten(share: float) -> str:
    """A share as a number of ten, between two of which it may be.

    >>> about_ten(0.61), about_ten(0.25), about_ten(0.125)
    ('6', '2 to 3', '1')
    """
    number = _TEN * share
    whole = math.floor(number)
    low, high = _HALF
    if low <= number - whole <= high:
        return f"{whole} to {whole + 1}"
    return str(round(number))


def _ends_of_ten(row: pd.Series) -> str:
    """The ends of an interval as numbers of ten."""
    if np.isnan(row["lo"]):
        return TOO_FEW
    lo = round(_TEN * row["lo"])
    hi = round(_TEN * row["hi"])
    return str(lo) if lo == hi else f"{lo} to {hi}"
