"""recipes/tune.py through its real command line: killed and taken up, and shared by two processes on PostgreSQL."""

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.data.design import make_design
from tests.recipes.test_recipes import TINY, desk, first_run, run, started  # noqa: F401  (desk is a fixture)

pytest.importorskip("optuna", reason="tuning is an extra: pip install styleclf[tune]")

LINE = ["recipes/tune.py", "--images", "my/paintings", "--design", "design.csv"]


@pytest.fixture
def settings(weights_file):
    """Tiny settings with pretrained weights."""
    return TINY.replace("weights = none", f"weights = {weights_file}")


def second_trial_at_work(out):
    """Whether the study in a folder has finished a trial and shown a sign of life of the next."""
    try:
        with closing(sqlite3.connect(f"file:{out / 'study.db'}?mode=ro", uri=True)) as study:
            return study.execute("SELECT count(*) FROM trial_heartbeats").fetchone()[0] > 1
    except sqlite3.OperationalError:  # it is not there yet, or has no tables
        return False


@pytest.mark.slow  # the one below is short
def test_a_killed_study_goes_on_and_its_winner_can_be_trained(desk, halves, settings):
    out, command = desk / "runs/tune", [*LINE, "--trials", "3", "--out", "runs/tune"]
    write_table(halves, desk / "design.csv")
    study = started(desk, *command, settings=settings)
    while study.at_work() and not second_trial_at_work(out):
        time.sleep(0.05)
    killed = study.kill()
    before = pd.read_csv(out / "trials.csv")
    assert 1 <= len(before) < 3, killed.stderr

    done = first_run(desk, *command, settings=settings)
    assert done.returncode == 0, done.stderr
    after = pd.read_csv(out / "trials.csv")
    finished = after[after["state"].isin(["complete", "pruned", "failed"])]
    assert len(finished) == 3
    assert set(after["state"]) <= {"complete", "interrupted"}
    pd.testing.assert_frame_equal(after[after["number"].isin(before["number"])][["value"]], before[["value"]])
    assert after["default"].iloc[0]
    assert after["epochs"].iloc[0] == 1
    assert after["lr_max"].iloc[0] == 3e-4
    best = finished.loc[finished["value"].idxmax()]
    assert f"winner: trial {best['number']}, top-2 accuracy {best['value']:.4f}" in done.stdout
    assert {file.stem for file in (out / "figures").glob("*.png")} == {"history", "slices"}
    assert len(done.stdout.split("Traceback")) == 1

    trained = run(desk, "recipes/train.py", "--out", "runs/best", settings=(out / "best.ini").read_text())
    assert trained.returncode == 0, trained.stderr
    metrics = pd.read_csv(desk / "runs/best/metrics.csv").set_index(["part", "metric"])["value"]
    assert metrics["test", "top_2_accuracy"] == pytest.approx(best["fold_0"]), "the same training as in the trial"


def test_a_study_of_one_trial_leaves_tables_and_figures(desk, halves, settings):
    write_table(halves, desk / "design.csv")
    done = run(desk, *LINE, "--trials", "1", "--epochs", "0", "--out", "runs/one", settings=settings)
    assert done.returncode == 0, done.stderr
    assert pd.read_csv(desk / "runs/one/trials.csv")["default"].tolist() == [True]
    assert (desk / "runs/one/best.ini").is_file()
    assert (desk / "runs/one/figures/history.png").is_file()


@pytest.mark.parametrize(
    "flags, what",
    [
        ("--weights nowhere.safetensors", "nowhere.safetensors"),
        ("--storage nonsense", "storage must be an address such as sqlite:///runs/study.db, not 'nonsense'"),
        pytest.param(
            "--storage sqlite:///no/such/folder.db", "the study's database cannot be opened", marks=pytest.mark.slow
        ),
    ],
)
def test_what_would_fail_every_trial_is_told_before(desk, halves, settings, flags, what):
    write_table(halves, desk / "design.csv")
    done = run(desk, *LINE, "--out", "runs/never", *flags.split(), settings=settings)
    assert done.returncode == 2 and what in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (desk / "runs/never/trials.csv").exists()


