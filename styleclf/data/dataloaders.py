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
    IntToFloatTensor,
    Normalize,
    Pipeline,
    Transform,
    TransformBlock,
)
from fastai.vision.core import TensorImage
from PIL import Image

from styleclf.data.augment import Shrink, training_transforms
from styleclf.data.authors import AuthorSplitter
from styleclf.data.images import FITS, Fit, decode, fit_to_square, to_rgb, upright
from styleclf.data.pixel_cache import PixelStore, cached_pixels
from styleclf.models import image_stats


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
    store = cached_pixels(paths, size, fit, None if cache is True else cache) if cache else None
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


def normalisation(arch: str) -> Pipeline:
    """What turns bytes into what the architecture's weights expect, for images outside of any `dls`."""
    return Pipeline([IntToFloatTensor(), Normalize.from_stats(*image_stats(arch), cuda=False)])


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
            pixels = np.asarray(fit_to_square(to_rgb(upright(image)), self.size, self.fit))
        return TensorImage(torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))))
