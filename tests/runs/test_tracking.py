"""Tracking: what a folder says is found in a real local store; a failure warns once and leaves no trace."""

import importlib
import json
import logging
import os
import socket
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
import pytest

from styleclf.common import say, write_json, write_table
from styleclf.runs import tracking

METRICS = pd.DataFrame(
    {
        "part": ["test", "test", "val"],
        "metric": ["top_2_accuracy", "recall of a?", "top_2_accuracy"],
        "value": [0.75, 0.5, float("nan")],
        "lo": [0.625, float("nan"), float("nan")],
        "hi": [0.875, float("inf"), float("nan")],
    }
)
HISTORY = pd.DataFrame({"epoch": [0, 1], "train_loss": [float("nan"), 1.25], "test_loss": [2.0, 1.5]})


def write_run(folder, settings):
    """A run's folder as recipes leave it."""
    write_table(METRICS, folder / "metrics.csv")
    write_table(HISTORY, folder / "history.csv")
    (folder / "model.pkl").write_bytes(b"a learner")
    (folder / "study.db").write_bytes(b"not for MLflow")
    (folder / "figures").mkdir()
    (folder / "figures/history.png").write_bytes(b"a figure")
    write_json(settings, folder / "settings.json")
    return folder


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """`(client, parent, children)`: a run with two folds below it, read back from the default store."""
    pytest.importorskip("mlflow")
    desk = tmp_path_factory.mktemp("desk")
    settings = {"settings": {"arch": "resnet18", "wd": 0.01, "dask": None}, "seconds": 90.5, "versions": {"torch": "2"}}
    cv = write_run(desk / "cv", settings)
    for fold in (0, 1):
        (cv / f"fold-{fold}").mkdir()
        write_table(HISTORY, cv / f"fold-{fold}/history.csv")
        write_json({"trained_with": {"arch": f"resnet{fold}"}, "seconds": 4}, cv / f"fold-{fold}/fold.json")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.chdir(desk)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        warnings.simplefilter("error", UserWarning)
        run = tracking.Tracker("mlflow").log(cv, sorted(cv.glob("fold-*")))
    client = importlib.import_module("mlflow").MlflowClient(f"sqlite:///{(desk / tracking._LOCAL_STORE).as_posix()}")
    experiment = client.get_experiment_by_name("styleclf").experiment_id
    children = client.search_runs(
        [experiment], f"tags.`mlflow.parentRunId` = '{run}'", order_by=["attributes.run_name"]
    )
    assert len(client.search_runs([experiment])) == 1 + len(children)
    return client, client.get_run(run), children


def test_settings_become_parameters(stored):
    _, run, _ = stored
    assert run.data.params == {"arch": "resnet18", "wd": "0.01", "dask": "None", "seconds": "90.5", "torch": "2"}


def test_finite_metrics_are_logged_with_their_intervals(stored):
    _, run, _ = stored
    final = {name: value for name, value in run.data.metrics.items() if "/" in name}
    assert final == {
        "test/top_2_accuracy": 0.75,
        "test/top_2_accuracy_lo": 0.625,
        "test/top_2_accuracy_hi": 0.875,
        "test/recall of a_": 0.5,
    }


def test_the_history_is_logged_by_epoch(stored):
    client, run, _ = stored
    steps = {
        name: [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, name)]
        for name in ("train_loss", "test_loss")
    }
    assert steps == {"train_loss": [(1, 1.25)], "test_loss": [(0, 2.0), (1, 1.5)]}


def test_tables_figures_and_the_learner_are_artifacts(stored, tmp_path):
    client, run, _ = stored
    paths = {item.path for item in client.list_artifacts(run.info.run_id)}
    assert paths == {"metrics.csv", "history.csv", "settings.json", "model.pkl", "figures"}
    assert [item.path for item in client.list_artifacts(run.info.run_id, "figures")] == ["figures/history.png"]
    artifacts = importlib.import_module("mlflow").artifacts
    copy = artifacts.download_artifacts(f"{run.info.artifact_uri}/model.pkl", dst_path=str(tmp_path))
    assert Path(copy).read_bytes() == b"a learner"


def test_folds_stand_below_their_run_and_the_clock_is_that_of_the_training(stored):
    _, run, children = stored
    assert [child.info.run_name for child in children] == ["fold-0", "fold-1"]
    assert [child.data.params["arch"] for child in children] == ["resnet0", "resnet1"]
    for each, seconds in ((run, 90.5), (children[0], 4)):
        assert each.info.end_time - each.info.start_time == 1000 * seconds
        assert each.info.status == "FINISHED"


def test_more_epochs_than_mlflow_takes_at_a_time_are_logged(stored, tmp_path):
    client, run, _ = stored
    folder = tmp_path / "long"
    write_table(pd.DataFrame({"epoch": range(2100), "test_loss": 1.0}), folder / "history.csv")
    result = tracking._log_folder(client, run.info.experiment_id, folder)
    assert [m.step for m in client.get_metric_history(result, "test_loss")] == list(range(2100))


