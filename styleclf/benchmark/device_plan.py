"""What a device is checked with: architectures, images, time; and the noise pictures that stand for a user's."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from styleclf.benchmark.task import check_counts, present_devices
from styleclf.common import write_image

_N_AUTHORS = 8  # of noise pictures
_STYLES = ("coarse", "fine")


class DevicePlan(NamedTuple):
    """How a device is checked."""

    device: str  # cpu, cuda or mps
    archs: tuple[str, ...]  # of timm, with random weights
    precisions: tuple[str, ...]
    size: int  # pixels a side
    n_images: int  # noise pictures that are trained on and embedded
    bs: int
    n_practice: int  # pictures of the practice set
    n_maps: int  # pictures whose occlusion is compared with the processor's
    minutes: float  # after which no further check is begun
    seed: int = 0


_ON_CUDA = DevicePlan(
    device="cuda",
    archs=("resnet18", "resnet50", "convnext_tiny", "vit_base_patch16_224"),
    precisions=("fp32", "bf16", "fp16"),
    size=224,
    n_images=512,
    bs=64,
    n_practice=400,
    n_maps=4,
    minutes=7,
)
_ON_MPS = _ON_CUDA._replace(
    device="mps",
    precisions=("fp32", "fp16"),
    n_images=256,
    bs=32,
    n_maps=2,
)
_ON_CPU = DevicePlan(
    device="cpu",
    archs=("test_resnet", "test_vit"),
    precisions=("fp32", "bf16"),
    size=64,
    n_images=32,
    bs=8,
    n_practice=64,
    n_maps=1,
    minutes=7,
)
_PLANS = {plan.device: plan for plan in (_ON_CUDA, _ON_MPS, _ON_CPU)}


def device_plan(device: str = "auto", archs: Sequence[str] = ("auto",), **changes: Any) -> DevicePlan:
    """What suits the device: on a GPU four architectures at 224 px, on a processor the smallest of all settings.

    `changes` are further fields of a `DevicePlan`, None for what suits the device. Raises ValueError for a device that
    this machine does not have, an unknown architecture, and counts below 1.
    """
    from styleclf.models import check_arch

    (name,) = present_devices([device])
    plan = _PLANS[name]
    chosen_fields = {field: value for field, value in changes.items() if value is not None}
    if tuple(archs) != ("auto",):
        chosen_fields["archs"] = tuple(archs)
    plan = plan._replace(**chosen_fields)
    check_counts(n_images=plan.n_images, bs=plan.bs, size=plan.size)
    if not plan.archs:
        raise ValueError("archs names no architecture: give one of timm, or auto for those that suit the device")
    for arch in plan.archs:
        check_arch(arch)
    return plan


def noise_pictures(folder: Path, plan: DevicePlan) -> pd.DataFrame:
    """Write pictures of noise into a folder, as many as are trained on and a batch to test on; returns their design.

    One style's noise is twice as coarse as the other's, so that there is something to learn.
    """
    from PIL import Image

    rng = np.random.default_rng(plan.seed)
    rows = []
    for number in range(plan.n_images + plan.bs):
        style = _STYLES[number % len(_STYLES)]
        author = f"painter{number // len(_STYLES) % _N_AUTHORS}"
        filename = f"{style}/{author}_{number}.jpg"
        side = plan.size // 2 if style == "coarse" else plan.size
        pixels = rng.integers(256, size=(side, side, 3), dtype=np.uint8)
        path = folder / filename
        picture = Image.fromarray(pixels).resize((plan.size, plan.size))
        write_image(picture, path)
        fold = "1" if number < plan.n_images else "0"
        rows.append({"filename": filename, "label": style, "author": f"{author} {fold}", "fold": fold})
    return pd.DataFrame(rows)
