"""settings.ini: defaults for all recipes, and for each of its own.

`[DEFAULT]` holds for all recipes, a section for one; a key that no recipe has as a parameter is an error. Over the file
that comes with styleclf stands that of a project: the one that `--settings` names, else settings.ini in the working
directory.
"""

import ast
import configparser
import importlib
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from styleclf.common import keywords_of, suggestion

_ENVIRONMENT_VARIABLE = "STYLECLF_SETTINGS"
_NAME = "settings.ini"
_Values = dict[str, dict[str, str]]  # by recipe, the text of each setting


def settings_files(recipe: Path, named: str | None = None) -> list[Path]:
    """The files of settings for a recipe, each over those before it.

    First settings.ini beside the recipes' folder, then the one that is `named` by `--settings`, else settings.ini in
    the working directory, where there is one. A file that STYLECLF_SETTINGS names stands in place of both settings.ini.

    Raises FileNotFoundError for a name that is not a file.
    """
    variable = os.environ.get(_ENVIRONMENT_VARIABLE)
    if variable:
        subject = f"the environment variable {_ENVIRONMENT_VARIABLE}"
        _check_is_file(variable, subject, "name a file of settings, or unset the variable")
        files = [Path(variable)]
    else:
        files = [recipe.resolve().parent.parent / _NAME]
    if named is not None:
        _check_is_file(named, "--settings", "name a file of settings")
        files.append(Path(named))
    elif not variable and os.path.isfile(_NAME):
        files.append(Path(_NAME))
    return files


def _check_is_file(name: str, subject: str, advice: str) -> None:
    """Raise FileNotFoundError, which calls it `subject`, for a name that is not a file."""
    if not os.path.isfile(name):
        kind = "a folder" if os.path.isdir(name) else "no file"
        raise FileNotFoundError(f"{subject} names {kind}, {name}: {advice}")


def read_settings(paths: Collection[Path], recipes: Path) -> _Values:
    """For every recipe in the folder, the values that the files give it, as text; later files stand over earlier ones.

    Raises ValueError for a file that cannot be parsed, and for unknown sections and keys, with a suggestion.
    """
    flags: dict[str, set[str]] = {}
    values: _Values = {}
    for file in sorted(recipes.glob("*.py")):
        flags[file.stem] = _flags_of(file)
        values[file.stem] = {}
    for path in paths:
        values_of_file = _values_of_file(path, flags)
        for recipe, values_of_recipe in values_of_file.items():
            values[recipe] |= values_of_recipe
    return values


def _values_of_file(path: Path, flags: Mapping[str, set[str]]) -> _Values:
    """The values that one file gives to every recipe; none if there is no file. Raises as `read_settings` does."""
    parser = _parsed_file(path)
    for section in parser.sections():
        _check_known(section, flags, f"[{section}] in {path} is not the name of a recipe")
    defaults = dict(parser.defaults())
    flags_of_any = set().union(*flags.values())
    for key in defaults:
        _check_known(key, flags_of_any, f"{key!r} under [DEFAULT] in {path} is not a setting of any recipe")
    values = {}
    for recipe, names in flags.items():
        values_of_section = _section_values(parser, recipe)
        for key in values_of_section:
            _check_known(key, names, f"{key!r} under [{recipe}] in {path} is not a setting of that recipe")
        merged = defaults | values_of_section
        values[recipe] = {key: value for key, value in merged.items() if key in names}
    return values


def _parsed_file(path: Path) -> configparser.ConfigParser:
    """The parsed settings, empty if there is no file. Raises ValueError if it cannot be parsed."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(str(path), encoding="utf-8-sig")  # editors of Windows begin a file with a byte order mark
    except configparser.MissingSectionHeaderError as error:
        received = f"{error.line.strip()!r} in line {error.lineno}"
        advice = "write [DEFAULT], or the name of a recipe in square brackets, above it"
        raise ValueError(f"{path} has {received}, which stands under no heading: {advice}") from error
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    for name in (parser.default_section, *parser.sections()):
        section = parser[name]
        for key, text in list(section.items()):
            section[key] = _without_comment(text)
    return parser


def _without_comment(text: str) -> str:
    """A value without the comment behind it; in double quotes stands a value that itself holds ` #` or ` ;`.

    >>> _without_comment("64  # pixels"), _without_comment('"runs/a #1"  # odd')
    ('64', 'runs/a #1')
    """
    quoted = re.match(r'"([^"]*)"\s*($|[#;])', text)
    if quoted:
        return quoted[1]
    value, *_ = re.split(r"(?:^|\s)[#;]", text, maxsplit=1)
    return value.rstrip()


def _section_values(parser: configparser.ConfigParser, section: str) -> dict[str, str]:
    """The values of a section that differ from those of [DEFAULT], which the parser repeats in every section."""
    if section not in parser:
        return {}
    defaults = parser.defaults()
    values = {}
    for key, value in parser[section].items():
        if value != defaults.get(key):
            values[key] = value
    return values


def _check_known(name: str, known_names: Collection[str], complaint: str) -> None:
    """Raise ValueError with the nearest known name, or with all of them, for a name that is not among them."""
    if name not in known_names:
        advice = suggestion(name, known_names)
        raise ValueError(f"{complaint}: {advice}")


def _flags_of(recipe: Path) -> set[str]:
    """The names of the parameters of a recipe's `main`, with those of the function that it delegates to.

    The file is read and not run: whatever else lies in the folder of recipes must not start with every recipe.
    """
    tree = ast.parse(recipe.read_text(encoding="utf-8"))
    flags: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "main":
            for argument in (*node.args.args, *node.args.kwonlyargs):
                flags.add(argument.arg)
            for decorator in node.decorator_list:
                flags |= _delegated_flags(decorator, tree)
    return flags


def _delegated_flags(decorator: ast.expr, tree: ast.Module) -> set[str]:
    """The parameters that `@delegates(function)` adds to a recipe, which imports that function by its name."""
    if not isinstance(decorator, ast.Call) or getattr(decorator.func, "id", "") != "delegates":
        return set()
    name = getattr(decorator.args[0], "id", "")
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        imported_names = [alias.name for alias in node.names]
        if name in imported_names:
            module = importlib.import_module(node.module or "")
            function = getattr(module, name)
            return set(keywords_of(function))
    return set()
