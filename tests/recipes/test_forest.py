"""recipes/forest.py through its real command line: killed and gone on with, predicted with, and told what is wrong."""

import inspect
import re
import shutil
import signal
import time

import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.runs.cross_validation import cross_validate
from styleclf.settings import save_settings
from styleclf.training.fit import fitted_learner
from tests.recipes.test_recipes import desk, first_run, run, started  # noqa: F401  (desk is a fixture)
from tests.recipes.test_tune import second_trial_at_work

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

# the second forest that other seeds draw has up to 900 trees
COMMAND = ["recipes/forest.py", "--cv", "runs/cv", "--trials", "2", "--seed", "1", "--jobs", "1"]


@pytest.fixture(scope="module")
def cv(desk, design, sample, cv_run, options):
    """A cross-validation of probes, as its recipe leaves it; runs/d is a run of another recipe."""
    write_table(design, desk / "runs/d/design.csv")
    save_settings(desk / "runs/d", {"images": "my/paintings"})
    out = shutil.copytree(cv_run, desk / "runs/cv")
    metrics, predictions = cross_validate(design, sample, out, **options)
    for name, table in {"design": design, "metrics": metrics, "predictions": predictions}.items():
        write_table(table, out / f"{name}.csv")
    flags = [p for p in inspect.signature(fitted_learner).parameters.values() if p.default is not p.empty]
    save_settings(out, {"images": "my/paintings", **{flag.name: flag.default for flag in flags}, **options})
    return out


@pytest.fixture(scope="module")
def done(desk, cv):
    """The recipe, killed while its first study runs and taken up again."""
    command = [*COMMAND, "--out", "runs/forest"]
    at_work = started(desk, *command)
    while at_work.at_work() and not second_trial_at_work(desk / "runs/forest"):
        time.sleep(0.02)
    time.sleep(0.1)  # its forests are being fitted
    killed = at_work.kill(signal.SIGINT)
    assert killed.returncode == 130 and "forests on frozen features" not in killed.stdout, killed.stderr
    done = first_run(desk, *COMMAND, "--out", "runs/forest")
    assert done.returncode == 0, done.stderr
    return done


def test_it_goes_on_and_leaves_tables_figures_and_a_forest(done, desk):
    assert "2 forests on embeddings, 1 of them tried already" in done.stdout
    assert re.search(r"^cv, forest on frozen features +\d\.\d\d", done.stdout, re.M)
    assert "best top-2 accuracy: " in done.stdout
    assert "is calibrated" in done.stdout
    out = desk / "runs/forest"
    trials, table, heads = (pd.read_csv(out / f"{name}.csv") for name in ("trials", "two_by_two", "heads"))
    complete = trials[trials["state"] == "complete"]
    assert complete["features"].value_counts().to_dict() == {"embeddings": 2, "frozen features": 2}
    assert table["model"].nunique() == 8 and set(heads["part"]) == {"train", "test"}, "validation stays closed"
    assert not (desk / "runs/cv/openings.csv").exists()
    assert "The best is the " in done.stdout
    assert "All models on the same" in (out / "report.html").read_text()
    first = heads[(heads["part"] == "test") & (heads["metric"] == "top_2_accuracy")].iloc[0]
    metrics = pd.read_csv(desk / "runs/cv/metrics.csv").set_index(["part", "metric"])["value"]
    assert first["model"] == "network"
    assert first["value"] == pytest.approx(metrics["cv", "top_2_accuracy"], abs=1e-6)
    assert {file.stem for file in (out / "figures").glob("*.png")} == {"two_by_two", "reliability"}


@pytest.mark.parametrize("flags", [[], ["--sets"]])
def test_predict_takes_the_forest_like_any_learner(done, desk, flags):
    result = run(desk, "recipes/predict.py", "--model", "runs/forest/forest.pkl", *flags, "my/new-pictures")
    assert result.returncode == 0 and "images predicted" in result.stdout, result.stderr


@pytest.mark.slow  # another forest
def test_the_validation_set_is_opened_when_asked_for_and_by_the_network_that_is_there(done, desk, cv):
    (cv / "validation").mkdir()
    (desk / "runs/forest/network.pkl").rename(cv / "validation/model.pkl")
    result = run(desk, *COMMAND, "--out", "runs/forest", "--validate", "--calibrate", "none")
    assert result.returncode == 0, result.stderr
    assert "network of all folds: runs/cv/validation/model.pkl" in result.stdout
    assert "2 forests on embeddings, 2 of them tried already" in result.stdout
    heads = pd.read_csv(desk / "runs/forest/heads.csv")
    assert set(heads["part"]) == {"train", "test", "val"}
    assert set(heads["model"]) == {"network", "forest"}
    assert len(pd.read_csv(cv / "openings.csv")) == 1


@pytest.mark.parametrize(
    "flags, what",
    [
        ("--cv runs/d", "runs/d/settings.json lacks the setting 'arch'"),
        ("--cv runs/nowhere", "runs/nowhere is not the folder of a finished run"),
        ("--trials 0", "--trials must be a whole number from 1"),
        ("--calibrate platt", "platt"),
    ],
)
def test_bad_input_is_one_sentence(cv, desk, flags, what):
    result = run(desk, *COMMAND, "--out", "runs/never", *flags.split())
    assert result.returncode == 2 and len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert re.search(what, result.stderr)
    assert not (desk / "runs/never").exists()


def test_another_cross_validation_in_the_same_folder_is_refused(done, desk, cv):
    table = pd.read_csv(cv / "predictions.csv")
    table.iloc[::-1].to_csv(cv / "predictions.csv", index=False)
    result = run(desk, *COMMAND, "--out", "runs/forest")
    assert result.returncode == 2 and "choose another folder" in result.stderr, result.stderr
