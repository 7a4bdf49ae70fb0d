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
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from styleclf.common import flag_name, keywords_of, shown_name, suggestion

_ENVIRONMENT_VARIABLE = "STYLECLF_SETTINGS"
_NAME = "settings.ini"
_INDENTED_SETTING = re.compile(r"\n(\w+ *= [^\n]*)")  # within a value; names in lists have no blank behind their =
_LEAST_LETTERS = 3  # of a value that is looked for in a sentence without its name


class Setting(NamedTuple):
    """A setting as it stands in a file."""

    text: str
    section: str
    file: Path

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return f"under [{self.section}] in {self.file}"


_Settings = dict[str, Setting]


def settings_files(recipe: Path, file: str | None = None) -> list[Path]:
    """The files of settings for a recipe, each over those before it.

    First settings.ini beside the recipes' folder, then `file`, which `--settings` names, else settings.ini in
    the working directory, where there is one. A file that STYLECLF_SETTINGS names stands in place of both settings.ini.

    Raises FileNotFoundError for a name that is not a file.
    """
    variable = os.environ.get(_ENVIRONMENT_VARIABLE)
    if variable:
        subject = f"the environment variable {_ENVIRONMENT_VARIABLE}"
        _check_is_file(variable, subject, "name a file of settings, or unset the variable")
        files = [Path(variable)]
    else:
        files = [_own_file(recipe)]
    if file is not None:
        _check_is_file(file, "--settings", "name a file of settings")
        files.append(Path(file))
    elif not variable and os.path.isfile(_NAME) and not _are_one_file(files[0], _NAME):
        files.append(Path(_NAME))
    return files


def _own_file(recipe: Path) -> Path:
    """The settings that come with a recipe, beside the folder of recipes."""
    return recipe.resolve().parent.parent / _NAME


def _are_one_file(file: Path, name: str) -> bool:
    """Whether a name leads to a file, which may not be there."""
    return file.is_file() and os.path.samefile(file, name)


def _check_is_file(name: str, subject: str, advice: str) -> None:
    """Raise FileNotFoundError, which calls it `subject`, for a name that is not a file."""
    if not os.path.isfile(name):
        kind = "a folder" if os.path.isdir(name) else "no file"
        raise FileNotFoundError(f"{subject} names {kind}, {name}: {advice}")


def read_settings(paths: Collection[Path], recipes: Path) -> dict[str, _Settings]:
    """For every recipe in the folder, the settings that the files give it; later files stand over earlier ones.

    Raises OSError for a file that cannot be read, ValueError for one that cannot be parsed, and for unknown sections
    and keys, with a suggestion.
    """
    flags: dict[str, set[str]] = {}
    values: dict[str, _Settings] = {}
    for file in sorted(recipes.glob("*.py")):
        flags[file.stem] = _flags_of(file)
        values[file.stem] = {}
    for path in paths:
        values_of_file = _values_of_file(path, flags)
        for recipe, values_of_recipe in values_of_file.items():
            values[recipe] |= values_of_recipe
    return values


def _values_of_file(path: Path, flags: Mapping[str, set[str]]) -> dict[str, _Settings]:
    """The settings that one file gives to every recipe; none if there is no file. Raises as `read_settings` does."""
    parser = _parsed_file(path)
    for section in parser.sections():
        if section not in flags:
            advice = suggestion(section, [parser.default_section, *flags])
            raise ValueError(f"[{section}] in {path} is not the name of a recipe: {advice}")
    defaults = dict(parser.defaults())
    flags_of_any = set().union(*flags.values())
    for key in defaults:
        _check_known(key, flags_of_any, f"{key!r} under [DEFAULT] in {path} is not a setting of any recipe")
    values: dict[str, _Settings] = {}
    for recipe, names in flags.items():
        values_of_section = _section_values(parser, recipe)
        for key in values_of_section:
            _check_known(key, names, f"{key!r} under [{recipe}] in {path} is not a setting of that recipe")
        values[recipe] = {}
        for key, text in {**defaults, **values_of_section}.items():
            section = recipe if key in values_of_section else parser.default_section
            if key in names:
                values[recipe][key] = Setting(text, section, path)
    return values


def _parsed_file(path: Path) -> configparser.ConfigParser:
    """The parsed settings, empty if there is no file. Raises OSError and ValueError as `read_settings` does."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors of Windows begin a file with a byte order mark
        parser.read_string(text)
    except FileNotFoundError:
        return parser
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not text in UTF-8 ({error.reason}): save it as UTF-8") from error
    except configparser.Error as error:
        sentence = _unreadable_line(error, text)
        raise ValueError(f"{path} has {sentence}") from error
    for name in (parser.default_section, *parser.sections()):
        section = parser[name]
        for key, text in list(section.items()):
            match = _INDENTED_SETTING.search(text)
            if match:
                fault = f"{match[1]!r} under [{name}] in an indented line, so that it belongs to {key!r} above it"
                raise ValueError(f"{path} has {fault}: remove the blanks at its beginning")
            section[key] = _without_comment(text)
    return parser


def _unreadable_line(error: configparser.Error, text: str) -> str:
    """Which line of the text of a file cannot be parsed, why, and what to write there."""
    lines = text.splitlines()
    number = getattr(error, "lineno", None)
    if number is None and isinstance(error, configparser.ParsingError):
        number, _ = error.errors[0]
    line = lines[number - 1].strip() if number else ""
    quote = f"{line!r} in line {number}"
    if isinstance(error, configparser.MissingSectionHeaderError):
        advice = "write [DEFAULT], or the name of a recipe in square brackets, above it"
        return f"{quote}, which stands under no heading: {advice}"
    if isinstance(error, configparser.DuplicateOptionError):
        return f"{quote}, the second {error.option} under [{error.section}]: keep one of them"
    if isinstance(error, configparser.DuplicateSectionError):
        return f"{quote}, the second heading of that name: write all its settings under the first"
    return f"{quote}, which is no setting: write it as name = value"


def _without_comment(text: str) -> str:
    """A value without the comment behind it; in double quotes stands a value that itself holds ` #` or ` ;`.

    >>> _without_comment("64  # pixels"), _without_comment('"runs/a #1"  # odd')
    ('64', 'runs/a #1')
    """
    match = re.match(r'"([^"]*)"\s*($|[#;])', text)
    if match:
        return match[1]
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


def culprit(sentence: str, settings: Mapping[str, Setting], recipe: Path, *, words: Sequence[str]) -> str:
    """The setting of a recipe that a sentence about bad input speaks of, with its place; '' where it speaks of none.

    A setting in whose place something is typed, which `words` hold, is none of them.
    """
    typed_flags = {word.partition("=")[0] for word in words}
    for name, setting in settings.items():
        flag = flag_name(name)
        if flag in typed_flags or setting.place in sentence:
            continue
        says_enough = name in sentence or not (setting.text == "" or setting.text.isdigit())
        is_quoted = says_enough and repr(setting.text) in sentence
        is_refused = is_quoted or sentence.startswith(f"{flag} must be")
        if is_refused or (setting.file != _own_file(recipe) and _repeats(sentence, setting.text)):
            return f"{name} = {shown_name(setting.text)} stands {setting.place}"
    return ""


def _repeats(sentence: str, text: str) -> bool:
    """Whether a sentence holds a text that is no everyday word, such as a path or an architecture."""
    is_everyday = len(text) < _LEAST_LETTERS or text.isalpha() or text.isdigit()
    return not is_everyday and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", sentence) is not None


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
