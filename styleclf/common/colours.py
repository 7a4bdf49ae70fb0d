"""Colours and weights of words on a terminal; text stays as it is everywhere else, and where nobody wants them."""

import os
from typing import TextIO

_CODES = {"bold": "1", "red": "31", "yellow": "33"}
_SIGNS_ON_WINDOWS = ("WT_SESSION", "TERM", "ANSICON")  # of terminals that know the codes without being asked


def coloured_text(text: str, look: str, stream: TextIO | None) -> str:
    """The text in `bold`, `red` or `yellow` if `stream` is a terminal that shows it, else as it is.

    Nothing is coloured where the environment variable NO_COLOR is set (https://no-color.org), or TERM is dumb.

    >>> import io
    >>> coloured_text("note:", "yellow", io.StringIO())
    'note:'
    """
    if not _shows_colours(stream):
        return text
    return f"\033[{_CODES[look]}m{text}\033[0m"


def _shows_colours(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal with colours."""
    if stream is None or not stream.isatty() or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("TERM") == "dumb":
        return False
    return os.name != "nt" or any(name in os.environ for name in _SIGNS_ON_WINDOWS)
