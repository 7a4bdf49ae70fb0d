"""Features of a frozen body: through fastai's loaders, or once for all images of a pixel store and kept beside it.

The features of a frozen body depend on no fold: every recipe and fold that probes the same body finds them there.
"""

import hashlib
import os
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import torch
from fastai.data.all import DataLoaders, Datasets, Pipeline
from fastai.data.load import DataLoader
from fastai.vision.core import TensorImage
from torch import nn

from styleclf.common import cached_array, remove_unfinished, say, whole_file, with_progress
from styleclf.data import PixelStore
from styleclf.models import (
    Precision,
    autocast_context,
    channels_last,
    copy_model,
    fold_batchnorm,
    hold_convolutions,
    in_parts,
    resolve_precision,
    set_layout,
)

_FEATURES_VERSION = 1  # raise it when the way from pixels to features changes, so that older arrays are not used
_BATCH_SIZE = 64  # images
_MOST_KEPT = 4  # arrays of features beside one of pixels: all together they stay smaller than that, up to 9,000 wide


def dataset_features(
    body: nn.Module,
    dls: DataLoaders,
    ds: Datasets,  # `dls.train_ds` or `dls.valid_ds`
    *,
    precision: Precision = "auto",
    progress: bool = True,
    mirrored: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Features `(n, d)` float32 of a part of `dls`, without random changes, and targets `(n,)`, in the order of items.

    Targets are `(n, n_labels)` where images have several labels. Where all images are in a pixel store with a file,
    features are computed for the whole store, or found there.
    """
    store, rows = _stored_rows(ds)
    if store is None:
        dl = dls.test_dl(ds.items, with_labels=True)
        return body_features(body, dl, precision=precision, progress=progress, mirrored=mirrored)
    tfms = dls.valid.after_batch
    features = stored_features(body, store, tfms, precision=precision, progress=progress, mirrored=mirrored)
    return features[rows], _targets_of(ds)


def kept_batch(
    body: nn.Module, dls: DataLoaders, ds: Datasets, *, precision: Precision = "auto"
) -> tuple[torch.Tensor, torch.Tensor] | None:
    """All images of a part of `dls` as one batch of features `(n, d)` and targets `(n,)`, for neck and head.

    None if there are no images, or no pixel store holds all of them.
    """
    store, rows = _stored_rows(ds)
    if store is None or not len(ds):
        return None
    features = stored_features(body, store, dls.valid.after_batch, precision=precision)
    return torch.from_numpy(features[rows]), torch.from_numpy(_targets_of(ds))


def _targets_of(ds: Datasets) -> np.ndarray:
    """Targets of a part of `dls`, `(n,)` or `(n, n_labels)`."""
    targs = [np.asarray(targ) for targ in ds.tls[1]]
    return np.stack(targs)


def body_features(
    body: nn.Module,
    dl: DataLoader | Collection,  # batches of normalised images (n, 3, h, w) and targets (n,)
    *,
    precision: Precision = "auto",
    progress: bool = True,
    mirrored: bool = False,  # see every image from left to right
) -> tuple[np.ndarray, np.ndarray]:
    """Features `(n, d)` float32 of the body, which is left in evaluation mode, and targets `(n,)`, as `dl` has them.

    >>> batches = [learn.dls.valid.one_batch()]
    >>> features, targs = body_features(learn.model[0], batches, progress=False)
    >>> len(features) == len(targs)
    True
    """
    features = []
    targs = []
    quick_body = None
    for x, y in with_progress(dl, len(dl), "batches of features", progress):
        if quick_body is None:
            quick_body = _quick_body(body, x, precision)
        features_of_batch = _batch_features(quick_body, x, precision=precision, mirrored=mirrored)
        features.append(features_of_batch)
        targs.append(np.asarray(y.cpu()))
    return np.concatenate(features), np.concatenate(targs)


def _quick_body(body: nn.Module, x: torch.Tensor, precision: Precision) -> nn.Module:
    """A copy of the body that gives the same numbers sooner; `x` are images like those that it will see.

    In float32 normalisations are folded into convolutions, which would change the rounding of a smaller precision. The
    body stays in evaluation mode: put back into training mode it would spoil the passes of other threads. fastai sets
    the mode whenever it trains.
    """
    device = next(body.parameters()).device
    body.eval()
    if resolve_precision(precision, device) == "fp32":
        quick_body = fold_batchnorm(body, x[:1].to(device))
    else:
        quick_body = copy_model(body)
        hold_convolutions(quick_body, precision)
    if quick_body is not body:
        set_layout(quick_body)
    return quick_body


def _batch_features(body: nn.Module, x: torch.Tensor, *, precision: Precision, mirrored: bool) -> np.ndarray:
    """Features `(n, d)` float32 of a batch of normalised images `(n, 3, h, w)`."""
    device = next(body.parameters()).device
    with torch.inference_mode(), autocast_context(device, precision):
        x = x.to(device)
        if mirrored:
            x = x.flip(3)
        images = channels_last(x)
        features = in_parts(body, lambda part: body(part).float(), images)
        return features.cpu().numpy()


def kept_features(
    body: nn.Module, dls: DataLoaders, paths: Sequence[str | Path], *, precision: Precision = "auto"
) -> np.ndarray | None:
    """Features `(n, d)` float32 of image files that this very body has computed before, for the pixel store of `dls`.

    None if they are not kept for all of them. Nothing is computed: a body that was trained on has other weights, for
    which there are none.
    """
    store = _pixel_store(dls.valid_ds)
    if store is None:
        return None
    rows = _rows_in_store(store, map(Path, paths))
    if len(rows) < len(paths):
        return None
    file = _features_file(body, store, dls.valid.after_batch, precision=precision, mirrored=False)
    features = cached_array(file, (len(store.pixels), None), "<f4")
    if features is None:
        return None
    return features[rows]


def _stored_rows(ds: Datasets) -> tuple[PixelStore | None, list[int]]:
    """The pixel store behind a part of `dls` and the row of each of its images; None if it does not hold them all."""
    store = _pixel_store(ds)
    if store is None:
        return None, []
    paths = _paths_of(ds)
    rows = _rows_in_store(store, paths)
    if len(rows) < len(paths):
        return None, []
    return store, rows


def _rows_in_store(store: PixelStore, paths: Iterable[Path]) -> list[int]:
    """The rows of those image files that the store holds."""
    return [store.rows[path] for path in paths if path in store.rows]


def _pixel_store(ds: Datasets) -> PixelStore | None:
    """The pixel store, with a file, behind a part of `dls`; None if it has none, or was not made by styleclf."""
    for transform in _item_transforms(ds):
        store = getattr(transform, "store", None)
        if isinstance(store, PixelStore) and store.file:
            return store
    return None


def _item_transforms(ds: Datasets) -> list:
    """What makes images of items, in its order; nothing for a dataset that fastai's blocks have not made."""
    lists = getattr(ds, "tls", None)
    if not lists:
        return []
    return list(lists[0].tfms.fs)


def _paths_of(ds: Datasets) -> list[Path]:
    """The image files of a part of `dls`: its items, after the transforms that come before an image is opened."""
    path_transforms = []
    for transform in _item_transforms(ds):
        if hasattr(transform, "store"):
            break
        path_transforms.append(transform)
    paths = []
    for _, item in ds.items.iterrows():
        for transform in path_transforms:
            item = transform(item)
        paths.append(item)
    return paths


def stored_features(
    body: nn.Module,
    store: PixelStore,
    tfms: Pipeline,  # of test batches, as `dls.valid.after_batch`
    *,
    precision: Precision = "auto",
    progress: bool = True,
    mirrored: bool = False,
) -> np.ndarray:
    """Features `(n, d)` float32 of all images of the store, memory-mapped from the file that keeps them.

    The file is named after that of the pixels, after weights and architecture of the body, and after all else that
    decides the features. It appears whole, and replaces the oldest where there are more than `_MOST_KEPT` for these
    pixels. A damaged one is made anew. The features stay in memory for a store without a file and, with a warning,
    where the file cannot be written.
    """
    batches = partial(
        _features_by_batch, body, store, tfms=tfms, precision=precision, mirrored=mirrored, progress=progress
    )
    if store.file is None:
        return np.concatenate(list(batches()))
    file = _features_file(body, store, tfms, precision=precision, mirrored=mirrored)
    features = cached_array(file, (len(store.pixels), None), "<f4")
    if features is not None:
        return features
    if file.exists():
        say(f"{file} is damaged: its features are computed again")
    remove_unfinished(file.parent)
    try:
        with whole_file(file) as partial_path:
            _write_features(partial_path, len(store.pixels), batches())
    except OSError as error:
        warnings.warn(f"features cannot be kept: {error}; this run keeps them for itself", stacklevel=2)
        return np.concatenate(list(batches()))
    files = file.parent.glob(f"{store.file.stem}-*.npy")
    _remove_oldest(files)
    return np.load(file, mmap_mode="r")


def _features_file(body: nn.Module, store: PixelStore, tfms: Pipeline, *, precision: Precision, mirrored: bool) -> Path:
    """Where the features of the store's images are kept, beside the pixels."""
    pixels_file = cast(Path, store.file)
    size = store.pixels.shape[1]
    key = _features_key(body, tfms, size, precision=precision, mirrored=mirrored)
    return pixels_file.with_name(f"{pixels_file.stem}-{key}.npy")


def _features_key(body: nn.Module, tfms: Pipeline, size: int, *, precision: Precision, mirrored: bool) -> str:
    """A fingerprint of all that turns pixels into features: another one means other features.

    Transforms of test batches are told apart by what they make of a pattern of all colours.
    """
    import timm  # takes seconds

    device = next(body.parameters()).device
    versions = (_FEATURES_VERSION, torch.__version__, timm.__version__)
    resolved_precision = resolve_precision(precision, device)
    circumstances = (*versions, device.type, resolved_precision, mirrored)
    digest = hashlib.blake2b(f"{circumstances} {body}".encode(), digest_size=16)
    rng = np.random.default_rng(0)
    pattern = rng.integers(256, size=(1, size, size, 3), dtype=np.uint8)
    batch = as_test_batch(pattern, tfms, device)
    digest.update(batch.cpu().numpy().tobytes())
    for name, value in body.state_dict().items():
        shape = tuple(value.shape)
        header = f"\0{name} {value.dtype} {shape}\0"
        flat = value.detach().cpu().contiguous().view(-1)
        numbers = flat.view(torch.uint8).numpy()
        digest.update(header.encode())
        digest.update(numbers.data)
    return digest.hexdigest()


def _features_by_batch(
    body: nn.Module,
    store: PixelStore,
    *,
    tfms: Pipeline,
    precision: Precision,
    mirrored: bool,
    progress: bool,
) -> Iterator[np.ndarray]:
    """Features of the store's images, batch by batch, so that memory holds only one batch."""
    device = next(body.parameters()).device
    example = as_test_batch(store.pixels[:1], tfms, device)
    quick_body = _quick_body(body, example, precision)
    starts = range(0, len(store.pixels), _BATCH_SIZE)
    for start in with_progress(starts, len(starts), "batches of features", progress):
        pixels = store.pixels[start : start + _BATCH_SIZE]
        x = as_test_batch(pixels, tfms, device)
        yield _batch_features(quick_body, x, precision=precision, mirrored=mirrored)


def _write_features(file: Path, n: int, batches: Iterator[np.ndarray]) -> None:
    """Write the features of n images."""
    with open(file, "wb") as stream:
        for number, features in enumerate(batches):
            if number == 0:
                _, width = features.shape
                header = {"descr": "<f4", "fortran_order": False, "shape": (n, width)}
                np.lib.format.write_array_header_1_0(stream, header)
            little_endian = features.astype("<f4")
            stream.write(little_endian.tobytes())


def as_test_batch(pixels: np.ndarray, tfms: Pipeline, device: torch.device) -> torch.Tensor:
    """Pixels `(n, h, w, 3)` uint8 as test batches `(n, 3, h, w)` reach the network."""
    channels_behind = torch.from_numpy(np.array(pixels))
    images = TensorImage(channels_behind.permute(0, 3, 1, 2))
    (batch,) = tfms((images.to(device),))
    return batch.as_subclass(torch.Tensor)


def _remove_oldest(files: Iterable[Path]) -> None:
    """Remove all but the newest `_MOST_KEPT`; one that another process removes, or holds on to, is left to it."""
    with suppress(OSError):
        newest_first = sorted(files, key=os.path.getmtime, reverse=True)
        for file in newest_first[_MOST_KEPT:]:
            file.unlink()
