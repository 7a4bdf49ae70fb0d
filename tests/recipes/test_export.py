"""recipes/export.py through its command line; recipes that take an exported learner take a bundle."""

import pandas as pd
import pytest

from styleclf.light.__main__ import main as light
from tests.bundled import bundled, paths  # noqa: F401
from tests.recipes.test_recipes import ROOT, blocks, run


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "recipes").symlink_to(ROOT / "recipes")
    return tmp_path


def test_a_bundle_is_exported_and_predicts_as_the_learner_does(bundled, desk, sample, paths, capsys):
    model = str(bundled / "model.pkl")
    (block,) = [block for block in blocks("sh") if "recipes/export.py" in block]
    export, by_light = (line.split() for line in block.strip().splitlines())
    assert export[-4:] == ["--model", "runs/mine/fold-0/model.pkl", "--out", "runs/mine/model.zip"]
    assert by_light[:4] == ["python", "-m", "styleclf.light", "runs/mine/model.zip"]
    done = run(desk, *export[1:2], "--model", model, "--images", str(sample / "cubism"), "--out", "b/m.zip")
    assert done.returncode == 0, done.stderr
    assert "model.safetensors 0." in done.stdout
    assert "The graph is in fp32. On " in done.stdout
    for name, opened in (("a.csv", model), ("b.csv", "b/m.zip")):
        command = ("recipes/predict.py", "--model", opened, "--sets", "--out", name, *map(str, paths[:4]))
        done = run(desk, *command)
        assert done.returncode == 0, done.stderr
    assert light([str(desk / "b/m.zip"), "--sets", "--out", str(desk / "c.csv"), *map(str, paths[:4])]) == 0
    tables = [pd.read_csv(desk / name) for name in ("a.csv", "b.csv", "c.csv")]
    truth = ["label", "author"]  # which light does not ask the folders for
    for table in tables[1:]:
        answers = table.drop(columns=truth, errors="ignore")
        pd.testing.assert_frame_equal(answers, tables[0].drop(columns=truth), atol=1e-3)
    assert {"filename", "pred", "novelty", "answer", "set"} <= set(tables[0])


def test_the_settings_that_come_with_styleclf_ask_for_no_pictures(desk, bundled):
    settings = (ROOT / "settings.ini").read_text(encoding="utf-8")
    command = ("recipes/export.py", "--model", str(bundled / "model.pkl"), "--graph", "none", "--out", "n.zip")
    done = run(desk, *command, settings=settings)
    assert done.returncode == 0 and (desk / "n.zip").is_file(), done.stderr


def test_bad_input_is_one_sentence(desk, bundled, capsys, tmp_path):
    done = run(desk, "recipes/export.py", "--model", str(bundled / "model.pkl"), "--graph", "int8")
    assert done.returncode == 2
    assert done.stderr.startswith("export.py: a graph in 8 bits learns")
    done = run(desk, "recipes/predict.py", "--model", str(desk), str(desk / "recipes"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert light(["nowhere.zip", "picture.jpg"]) == 2
    assert capsys.readouterr().err.startswith("styleclf.light: no bundle at nowhere.zip")
    assert light([str(bundled / "bundle"), str(tmp_path / "nowhere.jpg")]) == 2
    assert "no image or folder at" in capsys.readouterr().err
