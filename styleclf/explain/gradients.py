"""Captum's methods, which follow gradients from a style's log-odds back to pixels, one image at a time.

`network` is `LogOdds` around a private copy, `x (1, 3, h, w)` an image, `covers` what stands for no image, of the same
shape.
"""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from styleclf.common import needs_package
from styleclf.explain.model_copy import LogOdds, make_guidable, stage_layer, without_inplace

GRADIENT_METHODS = ("integrated_gradients", "gradient_shap", "guided_gradcam", "gradcam", "saliency")
_FIRST_STEPS = 64  # of integrated gradients; ReLUs bend the path, so that twice as many steps miss half as much
_MOST_STEPS = 256
_TOLERANCE = 0.05  # of the log-odds that attributions should sum up to, or of 1 if they are less
_N_NOISY_COPIES = 16  # of an image
_TURNS = threading.Lock()  # warnings belong to the whole process: threads take turns
_NOISE_SHARE = 0.15  # deviation of the noise, as a share of the image's range (Smilkov et al. 2017)


def gradient_maps(
    model: nn.Module,  # a private copy, which may be changed
    x: Tensor,  # (n, 3, h, w) float32
    targs: Tensor,  # (n,)
    *,
    covers: Tensor,  # (n, 3, h, w)
    method: str,
    bs: int = 8,  # images in one pass
    seed: int = 0,  # of the noise
) -> tuple[Tensor, Tensor]:
    """Maps `(n, h, w)` float32, the channels' attributions summed, and convergence deltas `(n,)`, else NaN.

    integrated_gradients: log-odds that each pixel adds to those of the baseline (Sundararajan et al. 2017); the delta
        is what the sum misses. Steps are doubled until it is small.
    gradient_shap: the same in expectation, over noisy images on the way from the baseline (Lundberg and Lee 2017).
    gradcam: the last stage's feature maps, weighted by their gradients (Selvaraju et al. 2017), signed, enlarged.
    guided_gradcam: its positive part times gradients guided through the ReLUs.
    saliency: size of the gradient, averaged over noisy copies (Smilkov et al. 2017); it has no sign.

    Raises ValueError where the network cannot do it, or without Captum.
    """
    check_captum(method)
    maps, deltas = [], []
    generator = torch.Generator().manual_seed(seed)
    with _TURNS, _with_gradients(x.device), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Captum announces the hooks that it sets
        without_inplace(model)
        guided = method == "guided_gradcam"
        network = LogOdds(make_guidable(model) if guided else model)
        _check_gradients(network, x[:1], method)
        by_image = zip(x.split(1), targs.tolist(), covers.split(1), strict=True)
        for image, targ, cover in by_image:
            if method == "integrated_gradients":
                image_map, delta = _integrated_gradients(network, image, targ, cover=cover, bs=bs)
            else:
                image_map = _without_delta(network, image, targ, cover=cover, method=method, generator=generator)
                delta = np.nan
            maps.append(image_map)
            deltas.append(delta)
    attr = torch.cat(maps).detach().sum(dim=1)
    return attr, torch.tensor(deltas)


def check_captum(method: str) -> None:
    """Raise ValueError where Captum is not installed."""
    with needs_package("captum", "explain", method):
        import captum.attr  # noqa: F401


def _check_gradients(
    network: LogOdds,
    x: Tensor,
    method: str,
) -> None:
    """Raise ValueError if no gradient leads from the network's output back to the image."""
    if not network(x.clone().requires_grad_()).requires_grad:
        *_, head = network.model.children()
        raise ValueError(
            f"{method} needs gradients, and this learner's head, a {type(head).__name__}, has none: use occlusion"
        )


@contextmanager
def _with_gradients(device: torch.device) -> Iterator[None]:
    """float32 and gradients, whatever the caller has switched on or off."""
    with torch.enable_grad(), torch.autocast(device.type, enabled=False):
        yield


def _integrated_gradients(
    network: LogOdds,
    x: Tensor,
    targ: int,
    *,
    cover: Tensor,
    bs: int,
) -> tuple[Tensor, float]:
    """Attributions of an image, and by how much their sum misses the log-odds that the image adds."""
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(network)
    with torch.no_grad():
        gains = network(x) - network(cover)
        gain = float(gains[0, targ])
    tolerance = _TOLERANCE * max(1.0, abs(gain))
    n_steps = _FIRST_STEPS
    while True:
        attr, delta = method.attribute(
            x, cover, target=targ, n_steps=n_steps, internal_batch_size=bs, return_convergence_delta=True
        )
        if abs(float(delta)) <= tolerance or n_steps >= _MOST_STEPS:
            return attr, float(delta)
        n_steps *= 2


def _without_delta(
    network: LogOdds,
    x: Tensor,
    targ: int,
    *,
    cover: Tensor,
    method: str,
    generator: torch.Generator,
) -> Tensor:
    """Attributions of an image by a method that promises nothing about their sum."""
    if method in _CLASS_ACTIVATION:
        return _CLASS_ACTIVATION[method](network, x, targ)
    copies = _noisy_copies(x, generator)
    if method == "saliency":
        return _gradients(network, copies, targ).abs().mean(dim=0, keepdim=True)
    shares = torch.rand(len(copies), 1, 1, 1, generator=generator).to(x.device)
    on_the_way = cover + shares * (copies - cover)
    attributions = _gradients(network, on_the_way, targ) * (copies - cover)
    return attributions.mean(dim=0, keepdim=True)


def _noisy_copies(x: Tensor, generator: torch.Generator) -> Tensor:
    """Copies `(_N_NOISY_COPIES, 3, h, w)` of an image with noise of their own.

    Captum's NoiseTunnel and GradientShap draw from the random numbers of the whole process, where other threads draw
    as well: the same seed would give other maps.
    """
    deviation = _NOISE_SHARE * float(x.max() - x.min())
    noise = torch.randn(_N_NOISY_COPIES, *x.shape[1:], generator=generator)
    return x + deviation * noise.to(x.device)


def _gradients(network: LogOdds, x: Tensor, targ: int) -> Tensor:
    """Gradients `(n, 3, h, w)` of a style's log-odds for each image `(n, 3, h, w)`."""
    from captum.attr import Saliency

    return Saliency(network).attribute(x.requires_grad_(), target=targ, abs=False)


def _gradcam(
    network: LogOdds,
    x: Tensor,
    targ: int,
) -> Tensor:
    from captum.attr import LayerAttribution, LayerGradCam

    method = LayerGradCam(network, stage_layer(network.model, x, "gradcam"))
    # the weights of the copy require no gradients, so the image has to
    attr = method.attribute(x.clone().requires_grad_(), target=targ)
    return LayerAttribution.interpolate(attr, tuple(x.shape[2:]), "bilinear")


def _guided_gradcam(
    network: LogOdds,
    x: Tensor,
    targ: int,
) -> Tensor:
    from captum.attr import GuidedGradCam

    method = GuidedGradCam(network, stage_layer(network.model, x, "guided_gradcam"))
    return method.attribute(x.clone().requires_grad_(), target=targ, interpolate_mode="bilinear")


_CLASS_ACTIVATION = {
    "gradcam": _gradcam,
    "guided_gradcam": _guided_gradcam,
}
