"""recipes/atlas.py through its real command line."""

import json
import re
import shutil

import pytest

from styleclf.common import write_table
from styleclf.evaluation import read_run
from styleclf.settings import save_settings
from tests.recipes.test_recipes import desk, python, run  # noqa: F401  (a fixture)
from tests.report.made_up import write_run

ATLAS = "recipes/atlas.py --projection pca"
TRAIN = "recipes/train.py --images my/paintings --design design.csv --epochs 0 --keep-epochs 0,last --out runs/train"


@pytest.fixture(scope="module")
def runs(desk, sample, design, cv_run):
    """One fold of a cross-validation, in the folders that its recipe writes."""
    write_table(design, desk / "design.csv")
    write_table(design, desk / "runs/cv/design.csv")
    save_settings(desk / "runs/cv", {"images": sample, "one_vs_rest": None})
    save_settings(desk / "runs/other", {"images": sample})
    shutil.copytree(cv_run / "fold-1", desk / "runs/cv/fold-1")
    return desk / "runs"


def on_page(file):
    """The data that a page holds."""
    return json.loads(re.search(r'<script id="data".*?>(.*?)</script>', file.read_text(encoding="utf-8"), re.S)[1])


def check_page(file, design, *, fold, axes, epochs):
    """Check that a page has all images but the validation set, at every epoch."""
    data = on_page(file)
    assert data["filename"] == design["filename"][design["fold"] != "val"].tolist()
    assert data["folds"][data["test"]] == fold
    assert [epoch["name"] for epoch in data["epochs"]] == epochs
    for epoch in data["epochs"]:
        assert set(epoch) == {"name", "words", *axes}
        assert None not in epoch["x"]


def test_a_page_has_all_images_but_the_validation_set(runs, design):
    done = run(runs.parent, *ATLAS.split(), "--run", "runs/cv/fold-1", "--out", "runs/one.html")
    assert done.returncode == 0, done.stderr
    check_page(runs / "one.html", design, fold="1", axes="xy", epochs=["last"])


@pytest.mark.slow
def test_a_page_has_the_epochs_that_a_training_kept(runs, design, weights_file):
    done = run(runs.parent, *TRAIN.split(), "--weights", str(weights_file))
    assert done.returncode == 0, done.stderr
    done = python(runs.parent, *ATLAS.split(), "--run", "runs/train", "--dims", "3")
    assert done.returncode == 0, done.stderr
    check_page(runs / "train/atlas.html", design, fold="0", axes="xyz", epochs=["0", "last"])


def test_a_cross_validation_has_a_page_to_which_its_report_leads(runs, sample, design):
    cv = write_run(runs / "whole", design, sample)
    write_table(design, cv / "design.csv")
    (cv / "report.html").write_text("of before", encoding="utf-8")
    done = run(runs.parent, "recipes/atlas.py", "--cv", "runs/whole", "--projection", "pca")
    assert done.returncode == 0, done.stderr
    data = on_page(cv / "atlas.html")
    assert data["out_of_fold"]
    assert data["test"] == -1
    predicted = [data["styles"][style] for style in data["pred"]]
    judged = read_run(cv).set_index("filename")["pred"]
    assert dict(zip(data["filename"], predicted, strict=True)) == judged.to_dict()
    assert 'href="atlas.html"' in (cv / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "flags, what",
    [
        ("--run nowhere", "nowhere is not the folder of a finished run"),
        ("--run runs/cv", "or of a fold, such as runs/cv/fold-"),
        ("--run runs/cv/fold-1 --dims 4", "--dims must be one of 2, 3, not 4"),
        ("--run runs/cv/fold-1 --projection tsne", "tsne"),
        ("--cv runs/other", "runs/other is the folder of a run without design.csv"),
        ("--cv nowhere", "nowhere is not the folder of a finished run"),
        ("--run runs/cv/fold-1 --images my/new-pictures", "my/new-pictures"),
    ],
)
def test_bad_input_is_one_sentence(runs, flags, what):
    done = run(runs.parent, "recipes/atlas.py", *flags.split())
    assert done.returncode == 2, done.stderr
    assert what in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_another_design_is_refused(runs, design):
    write_table(design.assign(fold=design["fold"].replace({"0": "1", "1": "0"})), runs / "cv/design.csv")
    done = run(runs.parent, "recipes/atlas.py", "--run", "runs/cv/fold-1")
    assert done.returncode == 2 and "another fold 1 than" in done.stderr, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("program, file", [("csn", "datasets_config.json"), ("parquet", "atlas.parquet")])
def test_another_program_gets_a_folder(runs, design, program, file):
    done = run(runs.parent, *f"recipes/atlas.py --run runs/cv/fold-1 --projection pca --to {program}".split())
    assert done.returncode == 0, done.stderr
    folder = runs / "cv/fold-1" / program
    assert (folder / file).is_file()
    rows = design[design["fold"] != "val"]
    ids = (folder / "ids.csv").read_text(encoding="utf-8").splitlines()
    assert {line.partition(",")[2] for line in ids[1:]} == set(rows["filename"])


@pytest.mark.slow
def test_predictions_go_to_museums(runs, sample):
    folder = sample / "cubism"
    flags = "--no-sheet --annotations runs/annotations.json --omeka runs/omeka.csv --out runs/museum.csv"
    done = run(runs.parent, *f"recipes/predict.py --model runs/cv/fold-1/model.pkl {flags} {folder}".split())
    assert done.returncode == 0, done.stderr
    page = json.loads((runs / "annotations.json").read_text(encoding="utf-8"))
    n_images = len(list(folder.glob("*.jpg")))
    assert len(page["items"]) == n_images > 0
    assert len((runs / "omeka.csv").read_text(encoding="utf-8").splitlines()) == n_images + 1
