"""Predictions from a bundle with numpy, Pillow and onnxruntime: no torch, fastai or timm is ever imported."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from styleclf.common import check_paths
from styleclf.data import UnreadableImageError, decode, fit_to_square, to_rgb, upright
from styleclf.evaluation import NoveltyModel
from styleclf.light.contents import GRAPH_FILE, MANIFEST_FILE, BundleContents, open_contents
from styleclf.light.descriptions import Descriptions, PicturePrediction
from styleclf.light.graph_checks import check_graph
from styleclf.light.manifest import Manifest, check_pattern, read_manifest
from styleclf.light.novelty import check_width, read_novelty
from styleclf.light.session import graph_session, outputs_in_time

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_BATCH_SIZE = 16  # pictures: few enough to stay in a small machine's memory
_SECONDS_PER_PICTURE = 120  # at most
_TOLERANCE = 0.01  # of logits of the pattern, in float32: other processors round otherwise
_TOLERANCE_ROUNDED = 0.5  # of a graph in fewer bits
OUTPUTS = ("logits", "embeddings", "features")
INPUT = "pixels"


class LightPredictions(NamedTuple):
    """Predictions for `n` image files, NaN for those that cannot be read."""

    probas: np.ndarray  # (n, n_styles) float32
    embeddings: np.ndarray  # (n, embedding_size) float32
    novelty: np.ndarray  # (n,) NaN of a model that has no novelty model, too
    unreadable: dict[int, str]  # position -> reason


class LightModel:
    """A model that was opened from a bundle. One may be asked from several threads at once."""

    def __init__(self, manifest: Manifest, session: "InferenceSession", novelty: NoveltyModel | None = None) -> None:
        self.manifest = manifest
        self.session = session
        self.novelty = novelty
        self.descriptions = Descriptions(
            styles=manifest.styles,
            novelty=novelty,
            thresholds=manifest.thresholds,
            label_thresholds=manifest.label_thresholds,
            wider=manifest.wider,
            years=manifest.years,
        )

    @property
    def styles(self) -> list[str]:
        """The styles, in the order of the probabilities."""
        return self.manifest.styles

    def outputs_of(self, pixels: np.ndarray, *names: str) -> list[np.ndarray]:
        """Outputs of the graph, of `OUTPUTS`, for pixels `(n, size, size, 3)` uint8.

        Raises ValueError, with the reason alone, where the graph asks for too much memory or time, or its outputs are
        not of so many pictures.
        """
        contiguous = np.ascontiguousarray(pixels)
        n = len(pixels)
        outputs = outputs_in_time(self.session, names, {INPUT: contiguous}, seconds=_SECONDS_PER_PICTURE * n)
        for name, output in zip(names, outputs, strict=True):
            if output.ndim != 2 or len(output) != n:
                shape = tuple(output.shape)
                raise ValueError(f"the graph's {name} of {n} pictures have the shape {shape}: export the model again")
        return outputs

    def predict_pixels(self, pixels: np.ndarray) -> LightPredictions:
        """Predictions for pixels `(n, size, size, 3)` uint8."""
        if self.novelty is None:
            logits, embeddings = self.outputs_of(pixels, "logits", "embeddings")
            novelty = np.full(len(pixels), np.nan)
        else:
            logits, embeddings, features = self.outputs_of(pixels, *OUTPUTS)
            novelty = self.novelty.novelty(features)
        gives_labels = self.manifest.label_thresholds is not None
        probas = logistic(logits) if gives_labels else softmax(logits)
        return LightPredictions(probas, embeddings, novelty, {})

    def predict_files(self, paths: Sequence[str | Path], *, bs: int = _BATCH_SIZE) -> LightPredictions:
        """Predictions for image files, NaN for those that cannot be read, with the reasons.

        Files are decoded by threads, as `styleclf.inference.predict_files` does: the same pixels reach the network.
        """
        check_paths(paths, "files")
        n = len(paths)
        predictions = self._unknown_predictions(n)
        for start in range(0, n, bs):
            batch_paths = paths[start : start + bs]
            decoded_batch = self._pixels_or_reasons(batch_paths)
            pictures: list[np.ndarray] = []
            positions: list[int] = []
            for position, picture in enumerate(decoded_batch, start):
                if isinstance(picture, str):
                    predictions.unreadable[position] = picture
                else:
                    positions.append(position)
                    pictures.append(picture)
            if pictures:
                batch = self.predict_pixels(np.stack(pictures))
                predictions.probas[positions] = batch.probas
                predictions.embeddings[positions] = batch.embeddings
                predictions.novelty[positions] = batch.novelty
        return predictions

    def _unknown_predictions(self, n: int) -> LightPredictions:
        """Arrays for `n` files of which nothing is known yet: all NaN."""
        proba_shape = (n, len(self.styles))
        embedding_shape = (n, self.manifest.embedding_size)
        probas = np.full(proba_shape, np.nan, dtype=np.float32)
        embeddings = np.full(embedding_shape, np.nan, dtype=np.float32)
        novelty = np.full(n, np.nan)
        return LightPredictions(probas, embeddings, novelty, {})

    def predict(self, paths: Sequence[str | Path]) -> list[PicturePrediction]:
        """What is said of each image file. Raises `UnreadableImageError`, an OSError, for the first unreadable one."""
        predictions = self.predict_files(paths)
        if predictions.unreadable:
            first, reason = min(predictions.unreadable.items())
            raise UnreadableImageError(paths[first], reason)
        pictures = []
        for position, path in enumerate(paths):
            picture = self.description_of(predictions, position, path)
            pictures.append(picture)
        return pictures

    def predict_image(self, image: Image.Image) -> PicturePrediction:
        """What is said of an opened image."""
        settings = self.manifest.input
        rgb = to_rgb(upright(image))
        square = fit_to_square(rgb, settings.size, settings.fit)  # type: ignore[arg-type]
        pixels = np.asarray(square)[None]
        predictions = self.predict_pixels(pixels)
        return self.description_of(predictions, 0, Path())

    def description_of(self, predictions: LightPredictions, position: int, path: str | Path) -> PicturePrediction:
        """What the predictions say of one of their pictures."""
        return self.descriptions.of(predictions, position, path)

    def _pixels_or_reasons(self, paths: Sequence[str | Path]) -> Iterator[np.ndarray | str]:
        """Pixels of image files, or why one cannot be read."""
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            yield from pool.map(self._pixels_or_reason, paths)

    def _pixels_or_reason(self, path: str | Path) -> np.ndarray | str:
        settings = self.manifest.input
        try:
            return decode(path, settings.size, settings.fit)  # type: ignore[arg-type]
        except UnreadableImageError as error:
            return error.reason

    def was_trained_on(self, painter: str) -> bool | None:
        """Whether pictures by a painter were in the training; None where the bundle does not know its painters."""
        painters = self.manifest.painters
        if painters is None:
            return None
        return painter in painters


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities `(n, n_styles)` float32 of logits of the same shape."""
    largest = logits.max(axis=1, keepdims=True)
    shifted = logits.astype(np.float64) - largest
    odds = np.exp(shifted)
    totals = odds.sum(axis=1, keepdims=True)
    probas = odds / totals
    return probas.astype(np.float32)


