"""The house itself: floors, pickled names, quick imports, and a README whose commands exist."""

import ast
import pickletools
import re
import subprocess
import sys
import zipfile
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from styleclf.data.dataloaders import get_dls
from styleclf.training.export import export_learner
from styleclf.training.learner import style_learner
from tests.conftest import ARCH
from tests.training.labelled import with_two_labels

ROOT = Path(__file__).parent.parent
FLOORS = [
    {"common"},
    {"evaluation", "models"},
    {"data"},
    {"inference", "light", "plots", "report"},
    {"settings", "training"},
    {"embeddings"},
    {"explain"},
    {"audit", "benchmark", "runs"},
    {"curation", "metric_learning", "tuning"},
    {"forest"},
    {"bundle"},
    {"app"},
    {"all"},
]
PICKLED = {
    "styleclf.data.augment Erase",
    "styleclf.data.dataloaders ImagePath",
    "styleclf.data.augment Move",
    "styleclf.data.dataloaders Picture",
    "styleclf.data.augment Relight",
    "styleclf.data.augment Shrink",
    "styleclf.training.callbacks FrozenBatchNorm",
    "styleclf.training.callbacks History",
    "styleclf.training.callbacks ProbeFirst",
    "styleclf.training.export path_of_text",
    "styleclf.training.portable PortableLearner",
    "styleclf.training.memory FittingBatches",
    "styleclf.evaluation.metrics top_1_accuracy",
    "styleclf.evaluation.metrics top_2_accuracy",
    "styleclf.models.style_statistics StyleBody",
    "styleclf.models.network parameter_groups",
    "styleclf.models.precision FittingPrecision",
}
PICKLED_WITH_COSINES = {  # as well, in learners trained by metric losses
    "styleclf.training.losses ArcFaceLoss",
    "styleclf.training.metric_losses EmbeddingLoss",
    "styleclf.training.metric_losses MarginWarmUp",
    "styleclf.models.cosine_head CosineHead",
}
WITHOUT_TEST_FILE = {  # modules, and what tests them
    "all": "tests/test_house.py and the README's blocks import everything from it",
}
PICKLED_SIDE_BY_SIDE = {  # as well, in learners of several bodies
    "styleclf.models.side_by_side SideBySide",
    "styleclf.models.side_by_side BodyView",
}

PICKLED_OF_LABELS = {  # in place of accuracies, in learners of several labels
    "styleclf.training.label_losses BinaryLoss",
    "styleclf.evaluation.multilabel mean_average_precision",
}


def styleclf_imports(file: Path) -> set[str]:
    """The modules of styleclf that a file imports anywhere, such as 'data.design'."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    named = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.removeprefix("styleclf.") for name in named if name.startswith("styleclf.")}


def rooms() -> dict[str, list[Path]]:
    """The files of every package and of every module at the top of styleclf."""
    top = ROOT / "styleclf"
    packages = {file.parent.name: sorted(file.parent.rglob("*.py")) for file in top.glob("*/__init__.py")}
    return packages | {file.stem: [file] for file in top.glob("*.py") if file.stem != "__init__"}


def test_a_room_imports_only_from_lower_floors():
    floor = {room: i for i, names in enumerate(FLOORS) for room in names}
    assert set(rooms()) == set(floor)
    for room, files in rooms().items():
        imported = {name.split(".")[0] for file in files for name in styleclf_imports(file)} - {room}
        upward = {name for name in imported if floor[name] >= floor[room]}
        assert not upward, f"{room} imports {upward}"


@pytest.mark.parametrize("package", sorted(file.parent.name for file in (ROOT / "styleclf").glob("*/__init__.py")))
def test_no_circle_inside_a_package(package):
    folder = ROOT / "styleclf" / package
    modules = {
        ".".join(file.relative_to(ROOT / "styleclf").with_suffix("").parts): file for file in folder.rglob("*.py")
    }
    graph = {name: styleclf_imports(file) & set(modules) for name, file in modules.items() if file.stem != "__init__"}
    assert list(TopologicalSorter(graph).static_order()) or not graph


def test_only_recipes_read_settings_and_no_recipe_imports_another():
    for file in (ROOT / "styleclf").rglob("*.py"):
        assert "settings" not in styleclf_imports(file), file
    recipes = {file.stem for file in (ROOT / "recipes").glob("*.py")}
    for file in (ROOT / "recipes").glob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) (\w+)", file.read_text(encoding="utf-8"), re.M)
        assert recipes.isdisjoint(imported), file


def test_each_module_has_a_test_file_of_its_name():
    """So that whoever changes a module knows where its tests are: tests/<package>/test_<module>.py."""
    without_file = set()
    for file in (ROOT / "styleclf").rglob("*.py"):
        module = file.relative_to(ROOT / "styleclf").with_suffix("")
        test = ROOT / "tests" / module.parent / f"test_{module.name.strip('_')}.py"
        if module.name != "__init__" and not test.is_file():
            without_file.add(module.as_posix())
    assert without_file <= set(WITHOUT_TEST_FILE), "write a test file, or say in WITHOUT_TEST_FILE who tests it"


def test_a_package_that_lists_its_modules_lists_them_all():
    """A list of the important ones alone names fewer than half."""
    for door in (ROOT / "styleclf").rglob("__init__.py"):
        listed = set(re.findall(r"\w+\.py\b", door.read_text(encoding="utf-8").split('"""')[1]))
        modules = {file.name for file in door.parent.glob("*.py")} - {door.name}
        assert listed <= modules, f"{door} lists what is not there: {listed - modules}"
        if len(listed) > len(modules) / 2:
            assert listed == modules, f"{door} leaves out {modules - listed}"


