"""The house itself: floors, pickled names, quick imports, and a README whose commands exist."""

import ast
import pickletools
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from styleclf.learner import export_learner, style_learner
from tests.conftest import ARCH

ROOT = Path(__file__).parent.parent
FLOORS = [
    {"batches", "flags", "output", "metrics", "models", "losses", "precision"},
    {
        "settings",
        "calibration",
        "catalog",
        "samples",
        "clusters",
        "compare",
        "pixels",
        "projection",
        "separation",
        "tracking",
    },
    {"features", "plots", "retrieval", "splits"},
    {"data", "metric_losses", "one_vs_rest", "probe"},
    {"budget", "learner"},
    {"predict", "training"},
    {"embed", "evolution", "fitting", "judging", "new_styles"},
    {"atlas", "explain", "runs"},
    {"audit", "benchmark", "folds", "tune", "withheld"},
    {"forest", "validate"},
    {"all"},
]
PACKAGES = {"atlas", "audit", "benchmark", "explain", "forest", "plots", "samples", "tune"}
PICKLED = {
    "styleclf.data Erase",
    "styleclf.data ImagePath",
    "styleclf.data Move",
    "styleclf.data Picture",
    "styleclf.data Relight",
    "styleclf.data Shrink",
    "styleclf.learner FrozenBatchNorm",
    "styleclf.learner History",
    "styleclf.metrics top_1_accuracy",
    "styleclf.metrics top_2_accuracy",
    "styleclf.models StyleBody",
    "styleclf.models parameter_groups",
    "styleclf.precision FittingPrecision",
}
PICKLED_WITH_COSINES = {  # as well, in learners trained by metric losses
    "styleclf.losses ArcFaceLoss",
    "styleclf.metric_losses EmbeddingLoss",
    "styleclf.metric_losses MarginWarmUp",
    "styleclf.models CosineHead",
}


def styleclf_imports(file: Path) -> set[str]:
    """The modules of styleclf that a file imports anywhere."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    named = [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
    return {name.split(".")[1] for name in named if name.startswith("styleclf.")}


def test_a_module_imports_only_from_lower_floors():
    floor = {module: i for i, modules in enumerate(FLOORS) for module in modules}
    files = [file for file in (ROOT / "styleclf").rglob("*.py") if file.parent.name in PACKAGES or file.stem in floor]
    assert {file.stem for file in (ROOT / "styleclf").glob("*.py")} - {"__init__"} == set(floor) - PACKAGES
    for file in files:
        module = file.parent.name if file.parent.name in PACKAGES else file.stem
        upward = {name for name in styleclf_imports(file) - {module} if floor[name] >= floor[module]}
        assert not upward, f"{module} imports {upward}"


def test_only_recipes_read_settings_and_no_recipe_imports_another():
    for file in (ROOT / "styleclf").rglob("*.py"):
        assert "settings" not in styleclf_imports(file), file
    recipes = {file.stem for file in (ROOT / "recipes").glob("*.py")}
    for file in (ROOT / "recipes").glob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) (\w+)", file.read_text(encoding="utf-8"), re.M)
        assert recipes.isdisjoint(imported), file


def pickled(file: Path) -> set[str]:
    """The names of styleclf that an exported learner refers to, but for those it can have or not."""
    with zipfile.ZipFile(file) as archive:
        pickle = archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))
    found = {arg for opcode, arg, _ in pickletools.genops(pickle) if opcode.name == "GLOBAL"}
    return {name for name in found if name.startswith("styleclf")} - {"styleclf.splits AuthorSplitter"}


def test_an_export_refers_to_the_pinned_names_only(exported, dls, weights_file, tmp_path):
    """Renaming one of these breaks every learner exported before: keep the old name alive instead."""
    assert pickled(exported) == PICKLED
    learn = style_learner(dls, ARCH, weights_file, loss="arcface", joint="supcon")
    assert pickled(export_learner(learn, tmp_path / "model.pkl")) == PICKLED | PICKLED_WITH_COSINES


def test_an_exported_learner_predicts_in_a_fresh_process_elsewhere(exported, sample, design, tmp_path):
    image = sample / design["filename"].iloc[0]
    moved = tmp_path / "moved.pkl"
    moved.write_bytes(exported.read_bytes())
    (tmp_path / "image.jpg").write_bytes(image.read_bytes())
    code = "from fastai.learner import load_learner; print(load_learner('moved.pkl').predict('image.jpg')[0])"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split()[-1:] and done.stdout.split()[-1] in set(design["label"]), done.stderr


LIGHT = ["", ".settings", ".fitting", ".catalog", ".splits", ".plots", ".evolution", ".atlas", ".benchmark.further"]


@pytest.mark.parametrize("module", LIGHT)
def test_light_modules_import_nothing_heavy(module):
    heavy = {"torch", "fastai", "timm", "sklearn", "matplotlib"}
    code = f"import sys, styleclf{module}; print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_star_import_offers_every_name_it_promises():
    code = "from styleclf.all import *; get_dls, style_learner, annotate, make_design, judge, Learner, L; print('ok')"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "ok", done.stderr
