"""The documentation's site: every page has its place, every recipe its page, and links lead somewhere."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from styleclf.common import write_table

ROOT = Path(__file__).parent.parent


def load(file, name):
    """The module in a file."""
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages():
    return load(ROOT / "docs/pages.py", "pages")


def test_the_site_installs_its_generator_once_and_then_needs_no_network(tmp_path):
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    command = ["make", "--dry-run", "docs"]
    (tmp_path / ".venv/installed").touch()
    first = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    (tmp_path / ".venv/installed-docs").touch()
    later = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert ["pip install" in commands for commands in (first, later)] == [True, False]
    assert "sphinx" in later


def test_every_recipe_has_a_page_and_every_page_a_place(pages):
    recipes = {file.stem for file in (ROOT / "recipes").glob("*.py")}
    assert {file.stem for file in (ROOT / "docs/recipes").glob("*.md")} == recipes
    for recipe in recipes:
        text = (ROOT / f"docs/recipes/{recipe}.md").read_text(encoding="utf-8")
        assert text.startswith(f"# {recipe}.py\n")
        assert pages._FLAGS in text
    contents = pages._contents()
    for page in (ROOT / "docs").glob("*.md"):
        assert re.search(rf"^{page.stem}$", contents, re.M), f"{page.name} has no place in docs/pages.py"


def test_a_recipe_lists_its_flags_with_what_they_say(pages):
    text = pages.flags_text("compare")
    assert "### Basic flags" in text
    assert "| `--out` |" in text


@pytest.mark.parametrize(
    "text, folder, link",
    [
        ("[x](docs/judging.md#how)", ".", "](judging.md#how"),
        ("[x](../data/README.md)", "docs", "](own-pictures.md"),
        ("[x](../../CHANGELOG.md)", "docs/recipes", "](../changelog.md"),
        ("[x](train.md)", "docs/recipes", "](../recipes/train.md"),
        ("[docs/judging.md](docs/judging.md)", ".", "[Numbers to rely on](judging.md"),
        ("[x](https://example.org/docs/a.md)", "docs", "](https://example.org/docs/a.md"),
    ],
)
def test_links_lead_to_pages_of_the_site(pages, text, folder, link):
    assert link in pages._with_links_of_site(text, Path(folder))


def test_the_recipe_in_the_documentation_runs(tmp_path, monkeypatch, capsys):
    text = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.S)
    file = tmp_path / "count.py"
    file.write_text(code, encoding="utf-8")
    row = {"filename": "a.jpg", "label": "cubism", "author": "gris", "fold": "0", "pred": "cubism"}
    row |= {"proba_cubism": 1.0, "proba_rococo": 0.0}
    write_table(pd.DataFrame([row]), tmp_path / "cv/predictions.csv")
    load(file, "count").main(str(tmp_path / "cv"), str(tmp_path / "count"))
    assert pd.read_csv(tmp_path / "count/counts.csv")["count"].tolist() == [1]
    assert "cubism" in capsys.readouterr().out


@pytest.mark.slow  # imports everything
def test_the_site_is_built_without_a_warning(tmp_path):
    for command in (
        ["docs/pages.py", str(tmp_path / "docs")],
        ["-m", "sphinx", "--fail-on-warning", "-q", "-c", "docs", str(tmp_path / "docs"), str(tmp_path / "site")],
    ):
        done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "site/reference/evaluation.html").is_file()
