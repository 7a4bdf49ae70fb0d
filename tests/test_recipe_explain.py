"""recipes/explain.py through its real command line."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.explain import METHODS
from styleclf.explain.faithfulness import trusted
from styleclf.output import write_table
from tests.test_recipes import desk, run  # noqa: F401  (a fixture)


@pytest.fixture(scope="module")
def flags(desk, design, exported):  # noqa: F811
    """The flags that every command has, and a design at the desk."""
    write_table(design, desk / "design.csv")
    return ["recipes/explain.py", "--images", "my/paintings", "--design", "design.csv", "--model", str(exported)]


def test_picked_images_are_explained_by_every_method(desk, flags, design):  # noqa: F811
    done = run(desk, *flags, "--pick", "top-2", "--n", "3", "--method", "all", "--out", "runs/explain")
    assert done.returncode == 0, done.stderr
    out = desk / "runs/explain"
    table = pd.read_csv(out / "explained.csv")
    assert (
        1 <= len(table) <= 3 and (table["target"] == table["label"]).all() and (table["pred"] != table["label"]).all()
    )
    names = {f"my/paintings/{name}" for name in design["filename"][design["fold"] == "0"]}
    assert set(table["filename"]) <= names
    assert {file.stem for file in (out / "figures").iterdir()} == {*METHODS, "methods"}
    for method in METHODS:
        with np.load(out / f"{method}.npz") as found:
            assert found["attr"].shape == (len(table), 32, 32) and found["attr"].dtype == np.float32
            assert found["filename"].tolist() == table["filename"].tolist()
            assert abs(found["attr"]).max(axis=(1, 2)) == pytest.approx(table[f"amplitude_{method}"])
        assert len(list((out / "overlays" / method).iterdir())) == len(table)
        assert f"{method}: " in done.stdout


def test_named_files_are_explained_for_their_prediction(desk, flags, sample, tmp_path):  # noqa: F811
    with Image.open(next((sample / "cubism").iterdir())) as image:
        image.resize((90, 40)).save(tmp_path / "wide.png")
    done = run(desk, *flags, str(tmp_path / "wide.png"), "--out", "runs/one")
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(desk / "runs/one/explained.csv")
    assert table["target"].tolist() == table["pred"].tolist() and table["label"].isna().all()
    with Image.open(desk / "runs/one/overlays/occlusion/001_wide.png") as image:
        assert image.size == (90, 40) and image.mode == "RGBA"
    assert {file.stem for file in (desk / "runs/one/figures").iterdir()} == {"occlusion"}


def test_a_file_that_is_no_image_is_one_sentence(desk, flags):  # noqa: F811
    (desk / "text.jpg").write_bytes(b"no image")
    done = run(desk, *flags, "text.jpg")
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "text.jpg cannot be opened as an image" in done.stderr


def test_methods_are_judged_and_one_or_none_is_to_be_trusted(desk, flags):  # noqa: F811
    done = run(desk, *flags, "--pick", "wrong", "--n", "1", "--faithfulness", "16", "--out", "runs/judged")
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(desk / "runs/judged/faithfulness.csv")
    assert table["method"].tolist() == ["occlusion", "random", "centre"]
    assert f"\ntrust {trusted(table) or 'none'} " in done.stdout
    assert (desk / "runs/judged/figures/faithfulness.png").stat().st_size
    done = run(desk, *flags, "--faithfulness", "8")
    assert done.returncode == 2 and "two images or more of each style" in done.stderr
