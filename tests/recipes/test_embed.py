"""recipes/embed.py through its real command line."""

from pathlib import Path

import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.runs.folder import read_embeddings
from tests.recipes.test_recipes import desk, first_run, run  # noqa: F401  (a fixture)


@pytest.fixture(scope="module")
def names(desk, design):
    """The design's filenames, from a design.csv at the desk."""
    write_table(design, desk / "design.csv")
    return design["filename"].tolist()


def test_all_images_of_a_design_are_embedded_and_neighbours_drawn(desk, names, exported):
    flags = ["--images", "my/paintings", "--design", "design.csv", "--model", str(exported), "--out", "runs/embed"]
    flags += ["--n-nearest", "3", "--clusters", "--projection", "pca"]
    done = first_run(desk, "recipes/embed.py", *flags, names[0], f"my/paintings/{names[1]}")
    assert done.returncode == 0, done.stderr
    embeddings, filenames = read_embeddings(desk / "runs/embed/embeddings.npz")
    assert filenames.tolist() == names
    assert embeddings.shape == (len(names), 16)
    neighbours = pd.read_csv(desk / "runs/embed/neighbours.csv")
    assert len(neighbours) == 8
    assert "clusters" in done.stdout
    assert len(pd.read_csv(desk / "runs/embed/clusters.csv")) == 2 * (8 + 3 - 1)
    assert {file.stem for file in (desk / "runs/embed/figures").iterdir()} == {"neighbours", "clusters"}


def test_a_folder_is_embedded_by_a_bare_body(desk, weights_file):
    flags = ["--images", "my/new-pictures", "--weights", str(weights_file), "--out", "runs/bare"]
    done = run(desk, "recipes/embed.py", *flags)
    assert done.returncode == 0, done.stderr
    embeddings, filenames = read_embeddings(desk / "runs/bare/embeddings.npz")
    assert len(filenames) == len(list((desk / "my/new-pictures").iterdir()))
    assert embeddings.shape[1] == 512


@pytest.mark.parametrize("without_design", [[], ["--design", ""]], ids=["by settings", "by flag"])
def test_a_folder_is_embedded_with_the_settings_as_they_come(desk, exported, monkeypatch, without_design):
    settings = Path(__file__).parents[2] / "settings.ini"
    monkeypatch.setenv("STYLECLF_SETTINGS", str(settings))
    flags = ["--images", "my/new-pictures", *without_design, "--model", str(exported), "--out", "runs/by-settings"]
    done = run(desk, "recipes/embed.py", *flags)
    assert done.returncode == 0, done.stderr
    assert read_embeddings(desk / "runs/by-settings/embeddings.npz")[0].shape[1] == 16


@pytest.mark.parametrize(
    "flags, what",
    [
        ("--images my/paintings some.jpg", "--design"),
        ("--images my/paintings --clusters", "--design"),
        ("--images my/paintings --design design.csv --weights none some.jpg", "some.jpg"),
        ("--images my/paintings --model nowhere.pkl", "nowhere.pkl"),
    ],
)
def test_bad_input_is_one_sentence(desk, names, flags, what):
    done = run(desk, "recipes/embed.py", *flags.split())
    assert done.returncode == 2 and what in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
