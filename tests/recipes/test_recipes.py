"""Every recipe through its real command line on tiny data, and the commands and code blocks of README and docs."""

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ARCH
from tests.forked import Recipe

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TINY = f"""
[DEFAULT]
arch = {ARCH}
size = 32
epochs = 1
weights = none

[design]
n_folds = 2
"""
ASK_FOR_HELP = """
import runpy, sys
for recipe in sys.argv[1:]:
    sys.argv = [recipe, "--help"]
    try:
        runpy.run_path(recipe, run_name="__main__")
    except SystemExit as end:
        assert not end.code, recipe
    heavy = {"numpy", "pandas", "torch", "fastai", "timm", "sklearn", "matplotlib"} & set(sys.modules)
    assert not heavy, f"{recipe} --help imports {heavy}"
"""


def python(cwd, *command, settings=TINY):
    """What a new Python makes of a command in `cwd`, where recipes/ is linked, under tiny settings."""
    given = dict(cwd=cwd, capture_output=True, text=True, env=environment(cwd, settings))
    return subprocess.run([sys.executable, *command], **given)


def first_run(cwd, *command, settings=TINY):
    """The same for a recipe: by a Python of its own in `make test-all`, forked where seconds of imports count."""
    call = run if os.environ["STYLECLF_PLAIN_SUITE"] else python
    return call(cwd, *command, settings=settings)


def started(cwd, *command, settings=TINY):
    """A recipe at work, forked."""
    return Recipe(cwd, environment(cwd, settings), *command)


def run(cwd, *command, settings=TINY):
    """The same as `python` for a recipe, forked."""
    return started(cwd, *command, settings=settings).done()


def environment(cwd, settings=TINY):
    """The environment in which recipes read these settings."""
    (cwd / "settings.ini").write_text(settings, encoding="utf-8")
    return {**os.environ, "STYLECLF_SETTINGS": str(cwd / "settings.ini"), "PYTHONWARNINGS": "ignore"}


def blocks(language, page="README.md"):
    """The code blocks of a page in a language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


@pytest.fixture(scope="module")
def desk(tmp_path_factory, sample):
    """A folder as the README has it: recipes, and my/paintings with the file it names."""
    desk = tmp_path_factory.mktemp("desk")
    (desk / "recipes").symlink_to(ROOT / "recipes")
    (desk / "my").mkdir()
    (desk / "my/paintings").symlink_to(sample)
    (desk / "my/new-pictures").symlink_to(sample / "cubism")
    return desk


@pytest.fixture(scope="module")
def mine(desk):
    """The README's commands for one's own images, run in their order."""
    return run_block(desk, "recipes/design.py")


def run_block(desk, recipe, run=run, page="README.md"):
    """Run the commands of the page's block that has this recipe, in their order."""
    (commands,) = [block for block in blocks("sh", page) if f"python {recipe}" in block]
    done = []
    for line in commands.strip().splitlines():
        program, *command = shlex.split(line)
        assert program == "python"
        done.append(run(desk, *command))
        assert done[-1].returncode == 0, done[-1].stderr
    return done


def test_the_readmes_commands_design_train_and_predict(mine, desk):
    design, train, predict = (each.stdout for each in mine)
    assert "StratifiedGroupKFold" in design
    assert "cubism" in design
    assert re.search(r"^test .*\d\.\d\d", train, re.M)
    assert re.search(r"^chance +0\.12", train, re.M)
    n = len(list((desk / "my/new-pictures").iterdir()))
    assert f"{n} of {n} images predicted" in predict
    assert predict.count("%") == 3 * n
    assert predict.startswith("opening runs/mine/fold-0/model.pkl takes some seconds\n")
    assert f"{n} pictures: " in (desk / "runs/mine/new.html").read_text(encoding="utf-8")
    table = pd.read_csv(desk / "runs/mine/new.csv")
    assert len(table) == n
    assert list(table.columns[:2]) == ["filename", "pred"]
    assert table.filter(like="proba_").sum(axis=1).tolist() == pytest.approx([1] * n, abs=1e-4)


@pytest.mark.slow  # every step has a test of its own
def test_the_commands_for_numbers_to_rely_on(mine, desk):
    steps = run_block(desk, "recipes/validate.py", page="docs/judging.md")
    crossed, audited, validated, predicted = (step.stdout for step in steps)
    assert re.search(r"^cv .*\d\.\d\d", crossed, re.M)
    assert re.search(r"recognising painters|no leak is certain", audited)
    assert "the first time" in validated
    assert re.search(r"^val .*\d\.\d\d", validated, re.M)
    assert re.search(r"sets of \d\.\d styles|prediction sets", validated), validated
    table = pd.read_csv(desk / "runs/mine/sets.csv")
    assert [styles.split(", ")[0] for styles in table["set"]] == table["pred"].tolist()
    assert all(f"  {styles}" in predicted for styles in table["set"])


