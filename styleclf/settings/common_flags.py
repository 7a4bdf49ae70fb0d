"""Flags that every recipe has, and which flags of any recipe stand first in its help."""

import argparse
import os
from collections.abc import Sequence

from styleclf.common import be_quiet

_DEBUG_VARIABLE = "STYLECLF_DEBUG"
_BASIC = {  # parameters that most people type; the others are advanced
    *("help", "images", "csv", "design", "cv", "run", "model", "fold", "out"),
    *("arch", "archs", "weights", "size", "epochs", "minutes"),
    *("method", "n", "n_folds", "style", "trials", "withhold"),
    *("calibrate", "closed", "graph", "sets", "validate"),
}
_SETTINGS_HELP = "your project's settings, over those of styleclf (default: settings.ini in the working directory)"


def add_common_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that every recipe has."""
    parser.add_argument("--settings", metavar="FILE", help=_SETTINGS_HELP)
    parser.add_argument("--quiet", action="store_true", help="say only errors and the final lines")
    parser.add_argument("--verbose", action="store_true", help="show where in the code an error came from")


def common_values(words: Sequence[str]) -> argparse.Namespace:
    """What the words of a command line say to the flags that every recipe has."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    add_common_flags(parser)
    namespace, _ = parser.parse_known_args(words)
    return namespace


def set_loudness(words: Sequence[str]) -> None:
    """Do as `--quiet` and `--verbose` say, also in the recipes that this one runs."""
    values = common_values(words)
    if values.quiet:
        be_quiet()
    if values.verbose:
        os.environ[_DEBUG_VARIABLE] = "1"


def is_verbose() -> bool:
    """Whether an error is to be shown with its traceback."""
    return bool(os.environ.get(_DEBUG_VARIABLE))


def group_flags(parser: argparse.ArgumentParser) -> None:
    """Let the help show basic flags first, then advanced ones, each in the order in which they were added."""
    basic = parser._optionals
    basic.title = "basic flags"
    advanced = parser.add_argument_group("advanced flags")
    for action in list(basic._group_actions):
        if action.dest not in _BASIC:
            basic._group_actions.remove(action)
            advanced._group_actions.append(action)