def test_a_broken_folder_warns_once_and_its_run_is_marked_failed(stored, tmp_path, monkeypatch):
    client, run, _ = stored
    folder = write_run(tmp_path / "broken", {"settings": {}})
    (folder / "history.csv").write_text("epoch,test_loss\nfirst,1\n")
    uri = "sqlite:///" + client.tracking_uri.removeprefix("sqlite:///")
    with pytest.warns(UserWarning, match="broken is whole, but .*first") as caught:
        assert tracking.Tracker("mlflow", uri).log(folder, [folder]) is None
    assert len(caught) == 1
    (latest, *_) = client.search_runs([run.info.experiment_id], order_by=["attributes.start_time DESC"])
    assert (latest.info.run_name, latest.info.status) == ("broken", "FAILED")


@pytest.fixture
def silent_server():
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://user:secret@127.0.0.1:{server.getsockname()[1]}"


def test_a_server_that_never_answers_costs_seconds_and_one_warning(silent_server, tmp_path, monkeypatch):
    pytest.importorskip("mlflow")
    folder = write_run(tmp_path / "run", {"settings": {}})
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")  # ours is longer: whoever sets it decides
    monkeypatch.setenv("MLFLOW_TRACKING_URI", silent_server)
    monkeypatch.chdir(tmp_path)
    before, level, start = dict(os.environ), logging.root.manager.disable, time.monotonic()
    with pytest.warns(UserWarning, match="run is whole, but .* its server does not answer") as caught:
        assert tracking.Tracker("mlflow").log(folder, [folder, folder]) is None
    assert len(caught) == 1
    assert "secret" not in str(caught[0].message)
    assert time.monotonic() - start < 15
    assert dict(os.environ) == before
    assert logging.root.manager.disable == level
    assert not (tmp_path / "runs").exists(), "an unreachable server is no reason to write elsewhere"


def test_no_server_at_all_and_no_place_for_the_store(tmp_path, monkeypatch):
    pytest.importorskip("mlflow")
    folder = write_run(tmp_path / "run", {"settings": {}})
    with pytest.warns(UserWarning, match="does not answer"):
        assert tracking.Tracker("mlflow", "http://127.0.0.1:9").log(folder) is None
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").write_text("a file where a folder should be")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.warns(UserWarning, match="exists"):
        assert tracking.Tracker("mlflow").log(folder) is None


def test_mlflow_is_silent_while_styleclf_says_how_far_it_is(capfd):
    pytest.importorskip("mlflow")
    level = logging.getLogger("mlflow").level
    with tracking._quick_and_quiet():
        logging.getLogger("mlflow.store.db.utils").warning("creating tables")
        logging.getLogger("alembic.runtime.migration").warning("upgrading")
        logging.getLogger("urllib3.connectionpool").warning("retrying")
        say("1 of 4 runs logged")
    output = capfd.readouterr()
    assert output.out == "1 of 4 runs logged\n"
    assert output.err == ""
    logging.getLogger("mlflow").setLevel(level)


def test_processes_make_the_local_store_one_after_another(tmp_path, monkeypatch):
    filelock = pytest.importorskip("filelock")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    lock = filelock.FileLock(tmp_path / f"{tracking._LOCAL_STORE}.lock")
    monkeypatch.setattr(tracking, "_open_experiment", lambda *_: lock.acquire(timeout=0.01))
    with pytest.raises(filelock.Timeout):
        tracking._connect(None, "styleclf")


def test_without_mlflow_a_run_goes_on_after_one_warning_at_its_start(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.warns(UserWarning, match=r'pip install "styleclf\[mlflow\]"'):
        tracker = tracking.Tracker("mlflow")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tracker.log(tmp_path) is None


def test_tracking_is_off_unless_asked_for_and_an_unknown_backend_is_refused(tmp_path):
    assert tracking.Tracker().log(tmp_path / "nowhere") is None
    with pytest.raises(ValueError, match="none, mlflow, not 'mlfow'"):
        tracking.Tracker("mlfow")


def test_what_a_folder_says_is_read_without_mlflow(tmp_path):
    folder = write_run(tmp_path / "run", json.loads('{"settings": {"a b/c": 1, "sizes (px)": [1, 2]}}'))
    assert tracking._params_of(folder) == {"a b/c": 1, "sizes _px_": [1, 2]}
    assert tracking._params_of(tmp_path) == {}
    assert tracking._metrics_of(tmp_path) == []


def test_a_database_is_shown_by_a_command_and_a_server_by_its_address():
    assert tracking._where_to_see("sqlite:////a/b.db") == "mlflow ui --backend-store-uri sqlite:////a/b.db"
    assert tracking._where_to_see("https://me:password@host:5000") == "https://host:5000"


def test_an_error_is_told_on_one_short_line():
    text = tracking._failure_reason(OSError("http://me:password@host/api\nfailed " + 300 * "x"))
    assert text.startswith("http://host/api failed xxx")
    assert len(text) == 200
    assert tracking._failure_reason(TimeoutError()) == "TimeoutError"
