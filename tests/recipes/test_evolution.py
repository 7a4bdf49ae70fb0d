"""recipes/evolution.py through its real command line, on what recipes/train.py leaves."""

import shutil

import numpy as np
import pytest

from styleclf.common import write_table
from styleclf.training.embedding_history import read_evolution, write_evolution
from tests.recipes.test_recipes import desk, first_run, run  # noqa: F401  (a fixture)


@pytest.fixture(scope="module")
def trained(desk, weights_file, design):
    """A folder with a run, and one with a design, at the desk."""
    write_table(design, desk / "runs/d/design.csv")
    flags = ["--images", "my/paintings", "--design", "runs/d/design.csv", "--weights", str(weights_file)]
    done = run(desk, "recipes/train.py", *flags, "--keep-epochs", "0,1,best,9,last", "--out", "runs/e")
    assert done.returncode == 0 and "no embeddings of epoch 9" in done.stdout, done.stderr
    return desk / "runs/e"


def test_the_figure_stands_with_those_of_the_run(trained, desk):
    done = first_run(desk, "recipes/evolution.py", "--run", "runs/e", "--projection", "pca")
    assert done.returncode == 0, done.stderr
    assert "epochs 0" in done.stdout
    assert "last" in done.stdout
    assert (trained / "figures/evolution.png").stat().st_size
    assert (trained / "figures/history.png").is_file()
    done = run(desk, "recipes/evolution.py", "--run", "runs/e", "--projection", "pca", "--out", "runs/elsewhere")
    assert done.returncode == 0
    assert (desk / "runs/elsewhere/figures/evolution.png").is_file()


def test_bad_input_is_one_sentence(trained, desk):
    broken, changed = desk / "runs/broken", desk / "runs/changed"
    for copy in (broken, changed):
        shutil.copytree(trained, copy)
    shutil.copytree(trained, desk / "runs/without")
    (desk / "runs/without/evolution.npz").unlink()
    result = read_evolution(trained / "evolution.npz")
    result.embeddings[-1, 3, 2] = np.nan
    write_evolution(result, broken / "evolution.npz")
    design, settings = (desk / "runs/d/design.csv").read_text(), (changed / "settings.json").read_text()
    (desk / "other.csv").write_text(design.replace(result.filename[0], "cubism/nobody_nothing.jpg"))
    elsewhere = settings.replace("runs/d/design.csv", "other.csv").replace("../d/design.csv", "../../other.csv")
    (changed / "settings.json").write_text(elsewhere)
    for flags, what in (
        ("--run runs/d", "runs/d is not the folder of a finished run"),
        ("--run runs/without", "runs/without/evolution.npz"),
        ("--run runs/broken --projection pca", "1 embedding with NaN or infinity"),
        ("--run runs/changed", result.filename[0]),
        ("--run runs/e --projection tsne", "tsne"),
    ):
        done = run(desk, "recipes/evolution.py", *flags.split())
        assert done.returncode == 2 and what in done.stderr, done.stderr
        lines = done.stderr.strip().splitlines()
        assert len([line for line in lines if not line.startswith("note: other.csv is not the design")]) == 1, lines


def test_an_unknown_epoch_is_told_before_any_training(desk, trained):
    flags = ["--images", "my/paintings", "--design", "runs/d/design.csv", "--keep-epochs", "first"]
    done = run(desk, "recipes/train.py", *flags)
    assert done.returncode == 2
    assert "'first'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
