"""Settings of recipes: signature, then `settings.ini`, then the command line. Only recipes import this.

A recipe's `main` is its command line: parameters are flags, the comments beside them the help. `settings.ini` holds
`[DEFAULT]` and a section for each recipe; a key that no recipe knows is an error.
"""

import ast
import configparser
import difflib
import hashlib
import importlib
import inspect
import json
import os
import platform
import sys
import time
import warnings
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import NoneType
from typing import get_args

from fastcore.script import anno_parser

from styleclf.output import spoken_seconds, write_json

PACKAGES = ("styleclf", "fastai", "timm", "torch", "pandas", "scikit-learn")
BAD_INPUT, INTERRUPTED = 2, 130


def run(main: Callable) -> None:
    """Run a recipe's `main` with its settings, then leave the process.

    Bad input (ValueError, OSError) becomes one sentence and exit code 2, Ctrl-C exit code 130. With the environment
    variable STYLECLF_DEBUG set, the traceback is shown instead.
    """
    file = Path(inspect.getfile(main))
    show_own_warnings()
    try:
        set_defaults(main, read_settings(settings_file(file), file.parent)[file.stem])
        arguments = vars(anno_parser(main, prog=file.name).parse_args())
        variadic = [p.name for p in inspect.signature(main).parameters.values() if p.kind is p.VAR_POSITIONAL]
        positional = [value for name in variadic for value in arguments[name]]
        named = {name: arguments[name] for name in inspect.signature(main).parameters if name not in variadic}
        sys.exit(main(*positional, **named))
    except KeyboardInterrupt:
        print(f"\n{file.name}: interrupted; what was written before is whole", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except (ValueError, OSError) as error:
        if os.environ.get("STYLECLF_DEBUG"):
            raise
        print(f"{file.name}: {sentence(error)}", file=sys.stderr)
        sys.exit(BAD_INPUT)


def show_own_warnings() -> None:
    """Warnings of recipes and of styleclf as plain sentences, those of other packages not at all."""
    warnings.showwarning = lambda message, *_, **__: print(f"note: {message}", file=sys.stderr)
    warnings.simplefilter("ignore")
    warnings.filterwarnings("always", category=UserWarning, module="__main__|styleclf")


def sentence(error: Exception) -> str:
    """The error's message on one line; for an error of the operating system what happened and to which file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def settings_file(recipe: Path) -> Path:
    """STYLECLF_SETTINGS, else settings.ini beside the recipes' folder."""
    return Path(os.environ.get("STYLECLF_SETTINGS") or recipe.resolve().parent.parent / "settings.ini")


def read_settings(path: Path, recipes: Path) -> dict[str, dict[str, str]]:
    """For every recipe of the folder the values that `settings.ini` gives it, as text; without a file none.

    Raises ValueError for a file that cannot be parsed, and for unknown sections and keys, with a suggestion.
    """
    known = {file.stem: parameters_of(file) for file in sorted(recipes.glob("*.py"))}
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=("#", ";"))
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    for section in parser.sections():
        _check_known(section, known, f"[{section}] in {path} is no recipe")
    shared = parser.defaults()
    for key in shared:
        _check_known(
            key, set().union(*known.values()), f"{key!r} under [DEFAULT] in {path} is no setting of any recipe"
        )
    values = {}
    for recipe, names in known.items():
        own = {k: v for k, v in parser[recipe].items() if k not in shared or v != shared[k]} if recipe in parser else {}
        for key in own:
            _check_known(key, names, f"{key!r} under [{recipe}] in {path} is no setting of that recipe")
        values[recipe] = {key: value for key, value in (shared | own).items() if key in names}
    return values


