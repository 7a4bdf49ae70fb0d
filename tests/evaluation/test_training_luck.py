"""evaluation.comparison: equivalent configurations are seldom told apart, although both are trained anew each time."""

import numpy as np
import pandas as pd

from styleclf.evaluation.comparison import compare

N_STYLES, N_NUMBERS, N_FOLDS = 4, 12, 4
N_AUTHORS = (12, 8, 20, 5)  # of each style
SHARED = 0.7  # of the variance that both configurations see in an image


def painted(rng):
    """Images of authors with very uneven output: their rows, and the features that either configuration goes by.

    Each configuration sees a half of what there is to see. Both halves are drawn from the same distribution, so
    neither configuration is better.
    """
    numbers = []
    for style, n_authors in enumerate(N_AUTHORS):
        for author in range(n_authors):
            n_images = min(40, int(np.ceil(rng.lognormal(1.5, 1))))
            numbers += [(style, f"{style}-{author}", author % N_FOLDS)] * n_images
    rows = pd.DataFrame(numbers, columns=["targ", "author", "fold"])
    authors, _ = pd.factorize(rows["author"])
    styles = 0.5 * np.random.default_rng(5).normal(size=(N_STYLES, N_NUMBERS))
    hands = rng.normal(size=(3, authors.max() + 1, N_NUMBERS))
    noise = rng.normal(size=(3, len(rows), N_NUMBERS))
    halves = []
    for own in (1, 2):
        hand = np.sqrt(SHARED) * hands[0] + np.sqrt(1 - SHARED) * hands[own]
        image = np.sqrt(SHARED) * noise[0] + np.sqrt(1 - SHARED) * noise[own]
        halves.append(styles[rows["targ"]] + 0.7 * hand[authors] + image)
    return rows, halves


def cross_validated(rows, features):
    """Out-of-fold predictions by ridge regression to the styles."""
    truth = np.eye(N_STYLES)[rows["targ"]]
    weights = 1 / np.bincount(rows["targ"])[rows["targ"]]
    inputs = np.column_stack([features, np.ones(len(rows))])
    logits = np.zeros((len(rows), N_STYLES))
    for fold in range(N_FOLDS):
        test = (rows["fold"] == fold).to_numpy()
        weighted = inputs[~test] * weights[~test, None]
        penalty = 0.02 * np.eye(inputs.shape[1])
        logits[test] = inputs[test] @ np.linalg.solve(weighted.T @ inputs[~test] + penalty, weighted.T @ truth[~test])
    probas = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    table = pd.DataFrame(probas, columns=[f"proba_{style}" for style in range(N_STYLES)])
    filename = [f"{i}.jpg" for i in range(len(rows))]
    label = rows["targ"].astype(str)
    return table.assign(filename=filename, label=label, author=rows["author"], fold=rows["fold"].astype(str))


def simulated(seeds):
    """How many of the equivalent pairs differ by the interval of the models, and by that of the configurations."""
    told = np.zeros(2, dtype=int)
    for seed in seeds:
        rows, halves = painted(np.random.default_rng(seed))
        runs = {name: cross_validated(rows, half) for name, half in zip("ab", halves, strict=True)}
        result = compare(runs, n_resamples=200, seed=seed).set_index(["metric", "run"]).loc[("top_1_accuracy", "b")]
        for i, prefix in enumerate(("", "retrained_")):
            told[i] += not result[f"{prefix}lo"] <= 0 <= result[f"{prefix}hi"]
    return told


def test_equivalent_configurations_are_seldom_told_apart():
    models, configurations = simulated(range(100))
    assert configurations <= 9 and configurations < models, "of 100 one expects 5, and more without the correction"
