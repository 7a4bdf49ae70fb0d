"""Architectures of timm: which ones exist, and what their weights expect of images."""

import difflib
from collections.abc import Callable

ImageStats = tuple[tuple[float, ...], tuple[float, ...]]  # mean and standard deviation per channel, of values 0..1

_IMAGENET_STATS: ImageStats = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def arch_name(arch: str | Callable) -> str:
    """The name of an architecture, which may be given as a function, as in fastai's examples.

    >>> arch_name("resnet18")
    'resnet18'
    """
    if isinstance(arch, str):
        return arch
    if not hasattr(arch, "__name__"):
        raise ValueError(f"arch must be a name of timm, such as 'resnet18', not {arch!r}")
    return arch.__name__


def check_arch(arch: str) -> None:
    """Raise ValueError, with near matches, for a name that timm does not know."""
    import timm
    from timm.models import is_model_pretrained

    names_weights = "." in arch  # such as 'resnet18.a1_in1k', which says which of its weights
    is_known = is_model_pretrained(arch) if names_weights else timm.is_model(arch)
    if is_known:
        return
    names = timm.list_models(pretrained=names_weights)
    similar = difflib.get_close_matches(arch, names, n=4, cutoff=0.5)
    advice = f"did you mean {', '.join(similar)}?" if similar else "timm.list_models() names them all"
    raise ValueError(f"timm has no architecture {arch!r}: {advice}")


def image_stats(arch: str) -> ImageStats:
    """Mean and standard deviation per channel (of values 0..1) that the architecture's ImageNet weights expect."""
    from timm.models import get_pretrained_cfg

    check_arch(arch)
    config = get_pretrained_cfg(arch)
    return (config.mean, config.std) if config else _IMAGENET_STATS


def has_weights(arch: str) -> bool:
    """Whether there are ImageNet weights of the architecture anywhere."""
    from timm.models import get_pretrained_cfg

    config = get_pretrained_cfg(arch)
    return bool(config and config.has_weights)
