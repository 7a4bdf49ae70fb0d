"""The `DataBlock`: a design and a folder of images -> fastai `DataLoaders` whose test fold holds unseen authors.

An exported learner refers to classes of this module by name, because pickles store names: see `PICKLED` in
tests/test_house.py before renaming or moving one.
"""

import io
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from fastai.data.all import (
    CategoryBlock,
    ColReader,
    DataBlock,
    DataLoaders,
    IntToFloatTensor,
    L,
    MultiCategorize,
    MultiCategoryBlock,
    Normalize,
    OneHotEncode,
    Pipeline,
    Transform,
    TransformBlock,
)
from fastai.vision.core import TensorImage
from PIL import Image

from styleclf.common import check_one_of, check_whole, short_repr
from styleclf.data.augment import Shrink, training_transforms
from styleclf.data.authors import AuthorSplitter
from styleclf.data.images.arrays import WHAT_IS_TAKEN, image_of_pixels
from styleclf.data.images.decoding import (
    FITS,
    Fit,
    UnreadableImageError,
    decode,
    fit_to_square,
    open_rgb,
    to_rgb,
    upright,
)
from styleclf.data.images.pixel_cache import PixelStore, cached_pixels
from styleclf.data.images.spellings import spelled_as_on_disk
from styleclf.data.paintings import Paintings, check_cells, check_design_columns, check_images_are_there, check_rows
from styleclf.evaluation import LABEL_SEPARATOR, has_several_labels, label_vocab
from styleclf.models import USUAL_SIZE, ImageStats, arch_name, body_source


def get_dls(
    design: pd.DataFrame,  # as `make_design` and `read_design` return it
    images: str | Path,  # the folder that its filenames start from
    fold: int | str = 0,  # test fold; 'val' trains on all folds and tests on the validation set
    arch: str | Callable = "resnet18",  # whose normalisation and size of images are used
    size: int | None = None,  # pixels a side; default: what suits the architecture and its weights
    *,
    weights: str | Path = "imagenet",  # of the architecture, which may want another normalisation: see `body_source`
    fit: Fit = "squash",
    bs: int = 32,
    augment: float = 1.0,  # strength of the random changes of training images, 0..2; 0 none
    cache: bool | str | Path = True,  # keep decoded images in this folder, by default STYLECLF_CACHE or data/.cache
    stats: ImageStats | None = None,  # mean and standard deviation per channel, where those of the weights do not hold
    device: str | torch.device | None = None,
    item_tfms: Sequence[Callable] | Callable = (),  # further changes of training images, one by one: (3, h, w) bytes
    batch_tfms: Sequence[Callable] | Callable = (),  # further changes of batches, of test images too unless they say so
) -> DataLoaders:
    """DataLoaders with the other folds as training set and `fold` as fastai's validation set.

    Batches are `(n, 3, size, size)` normalised floats and `(n,)` positions in `dls.vocab`, the sorted styles of the
    design; where an image of the design has several labels, `(n, n_labels)` of 0 and 1. Training images are turned,
    mirrored, lit anew and partly erased; test images never are.

    Raises:
        FileNotFoundError: the first image of the design is not under `images`.
        ValueError: an unknown fold, fit or architecture, or a strength outside 0..2; and what `body_source` raises.

    >>> dls = get_dls(design, images, fold=0, arch="resnet10t", size=32, bs=16)
    >>> x, targs = dls.valid.one_batch()
    >>> tuple(x.shape), len(dls.vocab)
    ((16, 3, 32, 32), 8)
    """
    _check_loaded(design, size, bs)
    paintings = Paintings(design, images)  # type: ignore[arg-type]  # a text becomes a path
    paths = paintings.paths()
    check_images_are_there(paths)
    source = body_source(arch_name(arch), weights)
    size = source.size if size is None else size
    store = None
    if cache:
        folder = None if cache is True else cache
        store = cached_pixels(paths, size, fit, folder=folder)
    several_labels = has_several_labels(design["label"])
    vocab = label_vocab(design["label"]) if several_labels else sorted(design["label"].unique())
    block = style_block(
        target_block(vocab, several_labels),
        Path(images),
        fold,
        picture=Picture(size, fit, store),
        stats=stats or source.stats,
        augment=augment,
        item_tfms=item_tfms,
        batch_tfms=batch_tfms,
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="`np.")  # from fastai's data frames
        train_positions, _ = AuthorSplitter(fold)(design)
        # a short design must still fill one training batch: fastai drops the incomplete last one
        bs = max(1, min(bs, len(train_positions)))
        return block.dataloaders(design, bs=bs, path=".", num_workers=0, device=device)


def _check_loaded(design: object, size: object, bs: object) -> None:
    """Raise ValueError for a table that is not a design, or has no image, and for sizes that are not whole numbers."""
    check_rows(design)
    check_design_columns(design, ("label", "fold"))
    check_cells(design, "label", str)
    if not len(design):  # type: ignore[arg-type]
        raise ValueError("the design has no rows: there is nothing to load")
    check_whole(bs, "bs", least=1)
    if size is not None:
        check_whole(size, "size", least=1)


def target_block(vocab: list[str], several_labels: bool = False) -> TransformBlock:
    """What makes targets of labels: the position of the one style of an image, or 0 and 1 for each of its labels."""
    if several_labels:
        return MultiCategoryBlock(vocab=vocab)
    return CategoryBlock(vocab=vocab, sort=False)


