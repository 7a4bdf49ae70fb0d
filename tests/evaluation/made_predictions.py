"""Predictions made up for tests."""

import numpy as np
import pandas as pd

VOCAB = ["cubism", "impressionism", "northern-renaissance", "ukiyo-e"]


def make_predictions(n=60, vocab=VOCAB, seed=0):
    """`n` images of random styles by random authors, with probabilities that lean to the truth."""
    rng = np.random.default_rng(seed)
    targs = rng.integers(len(vocab), size=n)
    probas = rng.dirichlet(np.full(len(vocab), 0.7), n) + 0.4 * np.eye(len(vocab))[targs]
    probas /= probas.sum(axis=1, keepdims=True)
    table = pd.DataFrame(probas, columns=[f"proba_{style}" for style in vocab])
    labels = np.array(vocab)[targs]
    table.insert(0, "filename", [f"{label}/{i:03}.png" for i, label in enumerate(labels)])
    table.insert(1, "label", labels)
    table.insert(2, "author", [f"author-{i}" if i else "" for i in rng.integers(9, size=n)])
    table.insert(3, "pred", np.array(vocab)[probas.argmax(axis=1)])
    return table


def judged(label, author, preds):
    """Rows of one painter: the named style is the likeliest, and the true one the second if it comes after '+'."""
    rows = []
    for pred in preds:
        first, second = pred.rstrip("+"), label if pred.endswith("+") else None
        probas = {style: 0.1 + 0.5 * (style == first) + 0.2 * (style == second) for style in VOCAB}
        probas[label] -= 0.05  # so that no tie makes it the second
        named = {f"proba_{style}": proba for style, proba in probas.items()}
        rows.append({"label": label, "author": author, "pred": first} | named)
    return pd.DataFrame(rows)
