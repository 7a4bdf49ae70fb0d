"""Tuning: spaces, pruning, restarts and the winner's luck with made-up hits; one fold for real."""

import inspect

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("optuna", reason="tuning is an extra: pip install styleclf[tune]")

import optuna
from matplotlib.text import Text

from styleclf.data.authors import VAL, cv_folds
from styleclf.evaluation.metrics import top_k_accuracy
from styleclf.evaluation.predictions import targets, vocab_of
from styleclf.plots.tuning import _plot_importance, _plot_slices, tuning_figures
from styleclf.training.fit import fitted_learner
from styleclf.tuning.optimism import nested_score, score_elsewhere
from styleclf.tuning.results import _write_state, importances, summary, trials_table
from styleclf.tuning.search_space import TuningTask, _round_setting, check_default, create_search_space, settings_of
from styleclf.tuning.study import (
    DEFAULT,
    FoldMedian,
    default_trial,
    open_storage,
    open_study,
    state_of,
    trial_line,
    tune,
)
from styleclf.tuning.trial import HITS, _as_text, _draw_settings, from_text, objective, score, trained_hits

BASE = {p.name: p.default for p in inspect.signature(fitted_learner).parameters.values() if p.default is not p.empty}
COMPLETE, RUNNING = optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.RUNNING


@pytest.fixture
def task(design, sample):
    return TuningTask(design, sample, BASE, create_search_space(BASE, ["resnet34"], epochs_max=3))


def made_up(task, fold, settings):
    """Hits as if training paid, most of all at a rate of 1e-3; the same for the same settings and fold."""
    gain = 0.25 * np.exp(-((np.log10(settings["lr_max"] or 1) + 3) ** 2)) if settings["epochs"] else 0
    luck = np.random.default_rng(int(fold)).random(task.in_fold(fold).sum())
    return luck < 0.5 + gain


def study_of(task, storage=None, name="test", seed=0):
    return open_study(storage or optuna.storages.InMemoryStorage(), name, task, seed)


def tuned(task, n_trials, hits_of=made_up, study=None):
    study = study or study_of(task)
    tune(study, objective(task, hits_of), n_trials, lambda study, trial: None)
    return study


def test_the_space_holds_the_default_and_is_narrowed_by_what_is_given():
    space = create_search_space(BASE)
    for name, among in space.items():
        value = 3e-4 if name == "lr_max" else BASE[name]
        assert value in among if isinstance(among, list) else among.low <= value <= among.high, name
    assert list(create_search_space(BASE, searched=["wd", "lr_max"])) == ["lr_max", "wd"]
    assert create_search_space(BASE, ["a", "resnet18"])["arch"] == ["resnet18", "a"]
    from_scratch = create_search_space(BASE | {"weights": "none"}, epochs_max=2)
    assert from_scratch["epochs"] == (1, 2, False) and not {"n_frozen", "probe_share"} & set(from_scratch)
    assert from_scratch["lr_max"].low == pytest.approx(3e-4)


@pytest.mark.parametrize(
    "base, how, what",
    [
        ({}, {"searched": ["lr"]}, "'lr' cannot be searched"),
        ({}, {"epochs_max": -1}, "0 or more, not -1"),
        ({"weights": "none"}, {"epochs_max": 0}, "1 or more, not 0"),
        ({"minutes": 3.0}, {}, "minutes"),
        ({"lr_max": 0.0}, {}, "lr_max must be above 0"),
        ({}, {"archs": ["resnet34"], "searched": ["wd"]}, "arch is not among"),
    ],
)
def test_a_space_that_makes_no_sense_is_refused(base, how, what):
    with pytest.raises(ValueError, match=what):
        create_search_space(BASE | base, **how)


def test_the_default_comes_first_as_it_is_and_a_probe_draws_nothing_it_does_not_use(task):
    asked = []
    study = tuned(task, 16, lambda task, fold, settings: asked.append(settings) or made_up(task, fold, settings))
    assert asked[0] == BASE | {"lr_max": 3e-4}, "though its 6 epochs lie outside of what is searched"
    exact = TuningTask(task.design, "", BASE | {"wd": 0.012345}, task.space)
    assert settings_of(exact, exact.default())["wd"] == 0.012345, "only what is drawn is rounded"
    assert default_trial(study).number == 0 and study.best_value >= default_trial(study).value
    probes = [trial for trial in study.trials if trial.params["epochs"] == 0]
    assert probes and all(set(trial.params) == {"arch", "features", "embedding_size", "epochs"} for trial in probes)
    assert all(trial.params["epochs"] <= 3 for trial in study.trials[1:])
    assert all(set(task.space) == set(trial.params) for trial in study.trials if trial.params["epochs"])


