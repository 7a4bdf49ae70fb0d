"""Settings of recipes: signature, then `settings.ini`, then the command line. Only recipes import this.

A recipe's `main` is its command line: parameters are flags, the comments beside them the help. `settings.ini` holds
`[DEFAULT]` and a section for each recipe; a key that no recipe has as a parameter is an error.
"""

import argparse
import ast
import configparser
import difflib
import hashlib
import importlib
import inspect
import io
import os
import platform
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Collection
from importlib import metadata
from pathlib import Path
from typing import Any

from fastcore.script import anno_parser

from styleclf.flags import accepts_none, check_values, idle_flags, type_of
from styleclf.output import complain, say, spoken_seconds, write_json
from styleclf.saved import read_json

_RECORDED_PACKAGES = ("styleclf", "fastai", "timm", "torch", "pandas", "scikit-learn")
_EXIT_BAD_INPUT = 2
_EXIT_INTERRUPTED = 130
_ENVIRONMENT_VARIABLE = "STYLECLF_SETTINGS"


# The command line


def run(main: Callable) -> None:
    """Run a recipe's `main` with its settings, then leave the process.

    Bad input (ValueError, OSError) becomes one sentence and exit code 2, Ctrl-C becomes exit code 130. If the
    environment variable STYLECLF_DEBUG is set, the traceback is shown instead.
    """
    file = Path(inspect.getfile(main))
    _use_utf8()
    _show_only_our_warnings()
    try:
        settings = read_settings(settings_file(file), file.parent)
        _set_defaults(main, settings[file.stem])
        arguments = vars(_parser(main, file.name).parse_args())
        _check_arguments(main, arguments)
        sys.exit(_call_main(main, arguments))
    except KeyboardInterrupt:
        complain(f"\n{file.name}: interrupted; what was written before is whole")
        sys.exit(_EXIT_INTERRUPTED)
    except (ValueError, OSError) as error:
        if os.environ.get("STYLECLF_DEBUG"):
            raise
        complain(f"{file.name}: {_error_sentence(error)}")
        sys.exit(_EXIT_BAD_INPUT)


def _parser(main: Callable, name: str) -> argparse.ArgumentParser:
    """The command line of a recipe's `main`. Of what a `--no-…` flag switches off, its help says so."""
    parser = anno_parser(main, prog=name)
    for action in parser._actions:
        if action.option_strings and action.option_strings[0].startswith("--no-") and action.const is False:
            action.help = f"do not {(action.help or '').removesuffix(' (default: True)')}"
    return parser


def run_recipe(recipe: Path, *arguments: object) -> None:
    """Print the command of another recipe and run it, as a user would; if it fails, leave with its exit code."""
    words = [str(argument) for argument in arguments]
    say(f"\n$ python recipes/{recipe.name} {' '.join(words)}")
    process = subprocess.run([sys.executable, str(recipe), *words])
    if process.returncode != 0:
        sys.exit(process.returncode)


def _use_utf8() -> None:
    """Names of files in UTF-8 whatever the locale says, and streams that print what they can of any name."""
    if os.name == "posix" and sys.getfilesystemencoding() != "utf-8":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.argv])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _show_only_our_warnings() -> None:
    """Show warnings of recipes and of styleclf as plain sentences, those of other packages not at all."""

    def print_note(message: object, *_: object, **__: object) -> None:
        """Say it as a note."""
        complain(f"note: {message}")

    warnings.showwarning = print_note
    warnings.simplefilter("ignore")
    warnings.filterwarnings("always", category=UserWarning, module="__main__|styleclf")


def _set_defaults(main: Callable, values: dict[str, str]) -> None:
    """Put settings into the signature of `main`, so that `--help` shows them. Raises ValueError for a wrong type."""
    signature = inspect.signature(main)
    parameters = dict(signature.parameters)
    for name, text in values.items():
        value = _typed_value(text, parameters[name])
        parameters[name] = parameters[name].replace(default=value)
    main.__signature__ = signature.replace(parameters=list(parameters.values()))  # type: ignore[attr-defined]


def _typed_value(text: str, parameter: inspect.Parameter) -> object:
    """The text as a value of the parameter's type; an empty text is None where that is a value, or an empty text.

    Raises ValueError for a text that is no value of the type.
    """
    kind = type_of(parameter.annotation)
    if not text and accepts_none(parameter.annotation):
        return None
    try:
        if kind is bool:
            return configparser.ConfigParser.BOOLEAN_STATES[text.lower()]
        return kind(text)
    except (KeyError, ValueError) as error:
        setting = f"{parameter.name} = {text!r}"
        raise ValueError(f"the settings have {setting}, which is not a valid {kind.__name__}") from error