def test_a_run_leaves_what_the_readme_says(mine, desk):
    design, fold = desk / "runs/mine", desk / "runs/mine/fold-0"
    for name in ("annotation.csv", "rejected.csv", "design.csv", "figures/design.png"):
        assert (design / name).stat().st_size, name
    for name in ("metrics.csv", "history.csv", "predictions.csv", "embeddings.npz", "model.pkl"):
        assert (fold / name).stat().st_size, name
    figures = {file.stem for file in (fold / "figures").glob("*.png")}
    assert figures == {"history", "metrics", "confusion", "report", "top-1", "top-2", "wrong"}
    settings = json.loads((fold / "settings.json").read_text(encoding="utf-8"))
    assert settings["settings"]["arch"] == ARCH
    assert settings["settings"]["fold"] == "0"
    assert settings["seconds"] > 0
    assert settings["design_blake2b"]
    assert settings["versions"]["timm"]
    assert set(pd.read_csv(fold / "metrics.csv")["part"]) == {"train", "test"}, "validation stays closed"


def test_the_readmes_python_runs(mine, desk, sample):
    """Its words, but with the tiny architecture, tiny images, and a picture that is there."""
    image = next((sample / "cubism").iterdir()).name
    code = "\n".join(blocks("python")).replace('arch="resnet18"', f'arch="{ARCH}", size=32')
    code = code.replace('dls, "resnet18"', f'dls, "{ARCH}", "none"').replace("gris_guitar.jpg", image)
    (desk / "readme.py").write_text(f"import matplotlib; matplotlib.use('Agg')\n{code}", encoding="utf-8")
    done = first_run(desk, "readme.py")
    assert done.returncode == 0, done.stderr
    assert (desk / "runs/mine/confusion.png").is_file()
    assert (desk / "runs/mine/model.pkl").is_file()
    assert "'cubism':" in done.stdout


@pytest.mark.slow  # six recipes; tests/settings/test_whole_way.py has their order
def test_quickstart_goes_all_the_way(desk, weights_file):
    command = ["recipes/quickstart.py", "--images", "my/paintings", "--size", "32", "--epochs", "1"]
    done = python(desk, *command, "--weights", str(weights_file))
    assert done.returncode == 0, done.stderr
    recipes = [line.split()[2].removeprefix("recipes/") for line in done.stdout.splitlines() if line.startswith("$")]
    assert recipes == ["design.py", "cross_validate.py", "audit.py", "cross_validate.py", "validate.py"]
    assert "the validation set is still closed" in done.stdout
    assert not list(desk.glob("runs/quickstart/**/openings.csv"))
    answer, _, page, following = done.stdout.strip().splitlines()[-4:]
    assert answer.startswith("Of 10 paintings by painters it has never met")
    page_text = (desk / page.removeprefix("open ")).read_text(encoding="utf-8")
    assert re.search(r"recognising painters|no leak is certain", page_text)
    assert following.startswith("next: python recipes/predict.py --model runs/quickstart/model/model.pkl")
    again = python(desk, *command, "--weights", str(weights_file))
    assert again.returncode == 0
    assert "$ python" not in again.stdout


@pytest.mark.parametrize("images, is_opened", [("data/sample", True), ("my/paintings", False)])
def test_quickstart_opens_the_validation_set_of_the_practice_set_alone(images, is_opened, tmp_path, monkeypatch):
    class TrainedError(Exception):
        """Stands for the training."""

    def record(recipe, *arguments, **_):
        if recipe.name in ("train.py", "cross_validate.py"):
            raise TrainedError(arguments)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("styleclf.data.paint_samples", lambda folder: None)
    monkeypatch.setattr("styleclf.settings.whole_way.run_recipe", record)
    main = runpy.run_path(str(ROOT / "recipes/quickstart.py"))["main"]
    with pytest.raises(TrainedError) as trained:
        main(images=images, weights="none")
    assert ("--validate" in trained.value.args[0]) == is_opened


