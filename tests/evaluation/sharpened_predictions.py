"""Predictions by a model that knows the truth, but is more or less sure of it than it should be."""

import numpy as np
import pandas as pd

VOCAB = ["cubism", "fauvism", "rococo"]
N_FOLDS = 4


def drawn(n=3000, sharpness=1.0, seed=0, images_of_author=1):
    """Predictions by a model that knows the true probabilities, but states their `sharpness`-th power."""
    rng = np.random.default_rng(seed)
    true_probas = rng.dirichlet(np.ones(len(VOCAB)), n)
    luck = rng.random(n)[:, None]
    targs = (luck > true_probas.cumsum(axis=1)).sum(axis=1)
    stated = true_probas**sharpness
    stated /= stated.sum(axis=1, keepdims=True)

    numbers = np.arange(n) // images_of_author
    table = pd.DataFrame({"filename": range(n), "label": np.array(VOCAB)[targs]})
    table["author"] = [f"a{number}" for number in numbers]
    table["fold"] = (numbers % N_FOLDS).astype(str)
    return table_of(table, stated), targs


def table_of(table, probas):
    """The rows with these probabilities and the likeliest style."""
    likeliest = np.array(VOCAB)[probas.argmax(axis=1)]
    columns = {f"proba_{style}": column for style, column in zip(VOCAB, probas.T, strict=True)}
    return table.assign(pred=likeliest, **columns)
