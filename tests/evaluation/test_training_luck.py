"""evaluation.comparison: equivalent configurations are seldom told apart, although both are trained anew each time."""

import numpy as np
import pandas as pd
from scipy.special import softmax

from styleclf.evaluation.comparison import compare
from styleclf.evaluation.predictions import prediction_columns

N_STYLES = 4
N_NUMBERS = 12  # that a configuration knows of an image
N_FOLDS = 4
N_AUTHORS = (12, 8, 20, 5)  # of each style
SHARED = 0.7  # of the variance that both configurations see in an image
MOST_IMAGES = 40  # of an author
RIDGE = 0.02


def painted_rows(rng):
    """Images `targ, author, fold` of authors with very uneven output."""
    rows = []
    for style, n_authors in enumerate(N_AUTHORS):
        for author in range(n_authors):
            n_images = int(np.ceil(rng.lognormal(1.5, 1)))
            row = (style, f"{style}-{author}", author % N_FOLDS)
            rows += [row] * min(n_images, MOST_IMAGES)
    return pd.DataFrame(rows, columns=["targ", "author", "fold"])


def two_halves(shape, rng):
    """Two arrays of unit variance that have the share SHARED of it in common."""
    common, first, second = rng.normal(size=(3, *shape))
    return [np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own for own in (first, second)]


def painted(rng):
    """Rows of images, and the features that either configuration goes by.

    Each configuration sees a half of what there is to see. Both halves are drawn from the same distribution, so
    neither configuration is better.
    """
    rows = painted_rows(rng)
    authors, names = pd.factorize(rows["author"])
    styles = 0.5 * np.random.default_rng(5).normal(size=(N_STYLES, N_NUMBERS))
    of_style = styles[rows["targ"]]
    hands = two_halves((len(names), N_NUMBERS), rng)
    images = two_halves((len(rows), N_NUMBERS), rng)
    features = [of_style + 0.7 * hand[authors] + image for hand, image in zip(hands, images, strict=True)]
    return rows, features


def cross_validated(rows, features):
    """Out-of-fold predictions by ridge regression to the styles."""
    truth = np.eye(N_STYLES)[rows["targ"]]
    weights = 1 / truth.sum(axis=0)[rows["targ"]]
    inputs = np.column_stack([features, np.ones(len(rows))])
    logits = np.zeros((len(rows), N_STYLES))
    for fold in range(N_FOLDS):
        is_test = (rows["fold"] == fold).to_numpy()
        coefficients = ridge(inputs[~is_test], truth[~is_test], weights[~is_test])
        logits[is_test] = inputs[is_test] @ coefficients
    vocab = [str(style) for style in range(N_STYLES)]
    predictions = prediction_columns(softmax(logits, axis=1), vocab)
    return predictions.assign(
        filename=rows.index.astype(str),
        label=rows["targ"].astype(str),
        author=rows["author"],
        fold=rows["fold"].astype(str),
    )


def ridge(inputs, truth, weights):
    """Coefficients of a weighted linear regression."""
    weighted = inputs.T * weights
    penalty = RIDGE * np.eye(inputs.shape[1])
    return np.linalg.solve(weighted @ inputs + penalty, weighted @ truth)


def significant(seeds):
    """How many of the equivalent pairs differ by the interval of the models, and by that of the configurations."""
    n_models = 0
    n_configurations = 0
    for seed in seeds:
        rows, (first, second) = painted(np.random.default_rng(seed))
        runs = {"a": cross_validated(rows, first), "b": cross_validated(rows, second)}
        result = compare(runs, n_resamples=200, seed=seed)
        row = result.set_index(["metric", "run"]).loc[("top_1_accuracy", "b")]
        n_models += not row["lo"] <= 0 <= row["hi"]
        n_configurations += not row["retrained_lo"] <= 0 <= row["retrained_hi"]
    return n_models, n_configurations


def test_equivalent_configurations_are_seldom_told_apart():
    models, configurations = significant(range(100))
    assert configurations <= 9, "of 100 one expects 5"
    assert configurations < models, "the correction would not be needed"
