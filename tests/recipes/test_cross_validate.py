"""recipes/cross_validate.py and recipes/validate.py through their real command lines, killed and gone on with."""

import json
import re
import time

import pandas as pd
import pytest

from styleclf.common import write_table
from tests.recipes.test_recipes import desk, first_run, run, started  # noqa: F401  (desk is a fixture)

COMMAND = ["recipes/cross_validate.py", "--images", "my/paintings", "--design", "runs/d/design.csv", "--epochs", "0"]


@pytest.fixture(scope="module")
def weights(weights_file):
    """Flags for weights that a probe can read."""
    return ["--weights", str(weights_file)]


@pytest.fixture(scope="module")
def done(desk, weights, halves):
    """A cross-validation without a break, in runs/cv."""
    write_table(halves, desk / "runs/d/design.csv")
    done = first_run(desk, *COMMAND, *weights, "--out", "runs/cv")
    assert done.returncode == 0, done.stderr
    return done


def test_a_table_with_intervals_figures_and_folds(done, desk):
    rows = [line.split("  ")[0] for line in done.stdout.splitlines()]
    names = [row for row in rows if re.match(r"fold \d$|cv$|chance$", row)]
    assert list(dict.fromkeys(names)) == ["fold 0", "fold 1", "cv", "chance"], "in each block of the table"
    metrics = pd.read_csv(desk / "runs/cv/metrics.csv")
    assert set(pd.read_csv(desk / "runs/cv/calibration.csv")["run"]) == {"as trained", "calibrated"}
    result = set(metrics["metric"][metrics["part"] == "cv"])
    assert {"top_2_accuracy", "f1_macro", "log_loss", "ece", "silhouette_true", "davies_bouldin_pred"} <= result
    figures = {file.stem for file in (desk / "runs/cv/figures").glob("*.png")}
    assert figures == {"folds", "confusion", "recall", "painters", "reliability", "novelty"}
    novelty = pd.read_csv(desk / "runs/cv/novelty.csv")
    assert set(novelty["metric"]) == {"auroc", "called_new", "false_alarms"}
    assert "none of these: AUROC" in done.stdout
    assert "false alarms" in done.stdout
    settings = json.loads((desk / "runs/cv/settings.json").read_text())
    assert settings["settings"]["epochs"] == 0
    assert settings["seconds"] > 0


@pytest.mark.slow  # tests of runs.folds have a missing fold
def test_killed_at_any_moment_it_goes_on_and_ends_the_same(done, desk, weights):
    command = [*COMMAND, *weights, "--out", "runs/killed"]
    killed = started(desk, *command)
    first = desk / "runs/killed/fold-0/fold.json"
    while not first.exists() and killed.at_work():
        time.sleep(0.02)
    killed.kill()
    assert first.exists()
    assert not (desk / "runs/killed/metrics.csv").exists()
    again = run(desk, *command)
    assert again.returncode == 0 and "1 of 2 folds are trained already" in again.stdout, again.stderr
    for name in ("metrics.csv", "predictions.csv"):
        assert (desk / "runs/killed" / name).read_bytes() == (desk / "runs/cv" / name).read_bytes()


def test_other_settings_are_not_mixed_with_finished_folds(done, desk, weights):
    refused = run(desk, *COMMAND, *weights, "--out", "runs/cv", "--embedding-size", "3")
    assert refused.returncode == 2
    assert "embedding_size 16 instead of 3" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_the_validation_set_is_opened_at_the_end_and_counted(done, desk):
    ways = (run, [], "the first time"), (first_run, ["--ensemble", "--calibrate"], "time number 2")
    for call, flags, n in ways:
        opened = call(desk, "recipes/validate.py", "--cv", "runs/cv", *flags)
        assert opened.returncode == 0, opened.stderr
        assert n in opened.stdout
        assert ("styles on average contain" in opened.stdout) == ("--calibrate" in flags)
        parts = re.findall(r"^(train|test|val|chance) ", opened.stdout, re.M)
        assert list(dict.fromkeys(parts)) == ["train", "test", "val", "chance"]
        assert (desk / "runs/cv/validation/predictions.csv").is_file()


def test_without_a_cross_validation_there_is_nothing_to_validate(desk):
    refused = run(desk, *["recipes/validate.py", "--cv", "runs/nowhere"])
    assert refused.returncode == 2
    assert "runs/nowhere" in refused.stderr


@pytest.mark.slow  # two more cross-validations
def test_one_style_against_the_rest_beside_all_styles_and_tracked(done, desk, weights, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    store = f"sqlite:///{desk / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    flags = ["--one-vs-rest", "cubism", "--beside", "runs/cv", "--track", "mlflow", "--out", "runs/cubism"]
    one = run(desk, *COMMAND, *weights, *flags)
    assert one.returncode == 0, one.stderr
    scores = pd.read_csv(desk / "runs/cubism/precision_recall.csv", index_col="model")
    assert scores.index.tolist() == ["cubism against the rest", "all styles", "difference"]
    assert scores.loc["difference", "value"] == pytest.approx(scores["value"].iloc[0] - scores["value"].iloc[1])
    assert (desk / "runs/cubism/figures/precision_recall.png").is_file()

    client = mlflow.MlflowClient(store)
    (experiment,) = [each for each in client.search_experiments() if each.name == "styleclf"]
    runs = client.search_runs([experiment.experiment_id])
    parents = [result.data.tags.get("mlflow.parentRunId") for result in runs]
    assert len(runs) == 3
    assert parents.count(None) == 1
    assert len(set(parents)) == 2
    assert all("fold" in result.info.run_name for result in runs if "mlflow.parentRunId" in result.data.tags)


def test_what_goes_with_one_style_only_is_refused_without(desk):
    refused = run(desk, *COMMAND, "--beside", "runs/cv")
    assert refused.returncode == 2
    assert "--one-vs-rest" in refused.stderr
