"""Occlusion of every image of a design, chunk by chunk: what was stopped goes on where it was.

<folder>/made_with.json   what all chunks were made with
<folder>/000000.npz …     some images each: `filename, target (n,), attr (n, size, size)`, the map of the true style;
                          `lost (n, n_windows, n_styles)`, the probability that each style loses by each window;
                          `proba (n, n_styles)`
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from fastai.learner import Learner
from torch import Tensor

from styleclf.common import (
    as_json,
    check_made_alike,
    read_arrays,
    read_json,
    say,
    whole_file,
    with_progress,
    write_json,
)
from styleclf.data import Paintings, pixels_key
from styleclf.evaluation import targets
from styleclf.explain.attribution import predictor
from styleclf.explain.inputs import Baseline, baseline_images, check_baseline, network_inputs
from styleclf.explain.map_options import MapOptions
from styleclf.explain.occlusion import Windows, sliding_windows, window_losses
from styleclf.explain.patches import best_patches, write_patches
from styleclf.inference import learner_parts

_CHUNK = 32  # images in a file: what is lost when a run is stopped
_CHUNK_DIMENSIONS = {
    "filename": "images",
    "target": "images",
    "attr": "images rows columns",
    "proba": "images styles",
    "lost": "images windows styles",
}
_MADE_WITH = "made_with.json"


def occlude_all(
    learn: Learner,
    paintings: Paintings,
    folder: str | Path,
    *,
    model: str = "",  # what distinguishes the learner from others, such as its file's fingerprint
    options: MapOptions | None = None,  # window by default a quarter of the image, stride half a window
    progress: bool = True,
) -> list[Path]:
    """Write the chunks that are not there yet; returns all of them, in the order of the rows.

    Raises ValueError if the folder holds chunks made with something else, for windows that do not fit, for a style
    that the learner does not know, and OSError for an image that cannot be read.
    """
    options = options or MapOptions()
    check_baseline(options.baseline)
    folder = Path(folder)
    parts = learner_parts(learn)
    size = parts.picture.size
    windows = patch_windows(size, options.window, options.stride)
    targs = targets(paintings.rows["label"], parts.vocab)
    paths = paintings.paths()
    images_key = pixels_key(paths, size, parts.picture.fit)
    _check_made_with(folder, _made_with(model, images_key, options))
    files = {}
    for start in range(0, len(paths), _CHUNK):
        files[start] = folder / f"{start:06}.npz"
    filenames = paintings.rows["filename"].to_numpy(dtype=str)
    lost_shape = (len(windows.rows), len(parts.vocab))
    missing = _missing_chunks(files, filenames, lost_shape)
    if len(missing) < len(files):
        n_present = len(files) - len(missing)
        say(f"{n_present} of {len(files)} chunks are there already: {folder}")
    predict = predictor(learn, options.precision)
    for start in with_progress(missing, len(missing), f"chunks of {_CHUNK} images", progress):
        chunk = slice(start, start + _CHUNK)
        arrays = _occlude_chunk(
            learn, predict, paths[chunk], targs=targs[chunk], windows=windows, baseline=options.baseline
        )
        arrays["filename"] = filenames[chunk]
        with whole_file(files[start]) as aside:
            np.savez_compressed(aside, **arrays)
    return list(files.values())


def _missing_chunks(
    files: Mapping[int, Path],  # by the first row of their chunk
    filenames: np.ndarray,  # (n,)
    lost_shape: tuple[int, int],
) -> list[int]:
    """The first rows of chunks that are not there, or damaged."""
    missing = []
    for start, file in files.items():
        names_of_chunk = filenames[start : start + _CHUNK]
        if not _is_whole(file, names_of_chunk, lost_shape):
            missing.append(start)
    return missing


def _is_whole(file: Path, filenames: np.ndarray, lost_shape: tuple[int, int]) -> bool:
    """Whether the file holds the chunk of these images, of so many windows and styles; says so if it is damaged."""
    if not file.is_file():
        return False
    try:
        arrays = read_arrays(file, _CHUNK_DIMENSIONS, ("attr", "proba", "lost"))
    except ValueError:
        arrays = {}
    if arrays and _are_of_chunk(arrays, filenames, lost_shape):
        return True
    say(f"{file} is damaged: its maps are computed again")
    return False


def _are_of_chunk(arrays: Mapping[str, np.ndarray], filenames: np.ndarray, lost_shape: tuple[int, int]) -> bool:
    """Whether the arrays are those of these images, of so many windows and styles."""
    _, n_styles = lost_shape
    losses_fit = arrays["lost"].shape[1:] == lost_shape
    probas_fit = arrays["proba"].shape[1] == n_styles
    return losses_fit and probas_fit and list(arrays["filename"]) == list(filenames)


@torch.inference_mode()
def _occlude_chunk(
    learn: Learner,
    predict: Callable[[Tensor], Tensor],
    paths: Sequence[Path],
    *,
    targs: np.ndarray,
    windows: Windows,
    baseline: Baseline,
) -> dict[str, Any]:
    """The arrays of a chunk, all but its filenames."""
    maps, window_loss_arrays, proba_arrays = [], [], []
    for rows, x in network_inputs(learn, paths, progress=False):
        batch_windows = windows.to(x.device)
        losses, probas = window_losses(predict, x, baseline_images(x, baseline), windows=batch_windows)
        batch_targs = torch.from_numpy(targs[rows]).to(x.device)
        images = torch.arange(len(x))
        target_losses = losses[images, :, batch_targs]
        batch_maps = batch_windows.averaged(target_losses)
        maps.append(batch_maps.float().cpu().numpy())
        window_loss_arrays.append(losses.float().cpu().numpy())
        proba_arrays.append(probas.float().cpu().numpy())
    return {
        "target": np.array(learn.dls.vocab)[targs],
        "attr": np.concatenate(maps),
        "lost": np.concatenate(window_loss_arrays),
        "proba": np.concatenate(proba_arrays),
    }


def patch_windows(
    size: int,
    window: int | None = None,
    stride: int | None = None,
) -> Windows:
    """The windows of `occlude_all` on images of `size` pixels a side. Raises ValueError where they do not fit."""
    window = window or max(1, size // 4)
    stride = stride or max(1, window // 2)
    return sliding_windows(size, size, window, stride=stride)


def _made_with(
    model: str,
    images: str,
    options: MapOptions,
) -> dict[str, Any]:
    """All that chunks depend on; `model` and `images` are fingerprints."""
    return {
        "model": model,
        "images": images,
        "window": options.window,
        "stride": options.stride,
        "baseline": options.baseline,
        "precision": options.precision,
    }


def _check_made_with(folder: Path, made_with: dict[str, Any]) -> None:
    """Write down what chunks of the folder are made with. Raises ValueError if that is something else already."""
    file = folder / _MADE_WITH
    if not file.is_file():
        write_json(made_with, file)
        return
    before = read_json(file)
    made_with = as_json(made_with)
    check_made_alike(
        before, made_with, f"{folder} holds maps made", advice="choose another folder, or remove it", names=made_with
    )


def read_losses(files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
    """`proba (n, n_styles)` and `lost (n, n_windows, n_styles)` of all images of the chunks."""
    probas, losses = [], []
    for file in files:
        chunk = read_arrays(file, _CHUNK_DIMENSIONS)
        probas.append(chunk["proba"])
        losses.append(chunk["lost"])
    return np.concatenate(probas), np.concatenate(losses)


def write_best_patches(
    learn: Learner,
    paintings: Paintings,
    files: Sequence[Path],  # of `occlude_all` with the same paintings and options
    *,
    options: MapOptions,
    n: int = 8,  # patches of each style
    out: str | Path,
) -> pd.DataFrame:
    """Write the patches that raise each style most as `patches.csv` and `figures/patches.png`; returns the table.

    For its columns and errors see `best_patches`.
    """
    picture = learner_parts(learn).picture
    probas, losses = read_losses(files)
    windows = patch_windows(picture.size, options.window, options.stride)
    patches = best_patches(probas, losses, paintings.rows, vocab=learn.dls.vocab, windows=windows, n=n)
    write_patches(patches, paintings.folder, out, fit=picture.fit)
    return patches