def logistic(logits: np.ndarray) -> np.ndarray:
    """Probabilities float32, each by itself, of logits of the same shape."""
    halves = logits.astype(np.float64) / 2
    tangents = np.tanh(halves)  # which overflows nowhere
    probas = (1 + tangents) / 2
    return probas.astype(np.float32)


def open_model(path: str | Path, *, threads: int = 0, is_new: bool = False) -> LightModel:
    """The model in a bundle, a folder or a zip file; nothing in it is run, whoever has made it.

    `threads` are those of the network's computations; 0 is one for each processor core. The graph of a bundle that
    `is_new` is not compared with what it computed where it was made, which is not known yet.

    Raises FileNotFoundError where there is no bundle, and ValueError, in one sentence, for one that is damaged, of a
    newer styleclf, without an ONNX graph, or that does not compute what it did where it was made.
    """
    contents = open_contents(path)
    manifest_content = contents.read(MANIFEST_FILE)
    manifest = read_manifest(manifest_content, contents.path)
    if GRAPH_FILE not in manifest.files or GRAPH_FILE not in contents.members:
        raise ValueError(f"{path} has no {GRAPH_FILE}, which predictions without torch need: export it with ONNX")
    session = _session(contents, manifest.files[GRAPH_FILE], threads)
    novelty = read_novelty(contents, manifest)
    model = LightModel(manifest, session, novelty)
    if not is_new:
        _check_outputs(model, path)
    return model


def _session(contents: BundleContents, sha256: str, threads: int) -> "InferenceSession":
    """A runtime for the graph, once it is known to reach no other files and to be made of known operations."""
    place = f"{GRAPH_FILE} in {contents.path}"
    graph = contents.read_checked(GRAPH_FILE, sha256)
    try:
        check_graph(graph)
    except ValueError as error:
        raise ValueError(f"{place} is refused: {error}") from error
    return graph_session(graph, place, threads)


def _check_outputs(model: LightModel, path: object) -> None:
    """Raise ValueError for a graph that does not compute of the pattern what it should."""
    manifest = model.manifest
    pattern = check_pattern(manifest.input.size)[None]
    try:
        logits, embeddings, features = model.outputs_of(pattern, *OUTPUTS)
    except ValueError as error:
        raise ValueError(f"{GRAPH_FILE} in {path} cannot be run: {error}") from error
    pixels, *_ = model.session.get_inputs()
    if pixels.shape[:1] == [1]:
        raise ValueError(f"{GRAPH_FILE} in {path} takes one picture at a time, and not any number: export it again")
    if model.novelty is not None:
        check_width(model.novelty, features.shape[1], path)
    logit_shape = (1, len(model.styles))
    embedding_shape = (1, manifest.embedding_size)
    if logits.shape != logit_shape or embeddings.shape != embedding_shape:
        raise ValueError(f"{GRAPH_FILE} in {path} has other outputs than {MANIFEST_FILE} says")
    is_rounded = precision_of_graph(manifest) != "fp32"
    tolerance = _TOLERANCE_ROUNDED if is_rounded else _TOLERANCE
    check_logits(logits[0], manifest, GRAPH_FILE, path=path, tolerance=tolerance)


def precision_of_graph(manifest: Manifest) -> Any:
    """The precision of the ONNX graph: fp32, fp16 or int8."""
    facts = manifest.values["files"][GRAPH_FILE]
    return facts.get("precision", "fp32")


def check_logits(
    logits: np.ndarray, manifest: Manifest, name: str, *, path: object, tolerance: float = _TOLERANCE
) -> None:
    """Raise ValueError where a network's logits `(n_styles,)` of the pattern differ from those where it was made."""
    if name not in manifest.logits_of_pattern:
        raise ValueError(f"{MANIFEST_FILE} in {path} is damaged: it does not say what {name} makes of the pattern")
    expected = manifest.logits_of_pattern[name]
    differences = np.abs(logits - expected)
    difference = float(differences.max())
    largest = float(np.abs(expected).max())
    scale = max(1.0, largest)
    if not difference <= tolerance * scale:  # not a number, either
        raise ValueError(
            f"{name} in {path} does not compute what it did where it was made (logits differ by {difference:.2g}): "
            "it is damaged, or needs other versions of its packages"
        )
