"""README and docs: links lead somewhere, and every command names a recipe and flags that it has."""

import contextlib
import io
import re
import runpy
import shlex
from pathlib import Path

import pytest

from styleclf.settings.command_line import recipe_parser

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "data/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OF_OTHER_PROGRAMS = {  # and of simulations in tests/
    "--table",
    "--ways",
    "--backend-store-uri",
    "--metadata",
    "--x",
    "--y",
    "--image",
    "--review",
    "--pictures",
    "--megabytes",
}
COMMAND = re.compile(r"^(?:    |\$ )?(?:\.venv/bin/)?python (recipes/\w+\.py.*)$", re.M)


def ids(pages):
    return [page.relative_to(ROOT).as_posix() for page in pages]


def commands(page):
    """The recipes' command lines on a page, a comment behind them left out."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.split("  #")[0].strip() for line in COMMAND.findall(text)]


def anchors(page):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_links_lead_to_files_and_headings_that_exist(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(file), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_commands_name_recipes_and_flags_that_exist(page):
    for command in commands(page):
        recipe, *words = shlex.split(command)
        assert (ROOT / recipe).is_file(), command
        words = [word for word in words if word != "…"]
        main = runpy.run_path(str(ROOT / recipe), run_name="recipe")["main"]
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            _, unknown = recipe_parser(main, recipe).parse_known_args(words)
        assert not unknown, f"{page.name}: {command}: {unknown}"


def flags_of_recipes():
    """The flags of all recipes."""
    flags = set()
    for file in sorted((ROOT / "recipes").glob("*.py")):
        main = runpy.run_path(str(file), run_name="recipe")["main"]
        for action in recipe_parser(main, file.name)._actions:
            flags.update(action.option_strings)
    return flags


def test_flags_in_sentences_exist():
    known = flags_of_recipes() | OF_OTHER_PROGRAMS
    for page in PAGES:
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
        for code in re.findall(r"`([^`\n]+)`", text):
            flags = re.findall(r"(?<![\w-])--[a-z][\w-]*", code)
            unknown = set() if code.startswith("python -m tests.") else set(flags) - known
            assert not unknown, f"{page.name} has {unknown} in {code!r}"


def test_the_readme_can_be_read_in_one_sitting_and_leads_to_every_page():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) <= 120
    texts = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for page in (ROOT / "docs").glob("*.md"):
        assert f"{page.name})" in texts, f"no page links to docs/{page.name}"
