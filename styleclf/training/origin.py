"""What a learner was made of, kept in its export: how many pictures, by how many painters, whose names are hashed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from fastai.learner import Learner

from styleclf.data import people_by_row
from styleclf.light import hash_painters

_ORIGIN = "training_origin"  # the learner's attribute, which an exported learner keeps
_TEMPERATURE = "temperature"  # likewise


def keep_origin(learn: Learner) -> None:
    """Have the learner, and its export, remember what it was trained on: numbers, and salted hashes of painters.

    A learner whose pictures are not at hand, such as one that was loaded, keeps what it has.
    """
    items: Any = getattr(learn.dls.train_ds, "items", None)
    if "author" not in getattr(items, "columns", ()) or not len(items):
        return
    set_origin(learn, origin_of_rows(items))


def origin_of_rows(rows: pd.DataFrame) -> dict[str, Any]:
    """What is remembered of a training with these rows, `author`: `n_images, n_painters, painters`."""
    people = set(people_by_row(rows))
    painters = hash_painters(people)
    hashes = {"salt": painters.salt, "rounds": painters.rounds, "hashes": sorted(painters.hashes)}
    return {
        "n_images": len(rows),
        "n_painters": len(people),
        "painters": hashes if people else None,
    }


def origin_of(learn: Learner) -> Mapping[str, Any]:
    """What the learner was trained on: `n_images, n_painters, painters`; empty where it is not known."""
    return getattr(learn, _ORIGIN, None) or {}


def set_origin(learn: Learner, origin: Mapping[str, Any]) -> None:
    """Have a learner remember an origin that was written down elsewhere."""
    setattr(learn, _ORIGIN, dict(origin))


def temperature_of(learn: Learner) -> float:
    """The number that the learner's logits have been divided by; 1 if by none."""
    return getattr(learn, _TEMPERATURE, 1.0)


def note_temperature(learn: Learner, temperature: float) -> None:
    """Have the learner remember that its logits were divided by a number, once more."""
    setattr(learn, _TEMPERATURE, temperature_of(learn) * temperature)
