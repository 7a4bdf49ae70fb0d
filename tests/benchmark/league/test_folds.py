"""Folds of a league: no painter in two of them, and the same sizes where painters are torn apart."""

import numpy as np
import pandas as pd

from styleclf.benchmark.league.folds import league_draws, thinned_paintings
from styleclf.data import Paintings, folds_that_mix_painters
from tests.audit.conftest import painters_design


def test_fresh_draws_keep_painters_together_and_differ():
    design, _ = painters_design()
    paintings = Paintings(design, "images")
    first, second = league_draws(paintings, 2, seed=7)
    for folds in (first, second):
        assert pd.Series(folds).groupby(design["author"]).nunique().eq(1).all()
        assert set(folds) == set(range(4))
    assert (first != second).any()
    assert (league_draws(paintings, 1, seed=8)[0] == second).all()


def test_without_draws_the_folds_are_the_designs():
    design, _ = painters_design()
    (folds,) = league_draws(Paintings(design, "images"), 0, seed=0)
    assert folds.astype(str).tolist() == design["fold"].tolist()


def test_torn_folds_have_as_many_images_of_each_style_and_part_painters():
    design, targs = painters_design()
    folds = design["fold"].to_numpy(dtype=int)
    torn = folds_that_mix_painters(folds, targs, seed=0)
    assert (pd.crosstab(torn, targs) == pd.crosstab(folds, targs)).all(axis=None)
    assert pd.Series(torn).groupby(design["author"]).nunique().max() > 1


def test_many_paintings_are_thinned_within_styles():
    design, _ = painters_design()
    paintings = Paintings(design, "images")
    assert thinned_paintings(paintings, 1000, seed=0) is paintings
    few = thinned_paintings(paintings, 60, seed=0)
    assert few.rows["label"].value_counts().tolist() == [20, 20, 20]
    assert np.array_equal(few.rows["filename"], thinned_paintings(paintings, 60, seed=0).rows["filename"])
