"""Write the source of the documentation's site: the pages of docs, and those that are made and not written.

python docs/pages.py build/docs

README, CONTRIBUTING, CHANGELOG and data/README become pages as they are. The page of a recipe gets the table of its
flags, every package a page of the reference, made from its door.
"""

import argparse
import ast
import re
import runpy
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
_PAGE_OF_FILE = {
    Path("README.md"): Path("index.md"),
    Path("CONTRIBUTING.md"): Path("contributing.md"),
    Path("CHANGELOG.md"): Path("changelog.md"),
    Path("data/README.md"): Path("own-pictures.md"),
}
_LINK = re.compile(r"\]\((?!https?://|#)([^)\s#]+)")
_NAMED_FILE = re.compile(r"\[((?:docs|data)/[\w/-]+\.md)\]\(")
_FLAGS = "<!-- flags -->"
_PICTURES = ("*.jpg", "*.png", "*.svg")
_SECTIONS = {
    "Get started": ("own-pictures", "one-command", "questions"),
    "How to": (
        "collect",
        "tables",
        "groups",
        "colours",
        "judging",
        "report",
        "predict",
        "app",
        "bundle",
        "exports",
        "bodies",
        "league",
        "hierarchy",
        "dates",
        "several-labels",
        "doctor",
        "collect-next",
        "history",
        "novelty",
        "new-styles",
        "explanations",
        "gpu-check",
    ),
    "How it works": ("training", "fine-tuning-study", "style-statistics", "fold-search", "incremental-occlusion"),
    "Results": ("results",),
    "Words and rules": ("glossary", "contributing", "extending", "changelog"),
}


