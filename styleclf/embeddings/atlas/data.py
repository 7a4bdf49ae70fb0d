"""What the page knows about every image: columns as they go into its JSON."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from styleclf.common import written_painter, written_title
from styleclf.data import style_ids
from styleclf.embeddings.atlas.collection import columns_data
from styleclf.embeddings.atlas.points import MapPoints
from styleclf.evaluation import probas_of, targets, vocab_of
from styleclf.plots import spoken_epoch, style_colours

_STEPS = 10_000  # a map is stored as finely as a screen can show it, zoomed in
_NO_SPREAD = 1e-9  # below this, all points of a map are taken for one


def atlas_data(
    predictions: pd.DataFrame,  # filename, label, author, fold, pred, proba_<style>…
    design: pd.DataFrame,  # of the same images in the same order: title, and whatever columns their collection has
    points: MapPoints,
    *,
    fold: str = "",  # the test fold, if there is one
    is_out_of_fold: bool = False,  # whether every image is judged by a model that never met its painter
    withheld: Sequence[str] = (),  # styles that the model was never trained on
) -> dict[str, Any]:
    """Everything but the thumbnails, in the order of `predictions`, ready for JSON.

    `styles, colours, authors, folds` are lists of names, those of styles with their ids if they have any; `label,
    pred, author, fold` hold a position in them for every image, `filename, title` its names, `confidence` and
    `confidence_true` the probabilities of the predicted and of the true style, None for a style that the model does
    not know. `marked` are the positions of withheld styles, `test` is that of the test fold, -1 if there is none, and
    `out_of_fold` says whether all folds were tested on.
    Each of `epochs` has a `name` ('5' of '5 (best)'), its `words` and the columns `x, y(, z)`, None where the
    position is not known. `further` are the columns of the collection, see `columns_data`.

    Raises ValueError for no images, a label that is neither a style of the predictions nor withheld, a design or
    positions of another number, and an epoch in which no image has a position.
    """
    vocab = vocab_of(predictions)
    unknown_styles = _unknown_styles(predictions["label"], withheld, vocab)
    styles = [*vocab, *unknown_styles]
    targs = targets(predictions["label"], styles)
    _check_same_images(design, len(predictions))
    points.check(len(predictions))
    author_names = predictions["author"].fillna("")
    fold_names = predictions["fold"].astype(str)
    authors = sorted(set(author_names))
    folds = _in_numeric_order(fold_names)
    colours = style_colours(sorted(styles) if withheld else styles)  # the same as those of plot_sphere
    probas = probas_of(predictions)
    confidence = probas.max(axis=1).round(3)
    confidence_true = _probas_of_true_style(probas, targs).round(3)
    return {
        "styles": _with_ids(styles, predictions),
        "marked": [position for position, style in enumerate(styles) if style in withheld],
        "sphere": points.sphere,
        "colours": [colours[style] for style in styles],
        "authors": list(map(written_painter, authors)),
        "folds": folds,
        "test": folds.index(fold) if fold in folds else -1,
        "out_of_fold": is_out_of_fold,
        "filename": predictions["filename"].tolist(),
        "title": _titles(predictions["filename"], design["title"].fillna("")),
        "author": _positions(author_names, authors),
        "fold": _positions(fold_names, folds),
        "label": targs.tolist(),
        "pred": targets(predictions["pred"], vocab).tolist(),
        "confidence": confidence.tolist(),
        "confidence_true": _without_nan(confidence_true),
        "epochs": _epochs_data(points),
        "further": columns_data(design),
    }


def _titles(filenames: pd.Series, given_titles: pd.Series) -> list[str]:
    """The titles of images; those that only the names of files tell are written as a person would."""
    titles = []
    for filename, title in zip(filenames, given_titles, strict=True):
        stem = PurePosixPath(filename).stem
        titles.append(written_title(title) if title in stem else title)
    return titles


def _with_ids(styles: Sequence[str], predictions: pd.DataFrame) -> list[str]:
    """The styles as they are shown: with their ids in a controlled vocabulary, where they have some."""
    ids = style_ids(predictions)
    names = []
    for style in styles:
        names.append(f"{style} ({ids[style]})" if style in ids else style)
    return names


def _check_same_images(design: pd.DataFrame, n_images: int) -> None:
    """Raise ValueError unless every image has a row in the design."""
    if len(design) != n_images:
        raise ValueError(f"the design has {len(design)} rows for {n_images} images: one each is needed")


def _unknown_styles(
    labels: pd.Series,
    withheld: Sequence[str],
    vocab: Sequence[str],
) -> list[str]:
    """The withheld styles that images have, but the model does not know."""
    withheld_labels = set(labels) & set(withheld)
    return sorted(withheld_labels - set(vocab))


def _in_numeric_order(folds: pd.Series) -> list[str]:
    """The different names of folds: '2' before '10'."""
    return sorted(set(folds), key=lambda name: (len(name), name))


def _positions(values: pd.Series, names: Sequence[str]) -> list[int]:
    """The position of every value among the names."""
    positions = pd.Index(names).get_indexer(pd.Index(values))
    return positions.tolist()


def _probas_of_true_style(probas: np.ndarray, targs: np.ndarray) -> np.ndarray:
    """`(n,)` probabilities of the styles at `targs`, NaN for those beyond the columns of `probas (n, n_styles)`."""
    is_known = targs < probas.shape[1]
    of_true_style = np.full(len(targs), np.nan)
    of_true_style[is_known] = probas[is_known, targs[is_known]]
    return of_true_style


def _epochs_data(points: MapPoints) -> list[dict[str, Any]]:
    """Name, words and coordinates of every epoch."""
    epochs = []
    for epoch, positions in zip(points.epochs, points.positions, strict=True):
        number, _, _ = epoch.partition(" ")
        names = {"name": number, "words": spoken_epoch(epoch)}
        epochs.append(names | _columns(positions))
    return epochs


def _columns(points: np.ndarray) -> dict[str, list[float | None]]:
    """Columns `x, y(, z)` of points `(n, 2 or 3)`, in 10,000 steps of their spread, None where they are NaN."""
    points = np.asarray(points, dtype=float)
    spread = np.nanmax(points) - np.nanmin(points)
    steps = _STEPS / max(spread, _NO_SPREAD)
    n_decimals = int(np.ceil(np.log10(steps)))
    columns = points.round(n_decimals).T
    by_axis = {}
    for axis, column in zip("xyz", columns, strict=False):
        by_axis[axis] = _without_nan(column)
    return by_axis


def _without_nan(values: np.ndarray) -> list[float | None]:
    """The values `(n,)` as a list, with None in place of NaN, which JSON cannot express."""
    objects = values.astype(object)
    objects[~np.isfinite(values)] = None
    return objects.tolist()
