"""The network of a learner, made again from words and numbers: what a bundle holds is tried before it is written."""

from typing import Any, NamedTuple

import numpy as np
import torch
from fastai.vision.core import TensorImage

from styleclf.bundle.graph import PixelNetwork, outputs_of
from styleclf.bundle.network_spec import network_of, network_spec, portable_network, weights_of
from styleclf.common import reason_of
from styleclf.inference import LearnerParts
from styleclf.light import check_pattern
from styleclf.models import ImageStats

_TOLERANCE = 1e-3  # of logits of the pattern, beside their size: the same machine made both
_TOLERANCE_NORMALISED = 1e-4  # of a normalised value
_DIGITS = 6  # of mean and deviation


class RebuiltNetwork(NamedTuple):
    """A copy of a learner's network on the processor, and the words that it was made of."""

    network: PixelNetwork
    spec: dict[str, Any]
    stats: ImageStats  # mean and deviation per channel


def rebuilt_network(parts: LearnerParts) -> RebuiltNetwork:
    """The network made again from its spec and its weights.

    Raises ValueError where it would be another one, or the learner does more to test images than normalise them.
    """
    original = portable_network(parts)
    stats = image_stats_of(parts)
    spec = network_spec(original, parts)
    size = parts.picture.size
    weights = weights_of(original)
    n_out = len(parts.vocab)
    try:
        network = network_of(spec, weights, n_out, size)
    except (RuntimeError, KeyError, TypeError, ValueError) as error:
        reason = reason_of(error)
        raise ValueError(f"this network cannot be made again from its name and weights ({reason:.300})") from error
    rebuilt = PixelNetwork(network, stats)
    rebuilt.eval()
    pattern = check_pattern(size)[None]
    expected_logits = _logits_of_original(PixelNetwork(original, stats), parts, pattern)
    logits, _, _ = outputs_of(rebuilt, pattern)
    _check_alike(logits, expected_logits)
    return RebuiltNetwork(rebuilt, spec, stats)


def _check_alike(logits: np.ndarray, expected_logits: np.ndarray) -> None:
    """Raise ValueError where logits are not those that are expected; NaN is not."""
    difference = np.abs(logits - expected_logits).max()
    largest = np.abs(expected_logits).max()
    tolerance = _TOLERANCE * max(1.0, largest)
    if not difference <= tolerance:
        raise ValueError(f"this network cannot be made again from its name: logits differ by {difference:.2g}")


def _logits_of_original(network: PixelNetwork, parts: LearnerParts, pattern: np.ndarray) -> np.ndarray:
    """Logits of the pattern by the learner's network itself, in float32, where it is."""
    parts.learn.model.eval()
    network.eval()
    network.to(parts.device)
    pixels = torch.from_numpy(pattern)
    with torch.inference_mode():
        logits, _, _ = network(pixels.to(parts.device))
    return logits.float().cpu().numpy()


def image_stats_of(parts: LearnerParts) -> ImageStats:
    """Mean and deviation per channel of the learner's normalisation, from what it makes of a picture.

    Raises ValueError where it does more than that.
    """
    pattern = torch.from_numpy(check_pattern(parts.picture.size))
    pixels = pattern.permute(2, 0, 1)[None]
    batch = TensorImage(pixels).to(parts.device)
    (output,) = parts.test_tfms((batch,))
    on_cpu = output.detach().cpu()
    after = on_cpu.as_subclass(torch.Tensor).numpy()
    before = pixels.numpy() / 255
    if after.shape != before.shape:
        raise ValueError("this learner changes the size of test images, which a bundle cannot describe")
    mean = []
    std = []
    for channel_before, channel_after in zip(before[0], after[0], strict=True):
        slope, offset = _line(channel_before.ravel(), channel_after.ravel())
        mean.append(round(-offset / slope, _DIGITS))
        std.append(round(1 / slope, _DIGITS))
    return tuple(mean), tuple(std)


def _line(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Slope and offset of what a channel became. Raises ValueError where that is not a straight line."""
    x = before.astype(np.float64)
    y = after.astype(np.float64)
    slope, offset = np.polyfit(x, y, 1)
    line = slope * before + offset
    largest = np.abs(line - after).max()
    if slope <= 0 or largest > _TOLERANCE_NORMALISED:
        raise ValueError("this learner does more to test images than normalise them, which a bundle cannot describe")
    return float(slope), float(offset)