def _check_arguments(main: Callable, arguments: dict[str, Any]) -> None:
    """Raise ValueError for an argument that `main` does not take; note those that have no effect."""
    check_values(main, arguments, as_flags=True)
    defaults = {}
    for name, parameter in inspect.signature(main).parameters.items():
        defaults[name] = parameter.default
        if parameter.kind is parameter.VAR_POSITIONAL and "" in arguments[name]:
            raise ValueError(f"one of the {name} is an empty text: name a file or a folder")
    for sentence in idle_flags(main, arguments, defaults):
        complain(f"note: {sentence}")


def _call_main(main: Callable, arguments: dict[str, Any]) -> Any:
    """Call a recipe's `main` with the arguments that were parsed; returns what it returns, the exit code."""
    positional = []
    named = {}
    for parameter in inspect.signature(main).parameters.values():
        value = arguments[parameter.name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional.extend(value)
        else:
            named[parameter.name] = value
    return main(*positional, **named)


def _error_sentence(error: Exception) -> str:
    """The error's message on one line; for an error of the operating system, what happened and to which file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


# settings.ini


def settings_file(recipe: Path) -> Path:
    """The file that STYLECLF_SETTINGS names, else settings.ini beside the recipes' folder.

    Raises FileNotFoundError if the variable names something else than a file.
    """
    name = os.environ.get(_ENVIRONMENT_VARIABLE)
    if not name:
        return recipe.resolve().parent.parent / "settings.ini"
    if not os.path.isfile(name):
        kind = "a folder" if os.path.isdir(name) else "no file"
        advice = "name a file of settings, or unset the variable"
        raise FileNotFoundError(f"the environment variable {_ENVIRONMENT_VARIABLE} names {kind}, {name}: {advice}")
    return Path(name)


def read_settings(path: Path, recipes: Path) -> dict[str, dict[str, str]]:
    """For every recipe in the folder, the values that `settings.ini` gives it, as text; none if there is no file.

    Raises ValueError for a file that cannot be parsed, and for unknown sections and keys, with a suggestion.
    """
    flags = {file.stem: _flags_of(file) for file in sorted(recipes.glob("*.py"))}
    parser = _parsed_file(path)
    for section in parser.sections():
        _check_known(section, flags, f"[{section}] in {path} is not the name of a recipe")
    defaults = dict(parser.defaults())
    flags_of_any = set().union(*flags.values())
    for key in defaults:
        _check_known(key, flags_of_any, f"{key!r} under [DEFAULT] in {path} is not a setting of any recipe")
    values = {}
    for recipe, names in flags.items():
        of_section = _section_values(parser, recipe)
        for key in of_section:
            _check_known(key, names, f"{key!r} under [{recipe}] in {path} is not a setting of that recipe")
        merged = defaults | of_section
        values[recipe] = {key: value for key, value in merged.items() if key in names}
    return values


def _parsed_file(path: Path) -> configparser.ConfigParser:
    """The parsed settings, empty if there is no file. Raises ValueError if it cannot be parsed."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8-sig")  # editors of Windows begin a file with a byte order mark
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    for section in (parser.default_section, *parser.sections()):
        for key, text in list(parser[section].items()):
            parser[section][key] = _without_comment(text)
    return parser


def _without_comment(text: str) -> str:
    """A value without the comment behind it; in double quotes stands a value that itself holds ` #` or ` ;`.

    >>> _without_comment("64  # pixels"), _without_comment('"runs/a #1"  # odd')
    ('64', 'runs/a #1')
    """
    quoted = re.match(r'"([^"]*)"\s*($|[#;])', text)
    if quoted:
        return quoted[1]
    return re.split(r"(?:^|\s)[#;]", text, maxsplit=1)[0].rstrip()


def _section_values(parser: configparser.ConfigParser, section: str) -> dict[str, str]:
    """The values of a section that differ from those of [DEFAULT], which the parser repeats in every section."""
    if section not in parser:
        return {}
    defaults = parser.defaults()
    return {key: value for key, value in parser[section].items() if value != defaults.get(key)}


def _check_known(name: str, known_names: Collection[str], complaint: str) -> None:
    """Raise ValueError with the nearest known name, or with all of them, for a name that is not among them."""
    if name in known_names:
        return
    similar = difflib.get_close_matches(name, list(known_names), n=1)
    if similar:
        raise ValueError(f"{complaint}: did you mean {similar[0]!r}?")
    raise ValueError(f"{complaint}: there are {', '.join(sorted(known_names))}")


def _flags_of(recipe: Path) -> set[str]:
    """The names of the parameters of a recipe's `main`, with those of the function that it delegates to.

    The file is read and not run: whatever else lies in the folder of recipes must not start with every recipe.
    """
    tree = ast.parse(recipe.read_text(encoding="utf-8"))
    flags: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "main":
            flags.update(argument.arg for argument in (*node.args.args, *node.args.kwonlyargs))
            for decorator in node.decorator_list:
                flags |= _delegated_flags(decorator, tree)
    return flags