def main(target: Path) -> None:
    """Write all pages and pictures into an empty folder."""
    shutil.rmtree(target, ignore_errors=True)
    for file in _pages_of_docs():
        place = file.relative_to(DOCS)
        text = _with_links_of_site(file.read_text(encoding="utf-8"), Path("docs") / place.parent)
        if _FLAGS in text:
            text = text.replace(_FLAGS, flags_text(file.stem))
        _write(target / place, text)
    for pattern in _PICTURES:
        for picture in DOCS.rglob(pattern):
            copy = target / picture.relative_to(DOCS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(picture, copy)
    for file, page in _PAGE_OF_FILE.items():
        text = _with_links_of_site((ROOT / file).read_text(encoding="utf-8"), file.parent)
        if page.stem == "index":
            text += _contents()
        _write(target / page, text)
    _write(target / "reference/index.md", _reference_index())
    for package in _packages():
        _write(target / f"reference/{package}.md", _reference_page(package))


def _write(file: Path, text: str) -> None:
    """Write a page and the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _pages_of_docs() -> list[Path]:
    """The Markdown files of docs."""
    return sorted(DOCS.rglob("*.md"))


def _packages() -> list[str]:
    """The names of all packages that have a door."""
    return sorted(door.parent.name for door in (ROOT / "styleclf").glob("*/__init__.pyi"))


def _with_links_of_site(text: str, folder: Path) -> str:
    """The text of a file in a folder of the project, with links to the pages of the site, named by their titles."""
    text = _NAMED_FILE.sub(lambda match: f"[{_title(match.group(1))}](", text)
    up = "../" * max(len(folder.parts) - 1, 0) if folder.parts[:1] == ("docs",) else ""

    def link(match: re.Match[str]) -> str:
        """The beginning of a link, with its target on the site."""
        target = _without_steps_up(folder / match.group(1))
        page = _PAGE_OF_FILE.get(target)
        if page:
            return f"]({up}{page.as_posix()}"
        if target.parts[:1] == ("docs",):
            return f"]({up}{Path(*target.parts[1:]).as_posix()}"
        return match.group(0)

    return _LINK.sub(link, text)


def _title(file: str) -> str:
    """The title of a page in the project."""
    first_line, _, _ = (ROOT / file).read_text(encoding="utf-8").partition("\n")
    return first_line.removeprefix("# ")


def _without_steps_up(path: Path) -> Path:
    """A relative path without `..`."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def flags_text(recipe: str) -> str:
    """The flags of a recipe as Markdown: a table of the basic ones, and one of the others."""
    from styleclf.settings.command_line import recipe_parser

    recipe_file = ROOT / f"recipes/{recipe.replace('-', '_')}.py"
    main_function = runpy.run_path(str(recipe_file), run_name="recipe")["main"]
    parser = recipe_parser(main_function, recipe_file.name)
    tables = []
    for group in parser._action_groups:
        rows = [_flag_row(action) for action in group._group_actions if action.help != argparse.SUPPRESS]
        if rows:
            title = (group.title or "flags").capitalize()
            tables.append("\n".join([f"### {title}", "", "| flag | |", "|---|---|", *rows]))
    return "\n\n".join(tables)


def _flag_row(action: argparse.Action) -> str:
    """A row of the table of flags."""
    name = ", ".join(action.option_strings) or action.dest
    help_text = (action.help or "").replace("|", "\\|").replace("<", "&lt;")
    return f"| `{name}` | {help_text} |"


def _contents() -> str:
    """The hidden tables of contents from which Sphinx makes the navigation."""
    recipes = sorted(file.stem for file in (DOCS / "recipes").glob("*.md"))
    sections = {
        **_SECTIONS,
        "Recipes": ("recipes", *(f"recipes/{name}" for name in recipes)),
        "Reference": ("reference/index", *(f"reference/{package}" for package in _packages())),
    }
    present = {file.relative_to(DOCS).with_suffix("").as_posix() for file in _pages_of_docs()}
    present |= {page.stem for page in _PAGE_OF_FILE.values()}
    texts = []
    for title, pages in sections.items():
        lines = [page for page in pages if page in present or title == "Reference"]
        texts.append("\n".join(["", ":::{toctree}", ":hidden:", f":caption: {title}", "", *lines, ":::", ""]))
    return "".join(texts)


def _reference_index() -> str:
    """A page that says of every package what it is for."""
    lines = ["# Reference", "", "`from styleclf.all import *` brings what a notebook needs; packages have more.", ""]
    for package in _packages():
        docstring = ast.get_docstring(ast.parse(_source(package, "__init__.py"))) or ""
        summary = docstring.partition("\n\n")[0].replace("\n", " ")
        lines.append(f"- [`styleclf.{package}`]({package}.md): {summary}")
    return "\n".join(lines)


def _reference_page(package: str) -> str:
    """A page of what a package's door lets out, in alphabetical order."""
    module_of_name = _module_of_name(f"styleclf.{package}")
    lines = [f"# styleclf.{package}", "", "```{eval-rst}"]
    for name in sorted(module_of_name, key=str.lower):
        lines += [_directive(module_of_name[name], name), ""]
    return "\n".join([*lines, "```", ""])


def _module_of_name(package: str) -> dict[str, str]:
    """The module in which each name of a package's door is defined."""
    module_of_name = {}
    folder = ROOT / package.replace(".", "/")
    for statement in ast.parse((folder / "__init__.pyi").read_text(encoding="utf-8")).body:
        if not isinstance(statement, ast.ImportFrom):
            continue
        module = ".".join(filter(None, (package, statement.module)))
        inner_door = ROOT / module.replace(".", "/") / "__init__.pyi"
        inner_names = _module_of_name(module) if statement.module and inner_door.is_file() else {}
        for alias in statement.names:
            module_of_name[alias.name] = inner_names.get(alias.name, module)
    return module_of_name


def _directive(module: str, name: str) -> str:
    """The directive of autodoc for a name, by how its module defines it."""
    place = ROOT / module.replace(".", "/")
    file = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if getattr(statement, "name", None) != name:
            continue
        if isinstance(statement, ast.ClassDef):
            return f".. autoclass:: {module}.{name}\n   :members:"
        return f".. autofunction:: {module}.{name}"
    return f".. py:data:: {module}.{name}"


def _source(package: str, file: str) -> str:
    """The source of a package's file."""
    return (ROOT / "styleclf" / package / file).read_text(encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
