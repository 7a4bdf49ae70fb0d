"""Going on where earlier work stopped, or refusing what was made otherwise.

Whoever leaves unfinished work in a folder writes down what it is made with. Whoever goes on compares.
"""

import json
from collections.abc import Collection


def as_json(made_with: dict) -> dict:
    """What a JSON file will give back of a dictionary: tuples as lists, paths and other objects as their text."""
    return json.loads(json.dumps(made_with, default=str))


def check_made_alike(before: dict, now: dict, what: str, advice: str, names: Collection[str] | None = None) -> None:
    """Raise ValueError, naming every difference, if earlier work was made otherwise than what is asked for now.

    `what` begins the sentence, such as 'runs/cv/fold-0 was trained', and `advice` ends it. Only the settings in `names`
    are compared; by default all that either of the two has.

    >>> check_made_alike({"size": 224}, {"size": 192}, "runs/cv/fold-0 was trained", "choose another --out")
    Traceback (most recent call last):
        ...
    ValueError: runs/cv/fold-0 was trained with size 224 instead of 192: choose another --out
    """
    names = {*before, *now} if names is None else names
    differing = sorted(name for name in names if before.get(name) != now.get(name))
    if differing:
        others = ", ".join(f"{name} {before.get(name)!r} instead of {now.get(name)!r}" for name in differing)
        raise ValueError(f"{what} with {others}: {advice}")