def _delegated_flags(decorator: ast.expr, tree: ast.Module) -> set[str]:
    """The parameters that `@delegates(function)` adds to a recipe, which imports that function by its name."""
    if not isinstance(decorator, ast.Call) or getattr(decorator.func, "id", "") != "delegates":
        return set()
    name = getattr(decorator.args[0], "id", "")
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
            module = importlib.import_module(node.module or "")
            return set(_keywords_of(getattr(module, name)))
    return set()


def _keywords_of(function: Callable) -> list[str]:
    """The parameters of a function that have a default."""
    parameters = inspect.signature(function).parameters.values()
    return [parameter.name for parameter in parameters if parameter.default is not parameter.empty]


# What a run writes down


class Logbook:
    """The life of a recipe's run: its clock, its settings, its last lines.

    `Logbook(out, locals(), design)` is the first line of a recipe's `main`, `close` its last.
    """

    def __init__(self, out: str | Path, settings: dict[str, Any], design: str | Path | None = None) -> None:
        self.out = Path(out)
        self.settings = dict(settings)
        self.design = design
        self.start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the run began, to a tenth."""
        return round(time.monotonic() - self.start, 1)

    def close(self, *files: str, text: str = "", **facts: Any) -> None:
        """Write `settings.json`, with `facts` beside the settings; then `report`.

        `files` are names in the run's folder; `seconds` among the facts replaces the time since the run began.
        """
        facts = {"seconds": self.seconds, **facts}
        save_settings(self.out, self.settings, self.design, **facts)
        self.report(*files, text=text, seconds=facts["seconds"])

    def report(self, *files: str, text: str = "", seconds: float | None = None) -> None:
        """Print the text, the time and what to open. A recipe that adds to another run's folder ends with this."""
        if seconds is None:
            seconds = self.seconds
        if text:
            say(f"\n{text}")
        places = "  ".join(str(self.out / file) for file in files) or str(self.out)
        say(f"\ndone in {spoken_seconds(seconds)}: {places}")


def save_settings(out: str | Path, settings: dict[str, Any], design: str | Path | None = None, **facts: Any) -> None:
    """Write `settings.json`: every setting, facts about the run, versions and the design's fingerprint.

    `settings` are the parameters of a recipe's `main`; what it passes on as `kwargs` stands among them.
    """
    settings = dict(settings)
    settings |= settings.pop("kwargs", {})
    if design is not None:
        facts["design_blake2b"] = file_digest(design)
    versions = {"python": platform.python_version()}
    for package in _RECORDED_PACKAGES:
        versions[package] = metadata.version(package)
    write_json({"settings": settings, **facts, "versions": versions}, Path(out) / "settings.json")


def saved_settings(folder: str | Path, keys: Collection[str] = ()) -> dict[str, Any]:
    """The settings that `save_settings` wrote into a run's folder, `keys` among them. ValueError if there are none."""
    file = Path(folder) / "settings.json"
    advice = "run its recipe to the end, or name another folder"
    if not file.is_file():
        raise ValueError(f"{folder} is not the folder of a finished run, it has no settings.json: {advice}")
    settings = read_json(file, ["settings"])["settings"]
    if not isinstance(settings, dict):
        raise ValueError(f"{file} is damaged, its settings are {settings!r} and no table of names: {advice}")
    for key in keys:
        if key not in settings:
            raise ValueError(f"{file} lacks the setting {key!r}: {advice}")
    return settings


def training_settings(folder: str | Path) -> dict[str, Any]:
    """The settings of one training: a folder of recipes/train.py, or of one fold of a cross-validation.

    A fold has those of its cross-validation, with `fold` added; its `design` is the cross-validation's own copy, in
    which one style may already stand against the rest.

    Raises ValueError for a folder that does not hold a single training.
    """
    folder = Path(folder)
    if (folder / "fold.json").is_file():
        settings = saved_settings(folder.parent, ["images"])
        settings["fold"] = folder.name.removeprefix("fold-")
        settings["design"] = folder.parent / "design.csv"
        settings["one_vs_rest"] = None
        return settings
    settings = saved_settings(folder)
    if "fold" not in settings:
        advice = f"name the folder of one, or of a fold, such as {folder}/fold-0"
        raise ValueError(f"{folder} does not hold a single training: {advice}")
    return {"one_vs_rest": None, **saved_settings(folder, ["design", "images"])}


def among(settings: dict[str, Any], function: Callable) -> dict[str, Any]:
    """Those settings that are keywords of the function."""
    keywords = _keywords_of(function)
    return {name: value for name, value in settings.items() if name in keywords}


def file_digest(path: str | Path) -> str:
    """A short fingerprint of a file's bytes."""
    return hashlib.blake2b(Path(path).read_bytes(), digest_size=16).hexdigest()
