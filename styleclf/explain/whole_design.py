"""Occlusion of every image of a design, chunk by chunk: what was stopped goes on where it was.

<folder>/made_with.json   what all chunks were made with
<folder>/000000.npz …     some images each: `filename, target (n,), attr (n, size, size)`, the map of the true style;
                          `lost (n, n_windows, n_styles)`, the probability that each style loses by each window;
                          `proba (n, n_styles)`
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from fastai.learner import Learner
from torch import Tensor

from styleclf.data import pixels_key
from styleclf.evaluation import targets
from styleclf.explain.attribution import predictor
from styleclf.explain.inputs import Baseline, baseline_images, check_baseline, network_inputs
from styleclf.explain.occlusion import Windows, sliding_windows, window_losses
from styleclf.inference import picture_of
from styleclf.models import Precision
from styleclf.output import tracked, whole_file, write_json

_CHUNK = 32  # images in a file: what is lost when a run is stopped
_MADE_WITH = "made_with.json"


def occlude_all(
    learn: Learner,
    rows: pd.DataFrame,  # of a design: `filename, label`
    images: str | Path,
    folder: str | Path,
    model: str = "",  # what the learner is told apart by from others, such as its file's fingerprint
    window: int | None = None,  # pixels a side; default: a quarter of the image
    stride: int | None = None,  # pixels from window to window; default: half a window
    baseline: Baseline = "zeros",
    precision: Precision | None = None,  # default: the learner's
    progress: bool = True,
) -> list[Path]:
    """Write the chunks that are not there yet; returns all of them, in the order of the rows.

    Raises ValueError if the folder holds chunks made with something else, for windows that do not fit, for a style
    that the learner does not know, and OSError for an image that cannot be read.
    """
    check_baseline(baseline)
    folder, picture = Path(folder), picture_of(learn)
    windows = patch_windows(picture.size, window, stride)
    targs, paths = targets(rows["label"], list(learn.dls.vocab)), [Path(images) / name for name in rows["filename"]]
    how = dict(window=window, stride=stride, baseline=baseline, precision=precision)
    _check_made_with(folder, dict(model=model, images=pixels_key(paths, picture.size, picture.fit), **how))
    files = {start: folder / f"{start:06}.npz" for start in range(0, len(rows), _CHUNK)}
    left = [start for start, file in files.items() if not file.is_file()]
    if len(left) < len(files):
        print(f"{len(files) - len(left)} of {len(files)} chunks are there already: {folder}", flush=True)
    predict = predictor(learn, precision)
    for start in tracked(left, len(left), f"chunks of {_CHUNK} images", progress):
        chunk = slice(start, start + _CHUNK)
        found = _occlude_chunk(learn, predict, paths[chunk], targs[chunk], windows, baseline)
        with whole_file(files[start]) as aside:
            np.savez_compressed(aside, filename=rows["filename"][chunk].to_numpy(dtype=str), **found)
    return list(files.values())


@torch.inference_mode()
def _occlude_chunk(
    learn: Learner,
    predict: Callable[[Tensor], Tensor],
    paths: Sequence[Path],
    targs: np.ndarray,
    windows: Windows,
    baseline: Baseline,
) -> dict[str, np.ndarray]:
    """What a chunk holds but for filenames."""
    maps, losses, probas = [], [], []
    for which, x in network_inputs(learn, paths, progress=False):
        on_device = Windows(*(each.to(x.device) for each in windows))
        lost, whole = window_losses(predict, x, baseline_images(x, baseline), on_device)
        own = lost[torch.arange(len(x)), :, torch.from_numpy(targs[which]).to(x.device)]
        for kept, each in ((maps, on_device.averaged(own)), (losses, lost), (probas, whole)):
            kept.append(each.float().cpu().numpy())
    attr, lost, proba = map(np.concatenate, (maps, losses, probas))
    return dict(target=np.array(learn.dls.vocab)[targs], attr=attr, lost=lost, proba=proba)


def patch_windows(size: int, window: int | None = None, stride: int | None = None) -> Windows:
    """The windows of `occlude_all` on images of `size` pixels a side. Raises ValueError where they do not fit."""
    window = window or max(1, size // 4)
    return sliding_windows(size, size, window, stride or max(1, window // 2))


def _check_made_with(folder: Path, wanted: dict) -> None:
    """Write down what chunks of the folder are made with. Raises ValueError if that is something else already."""
    file, wanted = folder / _MADE_WITH, json.loads(json.dumps(wanted))
    if not file.is_file():
        write_json(wanted, file)
        return
    found = json.loads(file.read_text(encoding="utf-8"))
    names = [name for name in wanted if found.get(name) != wanted[name]]
    if names:
        other = ", ".join(f"{name} {found.get(name)!r} instead of {wanted[name]!r}" for name in names)
        raise ValueError(f"{folder} holds maps made with {other}: choose another --out, or remove it")


def read_losses(files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
    """`proba (n, n_styles)` and `lost (n, n_windows, n_styles)` of all images of the chunks."""
    found = []
    for file in files:
        with np.load(file) as chunk:
            found.append((chunk["proba"], chunk["lost"]))
    probas, lost = map(np.concatenate, zip(*found, strict=True))
    return probas, lost
