"""A check of embeddings before anything is computed from them."""

import numpy as np


def check_finite(embeddings: np.ndarray) -> None:
    """Raise ValueError if embeddings `(n, d)` contain NaN or infinity, with how many do and the first row."""
    invalid = ~np.isfinite(embeddings).all(axis=1)
    if invalid.any():
        n_invalid = f"{invalid.sum()} of {len(invalid)} embeddings"
        first = invalid.argmax()
        raise ValueError(f"{n_invalid} contain NaN or infinity, the first at row {first}")
