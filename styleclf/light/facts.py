"""What a manifest says of the training, which cards and pages show to people: metrics, versions, licence."""

from collections.abc import Mapping
from typing import Any

from styleclf.common import is_number

_NAMES_IN_METRICS = ("part", "metric")
_NUMBERS_IN_METRICS = ("value", "lo", "hi", "n_images", "n_authors")
_NUMBERS_IN_TRAINING = ("n_images", "n_painters")
_TEXTS = ("weights", "weights_licence")


def check_facts(values: Mapping[str, Any]) -> None:
    """Raise ValueError for facts that could not be shown. All of them may be missing."""
    for name in _TEXTS:
        _check_text(values.get(name), name)
    _check_metrics(values.get("metrics"))
    versions = _table(values.get("versions"), "versions")
    for package, version in versions.items():
        _check_text(version, f"version of {package:.40}")
    training = _table(values.get("training"), "training")
    _check_text(training.get("design_blake2b"), "design_blake2b")
    for name in _NUMBERS_IN_TRAINING:
        _check_number(training.get(name), name)


def _check_metrics(metrics: object) -> None:
    """Raise ValueError for what is no table of metrics."""
    if metrics is None:
        return
    if not isinstance(metrics, list):
        raise ValueError("its metrics are not a list")
    for row in metrics:
        if not isinstance(row, dict):
            raise ValueError(f"one of its metrics is {row!r:.40}")
        for name in _NAMES_IN_METRICS:
            _check_text(row[name], f"metrics' {name}")
        for name in _NUMBERS_IN_METRICS:
            _check_number(row[name], f"metrics' {name}")


def _table(value: object, name: str) -> Mapping[str, Any]:
    """A table of names, empty for null."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError(f"its {name} is not a table of names")
    return value


def _check_text(value: object, name: str) -> None:
    """Raise ValueError for what is neither a text nor null."""
    if value is not None and not isinstance(value, str):
        raise ValueError(f"its {name} is {value!r:.40}, not a text")


def _check_number(value: object, name: str) -> None:
    """Raise ValueError for what is neither a number nor null."""
    if value is not None and not is_number(value):
        raise ValueError(f"its {name} is {value!r:.40}, not a number")