def pickled(file: Path) -> set[str]:
    """The names of styleclf that an exported learner refers to, but for those it can have or not."""
    with zipfile.ZipFile(file) as archive:
        pickle = archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))
    result = {arg for opcode, arg, _ in pickletools.genops(pickle) if opcode.name == "GLOBAL"}
    return {name for name in result if name.startswith("styleclf")} - {"styleclf.data.authors AuthorSplitter"}


def test_an_export_refers_to_the_pinned_names_only(exported, design, sample, dls, weights_file, tmp_path):
    """Renaming one of these breaks every learner exported before: keep the old name alive instead."""
    assert pickled(exported) == PICKLED
    learn = style_learner(dls, ARCH, weights_file, loss="arcface", joint="supcon")
    assert pickled(export_learner(learn, tmp_path / "model.pkl")) == PICKLED | PICKLED_WITH_COSINES
    pair = style_learner(dls, f"{ARCH}+{ARCH}", weights_file)
    assert pickled(export_learner(pair, tmp_path / "pair.pkl")) == PICKLED | PICKLED_SIDE_BY_SIDE
    of_labels = get_dls(with_two_labels(design), sample, 0, arch=ARCH, size=32, bs=16)
    labels = style_learner(of_labels, ARCH, weights_file)
    accuracies = {name for name in PICKLED if "accuracy" in name}
    assert pickled(export_learner(labels, tmp_path / "labels.pkl")) == (PICKLED | PICKLED_OF_LABELS) - accuracies


def test_an_exported_learner_predicts_in_a_fresh_process_elsewhere(exported, sample, design, tmp_path):
    image = sample / design["filename"].iloc[0]
    moved = tmp_path / "moved.pkl"
    moved.write_bytes(exported.read_bytes())
    (tmp_path / "image.jpg").write_bytes(image.read_bytes())
    code = "from fastai.learner import load_learner; print(load_learner('moved.pkl').predict('image.jpg')[0])"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split()[-1:] and done.stdout.split()[-1] in set(design["label"]), done.stderr


LIGHT = [
    *("", ".settings", ".plots", ".embeddings.atlas", ".data.annotation.catalog", ".data.design"),
    *(".training.fit", ".training.embedding_history", ".benchmark.measurement_tables"),
]


@pytest.mark.parametrize("module", LIGHT)
def test_light_modules_import_nothing_heavy(module):
    heavy = {"torch", "fastai", "timm", "sklearn", "matplotlib"}
    code = f"import sys, styleclf{module}; print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_star_import_offers_every_name_it_promises():
    names = {}
    exec("from styleclf.all import *", names)  # in a process of its own: tests/recipes/test_recipes.py, README
    assert {"get_dls", "style_learner", "annotate", "make_design", "judge", "Learner", "L"} <= set(names)


@pytest.mark.parametrize(
    "room", ["data", "models", "evaluation", "training", "inference", "embeddings", "explain", "runs", "audit"]
)
def test_the_library_speaks_of_parameters_and_of_flags_only_with_their_recipe(room):
    for file in (ROOT / "styleclf" / room).rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        docstrings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
                flags = re.findall(r"(?<!\w\.py )(?<![\w-])--[a-z][a-z-]+", node.value)
                is_of_other_program = re.search("pip install|mlflow ui|^embedding-atlas ", node.value)
                assert not flags or is_of_other_program, (file.name, node.value)