def style_block(
    target: TransformBlock,  # as from `target_block`
    images: Path,  # the folder that filenames start from
    fold: int | str,  # test fold
    *,
    picture: "Picture",  # decodes images
    stats: ImageStats,  # mean and standard deviation per channel
    augment: float = 1.0,  # strength of the random changes of training images, 0..2
    item_tfms: Sequence[Callable] | Callable = (),  # as in `get_dls`
    batch_tfms: Sequence[Callable] | Callable = (),
) -> DataBlock:
    """The `DataBlock` behind `get_dls`, for those who want to change a part of it.

    >>> from fastai.data.block import CategoryBlock
    >>> from styleclf.data import Picture
    >>> half = (0.5, 0.5, 0.5)
    >>> block = style_block(CategoryBlock(), images, 0, picture=Picture(32), stats=(half, half))
    >>> dls = block.dataloaders(design, bs=16)
    >>> tuple(dls.valid.one_batch()[0].shape)
    (16, 3, 32, 32)
    """
    image_block = TransformBlock(type_tfms=picture, batch_tfms=IntToFloatTensor)
    several_labels = any(isinstance(transform, MultiCategorize) for transform in target.type_tfms)
    mean, std = stats
    return DataBlock(
        blocks=(image_block, target),
        get_x=ImagePath(images),
        get_y=ColReader("label", label_delim=LABEL_SEPARATOR if several_labels else None),
        splitter=AuthorSplitter(fold),
        item_tfms=[_training_only(transform) for transform in L(item_tfms)],
        batch_tfms=[Shrink(), *training_transforms(augment), Normalize.from_stats(mean, std), *L(batch_tfms)],
    )


def takes_several_labels(dls: DataLoaders) -> bool:
    """Whether the targets of `dls` say of every label whether an image has it."""
    lists: Sequence = getattr(dls.train_ds, "tls", ())
    transforms = lists[1].tfms.fs if len(lists) > 1 else ()
    return any(isinstance(transform, OneHotEncode) for transform in transforms)


def _training_only(transform: Callable) -> Transform:
    """A change that leaves test images alone, which are predicted from files, too, where nothing knows of it."""
    training_transform = transform if isinstance(transform, Transform) else Transform(transform)
    training_transform.split_idx = 0
    return training_transform


def normalisation(stats: ImageStats) -> Pipeline:
    """What turns bytes into floats with mean 0 and deviation 1 per channel, for images outside of any `dls`."""
    mean, std = stats
    return Pipeline([IntToFloatTensor(), Normalize.from_stats(mean, std, cuda=False)])


def _not_an_image(item: object) -> ValueError:
    """The error for something else, with what was received."""
    return ValueError(f"{short_repr(item)} is not an image: {WHAT_IS_TAKEN}")


class ImagePath(Transform):
    """A row of a design -> the path of its image. Anything but a row (a path, an opened image) passes unchanged."""

    input_types = (object,)  # fastai's predict and test_dl may be given anything: `Picture` tells what is not an image

    def __init__(self, images: str | Path) -> None:
        self.images = Path(images)

    def __call__(self, item: object, **options: Any) -> object:
        """The same for one item. Raises ValueError for a tuple, whose parts fastai would take one by one."""
        if isinstance(item, tuple):
            raise _not_an_image(item)
        return super().__call__(item, **options)

    def encodes(self, item: object) -> object:
        """The path, or the item itself. Raises ValueError for a row that names no file."""
        if isinstance(item, pd.Series):
            if "filename" not in item:
                raise _not_an_image(item)
            return spelled_as_on_disk(self.images / item["filename"])
        return Path(item) if isinstance(item, str) else item


class Picture(Transform):
    """A path, a file's bytes, an opened file or image, or pixels -> `TensorImage (3, size, size)` uint8.

    Raises ValueError for an unknown `fit`, and for what is not an image.
    """

    store: PixelStore | None = None

    def __init__(
        self,
        size: int = USUAL_SIZE,
        fit: Fit = "squash",
        store: PixelStore | None = None,  # images that are already decoded
    ) -> None:
        check_one_of(fit, FITS, "fit")
        self.size = size
        self.fit = fit
        self.store = store

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: an exported learner goes without the images."""
        return {**self.__dict__, "store": None}

    def encodes(self, item: object) -> TensorImage:
        """Decode and fit one image."""
        if isinstance(item, io.BufferedIOBase):
            item.seek(0)  # as Pillow does
            item = item.read()
        if isinstance(item, Path | str):
            pixels = self._pixels_of_file(Path(item))
        elif isinstance(item, bytes | bytearray | memoryview):
            picture = open_rgb("the bytes given", self.size, bytes(item))
            pixels = np.asarray(fit_to_square(picture, self.size, self.fit))
        elif isinstance(item, Image.Image):
            pixels = self._pixels_of_image(item)
        elif isinstance(item, np.ndarray | torch.Tensor):
            pixels = self._pixels_of_image(image_of_pixels(item))
        else:
            raise _not_an_image(item)
        channels_first = np.ascontiguousarray(pixels.transpose(2, 0, 1))
        return TensorImage(torch.from_numpy(channels_first))

    def _pixels_of_file(self, path: Path) -> np.ndarray:
        """`(size, size, 3)` uint8 from the store, if it has the image, or from the file."""
        pixels = self.store.get(path) if self.store else None
        if pixels is None:
            return decode(path, self.size, self.fit)
        return pixels

    def _pixels_of_image(self, image: Image.Image) -> np.ndarray:
        """`(size, size, 3)` uint8. Raises ValueError for an image without pixels, OSError for a damaged one."""
        width, height = image.size
        if not width or not height:
            raise ValueError(f"an image of {width} x {height} pixels shows nothing: give one with pixels")
        try:
            picture = to_rgb(upright(image))
            return np.asarray(fit_to_square(picture, self.size, self.fit))
        except OSError as error:
            raise UnreadableImageError("the image given", f"damaged image ({error})") from error
