"""Prediction: what a learner says of image files, decoded by threads while the network computes."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from os import cpu_count
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from fastai.learner import Learner
from fastai.vision.core import TensorImage
from PIL import Image
from torch import Tensor

from styleclf.data import IMAGE_SUFFIXES, Picture
from styleclf.evaluation import prediction_columns, prediction_sets, probas_of, vocab_of
from styleclf.models import autocast_context, channels_last
from styleclf.output import tracked


class Predicted(NamedTuple):
    """What a learner says of the rows of a design: `filename, label, author, fold, pred, proba_<style>…`; `(n, d)`."""

    table: pd.DataFrame
    embeddings: np.ndarray


def predict_design(learn: Learner, rows: pd.DataFrame, images: str | Path, progress: bool = True) -> pd.DataFrame:
    """The table of `predict_and_embed`."""
    return predict_and_embed(learn, rows, images, progress).table


def predict_and_embed(learn: Learner, rows: pd.DataFrame, images: str | Path, progress: bool = True) -> Predicted:
    """Predictions and embeddings for the rows of a design, in their order, from one pass through the network.

    Raises OSError for an image that can no longer be read.
    """
    paths = [Path(images) / filename for filename in rows["filename"]]
    probas, embeddings, unreadable = probas_and_embeddings(learn, paths, progress=progress)
    if unreadable:
        first = min(unreadable)
        raise OSError(
            f"{paths[first]} was readable when the design was made, now: {unreadable[first]}; run design.py anew"
        )
    known = rows[["filename", "label", "author", "fold"]].reset_index(drop=True)
    return Predicted(pd.concat([known, prediction_columns(probas, list(learn.dls.vocab))], axis=1), embeddings)


def predict_table(
    learn: Learner, paths: Sequence[Path], threshold: float | None = None
) -> tuple[pd.DataFrame, dict[Path, str]]:
    """Predictions `filename, pred, proba_<style>…` for image files, and `{path: reason}` for the unreadable.

    With a threshold (see `threshold_of`) there is a column `set` as well: the styles from it on, likeliest first.
    """
    probas, unreadable = predict_files(learn, paths)
    sound = [i for i in range(len(paths)) if i not in unreadable]
    table = prediction_columns(probas[sound], list(learn.dls.vocab))
    table.insert(0, "filename", [paths[i].as_posix() for i in sound])
    if threshold is not None:
        vocab, orders = np.array(learn.dls.vocab), np.argsort(-probas[sound], axis=1, kind="stable")
        sets = prediction_sets(probas[sound], threshold)
        table["set"] = [", ".join(vocab[order[row[order]]]) for order, row in zip(orders, sets, strict=True)]
    return table, {paths[i]: reason for i, reason in sorted(unreadable.items())}


def predict_files(
    learn: Learner, paths: Sequence[str | Path], bs: int = 64, progress: bool = True
) -> tuple[np.ndarray, dict[int, str]]:
    """Probabilities `(n, n_styles)` for image files, NaN for the unreadable, and `{position: reason}` for those."""
    probas, _, unreadable = probas_and_embeddings(learn, paths, bs, progress)
    return probas, unreadable


def probas_and_embeddings(
    learn: Learner, paths: Sequence[str | Path], bs: int = 64, progress: bool = True
) -> tuple[np.ndarray, np.ndarray, dict[int, str]]:
    """Probabilities `(n, n_styles)` and embeddings `(n, embedding_size)`, NaN for the unreadable, and their reasons.

    Files are decoded by threads while the network computes, a batch of `bs` at a time, so thousands fit.
    """
    device = next(learn.model.parameters()).device
    precision = learn.fitting_precision.precision
    body, neck, head = learn.model
    probas = np.full((len(paths), len(learn.dls.vocab)), np.nan, dtype=np.float32)
    embeddings = np.full((len(paths), neck[-1].out_features), np.nan, dtype=np.float32)
    unreadable: dict[int, str] = {}
    learn.model.eval()
    batches = decoded_batches(learn, paths, bs, unreadable)
    with torch.inference_mode():
        for positions, pixels in tracked(batches, -(-len(paths) // bs), "batches of images", progress):
            if positions:
                x = channels_last(learn.dls.valid.after_batch((TensorImage(pixels).to(device),))[0])
                with autocast_context(device, precision):
                    embedded = neck(body(x))
                    logits = head(embedded)
                probas[positions] = learn.loss_func.activation(logits.float()).cpu().numpy()
                embeddings[positions] = embedded.float().cpu().numpy()
    return probas, embeddings, unreadable


def decoded_batches(
    learn: Learner, paths: Sequence[str | Path], bs: int, unreadable: dict[int, str]
) -> Iterator[tuple[list[int], Tensor]]:
    """Batches of `(positions, pixels (n, 3, size, size) uint8)`; reasons for the others go into `unreadable`."""
    picture = picture_of(learn)

    def decoded(path: str | Path) -> TensorImage | str:
        try:
            return picture.encodes(Path(path))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow's ways to give up
            return " ".join(str(error).split()) or type(error).__name__

    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        waiting = iter(range(0, len(paths), bs))
        ahead = [pool.map(decoded, paths[start : start + bs]) for start in islice(waiting, 2)]
        for start in range(0, len(paths), bs):
            found = list(ahead.pop(0))
            ahead += [pool.map(decoded, paths[later : later + bs]) for later in islice(waiting, 1)]
            unreadable |= {start + i: reason for i, reason in enumerate(found) if isinstance(reason, str)}
            sound = [i for i, pixels in enumerate(found) if not isinstance(pixels, str)]
            yield [start + i for i in sound], torch.stack([found[i] for i in sound]) if sound else torch.empty(0)


def picture_of(learn: Learner) -> Picture:
    """The transform that opens and fits the learner's images. Raises ValueError if it has none of ours."""
    for transform in learn.dls.valid_ds.tls[0].tfms.fs:
        if isinstance(transform, Picture):
            return transform
    raise ValueError("this learner's dls were not made by styleclf: use its own predict and get_preds")


