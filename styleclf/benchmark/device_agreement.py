"""Whether a device computes what a processor does: features, gradients, and maps of occlusion."""

from collections.abc import Callable

import numpy as np
import torch
from fastai.learner import Learner
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from styleclf.benchmark.device_task import DeviceTask, Measure, action_seconds, verdict_of
from styleclf.explain import occlusion_maps, private_copy, sliding_windows
from styleclf.inference import body_features
from styleclf.models import channels_last

_LARGEST_DIFFERENCES = {"fp32": 0.01, "bf16": 0.05, "fp16": 0.01}  # of features, from a processor's; CUDA has TF32
_LEAST_LIKENESS = 0.999  # cosine of gradients
_LARGEST_MAP_DIFFERENCE = 0.01  # of probability
_N_SQUARES = 4  # that an image is covered in, a side
_N_COMPARED = 4  # images that a processor looks at, too


def feature_differences(task: DeviceTask) -> list[Measure]:
    """How far features are from those that a processor computes in fp32, as a share of their size."""
    learn = task.learner()
    body = learn.model[0].eval()
    images, styles = task.noise(_N_COMPARED)
    features, _ = body_features(body, [(images, styles)], precision=task.precision, progress=False)
    reference, _ = body_features(body.cpu(), [(images, styles)], precision="fp32", progress=False)
    distance = np.linalg.norm(features - reference)
    difference = float(distance / np.linalg.norm(reference))
    largest = _LARGEST_DIFFERENCES[task.precision]
    is_good = difference <= largest  # not for NaN
    note = f"of the features' size; at most {100 * largest:g} % is expected"
    return [Measure("features", 100 * difference, "% off", verdict_of(is_good), note)]


def gradient_likeness(task: DeviceTask) -> list[Measure]:
    """How alike the gradients of all weights are to a processor's, in fp32: their cosine."""
    learn = task.learner()
    model = learn.model.eval()
    images, styles = task.noise(_N_COMPARED)
    gradients = []
    for device in (task.device, torch.device("cpu")):
        model.to(device).zero_grad()
        cross_entropy(model(images.to(device)), styles.to(device)).backward()
        gradients.append(_all_gradients(model))
    on_device, on_processor = gradients
    likeness = float(torch.cosine_similarity(on_device, on_processor, dim=0))
    is_good = likeness >= _LEAST_LIKENESS
    note = f"to a processor's, in fp32; at least {_LEAST_LIKENESS} is expected"
    return [Measure("gradients", likeness, "cosine", verdict_of(is_good), note)]


def _all_gradients(model: nn.Module) -> Tensor:
    """The gradients of all weights, one after another, in the processor's memory."""
    parts = []
    for parameter in model.parameters():
        if parameter.grad is not None:
            flat = parameter.grad.flatten().cpu()
            parts.append(flat)
    return torch.cat(parts).double()


def occlusion_difference(task: DeviceTask) -> list[Measure]:
    """How far occlusion maps are from a processor's at most, in probability, and how many a second there are."""
    learn = task.learner()
    images, _ = task.noise(task.plan.n_maps)
    maps, rate = _maps_and_rate(learn, images, task.device)
    expected_maps, processor_rate = _maps_and_rate(learn, images, torch.device("cpu"))
    difference = float((maps - expected_maps).abs().max())
    is_good = difference <= _LARGEST_MAP_DIFFERENCE
    note = f"of probability, from a processor's maps; at most {_LARGEST_MAP_DIFFERENCE} is expected"
    return [
        Measure("occlusion", difference, "off", verdict_of(is_good), note),
        Measure("occlusion", rate, "maps/s", note=f"a processor: {processor_rate:,.1f}"),
    ]


def _maps_and_rate(learn: Learner, images: Tensor, device: torch.device) -> tuple[Tensor, float]:
    """Occlusion maps `(n, size, size)` of images for the first style, in fp32, and how many a second there are."""
    predict = _class_probabilities(private_copy(learn.model).to(device))
    x = channels_last(images.to(device))
    covers = torch.zeros_like(x)
    height, width = x.shape[2:]
    side = height // _N_SQUARES
    windows = sliding_windows(height, width, side, stride=side, device=device)
    targs = torch.zeros(len(x), dtype=torch.long, device=device)

    def occlude() -> Tensor:
        """The maps of all images."""
        with torch.inference_mode():
            return occlusion_maps(predict, x, targs, covers=covers, windows=windows)

    maps = occlude().cpu()
    return maps, len(x) / action_seconds(occlude, device)


def _class_probabilities(model: nn.Module) -> Callable[[Tensor], Tensor]:
    """Images to probabilities, in fp32."""
    return lambda x: model(x).softmax(dim=1)
