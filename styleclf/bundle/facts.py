"""What a run has left beside its model.pkl, for the bundle: metrics with intervals, design, weights, licence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from styleclf.common import read_json, read_table
from styleclf.evaluation import ALL_LABELS
from styleclf.light import MANIFEST_FILE, is_bundle_path, open_contents, read_manifest
from styleclf.runs import is_run_of_years

UNKNOWN_LICENCE = "unknown"
_METRIC_COLUMNS = ["part", "metric", "value", "lo", "hi", "n_images", "n_authors"]
_SETTINGS_FILE = "settings.json"


@dataclass(frozen=True)
class TrainingFacts:
    """What is known of the run that made a learner; empty where nothing is."""

    metrics: list[dict[str, Any]] = field(default_factory=list)  # rows of metrics.csv
    design_blake2b: str = ""  # fingerprint of the design
    weights: str = ""  # imagenet, none, or the name of a file
    versions: Mapping[str, str] = field(default_factory=dict)  # of the packages that it was trained with
    licence: str | None = None  # of the weights, where it was named before


def facts_beside(model: str | Path) -> TrainingFacts:
    """The facts in the folder of an exported learner, or within a bundle. Raises ValueError where they are damaged."""
    if is_run_of_years(model):
        return _facts_in(Path(model))
    if is_bundle_path(model):
        return _facts_within(model)
    return _facts_in(Path(model).parent)


def _facts_in(folder: Path) -> TrainingFacts:
    """The facts in the folder of a run."""
    values = _settings_in(folder)
    settings = values.get("settings")
    settings = settings if isinstance(settings, dict) else {}
    weights = str(settings.get("weights", ""))
    versions = values.get("versions")
    return TrainingFacts(
        metrics=_metrics_in(folder) or _metrics_of_cross_validation(values, settings.get("cv")),
        design_blake2b=str(values.get("design_blake2b", "")),
        weights=Path(weights).name,  # nobody elsewhere needs the folder
        versions=versions if isinstance(versions, dict) else {},
    )


def _settings_in(folder: Path) -> dict[str, Any]:
    """What settings.json in the folder of a run says; nothing where there is none."""
    file = folder / _SETTINGS_FILE
    return read_json(file) if file.is_file() else {}


def _metrics_of_cross_validation(values: Mapping[str, Any], cv: object) -> list[dict[str, Any]]:
    """The out-of-fold metrics of the cross-validation after which a model of all folds was trained, if it is there.

    `values` are of the model's settings.json, and both must have been of the same design.
    """
    if not isinstance(cv, str):
        return []
    folder = Path(cv)
    fingerprint = _settings_in(folder).get("design_blake2b")
    if fingerprint is None or fingerprint != values.get("design_blake2b"):
        return []
    return [row for row in _metrics_in(folder) if row["part"] == "cv"]


def _facts_within(bundle: str | Path) -> TrainingFacts:
    """The facts that a bundle holds."""
    contents = open_contents(bundle)
    values = read_manifest(contents.read(MANIFEST_FILE), contents.path).values
    training = values.get("training") or {}
    return TrainingFacts(
        metrics=values.get("metrics") or [],
        design_blake2b=training.get("design_blake2b", ""),
        weights=str(values.get("weights", "")),
        versions=values.get("versions") or {},
        licence=values.get("weights_licence"),
    )


def _metrics_in(folder: Path) -> list[dict[str, Any]]:
    """The rows of the tables of metrics in a run's folder."""
    of_years = _metrics(folder / "date_metrics.csv")
    of_styles = _metrics(folder / "metrics.csv")
    return of_years or of_styles or _metrics_of_labels(folder / "labels.csv")


def _metrics(file: Path) -> list[dict[str, Any]]:
    """The rows of a table of metrics; no rows where there is no table."""
    if not file.is_file():
        return []
    table = read_table(file, _METRIC_COLUMNS)[_METRIC_COLUMNS]
    return _metric_rows(table)


def _metrics_of_labels(file: Path) -> list[dict[str, Any]]:
    """The rows of a table of several labels that judge all of them together; no rows where there is no table."""
    if not file.is_file():
        return []
    table = read_table(file, [*_METRIC_COLUMNS, "label"])
    of_all = table[table["label"] == ALL_LABELS]
    return _metric_rows(of_all[_METRIC_COLUMNS].copy())


def _metric_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table of metrics, None for what has no interval."""
    for column in ("value", "lo", "hi"):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    plain = table.astype(object).where(table.notna(), None)
    return [{name: _plain_value(value) for name, value in row.items()} for row in plain.to_dict("records")]


def _plain_value(value: Any) -> Any:
    """A value as JSON has it."""
    return value.item() if isinstance(value, np.generic) else value


def licence_of(archs: Sequence[str], weights: str) -> str:
    """The licences of ImageNet weights as timm has them; unknown for other weights, unless a licence is named."""
    from timm.models import get_pretrained_cfg

    if weights == "none":
        return "none needed: trained from random weights"
    if weights != "imagenet":
        return UNKNOWN_LICENCE
    licences = set()
    for arch in archs:
        config = get_pretrained_cfg(arch)
        licences.add((config and config.license) or UNKNOWN_LICENCE)
    return ", ".join(sorted(licences))
