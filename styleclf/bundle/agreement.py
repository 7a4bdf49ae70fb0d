"""How far a bundle's ONNX graph is from the network it was made of, measured on pictures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from styleclf.bundle.graph import PixelNetwork, outputs_of
from styleclf.data import Fit, UnreadableImageError, decode
from styleclf.light import LightModel, check_pattern, logistic, softmax

_BATCH_SIZE = 16  # pictures


class Agreement(NamedTuple):
    """Probabilities of the graph beside those of the network in float32."""

    n_pictures: int
    largest: float  # difference of a probability
    mean: float  # largest difference of a picture, on average
    same_style: float  # share of pictures whose likeliest style is the same

    def as_json(self) -> dict[str, Any]:
        """The numbers by their names."""
        return self._asdict()


def decoded_pictures(paths: Sequence[str | Path], size: int, fit: Fit, most: int) -> list[np.ndarray]:
    """Pixels `(size, size, 3)` uint8 of at most so many image files, evenly spread; damaged ones are passed over."""
    n_pictures = min(most, len(paths))
    positions = np.linspace(0, len(paths) - 1, n_pictures)
    pictures = []
    for position in positions.round().astype(int):
        try:
            pictures.append(decode(paths[position], size, fit))
        except UnreadableImageError:
            continue
    return pictures


def measure_agreement(network: PixelNetwork, model: LightModel, pictures: Sequence[np.ndarray]) -> Agreement:
    """The agreement on pictures `(size, size, 3)` uint8; on the pattern of colours where there are none."""
    if not pictures:
        pictures = [check_pattern(model.manifest.input.size)]
    gives_labels = model.manifest.label_thresholds is not None
    probas_of = logistic if gives_labels else softmax
    batches_expected = []
    batches = []
    for start in range(0, len(pictures), _BATCH_SIZE):
        pixels = np.stack(pictures[start : start + _BATCH_SIZE])
        logits, _, _ = outputs_of(network, pixels)
        batches_expected.append(probas_of(logits))
        batches.append(model.predict_pixels(pixels).probas)
    expected_probas = np.concatenate(batches_expected)
    probas = np.concatenate(batches)
    differences = np.abs(probas - expected_probas).max(axis=1)
    is_same = probas.argmax(axis=1) == expected_probas.argmax(axis=1)
    return Agreement(
        n_pictures=len(differences),
        largest=float(differences.max()),
        mean=float(differences.mean()),
        same_style=float(is_same.mean()),
    )
