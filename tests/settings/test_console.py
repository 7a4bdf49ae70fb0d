"""The command `styleclf`: recipes by their names."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import styleclf
from styleclf.common import screen_width
from styleclf.settings import console

ROOT = Path(__file__).parent.parent.parent


def styleclf_command(*words, cwd=ROOT):
    code = "import sys; from styleclf.settings.console import main; main()"
    command = [sys.executable, "-X", "importtime", "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def said(stderr):
    """What a command says on its error stream, without the times of imports."""
    return [line for line in stderr.splitlines() if not line.startswith("import time:")]


def test_alone_it_lists_every_recipe_by_what_one_wants_to_do():
    done = styleclf_command()
    lines = done.stdout.splitlines()
    for file in (ROOT / "recipes").glob("*.py"):
        assert sum(line.startswith(f"  {file.stem} ") for line in lines) == 1, file.stem
    assert max(map(len, lines)) <= screen_width()
    assert "What do you want to do?" in done.stdout
    assert "know how good it is" in done.stdout
    assert "more" not in done.stdout.splitlines(), "every recipe stands below a wish"
    imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert imported.isdisjoint({"numpy", "torch", "fastai", "timm", "sklearn", "matplotlib"})


def test_it_runs_a_recipe_with_all_its_flags():
    done = styleclf_command("cross-validate", "--help")
    assert done.returncode == 0
    assert "usage: cross_validate.py" in done.stdout
    refused = styleclf_command("compare", "--metrik", "f1")
    assert refused.returncode == 2
    assert said(refused.stderr) == ["compare.py: there is no flag --metrik: did you mean '--metric'?"]


def test_a_recipe_that_does_not_exist_is_one_sentence(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["styleclf", "trian"])
    with pytest.raises(SystemExit) as left:
        console.main()
    assert left.value.code == 2
    assert capsys.readouterr().err == "styleclf: there is no recipe 'trian': did you mean 'train'?\n"


def test_a_flag_before_the_recipe_is_one_sentence(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["styleclf", "--quiet", "train"])
    with pytest.raises(SystemExit) as left:
        console.main()
    assert left.value.code == 2
    advice = "flags come after it, as in styleclf train --quiet"
    assert capsys.readouterr().err == f"styleclf: --quiet stands before the recipe: {advice}\n"


def test_it_tells_its_version(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["styleclf", "--version"])
    console.main()
    assert capsys.readouterr().out == f"{styleclf.__version__}\n"


def test_a_recipe_that_nobody_sorted_stands_at_the_end(monkeypatch, tmp_path):
    (tmp_path / "varnish.py").write_text('"""Varnish it."""\n')
    monkeypatch.setattr(console, "recipes_folder", lambda: tmp_path)
    assert console.recipes_text().splitlines()[-2:] == ["more", "  varnish         Varnish it."]


def test_an_interrupt_during_imports_is_one_line(monkeypatch, tmp_path, capsys):
    (tmp_path / "varnish.py").write_text("raise KeyboardInterrupt\n")
    monkeypatch.setattr(console, "recipes_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["styleclf", "varnish"])
    monkeypatch.setenv(console.CONSOLE_VARIABLE, "1")  # which is undone afterwards
    with pytest.raises(SystemExit) as left:
        console.main()
    assert left.value.code == 130
    assert capsys.readouterr().err == "\nstyleclf: interrupted before the work began\n"


@pytest.mark.slow
def test_recipes_come_along_in_a_wheel(tmp_path):
    source = tmp_path / "source"
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    for name in files.stdout.splitlines():
        if name.startswith(("styleclf/", "recipes/")) or "/" not in name:
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    code = "from styleclf.settings.console import main; main()"
    command = [sys.executable, "-c", code, "train", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert "--epochs" in done.stdout and "(default: 6)" in done.stdout, done.stderr
    assert str(tmp_path) in subprocess.run(
        [sys.executable, "-c", "import styleclf; print(styleclf.__file__)"],
        capture_output=True, text=True, env=environment, cwd=tmp_path,
    ).stdout  # fmt: skip
