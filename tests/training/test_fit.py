"""training.fit: one call from design to learner, the same again for the same seed."""

import inspect
import json
from typing import get_args

import pytest
from fastai.data.transforms import Normalize

from styleclf.common import Choice, Numbers, Shares, fact_of, say_once
from styleclf.data.images import decoding
from styleclf.models import network, precision
from styleclf.training import (
    export_learner,
    fine_tuning as training,
    fit as fitting,
    learner,
    load_style_learner,
    losses,
    metric_losses,
)
from tests.conftest import ARCH, changed, state

TINY = dict(arch=ARCH, size=32, bs=16, epochs=1)


@pytest.fixture
def fitted(design, sample, weights_file):
    """A function that trains a tiny learner."""

    def fit(fold=0, **options):
        return fitting.fitted_learner(design, sample, fold, **{**TINY, "weights": str(weights_file), **options})

    return fit


def test_the_learner_is_trained_and_the_device_is_told(fitted, capsys):
    learn = fitted()
    assert learn.history.table()["epoch"].tolist() == [0, 1]
    output = capsys.readouterr().out
    assert f"{ARCH} on cpu" in output
    assert f"fine-tuning has only {len(learn.dls.train)} steps" in output


@pytest.mark.parametrize(
    "options",
    [
        {"epochs": 0},
        pytest.param({"cache": False}, marks=pytest.mark.slow),
        pytest.param({"minutes": 0.01}, marks=pytest.mark.slow),
    ],
)
def test_a_design_without_a_validation_set_is_trained_on_as_a_whole(
    design, sample, weights_file, options, capsys, tmp_path
):
    folds_only = design[design["fold"] != "val"].reset_index(drop=True)
    learn = fitting.fitted_learner(folds_only, sample, "val", **{**TINY, "weights": str(weights_file), **options})
    assert len(learn.dls.train_ds) == len(folds_only)
    assert len(learn.dls.valid_ds) == 0
    assert f"{len(folds_only)} images to train on, none to test on" in capsys.readouterr().out
    loaded = load_style_learner(export_learner(learn, tmp_path / "model.pkl"))
    assert list(loaded.dls.vocab) == sorted(design["label"].unique())


def test_a_seed_tells_the_result_whatever_was_trained_before(fitted):
    first = state(fitted(fold=1).model)
    fitted(fold=2, epochs=0)
    assert not changed(first, fitted(fold=1).model)
    assert changed(first, fitted(fold=1, seed=1).model)


def test_sizes_are_given_as_a_flag(fitted):
    with pytest.raises(ValueError, match="train_sizes"):
        fitted(train_sizes="large")
    with pytest.raises(ValueError, match="64"):
        fitted(train_sizes=Numbers("64"))


def test_its_defaults_are_those_of_the_functions_it_calls():
    given = {name: p.default for name, p in inspect.signature(fitting.fitted_learner).parameters.items()}
    for function in (learner.style_learner, training.train):
        for name, parameter in inspect.signature(function).parameters.items():
            if name in given and parameter.default is not parameter.empty and given[name] != "auto":
                assert given[name] == parameter.default, name


def normalisation_of(learn):
    """Mean and deviation per channel that test images are normalised with."""
    (normalise,) = [tfm for tfm in learn.dls.valid.after_batch.fs if isinstance(tfm, Normalize)]
    return [[round(float(number), 3) for number in numbers.ravel()] for numbers in (normalise.mean, normalise.std)]


def test_images_are_normalised_as_the_weights_want_it_in_the_export_too(fitted, weights_folder, tmp_path, recwarn):
    learn = fitted(weights=str(weights_folder), epochs=0)
    assert normalisation_of(learn) == [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]
    loaded = load_style_learner(export_learner(learn, tmp_path / "model.pkl"))
    assert normalisation_of(loaded) == normalisation_of(learn)
    learn = fitted(weights=str(weights_folder), epochs=0, image_mean=Shares("0,0,0"))
    assert normalisation_of(learn) == [[0, 0, 0], [0.4, 0.5, 0.6]]
    assert not [warning for warning in recwarn if "dls normalise" in str(warning.message)]


def test_the_body_is_settled_once_and_told_once_with_its_licence(fitted, weights_folder, capsys):
    say_once.cache_clear()
    flags = {"arch": ARCH, "weights": str(weights_folder), "size": None, "image_mean": None, "image_std": None}
    facts = fitting.settled_body(flags)
    assert flags["size"] == 224
    assert facts["licence"] == "cc-by-nc-4.0"
    assert facts["image_mean"] == [0.1, 0.2, 0.3]
    json.dumps(facts)
    for _ in range(2):
        fitted(weights=str(weights_folder), epochs=0)
    assert capsys.readouterr().out.count("(licence: cc-by-nc-4.0)") == 1


def test_automatic_weights_start_from_scratch_where_there_are_none(design, sample):
    flags = dict(arch=ARCH, size=32, weights="auto", epochs=0)
    with pytest.raises(ValueError, match="epochs is 0, and the probe alone"):  # no probe could read the body
        fitting.fitted_learner(design, sample, 0, **flags)


@pytest.mark.parametrize("epochs, n_batches, is_short", [(0, 5, False), (1, 5, True), (6, 5, False), (1, 31, False)])
def test_fine_tuning_that_is_too_short_to_pay_is_told(epochs, n_batches, is_short):
    assert fitting._is_short(epochs, n_batches) == is_short


@pytest.mark.parametrize(
    "flag, names",
    [
        ("features", get_args(network.Features)),
        ("fit", get_args(decoding.Fit)),
        ("precision", get_args(precision.Precision)),
        ("schedule", get_args(training.Schedule)),
        ("loss", ("auto", *losses.LOSSES, *metric_losses.METRIC_LOSSES)),
    ],
)
def test_the_schema_names_all_that_the_library_knows(flag, names):
    annotation = inspect.signature(fitting.fitted_learner).parameters[flag].annotation
    assert set(fact_of(annotation, Choice).names) == set(names)


@pytest.mark.parametrize("options", [{"joint": "cosface"}, {"schedule": "cosine"}, {"epochs": 0, "weights": "none"}])
def test_what_cannot_be_trained_is_told_before_images_are_looked_for(design, options):
    with pytest.raises(ValueError, match=r"joint must be one of|schedule must be one of|epochs is 0"):
        fitting.fitted_learner(design, "nowhere", 0, **{**TINY, **options})
