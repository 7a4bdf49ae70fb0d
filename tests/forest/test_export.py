"""Forests: features by fold, honest choices, baselines, and a head that is exported like any; on tiny data."""

import pickletools
import zipfile

import numpy as np
import pandas as pd
import pytest
import torch

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

import optuna
from fastai.learner import load_learner

from styleclf.data.paintings import Paintings
from styleclf.evaluation.calibration import fitted_calibrator
from styleclf.evaluation.metrics import metrics_table, top_k_accuracy
from styleclf.evaluation.predictions import probas_of, targets, vocab_of
from styleclf.forest import search_space as space
from styleclf.forest.baselines import _chosen_elsewhere, _head_probas, _logistic_probas
from styleclf.forest.comparison import (
    _calibration_sentence,
    comparison_sentences,
    exported_sentence,
    measure_models,
    measured_text,
)
from styleclf.forest.export import calibrator_of, export_forest, fit_forest, predictions_by_head
from styleclf.forest.features import (
    FoldFeatures,
    Split,
    _check_finite,
    fine_tuned_features,
    frozen_features,
    without_validation,
)
from styleclf.forest.head import ForestHead, class_probas, with_forest
from styleclf.forest.search_space import DEFAULT, draw_parameters, forest_probas
from styleclf.forest.tuning import (
    _FOLDS,
    _chosen_without,
    claim_sentence,
    forest_predictions,
    study_storage,
    trials_table,
    tuned_forest,
)
from styleclf.forest.two_by_two import CALIBRATED, FOREST, NETWORK, all_cells, cells_by_name, check_request, reliability
from styleclf.inference.embed import embedded_files
from styleclf.inference.predict import predict_and_embed, predict_design, predict_files
from styleclf.plots.forest import _row_places, plot_two_by_two
from styleclf.runs.folds import loaded_folds
from styleclf.training.export import load_style_learner
from styleclf.training.probe import balanced_log_loss

FEW_TREES = DEFAULT | {"n_estimators": 8}
HOW = dict(features="style", embedding_size=4, label_smoothing=0.1, wd=0.01)


@pytest.fixture(scope="module", autouse=True)
def few_trees():
    """Forests of ten trees at most, whatever is drawn."""
    whole = space.create_forest

    def small(params, *how, **keywords):
        return whole(params | {"n_estimators": min(10, params["n_estimators"])}, *how, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space, "create_forest", small)
        yield


@pytest.fixture(scope="module")
def seen(cv_run, design, sample):
    """Embeddings by the models of the tiny cross-validation."""
    return fine_tuned_features(design, sample, cv_run)


