"""Predictions by a model that knows the truth, but is more or less sure of it than it should be."""

import numpy as np
import pandas as pd

VOCAB = ["cubism", "fauvism", "rococo"]


def drawn(n=3000, sharpness=1.0, seed=0, images_of_author=1):
    """Predictions by a model that knows the true probabilities, but tells their `sharpness`-th power."""
    rng = np.random.default_rng(seed)
    true = rng.dirichlet(np.ones(len(VOCAB)), n)
    targs = (rng.random(n)[:, None] > true.cumsum(axis=1)).sum(axis=1)
    told = true**sharpness / (true**sharpness).sum(axis=1, keepdims=True)
    authors = [f"a{i // images_of_author}" for i in range(n)]
    table = pd.DataFrame({"filename": range(n), "label": np.array(VOCAB)[targs], "author": authors})
    return table_of(table.assign(fold=(np.arange(n) // images_of_author % 4).astype(str)), told), targs


def table_of(table, probas):
    known = table.assign(pred=np.array(VOCAB)[probas.argmax(axis=1)])
    return known.assign(**{f"proba_{style}": column for style, column in zip(VOCAB, probas.T, strict=True)})
