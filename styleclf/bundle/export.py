"""A learner written as a bundle: weights as safetensors, a JSON file, an ONNX graph, and a model card. No pickles."""

import hashlib
import math
import os
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from fastai.learner import Learner
from safetensors.torch import save as safetensors_bytes

from styleclf.bundle.agreement import decoded_pictures, measure_agreement
from styleclf.bundle.card import agreement_sentence, model_card
from styleclf.bundle.facts import TrainingFacts
from styleclf.bundle.graph import (
    GRAPH_PRECISIONS,
    NO_GRAPH,
    PixelNetwork,
    halved_graph,
    onnx_graph,
    outputs_of,
    quantized_graph,
)
from styleclf.bundle.manifest_values import manifest_values
from styleclf.bundle.network_spec import weights_of
from styleclf.bundle.rebuilding import rebuilt_network
from styleclf.common import check_file, check_folder, check_one_of, check_path, whole_file, write_json, write_text
from styleclf.inference import learner_parts, novelty_of
from styleclf.light import (
    CARD_FILE,
    GRAPH_FILE,
    MANIFEST_FILE,
    NOVELTY_FILE,
    WEIGHTS_FILE,
    check_pattern,
    novelty_bytes,
    open_contents,
    open_model,
    read_manifest,
)

_Pictures: TypeAlias = Sequence[np.ndarray]
_SUFFIXES_OF_FILES = {".pkl", ".onnx", ".safetensors", ".pt", ".pth", ".json", ".txt", ".tar", ".gz"}
_N_CALIBRATING = 64  # pictures by which a graph of 8 bits learns the ranges of its maps
_N_MEASURED = 256  # pictures on which the graph is set beside the network
_FEWEST_IN_MB = 100_000  # bytes: smaller files are in kB
_FILES = (
    WEIGHTS_FILE,
    GRAPH_FILE,
    NOVELTY_FILE,
    CARD_FILE,
    MANIFEST_FILE,
)  # the manifest last: with it a folder becomes a bundle


def export_bundle(
    learn: Learner,
    path: str | Path,  # a folder, or a file that ends with .zip
    *,
    facts: TrainingFacts | None = None,  # of the run, from `facts_beside`
    graph: str = "fp32",  # or fp16, int8, none
    pictures: Sequence[str | Path] = (),  # image files on which the graph is set beside the network
    licence: str | None = None,  # of the pretrained weights; default: what timm says of its own
) -> Path:
    """Write a learner so that it can be opened anywhere, and by anybody without running code of its maker.

    `load_bundle` makes a learner of it again, `styleclf.light.open_model` predicts without torch. Before the bundle
    appears its network is made again and its graph opened, and both are set beside the learner's.

    Raises ValueError for a learner that styleclf has not made, or that does more to test images than normalise them, an
    unknown `graph`, int8 without pictures, and a network that has no graph or cannot be made again.

    >>> export_bundle(learn, folder / "model.zip").name
    'model.zip'
    """
    check_one_of(graph, (*GRAPH_PRECISIONS, NO_GRAPH), "the graph")
    check_path(path, "the bundle")
    _check_place(Path(path))
    if graph == "int8" and not len(pictures):
        raise ValueError("a graph in 8 bits learns the ranges of its maps from pictures: name a folder, --images")
    parts = learner_parts(learn)
    rebuilt = rebuilt_network(parts)
    values = manifest_values(parts, rebuilt, facts or TrainingFacts(), licence)
    pixels = decoded_pictures(pictures, parts.picture.size, parts.picture.fit, _N_CALIBRATING + _N_MEASURED)
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside)
        _write_weights(rebuilt.network, values, folder)
        _write_novelty(learn, values, folder)
        if graph != NO_GRAPH:
            _write_graph(rebuilt.network, values, folder, precision=graph, pixels=pixels)
        write_json(values, folder / MANIFEST_FILE)
        write_text(model_card(values, Path(path).stem), folder / CARD_FILE)
        _put_in_place(folder, Path(path))
    return Path(path)


def _write_weights(network: PixelNetwork, values: dict[str, Any], folder: Path) -> None:
    """Write the weights, and what is known of them into the manifest's values."""
    inner = network.sequential()
    file = folder / WEIGHTS_FILE
    content = safetensors_bytes(weights_of(inner), {"format": "pt"})
    with whole_file(file) as aside:
        aside.write_bytes(content)  # safetensors itself raises no OSError where the disk is full
    logits = outputs_of(network, check_pattern(values["input"]["size"])[None])[0]
    values["files"][WEIGHTS_FILE] = {"sha256": _sha256(file), "logits_of_pattern": _meaningful_digits(logits[0])}


def _write_novelty(learn: Learner, values: dict[str, Any], folder: Path) -> None:
    """Write what recognises pictures of no known style, if the learner keeps it."""
    model = novelty_of(learn)
    if model is None:
        return
    file = folder / NOVELTY_FILE
    file.write_bytes(novelty_bytes(model))
    values["files"][NOVELTY_FILE] = {"sha256": _sha256(file)}
    has_threshold = bool(np.isfinite(model.threshold))
    values["novelty"] = {"threshold": float(model.threshold) if has_threshold else None}


