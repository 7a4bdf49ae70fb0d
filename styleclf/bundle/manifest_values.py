"""What bundle.json says of a learner, but for the files beside it."""

from collections.abc import Mapping
from importlib import metadata
from typing import Any

import numpy as np
from fastai.learner import Learner

from styleclf.bundle.facts import TrainingFacts, licence_of
from styleclf.bundle.network_spec import archs_of
from styleclf.bundle.rebuilding import RebuiltNetwork
from styleclf.evaluation import COVERAGE, rule_facts
from styleclf.inference import (
    LearnerParts,
    kept_profile,
    label_thresholds_of,
    rule_of,
    style_ids_of,
    threshold_of,
    years_of,
)
from styleclf.light import FORMAT, FORMAT_VERSION
from styleclf.models import CosineHead, unit_directions
from styleclf.training import keep_origin, origin_of, temperature_of

_VERSION_OF_STYLES = 1  # of the format
_VERSION_OF_LABELS = 2
_PACKAGES = ("styleclf", "torch", "timm", "fastai", "onnx")


def manifest_values(
    parts: LearnerParts, rebuilt: RebuiltNetwork, facts: TrainingFacts, licence: str | None
) -> dict[str, Any]:
    """The values of bundle.json, without its files. The learner is left with what it remembers of its training."""
    learn = parts.learn
    picture = parts.picture
    mean, std = rebuilt.stats
    keep_origin(learn)
    labels = _labels(learn)
    years = _years(learn)
    return {
        "format": FORMAT,
        "format_version": _format_version(labels, years),
        "styles": parts.vocab,
        "style_ids": style_ids_of(learn) or None,
        "input": {"size": picture.size, "fit": picture.fit, "mean": list(mean), "std": list(std)},
        "network": rebuilt.spec,
        "temperature": temperature_of(learn),  # the head's weights are divided by it already
        "sets": _sets(parts),
        "labels": labels,
        "answers": _answers(learn),
        "years": years,
        "novelty": None,
        "prototypes": _prototypes(parts),
        "picture_profile": kept_profile(learn),
        "training": _training(origin_of(learn), facts),
        "metrics": facts.metrics,
        "weights": facts.weights,
        "weights_licence": licence or facts.licence or licence_of(archs_of(rebuilt.spec["body"]), facts.weights),
        "versions": _versions(facts.versions),
        "files": {},
    }


def _format_version(labels: object, years: object) -> int:
    """The first version of the format in which there were such models: an earlier styleclf opens others as before."""
    if years is not None:
        return FORMAT_VERSION
    return _VERSION_OF_STYLES if labels is None else _VERSION_OF_LABELS


def _sets(parts: LearnerParts) -> dict[str, Any] | None:
    """The thresholds of prediction sets, one for each style; None of a learner that has none."""
    try:
        threshold = threshold_of(parts.learn, "the learner")
    except ValueError:
        return None
    thresholds = np.broadcast_to(threshold, len(parts.vocab)).astype(float)
    return {"thresholds": thresholds.tolist(), "coverage": COVERAGE}


def _labels(learn: Learner) -> dict[str, Any] | None:
    """The thresholds of labels; None of a learner of one style per picture."""
    thresholds = label_thresholds_of(learn)
    if thresholds is None:
        return None
    return {"thresholds": thresholds.tolist()}


def _years(learn: Learner) -> dict[str, Any] | None:
    """What makes years of labels that are decades; None of a learner that does not date."""
    years = years_of(learn)
    if years is None:
        return None
    width = _finite(years.width)
    return {"edges": years.edges.tolist(), "width": width, "n_networks": years.n_networks}


def _answers(learn: Learner) -> dict[str, Any] | None:
    """The rule of a hierarchy; None of a learner that has none."""
    rule = rule_of(learn)
    if rule is None:
        return None
    threshold = _finite(rule.threshold)
    return rule_facts(rule) | {"threshold": threshold}


def _finite(value: float) -> float | None:
    """The value, or None for the infinity of what too few painters have taught: JSON has none."""
    return float(value) if np.isfinite(value) else None


def _prototypes(parts: LearnerParts) -> list[list[float]] | None:
    """The directions of a cosine head's styles, the mean where a style has several; None of other heads."""
    head = parts.head
    if not isinstance(head, CosineHead):
        return None
    directions = unit_directions(head.weight.detach().float().cpu())
    means = directions.unflatten(0, (-1, head.n_centers)).mean(dim=1)
    return means.tolist()


def _training(origin: Mapping[str, Any], facts: TrainingFacts) -> dict[str, Any] | None:
    """What the learner was trained on; None where nothing is known."""
    training = dict(origin)
    if facts.design_blake2b:
        training["design_blake2b"] = facts.design_blake2b
    return training or None


def _versions(of_training: Mapping[str, str]) -> dict[str, str]:
    """Versions of packages: of the training where they are known, otherwise of now."""
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:  # the graph's, in a bundle without
            continue
    versions_of_training = {package: str(version) for package, version in of_training.items()}
    return versions | versions_of_training
