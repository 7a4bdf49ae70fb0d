"""The `DataBlock`: a design and a folder of images -> fastai `DataLoaders` whose test fold holds unseen authors.

Whatever an exported learner refers to lives here under a stable name, because pickles store names: see
tests/test_pickles.py.
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from fastai.data.all import (
    CategoryBlock,
    ColReader,
    DataBlock,
    DataLoaders,
    DisplayedTransform,
    IntToFloatTensor,
    Normalize,
    Pipeline,
    Transform,
    TransformBlock,
)
from fastai.vision.augment import aug_transforms
from fastai.vision.core import TensorImage
from PIL import Image

from styleclf.models import image_stats
from styleclf.pixels import FITS, Fit, PixelStore, decode, fitted, stored, to_rgb, upright
from styleclf.splits import AuthorSplitter

MAX_ROTATE = 45.0  # degrees
MAX_LIGHTING = 0.25  # of brightness, contrast and saturation
P_ERASE = 0.5
GREY = [0.299, 0.587, 0.114]  # of red, green and blue (ITU-R BT.601)


def get_dls(
    design: pd.DataFrame,  # as `make_design` and `read_design` return it
    images: str | Path,  # the folder that its filenames start from
    fold: int | str = 0,  # test fold; 'val' trains on all folds and tests on the validation set
    arch: str = "resnet18",  # whose normalisation is used
    size: int = 224,
    fit: Fit = "squash",
    bs: int = 32,
    augment: float = 1.0,  # strength of the random changes of training images, 0..2; 0 none
    cache: bool | str | Path = True,  # keep decoded images in this folder, by default STYLECLF_CACHE or data/.cache
    stats: tuple | None = None,  # mean and standard deviation per channel, where the architecture's do not hold
    device: str | torch.device | None = None,
) -> DataLoaders:
    """DataLoaders with the other folds as training set and `fold` as fastai's validation set.

    Batches are `(n, 3, size, size)` normalised floats and `(n,)` positions in `dls.vocab`, the sorted styles of the
    design. Training images are turned, mirrored, lit anew and partly erased; test images never.

    Raises:
        FileNotFoundError: the first image of the design is not under `images`.
        ValueError: an unknown fold, fit or architecture, or a strength outside 0..2.
    """
    images = Path(images)
    first = images / design["filename"].iloc[0]
    if not first.is_file():
        raise FileNotFoundError(f"no image at {first}: give the folder from which the design was made")
    paths = [images / filename for filename in design["filename"]]
    store = stored(paths, size, fit, None if cache is True else cache) if cache else None
    vocab = sorted(design["label"].unique())
    block = style_block(vocab, images, fold, Picture(size, fit, store), stats or image_stats(arch), augment)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="`np.")  # from fastai's data frames
        # a short design must still fill one training batch: fastai drops the incomplete last one
        n_train = len(AuthorSplitter(fold)(design)[0])
        return block.dataloaders(design, bs=max(1, min(bs, n_train)), path=".", num_workers=0, device=device)


def style_block(
    vocab: list[str], images: Path, fold: int | str, picture: "Picture", stats: tuple, augment: float = 1.0
) -> DataBlock:
    """The `DataBlock` behind `get_dls`, for those who want to change a part of it."""
    return DataBlock(
        blocks=(
            TransformBlock(type_tfms=picture, batch_tfms=IntToFloatTensor),
            CategoryBlock(vocab=vocab, sort=False),
        ),
        get_x=ImagePath(images),
        get_y=ColReader("label"),
        splitter=AuthorSplitter(fold),
        batch_tfms=[Shrink(), *training_transforms(augment), Normalize.from_stats(*stats)],
    )


def normalising(arch: str) -> Pipeline:
    """What turns bytes into what the architecture's weights expect, for images outside of any `dls`."""
    return Pipeline([IntToFloatTensor(), Normalize.from_stats(*image_stats(arch), cuda=False)])


def training_transforms(strength: float = 1.0) -> list:
    """Random changes of whole batches, each image its own: turn, mirror, brightness, contrast, saturation, erase.

    `strength` multiplies the angle, the change of light and the probability of erasing; without any, images are not
    mirrored either. Raises ValueError outside 0..2.
    """
    if not 0 <= strength <= 2:
        raise ValueError(f"augment must be a strength from 0 to 2, not {strength}")
    if strength == 0:
        return []
    return [Move(strength * MAX_ROTATE), Relight(strength * MAX_LIGHTING), Erase(strength * P_ERASE)]


