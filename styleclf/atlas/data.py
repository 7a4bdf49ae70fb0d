"""What the page knows of every image: columns as they go into its JSON."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from styleclf.evaluation import probas_of, targets, vocab_of
from styleclf.plots import spoken_epoch, style_colours
from styleclf.training import Evolution

_STEPS = 10_000  # a map is stored as finely as a screen can show it, zoomed in
LAST = "last"


def atlas_data(
    predictions: pd.DataFrame,  # filename, label, author, fold, pred, proba_<style>…
    titles: Sequence[str],  # (n,)
    positions: np.ndarray,  # (n_epochs, n, 2 or 3), NaN where unknown
    epochs: Sequence[str],  # (n_epochs,) their names, in order
    fold: str,  # the test fold
    marked: Sequence[str] = (),  # styles that were withheld from the training
    sphere: bool = False,  # whether the points of a map in space lie on the unit sphere, which is then drawn
) -> dict:
    """Everything but the thumbnails, in the order of `predictions`, ready for JSON.

    `styles, colours, authors, folds` are lists of names; `label, pred, author, fold` hold a position in them for every
    image, `filename, title` its names, `confidence` and `confidence_true` the probabilities of the predicted and of the
    true style, None for one that the predictions do not know. `marked` are the positions of withheld styles, `test` is
    that of the test fold, -1 for none. Each of `epochs` has a `name` ('5' of '5 (best)'), its `words` and the columns
    `x, y(, z)`, None where the position is not known.

    Raises ValueError for no images, a label that is neither a style of the predictions nor marked, titles or positions
    of another number, and an epoch in which no image has a position.
    """
    vocab, n = vocab_of(predictions), len(predictions)
    styles = [*vocab, *sorted((set(marked) & set(predictions["label"])) - set(vocab))]
    targs, probas = targets(predictions["label"], styles), probas_of(predictions)
    _check(positions, epochs, titles, n)
    authors, folds = predictions["author"].fillna(""), predictions["fold"].astype(str)
    known_authors, known_folds = sorted(set(authors)), sorted(set(folds), key=lambda name: (len(name), name))
    colours = style_colours(sorted(styles) if marked else styles)  # those of plot_sphere
    of_true = np.hstack([probas, np.full((n, len(styles) - len(vocab)), np.nan)])[np.arange(n), targs]
    return {
        "styles": styles,
        "marked": [i for i, style in enumerate(styles) if style in marked],
        "sphere": sphere,
        "colours": [colours[style] for style in styles],
        "authors": known_authors,
        "folds": known_folds,
        "test": known_folds.index(fold) if fold in known_folds else -1,
        "filename": predictions["filename"].tolist(),
        "title": list(titles),
        "author": pd.Index(known_authors).get_indexer(authors).tolist(),
        "fold": pd.Index(known_folds).get_indexer(folds).tolist(),
        "label": targs.tolist(),
        "pred": targets(predictions["pred"], vocab).tolist(),
        "confidence": probas.max(axis=1).round(3).tolist(),
        "confidence_true": _without_nan(of_true.round(3)),
        "epochs": [
            {"name": name.partition(" ")[0], "words": spoken_epoch(name)} | _columns(points)
            for name, points in zip(epochs, positions, strict=True)
        ],
    }


def _columns(points: np.ndarray) -> dict[str, list[float | None]]:
    """Columns `x, y(, z)` of points `(n, 2 or 3)`, in 10,000 steps of their spread, None for those that are NaN."""
    points = np.asarray(points, dtype=float)
    spread = max(np.nanmax(points) - np.nanmin(points), 1e-9)
    rounded = points.round(int(np.ceil(np.log10(_STEPS / spread))))
    return {axis: _without_nan(column) for axis, column in zip("xyz", rounded.T, strict=False)}


def _without_nan(values: np.ndarray) -> list[float | None]:
    """A list of values `(n,)`, None for those that are NaN: JSON has no name for them."""
    return np.where(np.isfinite(values), values, None).tolist()


def with_evolution(
    embeddings: np.ndarray,  # (n, d) by the finished learner
    filenames: Sequence[str],  # (n,)
    evolution: Evolution | None = None,
) -> tuple[np.ndarray, list[str]]:
    """Embeddings `(n_epochs, n, d)` and the epochs' names: those that a training kept, then `embeddings` as 'last'.

    Images of which an epoch knows nothing have NaN there. Raises ValueError for embeddings that are no numbers, and for
    an evolution of other images or of another width.
    """
    lost = ~np.isfinite(embeddings).all(axis=1)
    if lost.any():
        raise ValueError(f"{lost.sum()} of {len(lost)} embeddings are no numbers: training diverged, lower lr_max")
    if evolution is None:
        return embeddings[None], [LAST]
    rows = pd.Index(filenames).get_indexer(evolution.filename)
    width = evolution.embeddings.shape[2]
    if (rows < 0).any() or (len(evolution.epoch) and width != embeddings.shape[1]):
        what = f"{(rows < 0).sum()} of its images are not in the design, and it has {width} numbers for each"
        raise ValueError(f"the evolution is of another training: {what}, the model {embeddings.shape[1]}; remove it")
    earlier = [i for i, name in enumerate(evolution.epoch) if name != LAST]
    found = np.full((len(earlier) + 1, *embeddings.shape), np.nan, dtype=np.float32)
    found[:-1, rows] = evolution.embeddings[earlier]
    found[-1] = embeddings
    return found, [*evolution.epoch[earlier].tolist(), LAST]


def _check(positions: np.ndarray, epochs: Sequence[str], titles: Sequence[str], n: int) -> None:
    if len(titles) != n:
        raise ValueError(f"there are {len(titles)} titles for {n} images: one each is needed")
    if positions.shape not in ((len(epochs), n, 2), (len(epochs), n, 3)):
        raise ValueError(f"positions are {positions.shape}: ({len(epochs)}, {n}, 2) or (…, 3) are needed")
    for name, points in zip(epochs, positions, strict=True):
        if not np.isfinite(points).all(axis=1).any():
            raise ValueError(f"in epoch {name} no image has a position")
