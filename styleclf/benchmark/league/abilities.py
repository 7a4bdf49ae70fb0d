"""What a body can do beside being frozen, and how fast and how large it is: each tried on it, not read from a list."""

import statistics
import time
from collections.abc import Callable

import torch
from torch import nn

from styleclf.common import reason_of
from styleclf.explain import sliding_windows, window_losses
from styleclf.inference import Backbone, body_features
from styleclf.models import Precision, autocast_context, channels_last, parameter_groups, takes_image_size

YES = "yes"
ABILITIES = ("fine_tuning", "occlusion", "onnx")
NOT_TRIED = "not tried"
_TIMED_BATCH = 32  # images
_N_TIMED = 3  # batches, after one that warms up
_SIZE_STEP = 32  # pixels that a training image is smaller
_N_WINDOWS = 2  # a side of an image
_BYTES_PER_MB = 1e6
_LONGEST_REASON = 120  # characters


def images_per_second(body: nn.Module, backbone: Backbone) -> float:
    """Images that the frozen body sees in a second on this machine, the median of a few batches."""
    size = backbone.image_size
    images = torch.rand(_TIMED_BATCH, 3, size, size)
    targs = torch.zeros(_TIMED_BATCH)
    seconds = []
    for _ in range(1 + _N_TIMED):
        start = time.perf_counter()
        body_features(body, [(images, targs)], precision=backbone.precision, progress=False)
        seconds.append(time.perf_counter() - start)
    return _TIMED_BATCH / statistics.median(seconds[1:])


def size_of(body: nn.Module) -> tuple[float, float]:
    """Parameters in millions, and megabytes of all weights as they are."""
    n_parameters = 0
    for parameter in body.parameters():
        n_parameters += parameter.numel()
    n_bytes = 0
    for value in body.state_dict().values():
        n_bytes += value.nbytes
    return n_parameters / 1e6, n_bytes / _BYTES_PER_MB


def abilities_of(body: nn.Module, backbone: Backbone, *, onnx: bool = True) -> dict[str, str]:
    """Whether `fine_tuning`, `occlusion` and `onnx` work: 'yes', or why not. The body stays as it is."""
    size = backbone.image_size
    precision = backbone.precision
    abilities = {
        "fine_tuning": _outcome(lambda: _try_gradients(body, size, precision)),
        "occlusion": _outcome(lambda: _try_occlusion(body, size, precision)),
        "onnx": NOT_TRIED,
    }
    if onnx and _has_onnx():
        abilities["onnx"] = _outcome(lambda: _try_onnx(body, size))
    return abilities


def _outcome(attempt: Callable[[], None]) -> str:
    """'yes' for an attempt that works, else the first words of its error."""
    try:
        attempt()
    except Exception as error:  # a stranger's network fails in any way, and the league goes on
        reason = reason_of(error)
        return reason[:_LONGEST_REASON]
    return YES


def _try_gradients(body: nn.Module, size: int, precision: Precision) -> None:
    """Pass two images forward and backward, as a step of fine-tuning does. Raises ValueError without gradients."""
    smaller = size - _SIZE_STEP
    training_size = smaller if takes_image_size(body, smaller) else size
    device = next(body.parameters()).device
    images = torch.rand(2, 3, training_size, training_size, device=device)
    body.eval()
    with torch.enable_grad(), autocast_context(device, precision):
        features = body(channels_last(images))
    features.float().square().sum().backward()
    _, late, *_ = parameter_groups(nn.Sequential(body, nn.Identity(), nn.Identity()))
    gradients = [parameter.grad for parameter in late if parameter.grad is not None]
    body.zero_grad(set_to_none=True)
    if not gradients:
        raise ValueError("no gradient reaches its late half")
    for gradient in gradients:
        if not gradient.isfinite().all():
            raise ValueError("its gradients are not finite")


def _try_occlusion(body: nn.Module, size: int, precision: Precision) -> None:
    """Cover parts of an image, as explanations do. Raises ValueError where nothing comes of it."""
    device = next(body.parameters()).device
    images = torch.rand(1, 3, size, size, device=device)
    window = size // _N_WINDOWS
    windows = sliding_windows(size, size, window, stride=window, device=device)

    def predict(batch: torch.Tensor) -> torch.Tensor:
        """The first features, which stand for probabilities."""
        with autocast_context(device, precision):
            return body(batch)[:, :2].float()

    body.eval()
    losses, _ = window_losses(predict, images, torch.zeros_like(images), windows=windows)
    if not losses.isfinite().all():
        raise ValueError("its features of covered images are not finite")


def _has_onnx() -> bool:
    """Whether what ONNX graphs are made with is installed."""
    try:
        import onnx  # noqa: F401
    except ImportError:
        return False
    return True


def _try_onnx(body: nn.Module, size: int) -> None:
    """Write the body as an ONNX graph, as bundles do, to a file that is thrown away."""
    import tempfile
    import warnings
    from pathlib import Path

    images = torch.rand(1, 3, size, size)
    body.eval()
    with tempfile.TemporaryDirectory(prefix="styleclf-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter by tracing: torch has a newer one
        torch.onnx.export(body.cpu(), (images,), Path(folder) / "body.onnx", dynamo=False)
