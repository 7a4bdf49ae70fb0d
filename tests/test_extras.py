"""Packages that are extras: without one, whatever needs it names it and how to install it, before any work."""

import importlib
import re
import sys
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from styleclf.data import Paintings


def open_the_atlas(folder):
    from styleclf.embeddings import plotly_script

    plotly_script()


def search_near_copies(folder):
    from styleclf.audit import near_duplicates

    Image.new("RGB", (32, 32)).save(folder / "image.png")
    near_duplicates(Paintings(pd.DataFrame({"filename": ["image.png"]}), folder))


def start_a_cluster(folder):
    from styleclf.runs import joblib_backend

    with joblib_backend("local"):
        pass


def explain_by_gradients(folder):
    from styleclf.explain import check_captum

    check_captum("saliency")


def judge_retrieval(folder):
    from styleclf.metric_learning.retrieval import calculator_class

    calculator_class()


def tune(folder):
    sys.modules.pop("styleclf.tuning", None)
    importlib.import_module("styleclf.tuning")


def collect_pictures(folder):
    for name in [name for name in sys.modules if name.startswith("styleclf.data.collect")]:
        sys.modules.pop(name)
    importlib.import_module("styleclf.data.collect")


NEEDS = [
    ("plotly", "atlas", open_the_atlas),
    ("imagehash", "audit", search_near_copies),
    ("requests", "collect", collect_pictures),
    ("distributed", "dask", start_a_cluster),
    ("captum", "explain", explain_by_gradients),
    ("pytorch_metric_learning", "metric", judge_retrieval),
    ("optuna", "tune", tune),
]


def hide(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make imports of a package and of its modules fail."""
    loaded = [name for name in sys.modules if name == package or name.startswith(f"{package}.")]
    for name in {package, *loaded}:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.parametrize(("package", "extra", "use"), NEEDS, ids=[package for package, *_ in NEEDS])
def test_a_missing_package_is_named_with_its_extra(package, extra, use, monkeypatch, tmp_path):
    ours = {name: module for name, module in sys.modules.items() if name.startswith("styleclf")}
    hide(package, monkeypatch)
    try:
        with pytest.raises(ValueError, match=rf"needs the package {package.replace('_', '-')}: .*styleclf\[{extra}\]"):
            use(tmp_path)
    finally:
        sys.modules.update(ours)


def test_without_umap_maps_are_drawn_by_pca(monkeypatch, capsys):
    from styleclf.embeddings import map_positions

    hide("umap", monkeypatch)
    points = pd.DataFrame({"x": range(12), "y": range(12), "z": range(12)}).to_numpy(float) ** 2
    assert map_positions(points).shape == (12, 2)
    assert "styleclf[umap]" in capsys.readouterr().out


def test_without_mlflow_a_run_is_not_tracked_and_says_so(monkeypatch):
    from styleclf.runs import Tracker

    monkeypatch.setattr("styleclf.runs.tracking.find_spec", lambda name: None)
    with pytest.warns(UserWarning, match=r'pip install "styleclf\[mlflow\]"'):
        assert not Tracker("mlflow").on


def test_a_recipe_without_the_packages_of_training_is_one_sentence(monkeypatch):
    import styleclf.settings.command_line  # noqa: F401

    hide("fastcore", monkeypatch)
    monkeypatch.delitem(sys.modules, "styleclf.settings.command_line")
    with pytest.raises(SystemExit, match=r"^recipes need .* pip install 'styleclf\[train\]'$"):
        importlib.import_module("styleclf.settings.command_line")


def test_a_plain_install_and_the_light_one_bring_no_torch():
    project = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    base = re.search(r"^dependencies = \[(.*?)^\]", project, re.M | re.S)[1]
    light = re.search(r"^light = \[(.*?)\]", project, re.M)[1]
    names = set(re.findall(r'"([\w-]+)', base + light))
    assert names == {"lazy-loader", "numpy", "pillow", "onnxruntime"}
