"""A copy of the network that may be changed and hooked, while the user's stays exactly as it was."""

from typing import TypeVar

import torch
from torch import Tensor, nn

from styleclf.models import copy_model

_Model = TypeVar("_Model", bound=nn.Module)
_RELUS = (nn.ReLU, nn.ReLU6)
_GATES = (nn.Sigmoid, nn.Hardsigmoid)  # they weigh channels, and no feature passes through them
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
        n_styles = logits.shape[1]
        same_style = torch.eye(n_styles, dtype=torch.bool, device=logits.device)
        other_logits = logits[:, None].masked_fill(same_style, -torch.inf)
        against = other_logits.logsumexp(dim=2)
        return logits - against


def private_copy(model: _Model) -> _Model:
    """A copy in evaluation mode and float32, whose weights require no gradients."""
    return copy_model(model).float().eval().requires_grad_(False)


def without_inplace(model: nn.Module) -> nn.Module:
    """Let no module of the model overwrite its input: hooks would see what comes after it. Changes the model."""
    for module in model.modules():
        if getattr(module, "inplace", False):
            module.inplace = False  # type: ignore[assignment]
    return model


def stage_layer(
    model: nn.Module,
    x: Tensor,
    method: str,
) -> nn.Module:
    """The last stage of the model's body with more than one place: what class activation maps are made of.

    A small image has a single one left in the last stage, and a map of it would be of one colour. Style statistics of
    earlier stages reach the head past it, and are not in such maps. Raises ValueError for a body without stages, or
    whose last one gives no feature maps `(n, channels, h, w)`, as a transformer's.
    """
    body = next(model.children())
    trunk = getattr(body, "trunk", body)
    kind = type(trunk).__name__
    advice = "use occlusion or integrated_gradients"
    stages = list(getattr(trunk, "feature_info", None) or [])
    if not stages:
        raise ValueError(f"{method} needs stages of feature maps, and a {kind} names none: {advice}")
    shapes = _stage_shapes(model, trunk, stages=stages, x=x)
    for stage, shape in zip(reversed(stages), reversed(shapes), strict=True):
        if len(shape) != 4 or shape[1] != stage["num_chs"]:
            break
        if shape[2] * shape[3] > 1:
            return trunk.get_submodule(stage["module"])
    raise ValueError(
        f"{method} needs a last stage of feature maps (n, channels, h, w) of more than one place, which a {kind} "
        f"does not have for images of {x.shape[-1]} pixels: {advice}"
    )


def _stage_shapes(
    model: nn.Module,
    trunk: nn.Module,
    *,
    stages: list[dict],
    x: Tensor,
) -> list[tuple[int, ...]]:
    """The output shapes of the trunk's stages for images `x`, () of a stage that is never reached."""
    shapes: dict[str, tuple[int, ...]] = {stage["module"]: () for stage in stages}

    def note_shape(name: str, output: Tensor) -> None:
        """Remember the shape of a stage's output."""
        shapes[name] = tuple(getattr(output, "shape", ()))

    handles = []
    for name in shapes:
        layer = trunk.get_submodule(name)
        handles.append(layer.register_forward_hook(lambda _, __, output, name=name: note_shape(name, output)))
    try:
        with torch.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return [shapes[stage["module"]] for stage in stages]


def make_guidable(model: nn.Module) -> nn.Module:
    """Replace every ReLU6 of the model by a ReLU and a limit, in place: Captum guides gradients through ReLUs alone.

    Raises ValueError for a model that has no ReLUs, or other activations beside them.
    """
    activations = {type(module) for module in model.modules() if type(module).__module__ in _ACTIVATIONS}
    unguided_names = sorted(kind.__name__ for kind in activations if not issubclass(kind, _RELUS + _GATES))
    has_relus = any(issubclass(kind, _RELUS) for kind in activations)
    if unguided_names or not has_relus:
        names = ", ".join(unguided_names) or "none"
        raise ValueError(f"guided_gradcam needs a network of ReLUs alone, and this one has {names}: use gradcam")
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.ReLU6):
                setattr(module, name, nn.Sequential(nn.ReLU(), UpperLimit(6.0)))
    return model


class UpperLimit(nn.Module):
    """Numbers, none above `limit`."""

    def __init__(self, limit: float) -> None:
        super().__init__()
        self.limit = limit

    def forward(self, x: Tensor) -> Tensor:
        """The lesser of each number and the limit."""
        return x.clamp(max=self.limit)