def test_values_are_pooled_over_folds_and_the_validation_set_stays_closed(task):
    judged = []
    study = tuned(task, 1, lambda task, fold, settings: judged.append(fold) or made_up(task, fold, settings))
    assert judged == cv_folds(task.design) and VAL not in judged
    trial, hits = study.trials[0], np.full(len(task.design), np.nan)
    for n, fold in enumerate(judged, start=1):
        hits[task.in_fold(fold)] = made_up(task, fold, BASE | {"lr_max": 3e-4})
        known = task.design["fold"].isin(judged[:n])
        by_style = pd.Series(hits[known]).groupby(task.design["label"][known].to_numpy()).mean()
        assert trial.intermediate_values[n - 1] == pytest.approx(by_style.mean())
    assert trial.value == pytest.approx(by_style.mean())
    np.testing.assert_array_equal(from_text(trial.user_attrs[HITS], task.design), hits)


def test_hits_do_not_depend_on_the_order_of_the_design(task):
    hits = np.random.default_rng(0).choice([0, 1, np.nan], len(task.design))
    order = np.random.default_rng(1).permutation(len(task.design))
    text = _as_text(hits, task.design)
    np.testing.assert_array_equal(from_text(text, task.design), hits)
    np.testing.assert_array_equal(from_text(text, task.design.iloc[order]), hits[order])


def test_a_real_fold_is_judged_as_cross_validation_judges_it(design, sample, how, cv_run):
    task = TuningTask(design, sample, BASE | how, {})
    found = pd.read_csv(cv_run / "fold-1/predictions.csv")
    vocab = vocab_of(found)
    targs = targets(found["label"], vocab)
    expected = top_k_accuracy(found[[f"proba_{style}" for style in vocab]].to_numpy(), targs, 2)
    assert score(trained_hits(task, "1", task.base).astype(float), targs) == pytest.approx(expected)


def test_a_study_left_and_taken_up_goes_as_one_that_was_not(task, tmp_path):
    whole = tuned(task, 14)
    for n_trials in (5, 14):
        storage = open_storage(f"sqlite:///{tmp_path / 'study.db'}")
        in_parts = tuned(task, n_trials, study=study_of(task, storage))
    assert [trial.params for trial in in_parts.trials] == [trial.params for trial in whole.trials]
    assert [trial.values for trial in in_parts.trials] == [trial.values for trial in whole.trials]


@pytest.mark.parametrize("interrupted", [0, 2])
def test_an_interrupted_trial_is_done_again(task, interrupted):
    calls = []

    def hits_of(task, fold, settings):
        calls.append(settings)
        if len(calls) == 4 * interrupted + 2:
            raise KeyboardInterrupt
        return made_up(task, fold, settings)

    study = study_of(task)
    with pytest.raises(KeyboardInterrupt):
        tuned(task, 4, hits_of, study)
    tuned(task, 4, hits_of, study)
    states = [state_of(trial) for trial in study.trials]
    assert states == ["complete"] * interrupted + ["interrupted"] + ["complete"] * (4 - interrupted)
    again = study.trials[interrupted + 1]
    assert again.params == study.trials[interrupted].params
    assert default_trial(study).params == task.default()


def test_a_trial_that_died_before_its_first_sign_of_life_is_done_again(task, tmp_path, monkeypatch):
    monkeypatch.setattr("styleclf.tuning.study._HEARTBEAT", 1)
    monkeypatch.setattr("styleclf.tuning.study._GRACE", 2)
    study = study_of(task, open_storage(f"sqlite:///{tmp_path / 'study.db'}"))
    study.ask()  # as a process does that is killed at once
    tuned(task, 2, study=study)
    assert [state_of(trial) for trial in study.trials] == ["interrupted", "complete", "complete"]
    assert DEFAULT in study.trials[1].user_attrs or DEFAULT in study.trials[2].user_attrs


def test_failures_are_recorded_and_count(task):
    def hits_of(task, fold, settings):
        if settings["arch"] == "resnet34":
            raise RuntimeError("out of\nmemory")
        return made_up(task, fold, settings)

    study = tuned(task, 12, hits_of)
    table = trials_table(study, task)
    failed = table[table["state"] == "failed"]
    assert len(table) == 12 and 0 < len(failed) < 12
    assert set(failed["reason"]) == {"out of memory"} and set(failed["arch"]) == {"resnet34"}
    assert failed["value"].isna().all() and set(table.loc[table["state"] != "failed", "reason"]) == {""}
    assert "failed (out of memory)" in trial_line(study, study.trials[failed["number"].iloc[0]], 12)


