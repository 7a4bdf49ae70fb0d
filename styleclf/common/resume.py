"""Going on where earlier work stopped, or refusing what was made with other settings.

Whoever leaves unfinished work in a folder writes down the settings it is made with. Whoever goes on compares them.
"""

import json
import re
from collections.abc import Collection
from typing import Any

_DIGEST = re.compile(r"[0-9a-f]{32,}")  # of many values, which nobody can compare by eye


def as_json(made_with: dict[str, Any]) -> dict[str, Any]:
    """The dictionary as a JSON file gives it back: tuples become lists, paths and other objects become text.

    >>> as_json({"sizes": (160, 192), "weights": None})
    {'sizes': [160, 192], 'weights': None}
    """
    text = json.dumps(made_with, default=str)
    return json.loads(text)


def check_made_alike(
    before: dict[str, Any],
    now: dict[str, Any],
    subject: str,
    *,
    advice: str,
    names: Collection[str] | None = None,
) -> None:
    """Raise ValueError, naming every difference, if earlier work was made with other settings than those of now.

    What is read from a file of earlier work may be damaged: anything but a dictionary is a ValueError, too.

    `subject` begins the sentence, such as 'runs/cv/fold-0 was trained', and `advice` ends it. Only the settings in
    `names` are compared; by default all that `before` or `now` has.

    >>> check_made_alike({"size": 224}, {"size": 192}, "runs/cv/fold-0 was trained", advice="choose another --out")
    Traceback (most recent call last):
        ...
    ValueError: runs/cv/fold-0 was trained with size 224 instead of 192: choose another --out
    """
    if not isinstance(before, dict):
        raise ValueError(f"{subject} with settings that nobody can read, {before!r}: {advice}")
    if names is None:
        names = {*before, *now}
    differences = []
    for name in sorted(names):
        earlier_value = before.get(name)
        value = now.get(name)
        if earlier_value != value:
            differences.append(_difference(name, earlier_value, value))
    if differences:
        details = ", ".join(differences)
        raise ValueError(f"{subject} with {details}: {advice}")


def _difference(name: str, earlier_value: object, value: object) -> str:
    """How a setting differs from that of earlier work."""
    if _DIGEST.fullmatch(str(value)):
        return f"other {name}"
    return f"{name} {earlier_value!r} instead of {value!r}"
