"""A study: restarts, pruning, failures, and processes that share it, with made-up hits."""

import sqlite3
import time
from contextlib import closing

import numpy as np
import pytest

pytest.importorskip("optuna", reason="tuning is an extra: pip install styleclf[tune]")

import optuna

from styleclf.data.paintings import Paintings
from styleclf.tuning.results import trials_table
from styleclf.tuning.search_space import TuningTask
from styleclf.tuning.study import (
    DEFAULT_KEY,
    FoldMedianPruner,
    _check_sqlite,
    default_trial,
    finished_trials,
    open_storage,
    open_study,
    state_of,
    storage_sentences,
    trial_line,
)
from styleclf.tuning.trial import _draw_settings
from tests.tuning.made_up import made_up, past, study_of, tuned


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
    as_if_never = [trial.params for trial in tuned(task, 4).trials]
    assert [trial.params for trial in finished_trials(study)] == as_if_never


def test_a_trial_that_died_before_its_first_sign_of_life_is_done_again(task, tmp_path, monkeypatch):
    monkeypatch.setattr("styleclf.tuning.study._HEARTBEAT_SECONDS", 1)
    monkeypatch.setattr("styleclf.tuning.study._GRACE_SECONDS", 2)
    study = study_of(task, open_storage(f"sqlite:///{tmp_path / 'study.db'}"))
    study.ask()  # as a process does that is killed at once
    tuned(task, 2, study=study)
    assert [state_of(trial) for trial in study.trials] == ["interrupted", "complete", "complete"]
    assert DEFAULT_KEY in study.trials[1].user_attrs or DEFAULT_KEY in study.trials[2].user_attrs


def test_failures_are_recorded_and_count(task):
    def hits_of(task, fold, settings):
        if settings["arch"] == "resnet34":
            raise RuntimeError("out of\nmemory")
        return made_up(task, fold, settings)

    study = tuned(task, 12, hits_of)
    table = trials_table(study, task)
    failed = table[table["state"] == "failed"]
    assert len(table) == 12
    assert 0 < len(failed) < 12
    assert set(failed["reason"]) == {"out of memory"}
    assert set(failed["arch"]) == {"resnet34"}
    assert failed["value"].isna().all()
    assert set(table.loc[table["state"] != "failed", "reason"]) == {""}
    assert "failed (out of memory)" in trial_line(study, study.trials[failed["number"].iloc[0]], 12)


def running(study, values, **attributes):
    trial = study.ask()
    for name, value in attributes.items():
        trial.set_user_attr(name, value)
    for step, value in enumerate(values):
        trial.report(value, step)
    return trial


def test_a_trial_worse_than_half_of_the_others_is_stopped_even_after_an_easy_fold():
    study = optuna.create_study(direction="maximize", pruner=FoldMedianPruner())
    for value in (0.68, 0.69, 0.7, 0.71):
        study.add_trial(past([0.9, value, value], value))
    assert not running(study, [0.1]).should_prune(), "four trials are no median"
    study.add_trial(past([0.9, 0.7, 0.7], 0.7))
    assert running(study, [0.95, 0.6]).should_prune()
    assert running(study, [0.8]).should_prune()
    assert not running(study, [0.8, 0.75]).should_prune()
    assert not running(study, [0.1], **{DEFAULT_KEY: True}).should_prune()


def test_pruning_spares_trainings(task):
    calls = []
    study = tuned(task, 30, lambda task, fold, settings: calls.append(fold) or made_up(task, fold, settings))
    pruned = [trial for trial in study.trials if state_of(trial) == "pruned"]
    assert pruned
    assert len(calls) == sum(len(trial.intermediate_values) for trial in study.trials) < 4 * 30
    table = trials_table(study, task).set_index("number")
    assert table.loc[[trial.number for trial in pruned], "value"].isna().all()


def test_the_search_comes_near_what_is_best(task):
    best = tuned(task, 40).best_trial
    assert best.params["epochs"] > 0
    assert abs(np.log10(best.params["lr_max"]) + 3) < 0.35