@pytest.fixture(scope="module")
def made_up():
    """Features of 240 images that tell three styles apart, the more the higher the fold's number."""
    rng = np.random.default_rng(0)
    n, targs = 240, np.arange(240) % 3
    rows = pd.DataFrame({"filename": [f"{i}.jpg" for i in range(n)], "label": np.array(["a", "b", "c"])[targs]})
    rows = rows.assign(author=[f"p{i // 4}" for i in range(n)], fold=[str(i // 60) for i in range(n)])
    centres = rng.normal(size=(3, 5))
    by_fold = {str(k): centres[targs] * (0.5 + k / 2) + rng.normal(size=(n, 5)) for k in range(4)}
    return FoldFeatures(rows, {fold: each.astype(np.float32) for fold, each in by_fold.items()})


@pytest.fixture(scope="module")
def study(made_up, tmp_path_factory):
    """Four forests, tried on it."""
    storage = study_storage(tmp_path_factory.mktemp("study"))
    return tuned_forest(made_up, 4, storage, "embeddings", "source", jobs=1)


@pytest.fixture(scope="module")
def cells(seen, study, made_up):
    """All cells of made-up features, the logistic regression in the network's place."""
    network = made_up.out_of_fold(lambda _, split: _logistic_probas(split, 1e-3), "the network")
    both = {"embeddings": made_up, "frozen features": made_up}
    return all_cells(both, dict.fromkeys(both, study), network, "sigmoid", 0, 1, HOW)


def test_every_fold_has_embeddings_by_the_model_that_never_saw_it_and_none_of_validation(seen, cv_run, design, sample):
    assert seen.rows["filename"].tolist() == design["filename"][design["fold"] != "val"].tolist()
    learn = loaded_folds(design, cv_run)[2]
    expected = embedded_files(learn, [sample / name for name in seen.rows["filename"]], progress=False)
    np.testing.assert_array_equal(seen.by_fold["2"], expected)
    split = seen.split("2")
    assert set(split.groups).isdisjoint(set(seen.rows["author"][seen.in_fold("2")]) - {""})
    np.testing.assert_array_equal(split.test, expected[seen.in_fold("2")])
    assert len(split.train) == len(split.targs) == (~seen.in_fold("2")).sum()


def test_frozen_features_are_those_of_the_body_alone_and_the_same_for_every_fold(design, sample, how, seen):
    settings = dict(features="style", fit="squash", precision="auto", seed=0)
    found = frozen_features(design, sample, **settings | how)
    assert list(found.by_fold) == list(seen.by_fold)
    assert all(each is found.by_fold["0"] for each in found.by_fold.values())
    drawn_twice = [frozen_features(design, sample, **settings | how | {"weights": "none"}) for _ in range(2)]
    np.testing.assert_array_equal(*(each.by_fold["0"] for each in drawn_twice))


def test_a_run_that_does_not_fit_the_design_is_refused(design, sample, cv_run, tmp_path):
    moved = design.assign(fold=design["fold"].replace({"0": "1", "1": "0"}))
    with pytest.raises(ValueError, match=r"fold-0.embeddings.npz does not match the design: \d+ images, such as"):
        fine_tuned_features(moved, sample, cv_run)
    with pytest.raises(FileNotFoundError, match="no finished cross-validation"):
        fine_tuned_features(design, sample, tmp_path)
    other = design.assign(label=design["label"].replace("rococo", "baroque"))
    with pytest.raises(ValueError, match="trained on other styles than the design has: baroque, rococo"):
        fine_tuned_features(other, sample, cv_run)
    with pytest.raises(ValueError, match="1 of 3 images have embeddings that are no numbers, by a model"):
        _check_finite(np.array([[1.0], [np.nan], [2.0]]), "a model")


@pytest.mark.parametrize(
    "how, what",
    [((0, "sigmoid", None), "trials .* not 0"), ((1, "platt", None), "'platt'"), ((1, "none", -1), "jobs .* not -1")],
)
def test_what_no_contest_can_be_made_of_is_refused(how, what):
    with pytest.raises(ValueError, match=what):
        check_request(*how)


def test_the_space_is_the_ancestors_and_holds_the_default():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(60):
        trial = study.ask()
        space.create_forest(draw_parameters(trial, 5, 12), jobs=1)  # of known parameters
        study.tell(trial, 0)
    ranges = {name: each for trial in study.trials for name, each in trial.distributions.items()}
    assert (ranges["n_estimators"].low, ranges["n_estimators"].high, ranges["n_estimators"].log) == (10, 1000, True)
    for name, low in (("max_depth", 2), ("min_samples_leaf", 1), ("min_samples_split", 2)):
        assert (ranges[name].low, ranges[name].high) == (low, 32)
    assert ranges["n_components"].high == 5
    for name, value in DEFAULT.items():
        assert ranges[name]._contains(ranges[name].to_internal_repr(value)), name
    wide = optuna.create_study().ask()
    draw_parameters(wide, 2000, 1000)
    assert wide.distributions["max_features"].choices == ("sqrt", "log2")


def test_a_trial_is_judged_on_every_fold_by_a_forest_of_the_others(study, made_up):
    first = study.trials[0]
    assert first.params == DEFAULT
    for fold, value in first.user_attrs[_FOLDS].items():
        test = made_up.in_fold(fold)
        features = made_up.by_fold[fold]
        fitted = space.create_forest(DEFAULT, jobs=1).fit(features[~test], made_up.targs[~test])
        expected = top_k_accuracy(fitted.predict_proba(features[test]), made_up.targs[test], 2)
        assert value == pytest.approx(expected)
    assert first.value == pytest.approx(np.mean(list(first.user_attrs[_FOLDS].values())))


def test_a_fold_has_no_say_in_the_choice_of_its_forest():
    study = optuna.create_study(direction="maximize")
    for values in ({"0": 1.0, "1": 0.2, "2": 0.2}, {"0": 0.0, "1": 0.5, "2": 0.6}, {"0": 0.4, "1": 0.9, "2": 0.0}):
        mean = float(np.mean(list(values.values())))
        study.add_trial(optuna.trial.create_trial(value=mean, user_attrs={_FOLDS: values}))
    assert [_chosen_without(study, fold).number for fold in "012"] == [1, 0, 2]
    honest = (0.0 + 0.2 + 0.0) / 3
    assert f"claims top-2 accuracy {study.best_value:.4f}" in claim_sentence(study)
    assert f"{honest:.4f} where every fold's was chosen by the others" in claim_sentence(study)


def test_out_of_fold_predictions_come_from_the_chosen_forests(study, made_up):
    found = forest_predictions(study, made_up, jobs=1)
    fold = made_up.in_fold("3")
    expected = forest_probas(made_up.split("3"), _chosen_without(study, "3").params, jobs=1)
    assert probas_of(found)[fold] == pytest.approx(expected)
    assert found["filename"].tolist() == made_up.rows["filename"].tolist()
    by_fold = {}
    for fold, rows in found.groupby("fold"):
        by_fold[fold] = top_k_accuracy(probas_of(rows), targets(rows["label"], made_up.vocab))
    honest = {fold: _chosen_without(study, fold).user_attrs[_FOLDS][fold] for fold in made_up.by_fold}
    assert by_fold == pytest.approx(honest)


def test_a_study_goes_on_where_it_was_and_refuses_other_features(made_up, tmp_path, capsys):
    storage = study_storage(tmp_path)
    tuned_forest(made_up, 1, storage, "embeddings", "source", jobs=1)
    again = tuned_forest(made_up, 2, study_storage(tmp_path), "embeddings", "source", jobs=1)
    at_once = tuned_forest(made_up, 2, storage, "at once", "source", jobs=1)
    assert [trial.params for trial in again.trials] == [trial.params for trial in at_once.trials]
    assert [trial.value for trial in again.trials] == [trial.value for trial in at_once.trials]
    assert "2 forests on embeddings, 1 of them tried already" in capsys.readouterr().out
    assert trials_table(again)[["state", "fold_0", "max_depth"]].notna().all(axis=None)
    with pytest.raises(ValueError, match="begun with predictions 'source' instead of 'other'"):
        tuned_forest(made_up, 2, storage, "embeddings", "other", jobs=1)


def test_failing_forests_are_told_with_their_reason(made_up, tmp_path):
    broken = FoldFeatures(made_up.rows, {fold: each * np.nan for fold, each in made_up.by_fold.items()})
    broken.by_fold["0"][:] = np.inf
    with pytest.raises(ValueError, match=r"no forest on embeddings could be fitted: .*infinity"):
        tuned_forest(broken, 1, study_storage(tmp_path), "embeddings", jobs=1)


def test_baselines_are_chosen_by_the_other_folds(made_up):
    """Of two candidates, one knows the fold 0 only, the other all but it: each fold gets what the others prefer."""

    def told(sure_of_first):
        def probas(split):
            own = np.eye(3)[made_up.targs[made_up.in_fold(fold_of(split))]]
            return own * 0.9 + 0.1 / 3 if (fold_of(split) == "0") == sure_of_first else np.full_like(own, 1 / 3)

        return probas

    def fold_of(split):
        return next(fold for fold in made_up.by_fold if np.array_equal(split.test, made_up.split(fold).test))

    found = _chosen_elsewhere(made_up, [told(True), told(False)], "a baseline")
    sure = {fold: probas_of(rows).max() > 0.9 for fold, rows in found.groupby("fold")}
    assert sure == {"0": False, "1": True, "2": True, "3": True}


def test_logistic_regression_and_neural_head_learn(made_up):
    split = made_up.split("3")
    targs = made_up.targs[made_up.in_fold("3")]
    chance = np.log(3)
    for probas in (_logistic_probas(split, 1e-2), _head_probas(split, **HOW, epochs=100)):
        assert probas.sum(axis=1) == pytest.approx(np.ones(60), abs=1e-4)
        assert balanced_log_loss(np.log(probas), targs) < 0.5 * chance
    np.testing.assert_array_equal(*(_head_probas(split, **HOW, epochs=1, seed=3) for _ in range(2)))


def test_a_style_that_no_training_image_has_gets_no_probability(made_up):
    split = made_up.split("0")
    known = split.targs != 1
    lacking = Split(split.train[known], split.targs[known], split.groups[known], split.test, 3)
    for probas in (forest_probas(lacking, FEW_TREES, jobs=1), _logistic_probas(lacking, 1e-3)):
        assert probas.shape == (60, 3) and (probas[:, 1] < 1e-9).all()
        assert probas.sum(axis=1) == pytest.approx(np.ones(60))


def test_the_cells_stand_beside_the_network_with_paired_intervals(cells, made_up):
    names = cells_by_name(cells)
    assert next(iter(names)) == "network on embeddings" and len(names) == 8
    table = measure_models(names, "cv", n_resamples=100)
    for name, predictions in names.items():
        expected = metrics_table(predictions, "cv", 100).set_index("metric")
        found = table[table["model"] == name].set_index("metric")
        for metric in found.index:
            assert found["value"][metric] == pytest.approx(expected["value"][metric])
            assert found["lo"][metric] == pytest.approx(expected["lo"][metric])
            first = table[table["model"] == "network on embeddings"].set_index("metric")["value"][metric]
            if name != "network on embeddings":
                assert found["difference"][metric] == pytest.approx(found["value"][metric] - first)
    text = measured_text(table)
    assert text.count("\n") == 8 and "cv, forest on frozen features" in text


def test_sentences_name_the_winner_and_every_comparison(cells):
    told = comparison_sentences(cells)
    best = max(
        (metrics_table(table, "", 2).set_index("metric")["value"]["top_2_accuracy"], model, name)
        for name, models in cells.items()
        for model, table in models.items()
    )
    assert f"{best[0]:.3f}" in told[0]
    assert sum(" in top-2 accuracy" in sentence for sentence in told[1:]) == 6
    assert sum("is calibrated" in sentence for sentence in told) == 2


@pytest.mark.parametrize("low, high, how", [(-0.2, -0.1, "better"), (0.1, 0.2, "worse"), (-0.1, 0.1, "as well as")])
def test_calibration_is_told_by_the_interval(low, high, how):
    rows = [("x", name, "ece", 0.1, 0, 1, 0.0, low, high) for name in ("network", "forest")]
    columns = ["part", "model", "metric", "value", "lo", "hi", "difference", "difference_lo", "difference_hi"]
    assert f"forest is calibrated {how}" in _calibration_sentence(pd.DataFrame(rows, columns=columns))


@pytest.mark.parametrize("forest, better", [(0.5, "network"), (0.7, "calibrated forest")])
def test_the_better_of_the_exported_forest_and_the_network_is_named(forest, better):
    values = [
        ("train", "network", 0),
        ("test", "network", 0.6),
        ("test", "forest", 1),
        ("test", "calibrated forest", forest),
    ]
    heads = pd.DataFrame(values, columns=["part", "model", "value"]).assign(metric="top_2_accuracy")
    assert f"calibrated forest is exported; on painters not seen the {better} has" in exported_sentence(heads)


def test_reliability_sets_forest_and_network_beside_themselves_calibrated(cells):
    models = reliability(cells["embeddings"])
    assert list(models) == ["network", "calibrated network", "forest", "calibrated forest"]


def test_the_figure_has_a_row_for_every_model_and_both_kinds_of_features(cells):
    table = measure_models(cells_by_name(cells), "cv", n_resamples=20)
    labels = [label.get_text() for label in plot_two_by_two(table).axes[0].get_yticklabels()]
    assert labels.count("forest") == 2 and {"on embeddings", "on frozen features"} <= set(labels)
    places = list(_row_places(table["model"].unique()).values())
    assert (np.diff(places) > 0).all()
    with pytest.raises(ValueError, match="difference_lo"):
        plot_two_by_two(table.drop(columns="difference_lo"))


@pytest.fixture(scope="module")
def forest_file(design, sample, cv_run, seen, tmp_path_factory):
    """A learner with a calibrated forest as its head, exported, and what it was made of."""
    learn = loaded_folds(design, cv_run)[0]
    trained = predict_and_embed(learn, Paintings(without_validation(design), sample), progress=False)
    fitted = fit_forest(trained, FEW_TREES, jobs=1)
    out_of_fold = seen.out_of_fold(lambda _, split: forest_probas(split, FEW_TREES, jobs=1), "forests")
    calibrator = calibrator_of(out_of_fold, "sigmoid")
    models = predictions_by_head(trained, fitted, calibrator)
    path = export_forest(learn, fitted, calibrator, models, tmp_path_factory.mktemp("forest") / "forest.pkl")
    return path, models


def test_an_exported_forest_predicts_as_its_parts_do(forest_file, design, sample):
    path, models = forest_file
    rows = without_validation(design)
    assert list(models) == [NETWORK, FOREST, CALIBRATED]
    learn = load_style_learner(path)
    found = predict_design(learn, rows, sample, progress=False)
    assert probas_of(found) == pytest.approx(probas_of(models[CALIBRATED]), abs=1e-4)
    probas, unreadable = predict_files(learn, [sample / rows["filename"][0], sample / "nowhere.jpg"], progress=False)
    assert list(unreadable) == [1] and np.isnan(probas[1]).all()
    assert probas[0] == pytest.approx(probas_of(found)[0], abs=1e-4)
    assert 0 <= learn.set_threshold <= 1


def test_fastais_own_predict_and_get_preds_take_it(forest_file, design, sample):
    path, models = forest_file
    rows, learn = without_validation(design).head(3), load_learner(path)
    style, position, probas = learn.predict(sample / rows["filename"][0])
    assert style == learn.dls.vocab[position] and float(probas.sum()) == pytest.approx(1, abs=1e-5)
    with learn.no_bar():
        preds, _ = learn.get_preds(dl=learn.dls.test_dl(rows))
    assert preds.numpy() == pytest.approx(probas_of(models[CALIBRATED])[:3], abs=0.05)  # images one way or another
    assert embedded_files(learn, [sample / rows["filename"][0]], progress=False).shape == (1, 16)


def test_an_export_refers_to_names_that_stay(forest_file):
    """Renaming one of these breaks every forest exported before: keep the old name alive instead."""
    with zipfile.ZipFile(forest_file[0]) as archive:
        pickle = archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))
    found = {arg for opcode, arg, _ in pickletools.genops(pickle) if opcode.name == "GLOBAL"}
    forests = {
        "styleclf.forest.head ForestHead",
        "styleclf.evaluation.calibration StyleByStyle",
        "styleclf.evaluation.calibration Sigmoid",
    }
    assert forests <= found
    assert {
        name for name in found if name.startswith(("styleclf.forest", "styleclf.evaluation.calibration"))
    } == forests


def test_the_head_gives_float32_log_probabilities_even_under_autocast(made_up):
    fitted = space.create_forest(FEW_TREES, jobs=1).fit(made_up.by_fold["3"], made_up.targs)
    head, embeddings = ForestHead(fitted, 3), torch.from_numpy(made_up.by_fold["3"]).requires_grad_()
    expected = fitted.predict_proba(made_up.by_fold["3"])
    assert head(embeddings).softmax(1).numpy() == pytest.approx(expected, abs=1e-5)
    with torch.autocast("cpu", torch.bfloat16):
        found = head(embeddings.to(torch.bfloat16))
    assert found.dtype == torch.float32 and torch.isfinite(found).all()
    calibrator = fitted_calibrator(expected, made_up.targs, "isotonic")
    calibrated = ForestHead(fitted, 3, calibrator)(embeddings).exp().numpy()
    assert calibrated == pytest.approx(calibrator.predict_proba(expected), abs=1e-5)


def test_the_head_takes_the_old_ones_place(trained):
    learn = trained.__class__.__new__(trained.__class__)  # the fixture must stay as it is
    learn.__dict__ |= trained.__dict__
    body, neck, _ = trained.model
    fitted = space.create_forest(FEW_TREES, jobs=1).fit(
        np.random.default_rng(0).normal(size=(16, 16)), np.arange(16) % 8
    )
    changed = with_forest(learn, fitted)
    assert changed.model[0] is body and changed.model[1] is neck and changed.model[2].classifier is fitted
    assert class_probas(fitted, np.zeros((2, 16)), 8).shape == (2, 8)


def test_vocab_is_that_of_the_predictions(cells, made_up):
    assert all(vocab_of(table) == made_up.vocab for models in cells.values() for table in models.values())