def parameters_of(recipe: Path) -> set[str]:
    """The names of the parameters of a recipe's `main`, with those it delegates to, read without running it."""
    tree = ast.parse(recipe.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "main":
            own = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
            return own.union(*(parameters_behind(decorator, tree) for decorator in node.decorator_list))
    return set()


def parameters_behind(decorator: ast.expr, tree: ast.Module) -> set[str]:
    """The parameters that a decorator `@delegates(function)` adds, of a function that the recipe imports by name."""
    if not (isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "delegates"):
        return set()
    name = decorator.args[0].id
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    module = next(node.module for node in imports if name in [alias.name for alias in node.names])
    parameters = inspect.signature(getattr(importlib.import_module(module), name)).parameters.values()
    return {parameter.name for parameter in parameters if parameter.default is not parameter.empty}


def set_defaults(main: Callable, values: dict[str, str]) -> None:
    """Put settings into the signature of `main`, so that `--help` shows them. Raises ValueError for another type."""
    signature = inspect.signature(main)
    fitting = {name: _typed(text, signature.parameters[name]) for name, text in values.items()}
    replaced = [
        parameter.replace(default=fitting[name]) if name in fitting else parameter
        for name, parameter in signature.parameters.items()
    ]
    main.__signature__ = signature.replace(parameters=replaced)


def _typed(text: str, parameter: inspect.Parameter) -> object:
    kind = next((each for each in get_args(parameter.annotation) if each is not NoneType), parameter.annotation)
    try:
        if kind is bool:
            return configparser.ConfigParser.BOOLEAN_STATES[text.lower()]
        return kind(text) if text else None
    except (KeyError, ValueError) as error:
        raise ValueError(f"the settings have {parameter.name} = {text!r}, which is no {kind.__name__}") from error


def _check_known(name: str, known: set[str] | dict, complaint: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, list(known), n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"
        raise ValueError(f"{complaint}: {advice}")


class Logbook:
    """The life of a recipe's run: its clock, its settings, its last lines.

    `Logbook(out, locals(), design)` is the first line of a recipe's `main`, `close` its last.
    """

    def __init__(self, out: str | Path, settings: dict, design: str | Path | None = None) -> None:
        self.out, self.settings, self.design = Path(out), dict(settings), design
        self.start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the run began, to a tenth."""
        return round(time.monotonic() - self.start, 1)

    def close(self, *files: str, text: str = "", **facts: object) -> None:
        """Write `settings.json`, with `facts` beside the settings; then print the text, the time, and what to open.

        `files` are names in the run's folder.
        """
        seconds = facts.pop("seconds", self.seconds)
        save_settings(self.out, self.settings, self.design, seconds=seconds, **facts)
        if text:
            print(f"\n{text}")
        places = "  ".join(str(self.out / file) for file in files) or self.out
        print(f"\ndone in {spoken_seconds(seconds)}: {places}")


def save_settings(out: str | Path, settings: dict, design: str | Path | None = None, **found: object) -> None:
    """Write `settings.json`: every setting, what was found on the way, versions and the design's fingerprint.

    `settings` are the parameters of a recipe's `main`; what it passes on as `kwargs` stands among them.
    """
    settings = {name: value for name, value in settings.items() if name != "kwargs"} | settings.get("kwargs", {})
    versions = {"python": platform.python_version()} | {name: metadata.version(name) for name in PACKAGES}
    fingerprint = {} if design is None else {"design_blake2b": file_digest(design)}
    write_json({"settings": settings, **found, **fingerprint, "versions": versions}, Path(out) / "settings.json")


def saved_settings(folder: str | Path) -> dict:
    """The settings that `save_settings` wrote into a run's folder. Raises ValueError where there are none."""
    file = Path(folder) / "settings.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))["settings"]
    except (OSError, ValueError, KeyError) as error:
        what = "it has no readable settings.json; run its recipe to the end, or name another folder"
        raise ValueError(f"{folder} is no folder of a finished run: {what}") from error


def among(settings: dict, function: Callable) -> dict:
    """Those settings that are keywords of the function."""
    keywords = [p.name for p in inspect.signature(function).parameters.values() if p.default is not p.empty]
    return {name: value for name, value in settings.items() if name in keywords}


def file_digest(path: str | Path) -> str:
    """A short fingerprint of a file's bytes."""
    return hashlib.blake2b(Path(path).read_bytes(), digest_size=16).hexdigest()