def image_files(paths: Sequence[str | Path]) -> list[Path]:
    """The given files, and all image files below the given folders, hidden ones left out.

    Raises FileNotFoundError for a path that is not there, ValueError where there is nothing to predict.
    """
    files = []
    for path in map(Path, paths):
        if not path.exists():
            raise FileNotFoundError(f"no image or folder at {path}")
        below = sorted(path.rglob("*")) if path.is_dir() else []
        shown = [file for file in below if not any(part.startswith(".") for part in file.relative_to(path).parts)]
        files += [file for file in shown if file.suffix.lower() in IMAGE_SUFFIXES] if path.is_dir() else [path]
    if not files:
        raise ValueError(f"no image files in {', '.join(map(str, paths)) or 'nothing'}: name image files or folders")
    return files


def threshold_of(learn: Learner, path: str | Path) -> float:
    """The probability from which on a style belongs to a prediction's set. Raises ValueError if `path` has none."""
    threshold = getattr(learn, "set_threshold", None)
    if threshold is None:
        raise ValueError(f"{path} has not learned to give sets of styles: recipes/validate.py --calibrate teaches it")
    return threshold


def sets_text(predictions: pd.DataFrame) -> str:
    """One line an image: all styles that may be it."""
    width = max((len(name) for name in predictions["filename"]), default=0)
    return "\n".join(f"{name:<{width}}  {styles}" for name, styles in predictions[["filename", "set"]].to_numpy())


def top_3_text(predictions: pd.DataFrame) -> str:
    """One line an image: its three likeliest styles with percentages."""
    vocab = np.array(vocab_of(predictions))
    probas = probas_of(predictions)
    width = max((len(name) for name in predictions["filename"]), default=0)
    lines = []
    for name, row in zip(predictions["filename"], probas, strict=True):
        best = np.argsort(-row, kind="stable")[:3]
        lines.append(f"{name:<{width}}  " + "   ".join(f"{vocab[i]} {row[i]:.0%}" for i in best))
    return "\n".join(lines)