def test_another_design_or_space_is_another_study(task):
    storage = optuna.storages.InMemoryStorage()
    study_of(task, storage)
    study_of(TuningTask(Paintings(task.paintings.rows.iloc[::-1], "elsewhere"), task.base, task.space), storage)
    study_of(TuningTask(task.paintings, task.base | {"newer": 1}, task.space), storage)
    other = [
        (TuningTask(task.paintings, task.base | {"size": 96}, task.space), "size None instead of 96"),
        (TuningTask(task.paintings, task.base, task.space | {"arch": ["a"]}), "arch to search .*resnet34.* instead"),
        (TuningTask(task.paintings, task.base, task.space | {"size": [96]}), "size to search None instead"),
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


@pytest.mark.parametrize("url", ["nonsense", "runs/study.db"])
def test_what_is_no_address_of_a_database_is_named_with_an_example(url):
    with pytest.raises(ValueError, match=f"storage must be an address such as sqlite:///runs/study.db, not '{url}'"):
        open_storage(url)


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.db", "postgresql+nodriver://x/y"])
def test_a_database_that_cannot_be_had_is_one_sentence(url):
    with pytest.raises((ValueError, ConnectionError), match="the study's database cannot be"):
        open_storage(url)


def sqlite_file(path, *statements):
    """A SQLite database made by these statements."""
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path


@pytest.mark.parametrize("damage", ["text", "half", "other program", "no table"])
def test_a_file_that_holds_no_studies_is_named(tmp_path, monkeypatch, damage):
    monkeypatch.setattr("styleclf.tuning.study._SECONDS_BETWEEN_LOOKS", 0)
    path = tmp_path / "study.db"
    if damage == "other program":
        sqlite_file(path, "CREATE TABLE pigments (name)")
    else:
        open_storage(f"sqlite:///{path}").remove_session()
    if damage == "no table":
        sqlite_file(path, "DROP TABLE trial_values")
    elif damage == "half":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "text":
        path.write_text("ultramarine")
    with pytest.raises(ValueError, match=r"study\.db is .*: name another database, or remove this file") as caught:
        open_storage(f"sqlite:///{path}")
    words = {"other program": "of another program, it has the table pigments", "no table": "it lacks the table trial_v"}
    assert words.get(damage, "") in str(caught.value)


def test_a_folder_in_the_place_of_a_study_is_called_one(tmp_path):
    (tmp_path / "study.db").mkdir()
    with pytest.raises(ValueError, match=r"study\.db is a folder, and no database of SQLite's: name another database"):
        open_storage(f"sqlite:///{tmp_path / 'study.db'}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url):
    with pytest.raises(ValueError, match="names no file, and a study lives in one"):
        open_storage(url)


def test_a_study_of_another_program_is_named(task, tmp_path):
    storage = open_storage(f"sqlite:///{tmp_path / 'study.db'}")
    optuna.create_study(study_name="mine", storage=storage).set_user_attr("task", 7)
    with pytest.raises(ValueError, match="the study 'mine' is not one of styleclf's, its task is 7"):
        open_study(storage, "mine", task)


def test_a_locked_study_is_told_at_once(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("styleclf.tuning.study._SECONDS_UNTIL_TOLD", 0.1)
    path = tmp_path / "study.db"
    open_storage(f"sqlite:///{path}").remove_session()
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        _check_sqlite(f"sqlite:///{path}")
        assert time.monotonic() - start < 5
    assert "study.db: database is locked; this waits up to 60 s for whoever has it" in capsys.readouterr().out


def test_a_database_that_fails_is_one_sentence():
    from sqlalchemy.exc import OperationalError

    refusal = pytest.raises(
        OSError, match="database cannot be used any more: database or disk is full, make room or name"
    )
    with refusal, storage_sentences():
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))


def test_a_damaged_value_in_a_database_is_one_sentence(task, tmp_path):
    path = tmp_path / "study.db"
    open_study(open_storage(f"sqlite:///{path}"), "mine", task)
    sqlite_file(path, "UPDATE study_user_attributes SET value_json = '{['")
    with (
        pytest.raises(ValueError, match="damaged, it holds a value that is no JSON: name another"),
        storage_sentences(),
    ):
        open_study(open_storage(f"sqlite:///{path}"), "mine", task)
