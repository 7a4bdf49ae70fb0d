"""The manifest of a bundle, bundle.json: everything but the weights that a prediction needs, read with suspicion."""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from styleclf.common import is_number, is_whole_number, reason_of
from styleclf.data import FITS
from styleclf.evaluation import YearAnswers
from styleclf.light.answers import WiderAnswers, wider_answers
from styleclf.light.contents import MANIFEST_FILE
from styleclf.light.facts import check_facts
from styleclf.light.painters import PainterHashes, check_painter_hashes

FORMAT = "styleclf bundle"
FORMAT_VERSION = 3  # 2: several labels for a picture; 3: years; an earlier styleclf would take both for styles
_MOST_STYLES = 10_000
_MOST_CHARACTERS = 1_000  # of a name
_MOST_PIXELS = 4_096  # a side
_MOST_NUMBERS = 100_000  # of an embedding
_SMALLEST_TEMPERATURE = 1e-6
_LARGEST = 1e12  # number that stands in a manifest
_CHANNELS = 3
_LONGEST_REASON = 300  # characters
_N_PERCENTILES = 101  # 0 to 100
_LOGITS_OF_PATTERN = "logits_of_pattern"


@dataclass(frozen=True)
class Input:
    """How a picture reaches the network."""

    size: int  # pixels a side
    fit: str
    mean: tuple[float, ...]  # per channel, of values 0..1
    std: tuple[float, ...]


@dataclass(frozen=True)
class Manifest:
    """What bundle.json says, checked."""

    styles: list[str]  # in the order of the logits
    style_ids: Mapping[str, str]  # in a controlled vocabulary, of those styles that have one
    input: Input
    embedding_size: int
    network: Mapping[str, Any]  # what `load_bundle` makes the network of
    thresholds: np.ndarray | None  # (n_styles,) probabilities from which on a style belongs to a prediction set
    label_thresholds: np.ndarray | None  # (n_styles,) from which on each label is given; None of one style per picture
    wider: WiderAnswers | None  # by a hierarchy; None where there is none
    years: YearAnswers | None  # of a model whose labels are decades; None of all others
    novelty: Mapping[str, Any]  # what recognises pictures of no known style; empty where nothing was learned
    temperature: float  # that the logits are divided by already
    picture_profile: dict[str, list[float]] | None  # percentiles 0..100 of traits of the training's pictures
    prototypes: np.ndarray | None  # (n_styles, embedding_size) mean embedding, or direction, of each style
    painters: PainterHashes | None  # of the training; None where it is not known
    files: Mapping[str, str]  # name -> SHA-256
    logits_of_pattern: Mapping[str, np.ndarray]  # file -> (n_styles,) what it makes of `check_pattern`
    values: Mapping[str, Any]  # all that the file says


def check_pattern(size: int) -> np.ndarray:
    """A picture `(size, size, 3)` uint8 by which a network is known: coloured waves, the same everywhere.

    >>> check_pattern(8).shape, int(check_pattern(8)[0, 1, 0])
    ((8, 8, 3), 30)
    """
    shape = (size, size, _CHANNELS)
    rows, columns, channels = np.indices(shape)
    downwards = 3 * rows * (channels + 1)
    across = 5 * columns * (channels + 6)
    diagonally = rows * columns // 7
    pattern = (downwards + across + diagonally) % 256
    return pattern.astype(np.uint8)


def read_manifest(content: bytes, place: object) -> Manifest:
    """The manifest in the bytes of bundle.json, from a bundle at `place`.

    Raises ValueError, in one sentence, for one that is damaged, of a newer styleclf, or has impossible values.
    """
    subject = f"{MANIFEST_FILE} in {place}"
    values = _json_table(content, subject)
    if values.get("format") != FORMAT:
        raise ValueError(f"{subject} is not that of a bundle of styleclf")
    version = values.get("format_version")
    if not isinstance(version, int) or version < 1:
        raise ValueError(f"{subject} is damaged: its format_version is {version!r:.40}")
    if version > FORMAT_VERSION:
        raise ValueError(
            f"{place} was written by a newer styleclf (format {version!r:.40}, this one reads {FORMAT_VERSION}): "
            "update styleclf"
        )
    try:
        return _manifest(values)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        fault = f"it lacks {error}" if isinstance(error, KeyError) else reason_of(error)
        raise ValueError(f"{subject} is damaged: {fault[:_LONGEST_REASON]}") from error


