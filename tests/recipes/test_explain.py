"""recipes/explain.py, maps.py and marker.py through their command lines, and what they leave in their folders."""

import functools
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf import settings
from styleclf.common import write_table
from styleclf.explain import METHODS
from styleclf.explain.faithfulness import _trusted_method
from styleclf.training import fit as fitting
from tests.audit.conftest import goes_by_it  # noqa: F401  (a fixture)
from tests.recipes.test_recipes import ROOT, TINY, desk  # noqa: F401  (a fixture)


@pytest.fixture(scope="module")
def given(desk, design, exported):
    """What every call has, and a design at the desk."""
    write_table(design, desk / "design.csv")
    return dict(images="my/paintings", design="design.csv", model=str(exported))


@pytest.fixture
def at_desk(desk, monkeypatch):
    monkeypatch.chdir(desk)
    return desk


def recipe(name):
    """The module of a recipe, as it is imported."""
    spec = importlib.util.spec_from_file_location(f"{name}_recipe", ROOT / f"recipes/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(name, capsys, *arguments):
    """Exit code and output of a recipe's command line, run in this process: importing torch anew takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [f"{name}.py", *arguments])
        patch.setenv("STYLECLF_SETTINGS", "settings.ini")
        Path("settings.ini").write_text(TINY, encoding="utf-8")
        with pytest.raises(SystemExit) as left:
            settings.run(recipe(name).main)
    out, err = capsys.readouterr()
    return left.value.code, out, err.strip().splitlines()


def flags(given):
    return [part for name, value in given.items() for part in (f"--{name}", value)]


def test_picked_images_are_explained_and_methods_judged(at_desk, given, design, capsys):
    asked = "--pick wrong --n 2 --method occlusion --evidence 2 --faithfulness 16 --precision fp32 --out runs/e"
    code, printed, err = said("explain", capsys, *flags(given), *asked.split())
    assert not code, err
    out = at_desk / "runs/e"
    table = pd.read_csv(out / "explained.csv")
    names = {f"my/paintings/{name}" for name in design["filename"][design["fold"] == "0"]}
    assert 1 <= len(table) <= 2
    assert set(table["filename"]) <= names
    assert (table["pred"] != table["label"]).all()
    judged = pd.read_csv(out / "faithfulness.csv")
    assert judged["method"].tolist() == ["occlusion", "random", "centre"]
    assert f"\ntrust {_trusted_method(judged) or 'none'} " in printed
    evidence = pd.read_csv(out / "evidence.csv")
    assert (evidence.groupby("query").size() == 3).all()
    assert set(evidence["query"]) == set(table["filename"])
    figures = {"occlusion", "evidence", "faithfulness"}
    assert {file.stem for file in (out / "figures").iterdir()} == figures


@pytest.mark.slow  # every method
def test_every_method_leaves_maps_overlays_and_a_figure(at_desk, given, capsys):
    recipe("explain").main(**given, pick="top-2", n=2, method=("all",), out="runs/all")
    out, printed = at_desk / "runs/all", capsys.readouterr().out
    table = pd.read_csv(out / "explained.csv")
    assert (table["target"] == table["label"]).all()
    assert (table["pred"] != table["label"]).all()
    assert {file.stem for file in (out / "figures").iterdir()} == {*METHODS, "methods"}
    for method in METHODS:
        with np.load(out / f"{method}.npz") as result:
            assert result["attr"].shape == (len(table), 32, 32)
            assert result["attr"].dtype == np.float32
            assert result["filename"].tolist() == table["filename"].tolist()
            assert abs(result["attr"]).max(axis=(1, 2)) == pytest.approx(table[f"amplitude_{method}"])
        assert len(list((out / "overlays" / method).iterdir())) == len(table)
        assert f"{method}: " in printed


def test_named_files_are_explained_for_their_prediction(at_desk, given, sample, tmp_path):
    with Image.open(next((sample / "cubism").iterdir())) as image:
        image.resize((90, 40)).save(tmp_path / "wide.png")
    recipe("explain").main(str(tmp_path / "wide.png"), **given, out="runs/one")
    table = pd.read_csv(at_desk / "runs/one/explained.csv")
    assert table["target"].tolist() == table["pred"].tolist()
    assert table["label"].isna().all()
    with Image.open(at_desk / "runs/one/overlays/occlusion/001_wide.png") as image:
        assert image.size == (90, 40)
        assert image.mode == "RGBA"
    assert {file.stem for file in (at_desk / "runs/one/figures").iterdir()} == {"occlusion"}


def test_bad_input_is_told(at_desk, given):
    explain = recipe("explain").main
    (at_desk / "text.jpg").write_bytes(b"no image")
    with pytest.raises(OSError, match="none of 1 file can be read as an image"):
        explain("text.jpg", **given)
    with pytest.raises(ValueError, match="two images or more of each style"):
        explain(**given, faithfulness=8, out="runs/bad")
    with pytest.raises(ValueError, match="n_nearest must be 1 or more, not -1"):
        explain(**given, evidence=-1, out="runs/also-bad")


def test_all_images_are_mapped_once(at_desk, given, design, capsys):
    asked = [*flags(given), "--fold", "0", "--window", "16", "--n", "2", "--out", "runs/maps"]
    code, out, err = said("maps", capsys, *asked)
    assert not code, err
    patches, n = pd.read_csv(at_desk / "runs/maps/patches.csv"), (design["fold"] == "0").sum()
    assert patches["rank"].max() <= 2
    assert not patches.duplicated(["style", "filename"]).any()
    assert f"{n} images" in out
    assert (at_desk / "runs/maps/figures/patches.png").stat().st_size
    code, _, (sentence,) = said("maps", capsys, *asked, "--window", "8")
    assert code == 2
    assert "made with window 16 instead of 8" in sentence


def test_a_planted_marker_is_pointed_at(at_desk, given, goes_by_it, monkeypatch, capsys):
    """A learner that goes by it in place of a trained one: none is certain to learn it within seconds."""
    trained = functools.wraps(fitting.fitted_learner)(lambda *_, **__: goes_by_it)
    monkeypatch.setattr("styleclf.training.fitted_learner", trained)
    asked = "--images my/paintings --design design.csv --method occlusion,saliency --n 4 --out runs/marker"
    code, printed, err = said("marker", capsys, *asked.split())
    assert not code, err
    table = pd.read_csv(at_desk / "runs/marker/marker.csv")
    assert table["method"].tolist() == ["occlusion", "saliency"]
    assert (table["inside"] > table["inside_by_chance"]).all()
    assert "audit of pictures without: no small part" in printed
    assert "audit of pictures planted: a sixteenth of an image of artdeco" in printed
    assert (at_desk / "runs/marker/model.pkl").stat().st_size
    goes_by_it.model[0].weight.data.zero_()
    code, _, (sentence,) = said("marker", capsys, *asked.split())
    assert code == 2
    assert "the marker decides in none of" in sentence