def test_a_training_that_diverged_is_no_perfect_one(task, how, monkeypatch):
    """Compared with NaN, nothing comes before the true style."""
    monkeypatch.setattr("styleclf.tuning.trial.fitted_learner", lambda *_, **__: None)
    rows = task.design[task.in_fold("0")][["filename", "label", "author", "fold"]]
    table = rows.assign(pred="", **{f"proba_{style}": np.nan for style in sorted(set(task.design["label"]))})
    monkeypatch.setattr("styleclf.inference.predict_design", lambda *_, **__: table)
    with pytest.raises(ValueError, match="diverged"):
        trained_hits(task, "0", task.base)


def past(values, value, **attributes):
    return optuna.create_trial(intermediate_values=dict(enumerate(values)), value=value, user_attrs=attributes)


def running(study, values, **attributes):
    trial = study.ask()
    for name, value in attributes.items():
        trial.set_user_attr(name, value)
    for step, value in enumerate(values):
        trial.report(value, step)
    return trial


def test_a_trial_worse_than_half_of_the_others_is_stopped_even_after_an_easy_fold():
    study = optuna.create_study(direction="maximize", pruner=FoldMedian())
    for value in (0.68, 0.69, 0.7, 0.71):
        study.add_trial(past([0.9, value, value], value))
    assert not running(study, [0.1]).should_prune(), "four trials are no median"
    study.add_trial(past([0.9, 0.7, 0.7], 0.7))
    assert running(study, [0.95, 0.6]).should_prune()
    assert running(study, [0.8]).should_prune()
    assert not running(study, [0.8, 0.75]).should_prune()
    assert not running(study, [0.1], **{DEFAULT: True}).should_prune()


def test_pruning_spares_trainings(task):
    calls = []
    study = tuned(task, 30, lambda task, fold, settings: calls.append(fold) or made_up(task, fold, settings))
    pruned = [trial for trial in study.trials if state_of(trial) == "pruned"]
    assert pruned and len(calls) == sum(len(trial.intermediate_values) for trial in study.trials) < 4 * 30
    table = trials_table(study, task).set_index("number")
    assert table.loc[[trial.number for trial in pruned], "value"].isna().all()


def test_the_search_comes_near_what_is_best(task):
    best = tuned(task, 40).best_trial
    assert best.params["epochs"] > 0 and abs(np.log10(best.params["lr_max"]) + 3) < 0.35


def test_another_design_or_space_is_another_study(task):
    storage = optuna.storages.InMemoryStorage()
    study_of(task, storage)
    study_of(TuningTask(task.design.iloc[::-1], "elsewhere", task.base, task.space), storage)
    study_of(TuningTask(task.design, "", task.base | {"newer": 1}, task.space), storage)
    other = [
        (TuningTask(task.design, "", task.base | {"size": 96}, task.space), "size 224 instead of 96"),
        (TuningTask(task.design, "", task.base, task.space | {"arch": ["a"]}), "arch to search .*resnet34.* instead"),
        (TuningTask(task.design, "", task.base, task.space | {"size": [96]}), "size to search None instead"),
        (task.without("0"), "design"),
    ]
    for each, what in other:
        with pytest.raises(ValueError, match=what):
            study_of(each, storage)


def test_processes_that_share_a_study_draw_differently(task):
    study = study_of(task)
    tuned(task, 1, study=study)
    asked = [study.ask() for _ in range(3)]
    drawn = [_draw_settings(trial, task) for trial in asked]
    assert len({str(each) for each in drawn}) == 3
    again = [_draw_settings(trial, task) for trial in [study_of(task).ask() for _ in range(2)]]
    assert again[0] == again[1], "the same number is the same trial"


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////nowhere/at/all.db", "postgresql+nodriver://x/y"])
def test_a_database_that_cannot_be_had_is_one_sentence(url):
    with pytest.raises((ValueError, ConnectionError), match="the study's database cannot be"):
        open_storage(url)


def test_the_check_finds_what_would_fail_every_trial(task, sample, how):
    for wrong, what in (
        ({"arch": "resnet1"}, "resnet1"),
        ({"weights": "nowhere.safetensors"}, "nowhere"),
        ({"probe_share": 2.0}, "probe_share"),
    ):
        with pytest.raises((ValueError, OSError), match=what):
            check_default(TuningTask(task.design, sample, BASE | how | wrong, {}))
    with pytest.raises(ValueError, match="resnet3"):
        check_default(TuningTask(task.design, sample, BASE | how, {"arch": ["resnet18", "resnet3x"]}))


def judged_study(hits, task):
    """A study whose complete trials have these hits `(n_trials, n)`."""
    study = optuna.create_study(direction="maximize")
    for row in hits:
        value = score(row, task.targs)
        study.add_trial(past([value], value, **{HITS: _as_text(row, task.design)}))
    return study


