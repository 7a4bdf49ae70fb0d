"""A recipe's `main` as its command line: parameters are flags, the comments beside them the help.

Values come from the signature, then from settings.ini, then from earlier runs that flags name, then from what is typed.
"""

import _thread
import argparse
import atexit
import configparser
import errno
import gc
import inspect
import io
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

try:
    from fastcore.script import anno_parser
except ImportError as error:  # as after `pip install styleclf[light]`
    sentence = "recipes need the packages of training, which are not installed: pip install 'styleclf[train]'"
    raise SystemExit(sentence) from error

from styleclf.common import (
    SEVERAL_VALUES,
    accepts_none,
    check_values,
    complain,
    flag_name,
    flush_output,
    full_disk_sentence,
    idle_flags,
    note,
    reason_of,
    say,
    shown_name,
    suggestion,
    type_of,
    variables_of_end,
)
from styleclf.settings.common_flags import add_common_flags, common_values, group_flags, is_verbose, set_loudness
from styleclf.settings.earlier_runs import remembered_settings
from styleclf.settings.ini import Setting, culprit, read_settings, settings_files
from styleclf.settings.next_steps import STEP_VARIABLE, command_of, interruption_sentence
from styleclf.settings.slow_start import announce_slow_start

_LACKING_LETTERS = "names have letters that the figures' font lacks, and that are boxes there"
_NOUNS = {"int": "a whole number", "float": "a number", "bool": "yes or no"}
_ONLY_OF_CROSS_VALIDATION = ("--hierarchy", "--target", "--one-vs-rest")
_AT_HOME = ("~/", "~\\")
_LONG_DASHES = ("–", "—", "-–", "-—")
_MOMENT = 0.05  # seconds
_EXIT_BAD_INPUT = 2
_EXIT_BY_SIGNAL = 128  # and the signal's number, as shells have it
_EXIT_INTERRUPTED = 130
_EXIT_TERMINATED = 143
_EXIT_UNREAD = 141  # as shells say where nobody reads what is printed
_NEW_OBJECTS = 50_000  # between two searches for garbage; Python's own 700 or 2,000 search all through the imports


