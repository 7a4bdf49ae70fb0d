"""Prediction: what a learner makes of image files, decoded by threads while the network computes."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from fastai.learner import Learner
from fastai.vision.core import TensorImage
from torch import Tensor

from styleclf.common import check_paths, check_whole, say, with_progress
from styleclf.data import (
    Paintings,
    Picture,
    UnreadableImageError,
    check_design_columns,
    check_images_are_there,
    ignored_profiles,
    profiles_sentence,
)
from styleclf.evaluation import (
    NONE_OF_THESE,
    NoveltyModel,
    design_columns,
    prediction_columns,
    prediction_sets,
    with_labels,
    with_pred_ids,
)
from styleclf.inference.features import kept_features
from styleclf.inference.learner_facts import label_thresholds_of, novelty_of, rule_of, style_ids_of
from styleclf.inference.learner_parts import LearnerParts, learner_parts, picture_of
from styleclf.models import autocast_context, channels_last, in_parts

_N_FEATURES = 1024  # images whose features are looked at together
_N_AHEAD = 2  # batches of files that are being decoded


class DesignPredictions(NamedTuple):
    """Predictions for the rows of a design: a table `filename, label, author, fold, pred, proba_<style>…`; `(n, d)`."""

    table: pd.DataFrame
    embeddings: np.ndarray
    novelty: np.ndarray | None = None  # (n,) NaN for a learner that keeps no novelty model


class FilePredictions(NamedTuple):
    """Predictions for `n` image files, NaN for those that cannot be read."""

    probas: np.ndarray  # (n, n_styles) float32
    embeddings: np.ndarray  # (n, embedding_size) float32
    novelty: np.ndarray  # (n,) as `NoveltyModel` has it; NaN for a learner that keeps none
    unreadable: dict[int, str]  # position -> reason

    @classmethod
    def unknown(cls, n: int, parts: LearnerParts) -> "FilePredictions":
        """Arrays for `n` files of which nothing is known yet: all NaN."""
        n_styles = len(parts.vocab)
        probas = np.full((n, n_styles), np.nan, dtype=np.float32)
        embeddings = np.full((n, parts.embedding_size), np.nan, dtype=np.float32)
        novelty = np.full(n, np.nan)
        return cls(probas, embeddings, novelty, unreadable={})


class DecodedBatch(NamedTuple):
    """A few of the files that are to be seen by the network, decoded."""

    positions: list[int]  # (n,) of the readable ones
    pixels: Tensor  # (n, 3, size, size) uint8; empty where none could be read
    unreadable: dict[int, str]  # position -> reason


def predict_design(learn: Learner, rows: pd.DataFrame, images: str | Path, *, progress: bool = True) -> pd.DataFrame:
    """The table of `predict_and_embed`, for the rows of a design whose filenames start from the folder `images`.

    >>> predict_design(learn, design.head(3), images, progress=False)["filename"].equals(design["filename"].head(3))
    True
    """
    paintings = Paintings(rows, images)  # type: ignore[arg-type]  # a text becomes a path
    return predict_and_embed(learn, paintings, progress=progress).table


def predict_and_embed(learn: Learner, paintings: Paintings, *, progress: bool = True) -> DesignPredictions:
    """Predictions and embeddings of paintings, in their order, from one pass through the network.

    Raises OSError for an image that is not there or can no longer be read, ValueError for a learner that styleclf has
    not made and for rows without label, author or fold.
    """
    learner_parts(learn)
    check_design_columns(paintings.rows, ("label", "author", "fold"))
    paths = paintings.paths()
    check_images_are_there(paths)
    predictions = probas_and_embeddings(learn, paths, progress=progress)
    if predictions.unreadable:
        first = min(predictions.unreadable)
        reason = predictions.unreadable[first]
        raise OSError(
            f"{paths[first]} was readable when the design was made, but is no longer ({reason}): run design.py again"
        )
    known_columns = design_columns(paintings.rows)
    columns = _answered_columns(learn, predictions.probas)
    table = pd.concat([known_columns, columns], axis=1)
    return DesignPredictions(table, predictions.embeddings, predictions.novelty)


def predict_table(
    learn: Learner, paths: Sequence[Path], threshold: float | np.ndarray | None = None
) -> tuple[pd.DataFrame, dict[Path, str]]:
    """Predictions `filename, pred, proba_<style>…` for image files, and `{path: reason}` for the unreadable.

    With a threshold (see `threshold_of`) there is a column `set` as well: the styles from it on, likeliest first. A
    learner with a novelty model gives the columns `novelty`, about 1 where no style claims the picture, and `answer`,
    which is `pred` or "none of these": such a picture has an empty set. One with a hierarchy's rule gives `answer` and
    `level` by that rule. `pred` is always the likeliest style; of a learner of several labels all that it gives, such
    as 'fauvism|portrait', and '' for none.
    """
    predictions = probas_and_embeddings(learn, paths)
    positions = range(len(paths))
    readable = [i for i in positions if i not in predictions.unreadable]
    probas = predictions.probas[readable]
    vocab = list(learn.dls.vocab)
    table = _answered_columns(learn, probas)
    table.insert(0, "filename", [paths[i].as_posix() for i in readable])
    model = novelty_of(learn)
    rule = rule_of(learn)
    is_new = np.zeros(len(table), dtype=bool)
    if model is not None:
        novelty = predictions.novelty[readable]
        is_new = model.is_new(novelty)
        table["novelty"] = novelty
        table["answer"] = table["pred"].mask(is_new, NONE_OF_THESE)
    if rule is not None:
        answers = rule.answers(probas, vocab)
        table["answer"] = answers["answer"].mask(is_new, NONE_OF_THESE)
        table["level"] = answers["level"].mask(is_new, 0)
    if threshold is not None:
        sets = pd.Series(_set_texts(probas, vocab, threshold), dtype=object)
        table["set"] = sets.mask(is_new, "")
    reasons = {}
    for i, reason in sorted(predictions.unreadable.items()):
        reasons[paths[i]] = reason
    return table, reasons


def _answered_columns(learn: Learner, probas: np.ndarray) -> pd.DataFrame:
    """Columns `pred, proba_<style>…`; of a learner of several labels `pred` holds all that reach their thresholds.

    Where styles have ids, that of `pred` is beside it in `pred_id`.
    """
    table = prediction_columns(probas, list(learn.dls.vocab))
    thresholds = label_thresholds_of(learn)
    if thresholds is not None:
        return with_labels(table, thresholds)
    return with_pred_ids(table, style_ids_of(learn))


def _set_texts(probas: np.ndarray, vocab: list[str], threshold: float | np.ndarray) -> list[str]:
    """The prediction set of each image as text, likeliest style first."""
    styles = np.array(vocab)
    sets = prediction_sets(probas, threshold)
    orders = np.argsort(-probas, axis=1, kind="stable")
    texts = []
    for order, members in zip(orders, sets, strict=True):
        likeliest_first = styles[order]
        texts.append(", ".join(likeliest_first[members[order]]))
    return texts


def predict_files(
    learn: Learner, paths: Sequence[str | Path], *, bs: int = 64, progress: bool = True
) -> tuple[np.ndarray, dict[int, str]]:
    """Probabilities `(n, n_styles)` for image files, NaN for the unreadable, and `{position: reason}` for those.

    Raises ValueError for a learner that styleclf has not made.

    >>> probas, unreadable = predict_files(learn, pictures, progress=False)
    >>> probas.shape, unreadable
    ((2, 8), {})
    """
    predictions = probas_and_embeddings(learn, paths, bs=bs, progress=progress)
    return predictions.probas, predictions.unreadable


def probas_and_embeddings(
    learn: Learner, paths: Sequence[str | Path], *, bs: int = 64, progress: bool = True
) -> FilePredictions:
    """Probabilities `(n, n_styles)` and embeddings `(n, embedding_size)`, NaN for the unreadable, and their reasons.

    Files are decoded by threads while the network computes, a batch of `bs` at a time, so thousands fit. Where the
    learner's body has seen all of them before, as for its probe, the features of then are taken. Raises ValueError for
    a learner that styleclf has not made.
    """
    check_paths(paths, "files")
    check_whole(bs, "bs", least=1)
    parts = learner_parts(learn)
    features = kept_features(parts.body, learn.dls, paths, precision=parts.precision)
    if features is not None:
        return _predictions_of_features(parts, features)
    predictions = FilePredictions.unknown(len(paths), parts)
    model = novelty_of(learn)
    n_batches = -(-len(paths) // bs)
    learn.model.eval()
    with ignored_profiles() as faults, torch.inference_mode():
        for batch in with_progress(decoded_batches(learn, paths, bs), n_batches, "batches of images", progress):
            predictions.unreadable.update(batch.unreadable)
            if batch.positions:
                x = _features_of_pixels(parts, batch.pixels)
                _fill_in(predictions, batch.positions, parts, features=x, model=model)
    if faults and progress:
        say(profiles_sentence(faults))
    return predictions


def _predictions_of_features(parts: LearnerParts, features: np.ndarray) -> FilePredictions:
    """Predictions from features `(n, d)` float32 of the body."""
    predictions = FilePredictions.unknown(len(features), parts)
    model = novelty_of(parts.learn)
    parts.learn.model.eval()
    with torch.inference_mode():
        for start in range(0, len(features), _N_FEATURES):
            batch = slice(start, start + _N_FEATURES)
            x = torch.from_numpy(features[batch])
            _fill_in(predictions, batch, parts, features=x.to(parts.device), model=model)
    return predictions


def _features_of_pixels(parts: LearnerParts, pixels: Tensor) -> Tensor:
    """The body's features `(n, d)` of pixels `(n, 3, size, size)` uint8, in the learner's precision."""
    images = TensorImage(pixels).to(parts.device)
    (normalised,) = parts.test_tfms((images,))
    x = channels_last(normalised)
    with autocast_context(parts.device, parts.precision):
        return in_parts(parts.body, parts.body, x)


def _fill_in(
    predictions: FilePredictions,
    positions: list[int] | slice,
    parts: LearnerParts,
    *,
    features: Tensor,  # (n, d) of the body
    model: NoveltyModel | None,
) -> None:
    """Write what neck, head and novelty model make of features into the arrays of `predictions`, at `positions`."""
    with autocast_context(parts.device, parts.precision):
        embeddings = parts.neck(features)
        logits = parts.head(embeddings)
    probas = parts.learn.loss_func.activation(logits.float())
    predictions.probas[positions] = probas.cpu().numpy()
    predictions.embeddings[positions] = embeddings.float().cpu().numpy()
    if model is not None:
        numbers = features.float().cpu().numpy()
        predictions.novelty[positions] = model.novelty(numbers)


def decoded_batches(learn: Learner, paths: Sequence[str | Path], bs: int) -> Iterator[DecodedBatch]:
    """Files as the learner's images, `bs` at a time; while one batch is used, threads decode the next two."""
    decode = partial(_picture_or_reason, picture_of(learn))
    starts = range(0, len(paths), bs)
    ahead: deque[Iterator] = deque()  # results of the batches that are being decoded
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for start in starts:
            ahead.append(pool.map(decode, paths[start : start + bs]))
            if len(ahead) > _N_AHEAD:
                results = list(ahead.popleft())
                yield _decoded_batch(results, start - _N_AHEAD * bs)
        for start in starts[-_N_AHEAD:]:
            results = list(ahead.popleft())
            yield _decoded_batch(results, start)


def _picture_or_reason(picture: Picture, path: str | Path) -> TensorImage | str:
    """The pixels of an image file, or why it cannot be read."""
    try:
        return picture.encodes(Path(path))
    except UnreadableImageError as error:
        return error.reason


def _decoded_batch(results: list[TensorImage | str], start: int) -> DecodedBatch:
    """The batch of pictures and reasons of files from position `start` on."""
    positions = []
    pictures = []
    unreadable = {}
    for position, picture in enumerate(results, start):
        if isinstance(picture, str):
            unreadable[position] = picture
        else:
            positions.append(position)
            pictures.append(picture)
    pixels = torch.stack(pictures) if pictures else torch.empty(0)
    return DecodedBatch(positions, pixels, unreadable)
