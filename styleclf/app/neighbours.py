"""The nearest training paintings by other painters, of a design at hand."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from styleclf.app.decisions import painter_in_name
from styleclf.app.engines import Engine
from styleclf.common import say, whole_file, with_progress
from styleclf.data import AuthorSplitter, read_without_validation

_N_NEAREST = 5
_BATCH_SIZE = 64  # paintings whose embeddings are made at once
_SAME_PICTURE = 1e-6  # cosine distance below which a painting is the picture itself
_LEAST_LENGTH = 1e-12


class Neighbour(NamedTuple):
    """A training painting beside a picture."""

    path: Path
    label: str
    author: str  # '' if nobody knows
    distance: float  # cosine distance of embeddings less their mean, 0..2


class TrainingPaintings:
    """Embeddings of a design's paintings, without its validation set and without those of a fold if it is given.

    `embeddings (n, d)`. Raises what `read_without_validation` raises, and ValueError where no painting can be read.
    """

    def __init__(
        self,
        engine: Engine,
        design: str | Path,
        images: str | Path,
        *,
        unseen_fold: str | None = None,
        kept_in: Path | None = None,  # a file that spares the next start the work
    ) -> None:
        rows = read_without_validation(design)
        if unseen_fold is not None:
            AuthorSplitter(unseen_fold)(rows)  # which refuses a fold that there is not
            rows = rows[rows["fold"].astype(str) != unseen_fold]
        paths = [Path(images) / filename for filename in rows["filename"]]
        embeddings = _embeddings(engine, paths, kept_in)
        is_readable = np.isfinite(embeddings).all(axis=1)
        if not is_readable.any():
            raise ValueError(f"none of the paintings of {design} can be read in {images}: give their folder, --images")
        self._paths = [paths[position] for position in np.flatnonzero(is_readable)]
        self._labels = rows["label"].to_numpy()[is_readable]
        self._authors = rows["author"].to_numpy()[is_readable]
        readable = embeddings[is_readable]
        self._mean = readable.mean(axis=0)
        self._directions = _directions(readable - self._mean)

    def nearest(self, embedding: np.ndarray, name: str) -> list[Neighbour]:
        """The nearest paintings, each by another painter, and none by the painter whose name the file begins with."""
        direction = _directions((embedding - self._mean)[None])[0]
        distances = 1 - self._directions @ direction
        painters = {painter_in_name(name)} - {""}
        neighbours: list[Neighbour] = []
        for position in np.argsort(distances, kind="stable"):
            author = str(self._authors[position])
            if author in painters or distances[position] < _SAME_PICTURE:
                continue
            painters |= {author} - {""}
            path = self._paths[position]
            label = str(self._labels[position])
            distance = float(distances[position])
            neighbours.append(Neighbour(path, label, author, distance))
            if len(neighbours) == _N_NEAREST:
                break
        return neighbours


def _embeddings(engine: Engine, paths: Sequence[Path], kept_in: Path | None) -> np.ndarray:
    """Embeddings `(n, d)` of image files, NaN for those that cannot be read."""
    key = _key(engine, paths)
    if kept_in is not None and kept_in.is_file():
        embeddings = _kept_embeddings(kept_in, key)
        if embeddings is not None:
            return embeddings
    say("the paintings of the design are being read, to show the nearest ones")
    shape = len(paths), engine.embedding_size
    embeddings = np.full(shape, np.nan, dtype=np.float32)
    starts = range(0, len(paths), _BATCH_SIZE)
    for start in with_progress(starts, len(starts), "batches of paintings"):
        batch = paths[start : start + _BATCH_SIZE]
        answers = engine.predictions(batch)
        for position, answer in enumerate(answers, start):
            if not isinstance(answer, str):
                embeddings[position] = answer.embedding
    if kept_in is not None:
        with whole_file(kept_in) as aside:
            np.savez(aside, embeddings=embeddings, key=np.array(key))
    return embeddings


def _kept_embeddings(path: Path, key: str) -> np.ndarray | None:
    """Embeddings that an earlier start has left, of the same model and files."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return arrays["embeddings"] if str(arrays["key"]) == key else None
    except Exception:  # cut off, or another file: NumPy raises several kinds
        return None


def _key(engine: Engine, paths: Sequence[Path]) -> str:
    """A fingerprint of model and files."""
    digest = hashlib.sha256()
    digest.update(engine.fingerprint().encode())
    for path in paths:
        size = path.stat().st_size if path.is_file() else -1
        line = f"{path}\0{size}\n"
        digest.update(line.encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def _directions(vectors: np.ndarray) -> np.ndarray:
    """Vectors `(n, d)` of length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, _LEAST_LENGTH)
