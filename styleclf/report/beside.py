"""What lies beside a run: the audit of its design, and an atlas and figures that other recipes have added to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from styleclf.common import read_json
from styleclf.report.thumbnails import figure_uri

_SETTINGS = "settings.json"
_ATLAS = "atlas.html"
_FIGURES = {
    "evolution": "How the embeddings moved while it learned",
    "clusters": "Clusters of the embeddings",
    "map": "A map of the embeddings",
    "novelty": "Telling styles it was never trained on",
}


class DesignAudit(NamedTuple):
    """An audit of the same design."""

    folder: Path
    sentences: list[str]


class Figure(NamedTuple):
    """A figure that another recipe has drawn."""

    heading: str
    uri: str


def audit_beside(folder: Path, facts: dict[str, Any]) -> DesignAudit | None:
    """The audit of a run's design in the run's folder or beside it; None if there is none."""
    fingerprints = {facts.get("design_blake2b")}
    parent = folder.parent / _SETTINGS
    if parent.is_file():  # a validation has a copy of the design
        fingerprints.add(_facts_or_none(parent).get("design_blake2b"))
    fingerprints.discard(None)
    for file in _settings_files(folder):
        audit = _facts_or_none(file)
        sentences = audit.get("sentences")
        is_same_design = audit.get("design_blake2b") in fingerprints
        if is_same_design and isinstance(sentences, list):
            return DesignAudit(file.parent, list(map(str, sentences)))
    return None


def _settings_files(folder: Path) -> Iterator[Path]:
    """The settings of runs in the folder and beside it, the nearest first."""
    for place in (folder, folder.parent, folder.parent.parent):
        yield from sorted(place.glob(f"*/{_SETTINGS}"))


def _facts_or_none(file: Path) -> dict[str, Any]:
    """What a file of settings says; nothing if it is damaged, since it is not the run's own."""
    try:
        return read_json(file)
    except (OSError, ValueError):
        return {}


def atlas_beside(folder: Path) -> str:
    """The name of the atlas in a run's folder, as a link from its report; '' if there is none."""
    return _ATLAS if (folder / _ATLAS).is_file() else ""


def figures_beside(folder: Path) -> list[Figure]:
    """Figures of other recipes in the run's folder."""
    figures = []
    for name, heading in _FIGURES.items():
        file = folder / f"figures/{name}.png"
        if file.is_file():
            figures.append(Figure(heading, figure_uri(file)))
    return figures
