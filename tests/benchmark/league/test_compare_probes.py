"""The comparison of probes: what changes features changes those it names, and fits are what they are called."""

import math
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from styleclf.benchmark.league.folds import league_draws
from styleclf.benchmark.league.rules import LeagueRules, LeagueTask
from styleclf.data import Paintings
from styleclf.training import layer_shares
from tests.audit.conftest import painted_features, painters_design
from tests.benchmark.league.compare_probes import compared
from tests.benchmark.league.probe_fits import ridge
from tests.benchmark.league.probe_kernels import (
    COORDINATES,
    Features,
    balanced_shares,
    changed_deviations,
    gaussian,
    of_length_one,
    spectral_power,
)


@pytest.fixture(scope="module")
def drawn():
    """Coordinates (60, 5) of three styles, 20 images each, and their targets."""
    rng = np.random.default_rng(0)
    targs = np.repeat([0, 1, 2], 20)
    centres = rng.normal(size=(3, 5))
    return centres[targs] + rng.normal(size=(60, 5)), targs


def test_deviations_alone_are_changed():
    numbers = np.arange(1.0, 9.0)[None]  # two pooled, a stage of one channel, two hidden layers
    features = Features(numbers, [2, 2, 3, 1], n_stages=1)
    assert changed_deviations(features, np.negative).tolist() == [[1, 2, 3, -4, -5, -6, -7, -8]]


def test_shares_at_the_probes_balance_are_the_probes():
    assert balanced_shares([2, 5, 9], 0.25) == pytest.approx(layer_shares([2, 5, 9]))


def test_lengths_are_alike():
    lengths = np.linalg.norm(of_length_one(np.random.default_rng(0).normal(size=(5, 3))), axis=1)
    assert lengths == pytest.approx(lengths[0])


def test_kernels_keep_what_all_images_weigh_and_a_power_of_1_changes_nothing():
    numbers = np.random.default_rng(0).normal(size=(6, 4))
    products = numbers @ numbers.T
    assert spectral_power(products, 1.0) == pytest.approx(products)
    assert gaussian(products, 1.0).trace() == pytest.approx(products.trace())
    assert spectral_power(products, 2.0).trace() == pytest.approx(products.trace())


def test_ridge_is_scikit_learns(drawn):
    coordinates, targs = drawn
    directions, offsets = ridge(coordinates, targs, 3, penalty=0.5)
    centred = coordinates - coordinates.mean(axis=0)
    alpha = 0.5 * np.square(centred).sum() / len(targs)
    judge = Ridge(alpha=alpha).fit(coordinates, np.eye(3)[targs] - 1 / 3)
    assert directions == pytest.approx(judge.coef_)
    assert coordinates @ directions.T + offsets == pytest.approx(judge.predict(coordinates))


def test_the_plain_probe_stands_first_and_gains_nothing():
    rows, targs = painters_design()
    paintings = Paintings(rows, "images")
    draws = league_draws(paintings, 1, seed=0)
    task = LeagueTask(paintings, targs, draws, rules=LeagueRules(), folder=Path(), deadline=math.inf)
    numbers = painted_features(rows, targs, style=1.0)
    features = Features(numbers, [numbers.shape[1]], n_stages=0)
    table = compared(task, features, ["clipped", "both-0.35"], strength=1e-2)
    assert table["way"].tolist() == ["plain", "clipped", "both-0.35"]
    assert table.loc[0, ["gain_1", "gain_1_lo", "gain_1_hi"]].tolist() == [0, 0, 0]
    gain = 100 * (table.loc[2, "top_2"] - table.loc[0, "top_2"])
    assert table.loc[2, "gain_2"] == pytest.approx(gain)


@pytest.mark.parametrize("name", COORDINATES)
def test_every_way_gives_coordinates_of_all_images(name):
    numbers = np.random.default_rng(0).normal(size=(12, 9)) ** 2
    to_coordinates = COORDINATES[name]
    coordinates = to_coordinates(Features(numbers, [3, 4, 2], n_stages=1))
    assert len(coordinates) == 12
    assert np.isfinite(coordinates).all()