def _json_table(content: bytes, subject: str) -> dict[str, Any]:
    """The table of names in a JSON text. Raises ValueError, which begins with `subject`, where there is none."""
    try:
        text = content.decode("utf-8")
        values = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, MemoryError) as error:
        reason = reason_of(error)[:_LONGEST_REASON]
        raise ValueError(f"{subject} is damaged, it is not JSON ({reason})") from error
    if not isinstance(values, dict):
        raise ValueError(f"{subject} is damaged, it holds no table of names")
    return values


def _refuse_constant(name: str) -> None:
    """Raise ValueError for NaN and infinities, which JSON does not have."""
    raise ValueError(f"{name} is not a number")


def _manifest(values: dict[str, Any]) -> Manifest:
    """The manifest of these values."""
    styles = _styles(values["styles"])
    style_ids = _style_ids(values.get("style_ids") or {}, styles)
    network = _table(values["network"], "network")
    embedding_size = _whole(network["embedding_size"], _MOST_NUMBERS, "embedding_size")
    n_styles = len(styles)
    picture_input = _input(_table(values["input"], "input"))
    thresholds = _thresholds(values.get("sets"), n_styles)
    label_thresholds = _label_thresholds(values.get("labels"), n_styles)
    wider = _wider(values.get("answers"), styles)
    years = _years(values.get("years"), label_thresholds)
    novelty = _table(values.get("novelty") or {}, "novelty")
    temperature = number_in(values, "temperature", least=_SMALLEST_TEMPERATURE)
    picture_profile = _profile(values.get("picture_profile"))
    prototypes = _prototypes(values.get("prototypes"), (n_styles, embedding_size))
    check_facts(values)
    painters = _painters(values.get("training"))
    files = _table(values["files"], "files")
    return Manifest(
        styles=styles,
        style_ids=style_ids,
        input=picture_input,
        embedding_size=embedding_size,
        network=network,
        thresholds=thresholds,
        label_thresholds=label_thresholds,
        wider=wider,
        years=years,
        novelty=novelty,
        temperature=temperature,
        picture_profile=picture_profile,
        prototypes=prototypes,
        painters=painters,
        files=_digests(files),
        logits_of_pattern=_logits(files, (n_styles,)),
        values=values,
    )


def _thresholds(sets: object, n_styles: int) -> np.ndarray | None:
    """The thresholds of prediction sets, if there are any."""
    if sets is None:
        return None
    table = _table(sets, "sets")
    return _numbers(table["thresholds"], (n_styles,), "thresholds")


def _label_thresholds(labels: object, n_styles: int) -> np.ndarray | None:
    """The thresholds of labels, of a model that gives several of them to a picture."""
    if labels is None:
        return None
    table = _table(labels, "labels")
    return _numbers(table["thresholds"], (n_styles,), "thresholds of labels")


def _wider(answers: object, styles: list[str]) -> WiderAnswers | None:
    """The answers of a hierarchy, if there is one."""
    if answers is None:
        return None
    table = _table(answers, "answers")
    return wider_answers(table, styles)


def _years(facts: object, label_thresholds: np.ndarray | None) -> YearAnswers | None:
    """What makes years of the chances of decades, of a model that has these as labels."""
    if facts is None:
        return None
    if label_thresholds is None:
        raise ValueError("its years are not said by labels")
    table = _table(facts, "years")
    n_networks = _whole(table.get("n_networks", 1), len(label_thresholds), "n_networks")
    n_decades, n_left = divmod(len(label_thresholds), n_networks)
    if n_left:
        raise ValueError("its networks do not have the same decades")
    edges = _numbers(table["edges"], (n_decades + 2,), "edges of decades")
    if (np.diff(edges) < 0).any():
        raise ValueError("the edges of its decades are not in order")
    width = np.inf if table["width"] is None else number_in(table, "width", least=0)
    return YearAnswers(edges, width, n_networks)


def _prototypes(values: object, shape: tuple[int, int]) -> np.ndarray | None:
    """A direction of each style, if there are any."""
    if values is None:
        return None
    return _numbers(values, shape, "prototypes")


