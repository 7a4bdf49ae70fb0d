"""Views of all images: the output of the frozen stages depends on no fold, so it is computed once and kept."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from fastai.data.transforms import Normalize
from fastai.vision.core import TensorImage

from styleclf.data import Shrink, cached_pixels
from styleclf.data.augment import training_transforms
from styleclf.models import autocast_context, channels_last
from tests.training.last_stages.ways import BEFORE_STAGES, CLEAN, Contest

AT_ONCE = 64  # images, where nothing is trained
_SHARE_OF_SIZE = 192 / 224  # of the side, in views that are changed at random, as in a training
_SMALL = "small"  # a changed view at three quarters of that size
_SMALL_SHARE = 0.75
_MULTIPLE = 32  # of which a side is
_SEEDS = {CLEAN: 0, _SMALL: 1000}


class View(NamedTuple):
    """All images, seen in one way, as the frozen stages leave them; float16."""

    maps: torch.Tensor  # (n, c, h, w) before the stages that are trained
    features: torch.Tensor  # (n, d) of the whole frozen body


class Views:
    """Views of a contest, with the frozen stages after those whose maps are kept."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        body = contest.backbone.body()
        self.trunk = body.eval().trunk

    @cache  # noqa: B019  (lives as long as the script)
    def of(self, name: str, first: int) -> View:
        """A view with maps before block `first`."""
        view = kept_view(self.contest, name)
        stages = self.trunk.blocks[BEFORE_STAGES + 1 : first]
        if len(stages) == 0:
            return view
        passed = []
        with torch.inference_mode(), autocast_context(view.maps.device, "bf16"):
            for part in view.maps.split(AT_ONCE):
                maps = channels_last(part.float())
                after_stages = stages(maps)
                passed.append(after_stages.half())
        return View(torch.cat(passed).clone(), view.features)


def kept_view(contest: Contest, name: str) -> View:
    """A view from its file, which is made where there is none."""
    file = contest.folder / f"view-{contest.backbone.image_size}-{name}.npz"
    if not file.is_file():
        maps, features = _made_view(contest, name)
        np.savez(file, maps=maps, features=features)
    with np.load(file) as arrays:
        maps = torch.from_numpy(arrays["maps"])
        features = torch.from_numpy(arrays["features"])
    return View(maps, features)


def _made_view(contest: Contest, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Maps and features of a view, from one pass through the body."""
    body = contest.backbone.body().eval()
    paths = contest.paintings.paths()
    store = cached_pixels(paths, contest.backbone.image_size, progress=False)
    rows = np.array([store.rows[Path(path)] for path in paths])
    kept_maps: list[np.ndarray] = []
    block = body.trunk.blocks[BEFORE_STAGES]
    hook = block.register_forward_hook(lambda _, inputs, maps: kept_maps.append(_as_half(maps)))
    features = []
    seed = _SEEDS.get(name, 1)
    torch.manual_seed(seed)
    n_batches = len(rows) // AT_ONCE + 1
    for batch in np.array_split(rows, n_batches):
        images = _seen(contest, store.pixels[batch], name)
        with torch.inference_mode(), autocast_context(images.device, "bf16"):
            of_batch = body(channels_last(images))
        features.append(_as_half(of_batch))
    hook.remove()
    return np.concatenate(kept_maps), np.concatenate(features)


def _as_half(numbers: torch.Tensor) -> np.ndarray:
    """Numbers in half precision."""
    array = numbers.detach().float().numpy()
    return array.astype(np.float16)


def _seen(contest: Contest, pixels: np.ndarray, name: str) -> torch.Tensor:
    """Pixels `(n, h, w, 3)` as the network gets them in a view."""
    images = torch.from_numpy(np.array(pixels)).permute(0, 3, 1, 2)
    normalise = _normalisation_of(contest)
    if name == CLEAN:
        scaled = TensorImage(images / 255)
        return normalise.encodes(scaled).as_subclass(torch.Tensor)
    share = _SHARE_OF_SIZE
    if name == _SMALL:
        share *= _SMALL_SHARE
    side = contest.backbone.image_size * share
    shrink = Shrink(_MULTIPLE * round(side / _MULTIPLE))
    small = shrink.encodes(TensorImage(images))
    move, relight, erase = training_transforms()
    moved = move.encodes(TensorImage(small / 255))
    relit = relight.encodes(moved)
    normalised = normalise.encodes(relit)
    erased = erase.encodes(normalised)
    return erased.as_subclass(torch.Tensor)


def _normalisation_of(contest: Contest) -> Normalize:
    """The transform that normalises images for the backbone."""
    for transform in contest.backbone.normalisation().fs:
        if isinstance(transform, Normalize):
            return transform
    raise ValueError("the backbone normalises nothing")
