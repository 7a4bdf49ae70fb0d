"""recipes/collect_next.py, label_next.py and history.py through their real command lines."""

import os

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.common import write_table
from styleclf.data.design import make_design
from tests.curation.conftest import annotation
from tests.curation.made_up import write_design_folder
from tests.recipes.test_recipes import ROOT, run
from tests.report.made_up import write_run

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(tmp_path):
    """A folder with the recipes, pictures, their design, a cross-validation of it, and pictures without labels."""
    (tmp_path / "recipes").symlink_to(ROOT / "recipes")
    rows = make_design(annotation(), n_folds=3, val_share=0)
    rng = np.random.default_rng(0)
    new_files = [f"new/scans/painter{number}_a.png" for number in range(8)]
    for name in [*(f"images/{name}" for name in rows["filename"]), *new_files]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(256, size=(40, 40, 3), dtype=np.uint8)).save(tmp_path / name, "png")
    (tmp_path / "new/broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    digest = write_design_folder(tmp_path / "runs/design", rows)
    write_run(tmp_path / "runs/cv", rows, tmp_path / "images", design_blake2b=digest)
    write_run(tmp_path / "runs/cv-2", rows, tmp_path / "images", strength=5, design_blake2b=digest)
    os.utime(tmp_path / "runs/cv/predictions.csv", (1e9, 1e9))
    return tmp_path


BODY = ("--images", "images", "--design", "runs/design/design.csv", "--arch", "resnet10t", "--weights", "none")


def test_what_to_collect_next_is_a_table_a_figure_and_sentences(desk):
    done = run(desk, "recipes/collect_next.py", "--cv", "runs/cv", *BODY, "--more", "4", "--draws", "2", "--size", "32")
    assert done.returncode == 0, done.stderr
    assert "4 more cubism painters are worth" in done.stdout
    assert "works by the same painters" in done.stdout
    assert len(pd.read_csv(desk / "runs/collect_next/gains.csv")) == 8
    assert (desk / "runs/collect_next/figures/gains.png").stat().st_size


def test_what_to_label_next_is_a_queue_for_the_app(desk):
    words = ("--cv", "runs/cv", *BODY, "--unlabelled", "new", "--n", "5", "--size", "32")
    done = run(desk, "recipes/label_next.py", *words)
    assert done.returncode == 0, done.stderr
    assert "5 pictures of 8 to label" in done.stdout
    assert "tried on your own labels" in done.stdout
    assert "1 file cannot be read" in done.stderr
    queue = pd.read_csv(desk / "runs/label_next/queue.csv")
    assert queue["rank"].tolist() == [1, 2, 3, 4, 5]
    assert queue["file"].str.startswith("scans/painter").all()
    assert len(pd.read_csv(desk / "runs/label_next/random.csv")) == 5
    from styleclf.app.review_order import read_review_order

    names = [f"scans/painter{number}_a.png" for number in range(8)]
    order = read_review_order(desk / "runs/label_next/queue.csv", names)
    assert list(order.ranks) == queue["file"].tolist()
    nowhere = run(desk, "recipes/label_next.py", "--cv", "runs/cv", *BODY, "--unlabelled", "nowhere")
    assert nowhere.returncode == 2
    assert "nowhere" in nowhere.stderr


def test_the_history_lists_every_cross_validation(desk):
    done = run(desk, "recipes/history.py", "--design", "runs/design/design.csv")
    assert done.returncode == 0, done.stderr
    assert "runs/cv -> runs/cv-2: the same images and labels" in done.stdout
    assert len(pd.read_csv(desk / "runs/history/history_of_designs.csv")) == 2
    write_table(pd.read_csv(desk / "runs/design/design.csv").iloc[1:], desk / "runs/other/design.csv")
    other = run(desk, "recipes/history.py", "--design", "runs/other/design.csv")
    assert other.returncode == 2
    assert "no finished cross-validation" in other.stderr
