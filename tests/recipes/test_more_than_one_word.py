"""Hierarchies, dates and several labels through the real command lines, and what is refused in one sentence."""

import re

import pandas as pd
import pytest

from styleclf.common import write_table
from tests.recipes.test_recipes import desk, first_run, run  # noqa: F401  (desk is a fixture)
from tests.training.labelled import with_two_labels

COMMAND = ["recipes/cross_validate.py", "--images", "my/paintings", "--epochs", "0"]


@pytest.fixture(scope="module")
def command(desk, weights_file, halves):
    """A cross-validation of the design in runs/d, whose styles are painted or not."""
    write_table(halves, desk / "runs/d/design.csv")
    return [*COMMAND, "--weights", str(weights_file), "--design", "runs/d/design.csv"]


def written(desk, halves, **parents):
    """A hierarchy in which all styles but those named are painted."""
    rows = [(style, parents.get(style, "painted")) for style in sorted(set(halves["label"]))]
    table = pd.DataFrame([*rows, ("painted", parents.get("painted", ""))], columns=["style", "parent"])
    write_table(table, desk / "my-hierarchy.csv")
    return ["--hierarchy", "my-hierarchy.csv"]


@pytest.mark.slow
def test_a_hierarchy_goes_from_the_table_to_new_pictures(desk, command, halves):
    flags = written(desk, halves, photo="")
    crossed = first_run(desk, *command, *flags, "--out", "runs/h")
    assert crossed.returncode == 0, crossed.stderr
    assert "level 1, painted or photo: top-1" in crossed.stdout
    assert "answers: right for" in crossed.stdout
    for line in (["recipes/validate.py", "--cv", "runs/h", "--closed"], ["recipes/validate.py", "--cv", "runs/h"]):
        validated = run(desk, *line)
        assert validated.returncode == 0, validated.stderr
    assert (desk / "runs/h/validation/levels.csv").is_file()
    model = "runs/h/validation/model.pkl"
    predicted = run(desk, "recipes/predict.py", "--model", model, "--out", "runs/h.csv", "my/new-pictures")
    assert predicted.returncode == 0, predicted.stderr
    assert {"answer", "level"} <= set(pd.read_csv(desk / "runs/h.csv"))


def test_a_circle_is_refused_in_one_sentence(desk, command, halves):
    flags = written(desk, halves, painted="things")
    (desk / "my-hierarchy.csv").open("a").write("things,painted\n")
    refused = run(desk, *command, *flags, "--out", "runs/none")
    assert refused.returncode == 2
    assert len(refused.stderr.strip().splitlines()) == 1
    assert "my-hierarchy.csv goes round in a circle, painted < things < painted" in refused.stderr


@pytest.mark.slow
def test_years_go_from_a_column_to_new_pictures(desk, command, halves):
    styles = sorted(set(halves["label"]))
    years = [1700 + 30 * styles.index(style) for style in halves["label"]]
    write_table(halves.assign(year=years), desk / "runs/dated/design.csv")
    dated = [*command[:-1], "runs/dated/design.csv", "--target", "year"]
    crossed = first_run(desk, *dated, "--out", "runs/years")
    assert crossed.returncode == 0, crossed.stderr
    assert "mean absolute error" in crossed.stdout
    trained = run(desk, "recipes/train.py", *command[1:], "--out", "runs/style")
    assert trained.returncode == 0, trained.stderr
    model = ["--model", "runs/style/model.pkl", "--dates", "runs/years"]
    predicted = run(desk, "recipes/predict.py", *model, "--out", "runs/dated.csv", "my/new-pictures")
    assert predicted.returncode == 0, predicted.stderr
    years_of_run = pd.read_csv(desk / "runs/dated.csv")["year"]
    assert years_of_run.between(1700, 1910).all()
    exported = run(desk, "recipes/export.py", "--model", "runs/years", "--out", "runs/years.zip")
    assert exported.returncode == 0, exported.stderr
    model[-1] = "runs/years.zip"
    predicted = run(desk, "recipes/predict.py", *model, "--out", "runs/dated.csv", "my/new-pictures")
    assert predicted.returncode == 0, predicted.stderr
    assert pd.read_csv(desk / "runs/dated.csv")["year"].tolist() == pytest.approx(years_of_run.tolist(), abs=2)
    refused = run(desk, *dated, "--epochs", "2", "--out", "runs/years")
    assert refused.returncode == 2
    assert "holds years by the probe alone" in refused.stderr
    refused = run(desk, "recipes/compare.py", "runs/years", "runs/style")
    assert refused.returncode == 2
    assert "is about years, and this is about styles" in refused.stderr
    write_table(halves.assign(year="2999"), desk / "runs/dated/design.csv")
    refused = run(desk, *dated, "--out", "runs/years")
    assert refused.returncode == 2
    assert "has '2999' as year, which lies in the future" in refused.stderr


@pytest.mark.slow
def test_several_labels_go_from_a_table_to_new_pictures(desk, command, halves):
    rows = with_two_labels(halves)[["filename", "label", "author"]]
    write_table(rows, desk / "my-labels.csv")
    made = run(desk, "recipes/design.py", "--images", "my/paintings", "--csv", "my-labels.csv", "--out", "runs/l")
    assert made.returncode == 0, made.stderr
    assert {"early", "north", "south"} <= {line.split(" ")[0] for line in made.stdout.splitlines()}
    labelled = [*command[:-1], "runs/l/design.csv"]
    crossed = first_run(desk, *labelled, "--epochs", "1", "--out", "runs/lcv")
    assert crossed.returncode == 0, crossed.stderr
    assert "all labels right, and none too many" in crossed.stdout
    assert "--closed" in crossed.stdout
    validated = run(desk, "recipes/validate.py", "--cv", "runs/lcv", "--closed")
    assert validated.returncode == 0, validated.stderr
    model = "runs/lcv/validation/model.pkl"
    predicted = run(desk, "recipes/predict.py", "--model", model, "--out", "runs/l.csv", "my/new-pictures")
    assert predicted.returncode == 0, predicted.stderr
    assert {"pred", "proba_early", "proba_north", "proba_south"} <= set(pd.read_csv(desk / "runs/l.csv"))
    design = ["--design", "runs/l/design.csv"]
    cv = ["--cv", "runs/lcv"]
    for recipe, flags in (("train", design), ("arcface", design), ("forest", cv), ("audit", cv)):
        refused = run(desk, f"recipes/{recipe}.py", "--images", "my/paintings", *flags)
        assert refused.returncode == 2 and "everything else wants one label per image" in refused.stderr, recipe
    refused = run(desk, "recipes/evolution.py", "--run", "runs/lcv/fold-0")
    assert refused.returncode == 2
    assert "everything else wants one label per image" in refused.stderr
    assert "train.py" not in refused.stderr
    bundled = run(desk, "recipes/export.py", "--model", model, "--out", "runs/l.zip")
    assert bundled.returncode == 0, bundled.stderr
    assert float(re.search(r"by ([\d.e-]+) at most", bundled.stdout)[1]) < 1e-3
    refused = run(desk, "recipes/app.py", "--model", "runs/l.zip", "--space", "runs/space")
    assert refused.returncode == 2
    assert "gives several labels to a picture" in refused.stderr
    refused = run(desk, *labelled, "--loss", "arcface", "--out", "runs/l2")
    assert refused.returncode == 2
    assert "arcface needs one style per image" in refused.stderr
    refused = run(desk, *labelled, *written(desk, halves), "--out", "runs/l2")
    assert refused.returncode == 2
    assert "is for one style per image" in refused.stderr