def run(main: Callable) -> None:
    """Run a recipe's `main` with its settings, then leave the process.

    Bad input (ValueError, OSError) becomes one sentence and exit code 2, Ctrl-C becomes exit code 130, and the request
    of a batch system to end becomes 143. If the environment variable STYLECLF_DEBUG is set, as `--verbose` does, the
    traceback is shown instead of the sentence.
    """
    file = Path(inspect.getfile(main))
    words = sys.argv[1:]
    _search_rarely_for_garbage()
    _use_utf8()
    _show_only_our_warnings()
    set_loudness(words)
    announce_slow_start()
    signal.signal(signal.SIGTERM, _interrupt)
    sys.unraisablehook = _interrupt_again
    settings: dict[str, Setting] = {}
    arguments: dict[str, Any] = {}
    try:
        settings |= _settings(file, words)
        arguments |= _arguments(main, settings, words)
        sys.exit(_call_main(main, arguments))
    except KeyboardInterrupt as interruption:
        if not os.environ.get(STEP_VARIABLE):  # else the recipe that runs this one says it
            sentence = interruption_sentence(file.stem, words)
            complain(f"\n{file.name}: {sentence}")
        sys.exit(_EXIT_TERMINATED if interruption.args else _EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.exit(_EXIT_UNREAD)
    except (ValueError, OSError) as error:
        if is_verbose():
            traceback.print_exception(error)
            sys.exit(_EXIT_BAD_INPUT)
        all_was_printed = flush_output()
        if all_was_printed or getattr(error, "errno", None) != errno.ENOSPC:  # else it is told already
            sentence = _error_sentence(error, arguments.get("out"))
            setting = culprit(sentence, settings, file, words=words)
            whole_sentence = f"{sentence} ({setting})" if setting else sentence
            own_sentence = whole_sentence.removeprefix(f"{file.name} ")  # as in "train.py --fold …"
            complain(f"{file.name}: {own_sentence}")
        sys.exit(_EXIT_BAD_INPUT)
    finally:
        if not flush_output():
            sys.exit(_EXIT_BAD_INPUT)


def _search_rarely_for_garbage() -> None:
    """Save a second of the imports, and another at the end, where all objects would be searched once more."""
    gc.set_threshold(_NEW_OBJECTS)
    atexit.register(gc.freeze)


def _interrupt(*_: object) -> NoReturn:
    """End the work as Ctrl-C does, when `kill`, a container or a batch system asks for that (SIGTERM)."""
    raise KeyboardInterrupt("SIGTERM")


def _interrupt_again(unraisable: Any) -> None:
    """Interrupt once more, a moment later, where Python has dropped that: in what it calls as an object goes.

    It does so after long computations in C, the first thing that it comes to being the garbage of SQLAlchemy.
    """
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
        return
    was_asked_to_end = bool(unraisable.exc_value and unraisable.exc_value.args)
    number = signal.SIGTERM if was_asked_to_end else signal.SIGINT
    timer = threading.Timer(_MOMENT, _thread.interrupt_main, [number])
    timer.daemon = True
    timer.start()


def _settings(file: Path, words: Sequence[str]) -> dict[str, Setting]:
    """The settings of a recipe by their names. Raises OSError or ValueError for a file that cannot be read."""
    named_file = common_values(words).settings
    files = settings_files(file, named_file)
    return read_settings(files, file.parent)[file.stem]


def _arguments(main: Callable, settings: Mapping[str, Setting], words: Sequence[str]) -> dict[str, Any]:
    """The arguments for a recipe's `main`. Raises ValueError for what it does not take."""
    _set_defaults(main, settings)
    name_of_file = Path(inspect.getfile(main)).name
    values = _parsed_values(recipe_parser(main, name_of_file), words)
    arguments = {name: _with_home(value) for name, value in values.items()}
    typed_names = _typed_names(recipe_parser(main, name_of_file), words)
    arguments |= _without_empty_texts(main, arguments, typed_names)
    earlier_settings = remembered_settings(main, arguments, typed_names)
    arguments |= earlier_settings
    _check_arguments(main, arguments, earlier_settings)
    return arguments


def _with_home(value: Any) -> Any:
    """A value with the home folder in place of `~`, which no shell replaces in `--out=~/runs` or settings.ini."""
    if isinstance(value, list):
        return [_with_home(item) for item in value]
    if isinstance(value, str) and value.startswith(_AT_HOME):
        return os.path.expanduser(value)
    return value


def recipe_parser(main: Callable, name: str) -> argparse.ArgumentParser:
    """The command line of a recipe's `main`."""
    parser = anno_parser(main, prog=name)
    parser.exit_on_error = False
    parser.error = _refuse_line
    parameters = inspect.signature(main).parameters
    for action in parser._actions:
        if action.dest in parameters:
            _set_type(action, parameters[action.dest])
        _say_what_is_switched_off(action)
    add_common_flags(parser)
    group_flags(parser)
    return parser


def _set_type(action: argparse.Action, parameter: inspect.Parameter) -> None:
    """Give a flag the type of its parameter: fastcore would say 'invalid _parse value' where None is possible, too."""
    kind = type_of(parameter.annotation)
    if kind in (int, float, *SEVERAL_VALUES):
        help_text = action.help or ""
        action.type = kind
        action.help = help_text.removesuffix(" (default: )")


def _say_what_is_switched_off(action: argparse.Action) -> None:
    """Let the help of a `--no-…` flag begin with 'do not'."""
    flag = "".join(action.option_strings[:1])
    if flag.startswith("--no-") and action.const is False:
        help_text = action.help or ""
        subject = help_text.removesuffix(" (default: True)")
        action.help = f"do not {subject}"


def _parsed_values(parser: argparse.ArgumentParser, words: Sequence[str]) -> dict[str, Any]:
    """The arguments by name. Raises ValueError for a wrong value, and with the nearest flag for another word."""
    try:
        namespace, unknown_words = parser.parse_known_args(words)
    except argparse.ArgumentError as error:
        raise ValueError(_wrong_value(error)) from error
    if unknown_words:
        raise ValueError(_unknown_word(parser, unknown_words[0]))
    return vars(namespace)


def _wrong_value(error: argparse.ArgumentError) -> str:
    """A sentence about a flag without a value, or with one that it does not take."""
    wrong_number = re.fullmatch(r"invalid (int|float) value: (.*)", error.message, re.DOTALL)
    if wrong_number:
        kind, value = wrong_number.groups()
        noun = _NOUNS[kind]
        return f"{error.argument_name} must be {noun}, not {value}"
    if error.message == "expected one argument":
        return f"{error.argument_name} needs a value behind it"
    if error.argument_name is None:  # as of Python 3.12 where a word may stand for several flags
        return error.message
    return f"{error.argument_name}: {error.message}"


def _refuse_line(message: str) -> NoReturn:
    """Raise ValueError for a command line that cannot be parsed, where argparse would print all flags and exit."""
    raise ValueError(message)


def _unknown_word(parser: argparse.ArgumentParser, word: str) -> str:
    """A sentence about a word that no flag takes."""
    if word.startswith(_LONG_DASHES):
        flag = "--" + word.lstrip("–—-")
        return f"{word!r} begins with a long dash, as some programs write two short ones: type {flag}"
    if not word.startswith("-"):
        return f"{word!r} belongs to no flag: --help lists the flags and what they take"
    flags: list[str] = []
    for action in parser._actions:
        if action.help != argparse.SUPPRESS:
            flags += action.option_strings
    name = word.partition("=")[0]
    advice = suggestion(name, flags)
    if name == "--version":
        advice = "the command 'styleclf --version' tells it"
    if name in _ONLY_OF_CROSS_VALIDATION:
        advice = "recipes/cross_validate.py has it, and docs/recipes.md says which recipes take its runs"
    return f"there is no flag {name}: {advice}"


def _typed_names(parser: argparse.ArgumentParser, words: Sequence[str]) -> set[str]:
    """The names of the parameters that the command line itself gives a value."""
    for action in parser._actions:
        action.default = argparse.SUPPRESS
    namespace, _ = parser.parse_known_args(words)
    return set(vars(namespace))


def run_recipe(recipe: Path, *arguments: object, is_needed: bool = True) -> None:
    """Print the command of another recipe and run it, as a user would.

    If it fails, leave with its exit code; with a note where the rest can do without it. Raises KeyboardInterrupt if it
    was interrupted.
    """
    words = [str(argument) for argument in arguments]
    command = command_of(recipe.stem, *words)
    say(f"\n$ {command}")
    environment = {**os.environ, **variables_of_end(), STEP_VARIABLE: "1"}
    exit_code = _exit_code([sys.executable, str(recipe), *words], environment)
    if exit_code == 0:
        return
    if exit_code in (_EXIT_INTERRUPTED, -signal.SIGINT):
        raise KeyboardInterrupt
    if is_needed and exit_code < 0:
        cause = f"{recipe.name} was ended by signal {-exit_code}, perhaps because memory ran out"
        complain(f"{cause}: the same command goes on with what is finished")
        sys.exit(_EXIT_BY_SIGNAL - exit_code)
    if is_needed:
        sys.exit(exit_code)
    note(f"{recipe.name} did not finish; the rest goes on without it")


def _exit_code(command: Sequence[str], environment: dict[str, str]) -> int:
    """The exit code of a command, which is asked to end where this process is."""
    process = subprocess.Popen(command, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt as interruption:
        if interruption.args:  # Ctrl-C reaches both processes, SIGTERM only this one
            process.terminate()
        process.wait()
        raise


def _use_utf8() -> None:
    """Read names of files as UTF-8 whatever the locale is, and escape letters that the console cannot print."""
    if os.name == "posix" and sys.getfilesystemencoding() != "utf-8":
        command = [sys.executable, "-X", "utf8", *sys.argv]
        os.execv(sys.executable, command)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _show_only_our_warnings() -> None:
    """Show warnings of recipes and of styleclf as plain sentences, those of other packages not at all."""
    notes: set[str] = set()

    def print_note(message: object, *_: object, **__: object) -> None:
        """Say it as a note, once."""
        sentence = str(message)
        if sentence.startswith("Glyph "):
            sentence = _LACKING_LETTERS
        if sentence not in notes:
            notes.add(sentence)
            note(sentence)

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it complains of a home that cannot be written
    warnings.showwarning = print_note
    warnings.simplefilter("ignore")
    warnings.filterwarnings("always", category=UserWarning, module="__main__|styleclf")


def _set_defaults(main: Callable, settings: Mapping[str, Setting]) -> None:
    """Put settings into the signature of `main`, so that `--help` shows them. Raises ValueError for a wrong type."""
    signature = inspect.signature(main)
    parameters = dict(signature.parameters)
    for name, setting in settings.items():
        parameter = parameters[name]
        value = _typed_value(setting, parameter)
        parameters[name] = parameter.replace(default=value)
    main.__signature__ = signature.replace(parameters=list(parameters.values()))  # type: ignore[attr-defined]


def _typed_value(setting: Setting, parameter: inspect.Parameter) -> object:
    """The text as a value of the parameter's type; an empty text is None where that is a value, or an empty text.

    Raises ValueError, which says where the setting stands, for a text that is not a value of the type.
    """
    text = setting.text
    kind = type_of(parameter.annotation)
    if not text and accepts_none(parameter.annotation):
        return None
    try:
        if kind is bool:
            return configparser.ConfigParser.BOOLEAN_STATES[text.lower()]
        return kind(text)
    except (KeyError, ValueError) as error:
        subject = f"{parameter.name} = {text!r} {setting.place}"
        if isinstance(error, argparse.ArgumentTypeError):  # it says itself what is wanted
            raise ValueError(f"{subject} cannot be: {error}") from error
        noun = _NOUNS.get(kind.__name__, f"a valid {kind.__name__}")
        raise ValueError(f"{subject} is not {noun}: correct it there") from error


def _without_empty_texts(main: Callable, arguments: Mapping[str, Any], typed_names: Collection[str]) -> dict[str, None]:
    """None for every empty text that was typed where None is possible.

    Raises ValueError for any other, as an unset variable of a shell leaves it.
    """
    without_value: dict[str, None] = {}
    parameters = inspect.signature(main).parameters
    for name, parameter in parameters.items():
        value = arguments[name]
        if parameter.kind is parameter.VAR_POSITIONAL and "" in value:
            raise ValueError(f"one of the {name} is an empty text: give it a value, or leave it out")
        if value != "" or name not in typed_names or parameter.default == "":
            continue
        if not accepts_none(parameter.annotation):
            raise ValueError(f"{flag_name(name)} is an empty text: give it a value, or leave it out")
        without_value[name] = None
    return without_value


def _check_arguments(
    main: Callable,
    arguments: dict[str, Any],
    earlier_settings: Mapping[str, Any],  # those that nobody has typed, from earlier runs
) -> None:
    """Raise ValueError for an argument that `main` does not take; note those that were typed and have no effect."""
    check_values(main, arguments, as_flags=True)
    defaults = {}
    parameters = inspect.signature(main).parameters
    for name, parameter in parameters.items():
        defaults[name] = parameter.default
    for sentence in idle_flags(main, arguments, defaults | dict(earlier_settings)):
        note(sentence)


def _call_main(main: Callable, arguments: dict[str, Any]) -> Any:
    """Call a recipe's `main` with the arguments that were parsed; returns what it returns, the exit code."""
    positional = []
    keywords = {}
    parameters = inspect.signature(main).parameters
    for name, parameter in parameters.items():
        value = arguments[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional.extend(value)
        else:
            keywords[name] = value
    return main(*positional, **keywords)


def _error_sentence(error: Exception, out: str | Path | None) -> str:
    """The error's message on one line; for an error of the operating system, what happened and to which file.

    `out` is where results go, whose disk may be meant where the error names no file.
    """
    if not isinstance(error, OSError) or not error.strerror:
        return reason_of(error)
    sentence = full_disk_sentence(error, [out or ".", "."])
    if sentence:
        return sentence
    if not error.filename:
        return error.strerror
    return f"{error.strerror}: {shown_name(str(error.filename))}"
