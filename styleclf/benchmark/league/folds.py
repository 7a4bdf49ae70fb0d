"""Folds that a league is judged on: the design's, or fresh draws of author-grouped ones, and what breaks them up."""

import warnings

import numpy as np

from styleclf.data import Paintings, make_design


def league_draws(
    paintings: Paintings,  # without their validation set
    n_draws: int,  # 0: the design's own folds
    seed: int,  # of the first draw, the next ones have the next numbers
) -> list[np.ndarray]:
    """Folds `(n,)` int of every draw; no author stands in two of one draw."""
    own_folds = paintings.folds.to_numpy(dtype=int)
    if n_draws == 0:
        return [own_folds]
    n_folds = len(np.unique(own_folds))
    annotation = paintings.rows.drop(columns="fold")
    draws = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the design has said it: some styles have few authors
        for number in range(n_draws):
            design = make_design(annotation, n_folds, val_share=0, seed=seed + number)
            draws.append(design["fold"].to_numpy(dtype=int))
    return draws


def thinned_paintings(paintings: Paintings, n_most: int, seed: int) -> Paintings:
    """At most so many of the paintings, drawn at random within every style, all styles alike."""
    n = len(paintings)
    if n <= n_most:
        return paintings
    rng = np.random.default_rng(seed)
    labels = paintings.rows["label"].to_numpy()
    keeps = np.zeros(n, dtype=bool)
    for style in np.unique(labels):
        rows = np.flatnonzero(labels == style)
        n_of_style = max(1, len(rows) * n_most // n)
        keeps[rng.permutation(rows)[:n_of_style]] = True
    return paintings.where(keeps)
