"""The network of a learner, made again from words and numbers: what a bundle holds is tried before it is written."""

from typing import Any, NamedTuple

import numpy as np
import torch
from fastai.vision.core import TensorImage

from styleclf.bundle.graph import PixelNetwork, outputs_of
from styleclf.bundle.network_spec import network_of, network_spec, portable_network, weights_of
from styleclf.inference import LearnerParts
from styleclf.light import check_pattern
from styleclf.models import ImageStats

_TOLERANCE = 1e-3  # of logits of the pattern, beside their size: the same machine made both
_TOLERANCE_NORMALISED = 1e-4  # of a normalised value
_DIGITS = 6  # of mean and deviation


class RemadeNetwork(NamedTuple):
    """A copy of a learner's network on the processor, and the words that it was made of."""

    network: PixelNetwork
    spec: dict[str, Any]
    stats: ImageStats  # mean and deviation per channel


def remade_network(parts: LearnerParts) -> RemadeNetwork:
    """The network made again from its spec and its weights.

    Raises ValueError where it would be another one, or the learner does more to test images than normalise them.
    """
    original = portable_network(parts)
    stats = image_stats_of(parts)
    spec = network_spec(original, parts)
    try:
        network = network_of(spec, weights_of(original), len(parts.vocab), parts.picture.size)
    except (RuntimeError, KeyError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        raise ValueError(f"this network cannot be made again from its name and weights ({reason})") from error
    remade = PixelNetwork(network, stats).eval()
    pattern = check_pattern(parts.picture.size)[None]
    expected = _logits_of_original(PixelNetwork(original, stats), parts, pattern)
    difference = float(np.abs(outputs_of(remade, pattern)[0] - expected).max())
    if not difference <= _TOLERANCE * max(1.0, float(np.abs(expected).max())):
        raise ValueError(f"this network cannot be made again from its name: logits differ by {difference:.2g}")
    return RemadeNetwork(remade, spec, stats)


def _logits_of_original(network: PixelNetwork, parts: LearnerParts, pattern: np.ndarray) -> np.ndarray:
    """Logits of the pattern by the learner's network itself, in float32, where it is."""
    parts.learn.model.eval()
    with torch.inference_mode():
        logits, _, _ = network.eval().to(parts.device)(torch.from_numpy(pattern).to(parts.device))
    return logits.float().cpu().numpy()


def image_stats_of(parts: LearnerParts) -> ImageStats:
    """Mean and deviation per channel of the learner's normalisation, from what it makes of a picture.

    Raises ValueError where it does more than that.
    """
    size = parts.picture.size
    pixels = torch.from_numpy(check_pattern(size)).permute(2, 0, 1)[None]
    (changed,) = parts.test_tfms((TensorImage(pixels).to(parts.device),))
    after = changed.detach().cpu().as_subclass(torch.Tensor).numpy()
    before = pixels.numpy() / 255
    if after.shape != before.shape:
        raise ValueError("this learner changes the size of test images, which a bundle cannot tell")
    lines = [_line(before[0, channel].ravel(), after[0, channel].ravel()) for channel in range(before.shape[1])]
    mean = tuple(round(-offset / slope, _DIGITS) for slope, offset in lines)
    std = tuple(round(1 / slope, _DIGITS) for slope, _ in lines)
    return mean, std


def _line(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Slope and offset of what a channel became. Raises ValueError where that is no straight line."""
    slope, offset = np.polyfit(before.astype(np.float64), after.astype(np.float64), 1)
    largest = np.abs(slope * before + offset - after).max()
    if slope <= 0 or largest > _TOLERANCE_NORMALISED:
        raise ValueError("this learner does more to test images than normalise them, which a bundle cannot tell")
    return float(slope), float(offset)