class ImagePath(Transform):
    """A row of a design -> the path of its image. What is no row (a path, an opened image) passes as it is."""

    input_types = (pd.Series, Path, str, Image.Image, np.ndarray)  # what fastai's predict and test_dl may be given

    def __init__(self, images: str | Path) -> None:
        self.images = Path(images)

    def encodes(self, item: object) -> object:
        """The path, or the item itself."""
        if isinstance(item, pd.Series):
            return self.images / item["filename"]
        return Path(item) if isinstance(item, str) else item


class Picture(Transform):
    """A path, an opened image or an array `(h, w, 3)` -> `TensorImage (3, size, size)` uint8."""

    store: PixelStore | None = None

    def __init__(self, size: int = 224, fit: Fit = "squash", store: PixelStore | None = None) -> None:
        if fit not in FITS:
            raise ValueError(f"fit must be one of {', '.join(FITS)}, not {fit!r}")
        self.size, self.fit, self.store = size, fit, store

    def __getstate__(self) -> dict:
        """What is pickled: an exported learner goes without the images."""
        return {**self.__dict__, "store": None}

    def encodes(self, item: Path | Image.Image | np.ndarray) -> TensorImage:
        """Decode and fit one image."""
        if isinstance(item, Path | str):
            found = self.store.get(Path(item)) if self.store else None
            pixels = decode(item, self.size, self.fit) if found is None else found
        else:
            image = item if isinstance(item, Image.Image) else Image.fromarray(np.asarray(item))
            pixels = np.asarray(fitted(to_rgb(upright(image)), self.size, self.fit))
        return TensorImage(torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))))


class Shrink(DisplayedTransform):
    """Shrink training batches to `size` pixels a side, if that is set: fewer pixels are trained on faster."""

    split_idx, order = 0, 5  # training only; while the pixels are still bytes, and before all other changes

    def __init__(self, size: int | None = None) -> None:
        self.size = size

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` as `(n, 3, size, size)`."""
        if self.size in (None, x.shape[-1]):
            return x
        on_cpu = x.device.type == "cpu"  # only there are bytes interpolated, and with a filter
        plain = x.as_subclass(torch.Tensor) if on_cpu else x.as_subclass(torch.Tensor).float()
        return TensorImage(torch.nn.functional.interpolate(plain, self.size, mode="bilinear", antialias=on_cpu))


class Move(DisplayedTransform):
    """Turn and mirror training images, each its own way, by fastai's transforms.

    By themselves those resample test images too, onto themselves, which takes a seventh of a probe's time.
    """

    split_idx, order = 0, 30  # training only

    def __init__(self, max_rotate: float = MAX_ROTATE) -> None:
        self.transforms = aug_transforms(max_rotate=max_rotate, max_zoom=1, max_lighting=0, max_warp=0)

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` turned and mirrored; corners show what is reflected at the edges."""
        for transform in self.transforms:
            x = transform(x, split_idx=0)
        return x


class Relight(DisplayedTransform):
    """Change brightness, contrast and saturation of training images, each image its own, by factors around 1.

    All three are linear in the colours: one product with a 3x3 matrix an image costs a fraction of three transforms.
    """

    split_idx, order = 0, 31  # training only; after Move

    def __init__(self, max_lighting: float = MAX_LIGHTING) -> None:
        self.max_lighting = max_lighting

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` of values 0..1 in another light."""
        factors = 1 + self.max_lighting * (2 * torch.rand(3, len(x), 1, 1, device=x.device) - 1)
        return TensorImage(relit(x.as_subclass(torch.Tensor), *factors))


def relit(x: torch.Tensor, brightness: torch.Tensor, contrast: torch.Tensor, saturation: torch.Tensor) -> torch.Tensor:
    """Images `(n, 3, h, w)` of values 0..1 times brightness, spread around their mean grey, and away from grey.

    The factors are `(n, 1, 1)`; the values stay within 0..1.
    """
    pixels = x.flatten(2)
    grey = torch.tensor([[GREY]], device=x.device).expand(len(x), 1, 3)
    mean_grey = grey @ pixels.mean(dim=2, keepdim=True)
    colours = saturation * torch.eye(3, device=x.device) + (1 - saturation) * grey  # rows: every channel leans to grey
    lit = torch.baddbmm(brightness * (1 - contrast) * mean_grey, brightness * contrast * colours, pixels)
    return lit.clamp_(0, 1).view_as(x)


class Erase(DisplayedTransform):
    """Erase a rectangle of some training images, each its own (Zhong et al. 2020), with the mean colour."""

    split_idx, order = 0, 101  # training only; Normalize has 99

    def __init__(self, p: float = P_ERASE) -> None:
        self.p = p

    def encodes(self, x: TensorImage) -> TensorImage:
        """The batch `(n, 3, h, w)` with every image erased with probability p."""
        from timm.data.random_erasing import RandomErasing

        return TensorImage(RandomErasing(self.p, device=x.device)(x.as_subclass(torch.Tensor).clone()))
