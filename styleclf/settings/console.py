"""The command `styleclf`: every recipe by its name, and alone a list of them by what one wants to do.

Recipes lie beside the package in a checkout, and inside it where it was installed from a wheel.
"""

import ast
import os
import runpy
import sys
import textwrap
from pathlib import Path

import styleclf
from styleclf.common import complain, flush_output, say, screen_width, suggestion

CONSOLE_VARIABLE = "STYLECLF_CONSOLE"  # set where the command `styleclf` runs a recipe
_EXIT_BAD_INPUT = 2
_EXIT_INTERRUPTED = 130
_WISHES = {
    "everything in turn": ("quickstart",),
    "collect pictures of museums": ("collect",),
    "understand a folder of pictures": ("design", "audit", "transfer"),
    "train a network": ("train", "cross_validate", "tune", "league", "arcface", "forest"),
    "know how good it is": ("report", "compare", "validate"),
    "make the collection better": ("doctor", "collect_next", "label_next", "history"),
    "see what it sees": ("atlas", "evolution", "explain", "maps", "embed"),
    "use it": ("predict", "app", "export"),
    "check styleclf itself": ("marker", "benchmark", "gpu_check"),
    "complete flags by the tab key": ("completion",),
}
_FURTHER = "more"
_VERSION = "--version"
_WIDTH = 16  # letters of a recipe's name


def main() -> None:
    """Run the recipe that is named first with all that follows, or list the recipes."""
    first, *words = sys.argv[1:] or ["--help"]
    if first in ("-h", "--help", "help"):
        say(recipes_text())
    elif first == _VERSION:
        say(styleclf.__version__)
    else:
        _run(first, words)
    if not flush_output():
        sys.exit(_EXIT_BAD_INPUT)


def _run(name: str, words: list[str]) -> None:
    """Run a recipe as Python runs its file; leaves with code 2 if there is none, with 130 if it is interrupted."""
    stem = name.removesuffix(".py").replace("-", "_")
    file = recipes_folder() / f"{stem}.py"
    if stem not in _names() and name.startswith("-") and words:
        complain(f"styleclf: {name} stands before the recipe: flags come after it, as in styleclf {words[0]} {name}")
        sys.exit(_EXIT_BAD_INPUT)
    if stem not in _names():
        advice = suggestion(stem.strip("_"), [*_names(), _VERSION])
        complain(f"styleclf: there is no recipe {name!r}: {advice}")
        sys.exit(_EXIT_BAD_INPUT)
    os.environ[CONSOLE_VARIABLE] = "1"
    sys.argv = [str(file), *words]
    try:
        runpy.run_path(str(file), run_name="__main__")
    except KeyboardInterrupt:  # during its imports: a recipe that runs says itself what is kept
        complain("\nstyleclf: interrupted before the work began")
        sys.exit(_EXIT_INTERRUPTED)


def recipes_folder() -> Path:
    """The folder of recipes: inside the package, or beside it."""
    package = Path(styleclf.__file__).parent
    inside = package / "recipes"
    if inside.is_dir():
        return inside
    return package.parent / "recipes"


def _names() -> list[str]:
    """The names of all recipes."""
    files = recipes_folder().glob("*.py")
    return sorted(file.stem for file in files)


def recipes_text() -> str:
    """All recipes with what they do, by what one wants to do."""
    lines = ["styleclf RECIPE --help shows the flags of a recipe.", "", "What do you want to do?"]
    further_names = _names()
    for wish, names in _WISHES.items():
        present = [name for name in names if name in further_names]
        lines += _lines_of(wish, present)
        further_names = [name for name in further_names if name not in present]
    lines += _lines_of(_FURTHER, further_names)
    return "\n".join(lines)


def _lines_of(wish: str, names: list[str]) -> list[str]:
    """A heading and a line for every recipe; nothing without recipes."""
    if not names:
        return []
    lines = ["", wish]
    for name in names:
        start = f"  {name:{_WIDTH}}"
        further = " " * len(start)
        purpose = _first_line(name)
        lines.append(textwrap.fill(purpose, screen_width(), initial_indent=start, subsequent_indent=further))
    return lines


def _first_line(name: str) -> str:
    """The first line of a recipe's docstring."""
    file = recipes_folder() / f"{name}.py"
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstring = ast.get_docstring(tree) or ""
    return docstring.partition("\n")[0]
