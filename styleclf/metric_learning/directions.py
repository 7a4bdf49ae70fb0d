"""Embeddings by their direction alone: stretched to length 1, so that their products are cosines."""

import numpy as np

from styleclf.evaluation import one_hot, ratio

_MAX_LENGTH_ERROR = 1e-3  # by which a length may miss 1


def unit_rows(embeddings: np.ndarray) -> np.ndarray:
    """Embeddings `(n, d)` stretched to length 1; one that is zero stays so, and is like no other."""
    embeddings = np.asarray(embeddings, dtype=float)
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return ratio(embeddings, lengths, default=0)


def style_prototypes(
    units: np.ndarray,  # (n, d) of length 1
    targs: np.ndarray,  # (n,) numbers of their styles
) -> np.ndarray:
    """`(n_styles, d)` mean embedding of each of the styles 0, 1, …, stretched to length 1."""
    n_styles = targs.max() + 1
    members = one_hot(targs, n_styles)
    return unit_rows(members.T @ units)


def check_unit_rows(units: np.ndarray, name: str) -> None:
    """Raise ValueError unless `units`, called `name` in the message, are rows of length 1 or 0, one at least."""
    if units.ndim != 2 or len(units) == 0:
        raise ValueError(f"{name} have the shape {units.shape}: one row per image is needed")
    lengths = np.linalg.norm(units, axis=1)
    errors = np.abs(lengths - 1)
    is_unit = (errors < _MAX_LENGTH_ERROR) | (lengths == 0)
    if not is_unit.all():
        row = int(is_unit.argmin())
        n_wrong = (~is_unit).sum()  # with NaN, too
        n_invalid = f"{n_wrong} of the {len(units)} {name}"
        example = f"{lengths[row]:.3g} in row {row}"
        raise ValueError(f"{n_invalid} are not of length 1, such as {example}")