def test_the_luck_of_the_winner_among_equals_is_found(task):
    rng = np.random.default_rng(0)
    open_ = (task.design["fold"] != VAL).to_numpy()
    own, elsewhere = [], []
    for seed in range(12):
        hits = np.where(open_, (rng.random((30, len(open_))) < 0.7).astype(float), np.nan)
        study = judged_study(hits, task)
        own.append(study.best_value)
        elsewhere.append(score_elsewhere(study, task, 200, seed))
    assert np.mean(own) > 0.75, "the best of thirty equals looks better than it is"
    assert np.mean(elsewhere) == pytest.approx(0.7, abs=0.02)


def test_a_winner_that_is_better_on_every_image_has_no_luck(task):
    rng = np.random.default_rng(0)
    weak = (rng.random((5, len(task.design))) < 0.5).astype(float)
    strong = (rng.random(len(task.design)) < 0.9).astype(float)
    study = judged_study(np.vstack([weak, strong]), task)
    assert score_elsewhere(study, task, 300) == pytest.approx(study.best_value, abs=0.02)


def test_nested_tuning_neither_trains_nor_chooses_by_the_fold_it_is_judged_on(task):
    study, calls = tuned(task, 6), []

    def hits_of(part, fold, settings):
        closed = part.design.loc[(part.design["fold"] == VAL).to_numpy(), "filename"]
        calls.append((fold, frozenset(set(closed) & set(task.design.loc[task.design["fold"] != VAL, "filename"]))))
        return made_up(part, fold, settings)

    nested = nested_score(study, task, 6, hits_of)
    names = {fold: frozenset(task.design.loc[task.in_fold(fold), "filename"]) for fold in cv_folds(task.design)}
    for fold, closed in calls:
        assert not closed or (closed in names.values() and closed != names[fold])
    judged = [fold for fold, closed in calls if not closed]
    assert len(judged) < 4, "what the main study knows is not trained again"
    winners = [
        optuna.load_study(study_name=f"test without fold {fold}", storage=study._storage).best_trial.params
        for fold in names
    ]
    hits = np.full(len(task.design), np.nan)
    for fold, winner in zip(names, winners, strict=True):
        hits[task.in_fold(fold)] = made_up(task, fold, settings_of(task, winner))
    assert nested == pytest.approx(score(hits, task.targs))
    calls.clear()
    assert nested_score(study, task, 6, hits_of) == nested and not [c for _, c in calls if c], "kept"


def test_the_summary_tells_winner_margin_luck_and_what_to_run(task, tmp_path):
    study = tuned(task, 14)
    _write_state(study, task, tmp_path)
    text = summary(study, task, tmp_path)
    best, default = study.best_trial, default_trial(study)
    assert f"{best.value:.4f}" in text and f"{default.value:.4f}, {best.value - default.value:.4f} less" in text
    assert f"compare.py {tmp_path / 'default'} {tmp_path / 'best'}" in text
    lines = (tmp_path / "best.ini").read_text(encoding="utf-8").splitlines()
    assert f"lr_max = {_round_setting(best.params['lr_max'])}" in lines and f"epochs = {best.params['epochs']}" in lines
    assert not any(line.startswith("minutes") for line in lines), "what is not set is not written"
    only = tuned(task, 1)
    assert "nothing that was tried is better" in summary(only, task, tmp_path)


def texts(fig):
    fig.canvas.draw()
    return {text.get_text() for text in fig.findobj(Text)}


def test_figures_show_every_trial_and_every_setting(task):
    def hits_of(task, fold, settings):
        if settings["label_smoothing"] > 0.25:
            raise ValueError("too smooth")
        return made_up(task, fold, settings)

    study = tuned(task, 45, hits_of)
    table, shares = trials_table(study, task), importances(study)
    figures = tuning_figures(table, shares)
    assert set(figures) == {"history", "slices", "importance", "architectures"}
    dots = {line.get_label(): len(line.get_xdata()) for line in figures["history"].axes[0].lines}
    by_state = table["state"].value_counts()
    assert dots["judged on all folds"] == by_state["complete"] and dots["failed"] == by_state["failed"]
    assert dots["stopped after some folds"] == by_state["pruned"]
    assert shares.sum() == pytest.approx(1) and set(shares.index) <= set(task.space) <= texts(figures["slices"])
    assert set(shares.index) <= texts(figures["importance"])
    assert f"{study.best_value:.3f}" in texts(figures["history"])
    boxes = texts(figures["architectures"])
    complete = table[table["state"] == "complete"]
    for arch, rows in complete.groupby("arch"):
        assert f"{arch}\n{len(rows)} trials" in boxes or f"{arch}\n1 trial" in boxes


def test_figures_of_short_studies(task):
    table = trials_table(tuned(task, 1), task)
    assert set(tuning_figures(table, pd.Series(dtype=float))) == {"history"}
    with pytest.raises(ValueError, match="nothing to draw"):
        _plot_slices(table)
    with pytest.raises(ValueError, match="importances"):
        _plot_importance(pd.Series(dtype=float))
