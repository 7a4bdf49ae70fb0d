"""Predictions made up for tests."""

import numpy as np
import pandas as pd

VOCAB = ["cubism", "impressionism", "northern-renaissance", "ukiyo-e"]
N_AUTHORS = 9  # the first of them is nobody


def make_predictions(n=60, vocab=VOCAB, seed=0):
    """`n` images of random styles by random authors, with probabilities that lean to the truth."""
    rng = np.random.default_rng(seed)
    styles = np.array(vocab)
    targs = rng.integers(len(vocab), size=n)
    truth = np.eye(len(vocab))[targs]
    probas = rng.dirichlet(np.full(len(vocab), 0.7), n)
    probas += 0.4 * truth
    probas /= probas.sum(axis=1, keepdims=True)
    authors = rng.integers(N_AUTHORS, size=n)
    labels = styles[targs]

    table = pd.DataFrame(probas, columns=[f"proba_{style}" for style in vocab])
    table.insert(0, "filename", [f"{label}/{i:03}.png" for i, label in enumerate(labels)])
    table.insert(1, "label", labels)
    table.insert(2, "author", [f"author-{i}" if i else "" for i in authors])
    table.insert(3, "pred", styles[probas.argmax(axis=1)])
    return table


def judged(label, author, preds):
    """Rows of one painter: the named style is the likeliest, and the true one the second if it comes after '+'."""
    rows = []
    for pred in preds:
        first = pred.rstrip("+")
        probas = dict.fromkeys(VOCAB, 0.1)
        probas[first] += 0.5
        probas[label] += 0.15 if pred.endswith("+") else -0.05  # never tied with another style
        row = {"label": label, "author": author, "pred": first}
        for style, proba in probas.items():
            row[f"proba_{style}"] = proba
        rows.append(row)
    return pd.DataFrame(rows)
