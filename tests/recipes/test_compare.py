"""recipes/compare.py through its real command line."""

import pandas as pd
import pytest

from tests.evaluation.test_comparison import images, runs  # noqa: F401  (fixtures)
from tests.recipes.test_recipes import ROOT, first_run, run


@pytest.fixture
def desk(tmp_path, runs):
    """A folder with the recipes and three runs."""
    (tmp_path / "recipes").symlink_to(ROOT / "recipes")
    for name, table in runs.items():
        (tmp_path / "runs" / name).mkdir(parents=True)
        table.to_csv(tmp_path / "runs" / name / "predictions.csv", index=False)
    return tmp_path


def test_runs_are_compared_in_a_table_a_figure_and_sentences(desk):
    done = first_run(desk, "recipes/compare.py", *[f"runs/{name}" for name in ("first", "second", "skilled")], "--val")
    assert done.returncode == 0, done.stderr
    assert "cv: runs/skilled is" in done.stdout
    assert "more than chance" in done.stdout
    table = pd.read_csv(desk / "runs/compare/comparison.csv")
    assert set(table["part"]) == {"cv", "val"}
    assert table["run"].nunique() == 3
    for name in ("figures/comparison-cv.png", "figures/comparison-val.png", "settings.json"):
        assert (desk / "runs/compare" / name).stat().st_size
    assert "note: there is no report: runs/first has no tables" in done.stderr, "these runs have predictions alone"


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        ("runs/first", "two or more folders"),
        ("runs/first runs/first", "two or more folders"),
        ("runs/first runs/second runs/./first", "folders of different runs"),
        ("runs/first runs/nowhere", "runs/nowhere holds no predictions.csv"),
        ("runs/first runs/second --metric top_9", "metric must be one of"),
    ],
)
def test_bad_input_is_one_sentence(desk, arguments, sentence):
    done = run(desk, "recipes/compare.py", *arguments.split())
    assert done.returncode == 2 and sentence in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_runs_on_other_folds_are_refused(desk, runs):
    runs["second"].assign(fold="0").to_csv(desk / "runs/second/predictions.csv", index=False)
    done = run(desk, "recipes/compare.py", "runs/first", "runs/second")
    assert done.returncode == 2
    assert "runs/first and runs/second cannot be compared" in done.stderr