@pytest.fixture
def postgres():
    """The URL of a database of a PostgreSQL server of its own, which listens on a socket in its folder only."""
    initdb, pg_ctl = shutil.which("initdb"), shutil.which("pg_ctl")
    if not (initdb and pg_ctl):
        pytest.skip("PostgreSQL is not installed: there is no initdb and pg_ctl")
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'psycopg[binary]'")
    folder = Path(
        tempfile.mkdtemp(prefix="pg", dir="/tmp")
    )  # the name of a socket is short, and pytest's folders private
    other = {}
    if os.geteuid() == 0:  # as root it does not start
        shutil.chown(folder, "nobody")
        other = {"user": "nobody", "extra_groups": []}

    def call(*command):
        quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # the server would hold a pipe open
        subprocess.run(command, check=True, cwd=folder, **quiet, **other)

    data, log = folder / "data", folder / "log"
    try:
        call(initdb, "-D", data, "-U", "styleclf", "-A", "trust", "--no-sync")
        call(pg_ctl, "-D", data, "-l", log, "-w", "-o", f"-k {folder} -h '' -F", "start")
        yield f"postgresql+psycopg://styleclf@/postgres?host={folder}"
    finally:
        if (data / "postmaster.pid").is_file():
            call(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


@pytest.mark.slow  # a database of its own
def test_two_processes_share_a_study_on_postgresql(desk, halves, settings, postgres):
    flags = ["--trials", "5", "--storage", postgres, "--search", "embedding_size,lr_max"]
    write_table(halves, desk / "design.csv")
    workers = [started(desk, *LINE, *flags, "--out", f"runs/worker-{i}", settings=settings) for i in range(2)]
    workers = [worker.done() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], "\n".join(worker.stderr for worker in workers)
    tables = [pd.read_csv(desk / f"runs/worker-{i}/trials.csv") for i in range(2)]
    pd.testing.assert_frame_equal(*tables)
    (table,) = tables[:1]
    assert table["number"].tolist() == list(range(len(table)))
    assert set(table["state"]) <= {"complete", "pruned"}
    assert 5 <= len(table) <= 6, "both may begin the last one at the same moment"
    assert table["default"].sum() == 1
    assert table["lr_max"].nunique() == len(table)
    lines = [[line for line in worker.stdout.splitlines() if line.startswith("trial ")] for worker in workers]
    assert all(lines) and sum(map(len, lines)) == len(table), "both worked, each on trials of its own"
    assert postgres not in (desk / "runs/worker-0/settings.json").read_text(), "it may hold a password"


@pytest.mark.slow  # studies within studies
def test_nested_tuning_says_how_optimistic_the_winner_is(desk, design, settings):
    write_table(make_design(design.drop(columns="fold"), n_folds=3), desk / "design.csv")
    flags = ["--trials", "2", "--epochs", "0", "--search", "embedding_size", "--nested", "--out", "runs/nested"]
    done = run(desk, *LINE, *flags, settings=settings)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("tuning without fold") == 3
    *_, judged, last = done.stdout.strip().splitlines()
    nested, winner, difference = (float(number) for number in re.findall(r"\d?-?\d\.\d{4}", f"{judged} {last}"))
    assert winner - nested == pytest.approx(difference, abs=1.5e-4)
    trials = pd.read_csv(desk / "runs/nested/trials.csv")
    assert len(trials) == 2
    assert winner == pytest.approx(trials["value"].max(), abs=1e-4)


@pytest.mark.slow  # every training of a study
def test_a_tracked_study_keeps_and_logs_every_training(desk, halves, settings, monkeypatch):
    write_table(halves, desk / "design.csv")
    mlflow = pytest.importorskip("mlflow")
    store = f"sqlite:///{desk / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    flags = ["--trials", "1", "--epochs", "0", "--search", "embedding_size", "--track", "mlflow", "--out", "runs/kept"]
    done = run(desk, *LINE, *flags, settings=settings)
    assert done.returncode == 0, done.stderr
    names = {folder.name for folder in (desk / "runs/kept/trials").iterdir()}
    assert names == {f"trial-0-fold-{fold}" for fold in range(2)}
    client = mlflow.MlflowClient(store)
    (experiment,) = [each for each in client.search_experiments() if each.name == "styleclf"]
    logged = client.search_runs([experiment.experiment_id])
    assert {result.info.run_name for result in logged} == names | {"kept"}
    one = next(result for result in logged if result.info.run_name == "trial-0-fold-0")
    assert "embedding_size" in one.data.params
    assert "test/top_2_accuracy" in one.data.metrics