def test_make_clean_leaves_trained_models_and_images_of_ones_own(tmp_path):
    names = [
        "runs/mine/fold-0/model.pkl",
        "data/mine/cubism/gris_guitar.jpg",
        "data/README.md",
        ".venv/x",
        "data/.cache/x",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    shutil.copy(ROOT / "Makefile", tmp_path)
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert [name for name in names if (tmp_path / name).exists()] == names[:3]


def test_every_make_target_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M)


@pytest.mark.parametrize("recipe", sorted(path.name for path in (ROOT / "recipes").glob("*.py")))
def test_without_the_environment_a_recipe_says_so_in_one_sentence(recipe, tmp_path):
    bare_python = [sys.executable, "-E", "-S"]  # without installed packages
    done = subprocess.run([*bare_python, ROOT / "recipes" / recipe], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("styleclf[train] is missing")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("extra", [(), ("fastcore",)])
def test_without_the_extra_for_training_a_recipe_says_what_to_install(extra, tmp_path):
    """As after `pip install styleclf`, which brings three packages."""
    site = tmp_path / "site"
    site.mkdir()
    for package in ("numpy", "PIL", "lazy_loader", *extra):
        (site / package).symlink_to(Path(find_spec(package).origin).parent)
    for folder in ("styleclf", "recipes"):
        (site / folder).symlink_to(ROOT / folder)
    environment = {"PYTHONPATH": str(site), "PATH": os.environ["PATH"]}
    light_python = [sys.executable, "-S"]
    console = "from styleclf.settings.console import main; main()"
    commands = [[path] for path in sorted((ROOT / "recipes").glob("*.py"))] + [["-c", console, "train", "--help"]]
    for command in commands:
        done = subprocess.run([*light_python, *command], cwd=tmp_path, capture_output=True, text=True, env=environment)
        assert done.returncode == 1, command
        assert re.fullmatch(r"styleclf\[train\] is missing: .*pip install 'styleclf\[train\]'\n", done.stderr), command
    done = subprocess.run([*light_python, "-c", console], capture_output=True, text=True, env=environment)
    assert done.returncode == 0 and "What do you want to do?" in done.stdout, done.stderr


def test_a_shell_gets_its_script_of_completion(desk):
    done = python(desk, "recipes/completion.py", "bash")
    assert done.returncode == 0
    assert done.stdout.endswith("complete -o bashdefault -o default -F _styleclf styleclf\n")
    for word in ("cross-validate|cross_validate", "--n-folds", "--verbose"):
        assert word in done.stdout


def test_help_imports_nothing_heavy(desk):
    """Seconds cannot be tested honestly on a busy machine; what costs them can. One Python asks all recipes."""
    recipes = sorted(f"recipes/{path.name}" for path in (ROOT / "recipes").glob("*.py"))
    done = python(desk, "-c", ASK_FOR_HELP, *recipes)
    assert done.returncode == 0, done.stderr
    for recipe in recipes:
        assert f"usage: {Path(recipe).name}" in done.stdout


@pytest.mark.parametrize(
    "command, what",
    [
        ("recipes/design.py --images nowhere", "nowhere"),
        ("recipes/design.py --images my/new-pictures", "style"),
        ("recipes/train.py --images my/paintings --design nowhere.csv", "nowhere.csv"),
        ("recipes/predict.py --model nowhere.pkl my/new-pictures", "nowhere.pkl"),
        ("recipes/predict.py", "image files"),
    ],
)
def test_bad_input_is_one_sentence(desk, command, what):
    done = run(desk, *command.split())
    assert done.returncode == 2
    assert what in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_bad_settings_of_a_training_are_one_sentence_and_cost_nothing(mine, desk):
    before = (desk / "runs/mine/fold-0/metrics.csv").read_bytes()
    line = "recipes/train.py --images my/paintings --design runs/mine/design.csv --out runs/mine/fold-0"
    for flags, what in (("--arch resnet1", "resnet1"), ("--fold 9", "9"), ("--weights nowhere.safetensors", "nowhere")):
        done = run(desk, *line.split(), *flags.split())
        assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert what in done.stderr
    assert (desk / "runs/mine/fold-0/metrics.csv").read_bytes() == before


def test_unreadable_files_do_not_stop_a_prediction(mine, desk, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    done = run(desk, "recipes/predict.py", "--model", "runs/mine/fold-0/model.pkl", str(tmp_path), "my/new-pictures")
    assert done.returncode == 0
    assert "not predicted" in done.stdout
    assert "broken.jpg" in done.stdout
    done = run(desk, "recipes/predict.py", "--model", "runs/mine/fold-0/model.pkl", str(tmp_path))
    assert done.returncode == 2
