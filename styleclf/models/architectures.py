"""Architectures of timm: which there are, and what their weights expect of images."""

import difflib


def check_arch(arch: str) -> None:
    """Raise ValueError, with near matches, for a name that timm does not know."""
    import timm
    from timm.models import is_model_pretrained

    tagged = "." in arch  # such as 'resnet18.a1_in1k', which says which of its weights
    if is_model_pretrained(arch) if tagged else timm.is_model(arch):
        return
    near = difflib.get_close_matches(arch, timm.list_models(pretrained=tagged), n=4, cutoff=0.5)
    advice = f"did you mean {', '.join(near)}?" if near else "timm.list_models() names them all"
    raise ValueError(f"timm has no architecture {arch!r}: {advice}")


def image_stats(arch: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation per channel (of values 0..1) that the architecture's ImageNet weights expect."""
    from timm.models import get_pretrained_cfg

    check_arch(arch)
    config = get_pretrained_cfg(arch)
    return (config.mean, config.std) if config else ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def has_weights(arch: str) -> bool:
    """Whether there are ImageNet weights of the architecture anywhere."""
    from timm.models import get_pretrained_cfg

    config = get_pretrained_cfg(arch)
    return bool(config and config.has_weights)