def _write_graph(
    network: PixelNetwork,
    values: dict[str, Any],
    folder: Path,
    *,
    precision: str,
    pixels: Sequence[np.ndarray],
) -> None:
    """Write the ONNX graph, and how far it is from the network into the manifest's values."""
    size = values["input"]["size"]
    graph = onnx_graph(network, size)
    calibration_pictures, measured_pictures = _calibrating_and_measured(pixels, precision)
    if precision == "fp16":
        graph = halved_graph(graph)
    elif precision == "int8":
        graph = quantized_graph(graph, calibration_pictures)
    file = folder / GRAPH_FILE
    file.write_bytes(graph)
    expected_logits = outputs_of(network, check_pattern(size)[None])[0]
    facts: dict[str, Any] = {
        "sha256": _sha256(file),
        "precision": precision,
        "logits_of_pattern": _meaningful_digits(expected_logits[0]),
    }
    values["files"][GRAPH_FILE] = facts
    write_json(values, folder / MANIFEST_FILE)
    model = open_model(folder, is_new=True)
    logits, _ = model.outputs_of(check_pattern(size)[None], "logits", "embeddings")
    facts["logits_of_pattern"] = _meaningful_digits(logits[0])
    facts["agreement"] = measure_agreement(network, model, measured_pictures).as_json()
    facts["measured_on_pictures"] = bool(measured_pictures)


def _calibrating_and_measured(pixels: _Pictures, precision: str) -> tuple[_Pictures, _Pictures]:
    """Pictures that teach a graph of 8 bits the ranges of its maps, and others on which it is measured.

    Other graphs are not taught: theirs are all measured.
    """
    if precision != "int8":
        return [], pixels[:_N_MEASURED]
    half = math.ceil(len(pixels) / 2)
    n_calibrating = min(_N_CALIBRATING, half)
    order = np.random.default_rng(0).permutation(len(pixels))
    shuffled_pictures = [pixels[i] for i in order]
    return shuffled_pictures[:n_calibrating], shuffled_pictures[n_calibrating:]


def _check_place(path: Path) -> None:
    """Raise ValueError or OSError where a bundle cannot be written, or would replace what is of no bundle."""
    if path.suffix.lower() == ".zip":
        check_file(path)
        return
    check_folder(path)
    if path.suffix.lower() in _SUFFIXES_OF_FILES:
        raise ValueError(f"{path} is the name of a file: end it with .zip, or name a folder for the bundle")
    present = [name for name in _FILES if (path / name).exists()]
    if not present and path.is_dir() and _visible_names(path):
        raise ValueError(f"{path} holds something else than a bundle: name an empty folder, or a file ending in .zip")
    if present and MANIFEST_FILE not in present:
        advice = "remove it, or name another folder"
        raise ValueError(f"{path} holds a {present[0]} of no finished bundle, which would be lost: {advice}")


def _visible_names(folder: Path) -> list[str]:
    """The names in a folder but hidden ones, such as those of git."""
    names = os.listdir(folder)
    return [name for name in names if not name.startswith(".")]


def _put_in_place(folder: Path, path: Path) -> None:
    """Move the files of a bundle to where they should be, into a folder or a zip file."""
    names = [name for name in _FILES if (folder / name).exists()]
    if path.suffix.lower() == ".zip":
        with whole_file(path) as aside, zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED) as archive:
            for name in names:
                archive.write(folder / name, name)
        return
    if path.is_file():
        raise ValueError(f"{path} is a file: name a folder for the bundle, or a file that ends with .zip")
    for name in (MANIFEST_FILE, GRAPH_FILE, NOVELTY_FILE):
        (path / name).unlink(missing_ok=True)  # of an earlier bundle, which ends here
    for name in names:
        with whole_file(path / name) as aside:
            shutil.copyfile(folder / name, aside)


def bundle_text(path: str | Path) -> str:
    """What a bundle has become: its files with their sizes, and how far its graph is from its network."""
    contents = open_contents(path)
    values = read_manifest(contents.read(MANIFEST_FILE), contents.path).values
    sizes = []
    for name in contents.members:
        size = _size_text(len(contents.read(name)))
        sizes.append(f"{name} {size}")
    lines = [f"{contents.path}: {', '.join(sizes)}", agreement_sentence(values["files"])]
    return "\n".join(line for line in lines if line)


def _size_text(n_bytes: int) -> str:
    """The size of a file, for people."""
    if n_bytes < _FEWEST_IN_MB:
        return f"{n_bytes / 1e3:.0f} kB"
    return f"{n_bytes / 1e6:.1f} MB"


def _sha256(file: Path) -> str:
    """The SHA-256 of a file in hexadecimals."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _meaningful_digits(logits: np.ndarray) -> list[float]:
    """Logits with as many digits as mean something."""
    return [float(f"{value:.7g}") for value in logits]
