"""recipes/forest.py through its real command line: killed and gone on with, predicted with, and told what is wrong."""

import re
import signal
import subprocess
import sys

import pandas as pd
import pytest

from tests.test_recipes import TINY, desk, environment, run  # noqa: F401  (desk is a fixture)

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

COMMAND = ["recipes/forest.py", "--cv", "runs/cv", "--trials", "2", "--jobs", "1"]


@pytest.fixture(scope="module")
def cv(desk, weights_file):  # noqa: F811
    """A cross-validation of probes."""
    design = ["--images", "my/paintings", "--design", "runs/d/design.csv"]
    assert run(desk, *["recipes/design.py", "--images", "my/paintings", "--out", "runs/d"]).returncode == 0
    flags = ["--epochs", "0", "--weights", str(weights_file), "--out", "runs/cv"]
    done = run(desk, "recipes/cross_validate.py", *design, *flags)
    assert done.returncode == 0, done.stderr
    return desk / "runs/cv"


@pytest.fixture(scope="module")
def done(desk, cv):  # noqa: F811
    """The recipe, killed while its first study runs and taken up again."""
    command = [sys.executable, *COMMAND, "--out", "runs/forest"]
    killed = subprocess.Popen(command, cwd=desk, env=environment(desk, TINY), stdout=subprocess.PIPE, text=True)
    for line in killed.stdout:
        if line.startswith("trial 0"):
            break
    killed.send_signal(signal.SIGINT)
    rest = killed.stdout.read()
    assert killed.wait() == 130 and "forests on frozen features" not in rest
    done = run(desk, *COMMAND, "--out", "runs/forest")
    assert done.returncode == 0, done.stderr
    return done


def test_it_goes_on_and_leaves_tables_figures_and_a_forest(done, desk):  # noqa: F811
    assert "2 forests on embeddings, 1 of them tried already" in done.stdout
    assert re.search(r"^cv, forest on frozen features +\d\.\d\d", done.stdout, re.M)
    assert "best top-2 accuracy: " in done.stdout and "is calibrated" in done.stdout
    out = desk / "runs/forest"
    trials, table, heads = (pd.read_csv(out / f"{name}.csv") for name in ("trials", "two_by_two", "heads"))
    complete = trials[trials["state"] == "complete"]
    assert complete["features"].value_counts().to_dict() == {"embeddings": 2, "frozen features": 2}
    assert table["model"].nunique() == 8 and set(heads["part"]) == {"train", "test"}, "validation stays closed"
    assert not (desk / "runs/cv/openings.csv").exists()
    first = heads[(heads["part"] == "test") & (heads["metric"] == "top_2_accuracy")].iloc[0]
    metrics = pd.read_csv(desk / "runs/cv/metrics.csv").set_index(["part", "metric"])["value"]
    assert first["model"] == "network" and first["value"] == pytest.approx(metrics["cv", "top_2_accuracy"], abs=1e-6)
    assert {file.stem for file in (out / "figures").glob("*.png")} == {"two_by_two", "reliability"}


@pytest.mark.parametrize("flags", [[], ["--sets"]])
def test_predict_takes_the_forest_like_any_learner(done, desk, flags):  # noqa: F811
    told = run(desk, "recipes/predict.py", "--model", "runs/forest/forest.pkl", *flags, "my/new-pictures")
    assert told.returncode == 0 and "images predicted" in told.stdout, told.stderr


def test_the_validation_set_is_opened_when_asked_for_and_by_the_network_that_is_there(done, desk, cv):  # noqa: F811
    (cv / "validation").mkdir()
    (desk / "runs/forest/network.pkl").rename(cv / "validation/model.pkl")
    told = run(desk, *COMMAND, "--out", "runs/forest", "--validate", "--calibrate", "none")
    assert told.returncode == 0, told.stderr
    assert "network of all folds: runs/cv/validation/model.pkl" in told.stdout
    assert "2 forests on embeddings, 2 of them tried already" in told.stdout
    heads = pd.read_csv(desk / "runs/forest/heads.csv")
    assert set(heads["part"]) == {"train", "test", "val"} and set(heads["model"]) == {"network", "forest"}
    assert len(pd.read_csv(cv / "openings.csv")) == 1


@pytest.mark.parametrize(
    "flags, what",
    [
        ("--cv runs/d", "runs/d holds no predictions.csv"),
        ("--cv runs/nowhere", "runs/nowhere is no folder of a finished run"),
        ("--trials 0", "trials must be 1 or more"),
        ("--calibrate platt", "platt"),
    ],
)
def test_bad_input_is_one_sentence(cv, desk, flags, what):  # noqa: F811
    told = run(desk, *COMMAND, "--out", "runs/never", *flags.split())
    assert told.returncode == 2 and len(told.stderr.strip().splitlines()) == 1, told.stderr
    assert re.search(what, told.stderr) and not (desk / "runs/never").exists()


def test_another_cross_validation_in_the_same_folder_is_refused(done, desk, cv):  # noqa: F811
    table = pd.read_csv(cv / "predictions.csv")
    table.iloc[::-1].to_csv(cv / "predictions.csv", index=False)
    told = run(desk, *COMMAND, "--out", "runs/forest")
    assert told.returncode == 2 and "choose another --out" in told.stderr, told.stderr
