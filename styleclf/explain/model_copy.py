"""A copy of the network that may be changed and hooked, while the user's stays exactly as it was."""

import copy

import torch
from torch import Tensor, nn

_RELUS = (nn.ReLU, nn.ReLU6)
_GATES = (nn.Sigmoid, nn.Hardsigmoid)  # they weigh channels and are no nonlinearity on the way of the features
_ACTIVATIONS = ("torch.nn.modules.activation", "timm.layers.activations", "timm.layers.activations_me")


class LogOdds(nn.Module):
    """Images to the log-odds of each style against all others, `(n, n_styles)`.

    Logits have no meaning by themselves, only their differences have; and unlike probabilities, log-odds still change
    where a network is all but sure.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        """log(p / (1 - p)) of the probabilities p that the logits stand for."""
        logits = self.model(x).float()
        own = torch.eye(logits.shape[1], dtype=torch.bool, device=logits.device)
        others = logits[:, None].masked_fill(own, -torch.inf).logsumexp(dim=2)
        return logits - others


def private_copy(model: nn.Module) -> nn.Module:
    """A copy in evaluation mode and float32, whose weights want no gradients."""
    return copy.deepcopy(model).float().eval().requires_grad_(False)


def without_inplace(model: nn.Module) -> nn.Module:
    """Have no module of the model overwrite its input, in place: hooks would see what comes after it."""
    for module in model.modules():
        if getattr(module, "inplace", False):
            module.inplace = False
    return model


def stage_layer(model: nn.Module, x: Tensor, method: str) -> nn.Module:
    """The last stage of the model's body with more than one place: what class activation maps are made of.

    A small image has a single one left in the last stage, and a map of it would be of one colour. Style statistics of
    earlier stages reach the head past it, and are not in such maps. Raises ValueError for a body without stages, or
    whose last one gives no feature maps `(n, channels, h, w)`, as a transformer's.
    """
    body = model[0]
    trunk = getattr(body, "trunk", body)
    kind, advice = type(trunk).__name__, "use occlusion or integrated_gradients"
    stages = list(getattr(trunk, "feature_info", None) or [])
    if not stages:
        raise ValueError(f"{method} needs stages of feature maps, and a {kind} names none: {advice}")
    for stage, shape in zip(stages[::-1], _stage_shapes(model, trunk, stages, x)[::-1], strict=True):
        if len(shape) != 4 or shape[1] != stage["num_chs"]:
            break
        if shape[2] * shape[3] > 1:
            return trunk.get_submodule(stage["module"])
    raise ValueError(
        f"{method} needs a last stage of feature maps (n, channels, h, w) of more than one place, which a {kind} "
        f"does not have for images of {x.shape[-1]} pixels: {advice}"
    )


def _stage_shapes(model: nn.Module, trunk: nn.Module, stages: list[dict], x: Tensor) -> list[tuple[int, ...]]:
    """The shapes of what the trunk's stages make of images `x`, () of a stage that is never reached."""
    shapes: dict[str, tuple[int, ...]] = {}

    def told(name: str, out: Tensor) -> None:
        shapes[name] = tuple(getattr(out, "shape", ()))

    names = [stage["module"] for stage in stages]
    handles = []
    for name in names:
        layer = trunk.get_submodule(name)
        handles.append(layer.register_forward_hook(lambda *passed, name=name: told(name, passed[-1])))
    try:
        with torch.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return [shapes.get(name, ()) for name in names]


def make_guidable(model: nn.Module) -> nn.Module:
    """Have every ReLU6 of the model be a ReLU and a limit, in place: Captum guides gradients through ReLUs alone.

    Raises ValueError for a model that has no ReLUs, or other activations beside them.
    """
    activations = {type(each) for each in model.modules() if type(each).__module__ in _ACTIVATIONS}
    others = [kind.__name__ for kind in activations if not issubclass(kind, _RELUS + _GATES)]
    if others or not any(issubclass(kind, _RELUS) for kind in activations):
        found = ", ".join(sorted(others)) or "none"
        raise ValueError(f"guided_gradcam needs a network of ReLUs alone, and this one has {found}: use gradcam")
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.ReLU6):
                setattr(module, name, nn.Sequential(nn.ReLU(), AtMost(6.0)))
    return model


class AtMost(nn.Module):
    """Numbers, none above `limit`."""

    def __init__(self, limit: float) -> None:
        super().__init__()
        self.limit = limit

    def forward(self, x: Tensor) -> Tensor:
        """The lesser of each number and the limit."""
        return x.clamp(max=self.limit)
