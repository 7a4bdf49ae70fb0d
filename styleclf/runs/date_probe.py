"""The probe that a cross-validation of years leaves, date_probe.npz: written, and read again with its body."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from styleclf.common import read_arrays, read_json, whole_file
from styleclf.inference import Backbone
from styleclf.training import YearProbe

PROBE_FILE = "date_probe.npz"
DATES_FILE = "dates.csv"
_DIMENSIONS = {
    "weights": "decades features",
    "biases": "decades",
    "edges": "edges",
    "numbers": "numbers",
}
_MUST_BE_FINITE = ("weights", "biases", "edges")


class KeptProbe(NamedTuple):
    """The probe of all folds, and the body whose features it is for."""

    probe: YearProbe
    width: float  # half of a range, in years
    backbone: Backbone


def write_probe(
    probe: YearProbe,
    width: float,  # half of a range, in years
    path: Path,
) -> None:
    """Write a probe with the half width of its ranges."""
    numbers = np.array([probe.strength, width])
    with whole_file(path) as aside:
        np.savez(
            aside,
            weights=probe.weights,
            biases=probe.biases,
            edges=probe.edges,
            numbers=numbers,
        )


def read_probe(run: str | Path) -> KeptProbe:
    """The probe of a run. Raises FileNotFoundError where there is none, ValueError for damaged files."""
    folder = Path(run)
    file = folder / PROBE_FILE
    if not file.is_file():
        raise FileNotFoundError(f"no {file}: recipes/cross_validate.py writes it with the target year")
    arrays = read_arrays(file, _DIMENSIONS, _MUST_BE_FINITE)
    if len(arrays["edges"]) != len(arrays["biases"]) + 2:
        raise ValueError(f"{file} is damaged, its edges are not those of its decades: run the cross-validation again")
    strength, width = arrays.pop("numbers").tolist()
    probe = YearProbe(**arrays, strength=strength)
    facts = read_json(folder / "settings.json", ["settings"])
    backbone = backbone_of(facts["settings"])
    return KeptProbe(probe, width, backbone)


def backbone_of(flags: Mapping[str, Any]) -> Backbone:
    """The frozen body of a training with these flags."""
    options = {}
    for field in fields(Backbone):
        value = flags.get(field.name)
        if value is not None:
            options[field.name] = value
    return Backbone(**options)