def _style_ids(ids: object, styles: Collection[str]) -> dict[str, str]:
    """The ids of styles in a controlled vocabulary, if there are any."""
    table = dict(_table(ids, "style_ids"))
    for style, text in table.items():
        is_id = isinstance(text, str) and len(text) <= _MOST_CHARACTERS
        if style not in styles or not is_id:
            raise ValueError(f"its style_ids have {text!r:.40} for {style!r:.40}")
    return table


def _styles(styles: object) -> list[str]:
    """The names of the styles."""
    if not isinstance(styles, list) or not 0 < len(styles) <= _MOST_STYLES:
        raise ValueError(f"its styles are not a list of 1 to {_MOST_STYLES:,} names")
    for style in styles:
        is_name = isinstance(style, str) and 0 < len(style) <= _MOST_CHARACTERS
        if not is_name:
            raise ValueError(f"one of its styles is {style!r:.40}")
    if len(set(styles)) < len(styles):
        raise ValueError("one of its styles is there twice")
    return styles


def _input(values: Mapping[str, Any]) -> Input:
    """How a picture reaches the network."""
    fit = values["fit"]
    if fit not in FITS:
        raise ValueError(f"its fit is {fit!r:.40}")
    mean = _numbers(values["mean"], (_CHANNELS,), "mean")
    std = _numbers(values["std"], (_CHANNELS,), "std")
    if (std <= 0).any():
        raise ValueError("a standard deviation of its input is not above 0")
    size = _whole(values["size"], _MOST_PIXELS, "size")
    return Input(
        size=size,
        fit=fit,
        mean=tuple(mean.tolist()),
        std=tuple(std.tolist()),
    )


def _profile(values: object) -> dict[str, list[float]] | None:
    """Percentiles of traits of pictures."""
    if values is None:
        return None
    traits = _table(values, "picture_profile")
    profile = {}
    for name in ("short_sides", "sharpness"):
        percentiles = _numbers(traits[name], (_N_PERCENTILES,), name)
        profile[name] = percentiles.tolist()
    return profile


def _painters(training: object) -> PainterHashes | None:
    """The hashed painters of the training, if it says any."""
    facts = _table(training or {}, "training")
    painters = facts.get("painters")
    if painters is None:
        return None
    table = _table(painters, "painters")
    salt = table["salt"]
    rounds = table["rounds"]
    check_painter_hashes(salt, rounds)
    hashes = frozenset(table["hashes"])
    return PainterHashes(salt, rounds, hashes)


def _digests(files: Mapping[str, Any]) -> dict[str, str]:
    """The SHA-256 of each file."""
    digests = {}
    for name, facts in files.items():
        table = _table(facts, name)
        digests[name] = str(table["sha256"])
    return digests


def _logits(
    files: Mapping[str, Any],
    shape: tuple[int, ...],  # of one file's logits
) -> dict[str, np.ndarray]:
    """What each file makes of the pattern."""
    logits = {}
    for name, facts in files.items():
        if _LOGITS_OF_PATTERN in facts:
            values = facts[_LOGITS_OF_PATTERN]
            logits[name] = _numbers(values, shape, _LOGITS_OF_PATTERN)
    return logits


def _table(value: object, name: str) -> Mapping[str, Any]:
    """A table of names."""
    if not isinstance(value, dict):
        raise ValueError(f"its {name} is not a table of names")
    return value


def _whole(value: object, most: int, name: str) -> int:
    """A whole number from 1 on."""
    if not is_whole_number(value) or not 1 <= value <= most:
        raise ValueError(f"its {name} is {value!r:.40}, not 1 to {most:,}")
    return value


def _numbers(values: object, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Finite numbers of that shape, float64."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.shape != shape:
        raise ValueError(f"its {name} have the shape {numbers.shape}, not {shape}")
    are_finite = np.isfinite(numbers).all()
    largest = np.abs(numbers).max(initial=0)
    if not are_finite or largest > _LARGEST:
        raise ValueError(f"its {name} are not all numbers")
    return numbers


def number_in(
    values: Mapping[str, Any],
    name: str,
    *,
    least: float,
) -> float:
    """A number of a table in the manifest. Raises ValueError for anything else, KeyError where it is missing."""
    value = values[name]
    is_finite = is_number(value) and math.isfinite(value)
    if not is_finite or not least <= value <= _LARGEST:
        raise ValueError(f"its {name} is {value!r:.40}")
    return float(value)
