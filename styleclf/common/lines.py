"""Lines on the screen: what is said while work goes on, what came of it, and complaints.

They go through the logger named styleclf. `logging.getLogger("styleclf").setLevel("WARNING")` silences them, in a
notebook too. `be_quiet` leaves only errors and what `conclude` says, in the processes that this one starts as well.
"""

import errno
import io
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from functools import cache
from pathlib import Path
from typing import TextIO

from styleclf.common.colours import coloured_text
from styleclf.common.words import ESCAPED, without_controls

_QUIET_VARIABLE = "STYLECLF_QUIET"
_SAID_VARIABLE = "STYLECLF_SAID"  # names a file with the lines that steps of one command have said
_NOBODY_READS = {errno.EPIPE, errno.EINVAL}  # the latter is what Windows says
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CONCLUSION = logging.INFO + 5  # the level of final lines
_SIGNPOSTS = ("done in", "next:", "open")  # by which a final line that says where to go begins
_logger = logging.getLogger("styleclf")


class _Screen(logging.Handler):
    """Prints messages to whatever is standard output at that moment, which notebooks and tests replace."""

    lost_lines = False  # on a full disk

    def emit(self, record: logging.LogRecord) -> None:
        """Print one message, or nothing once nobody reads any more, as behind `| head`, or its disk is full."""
        try:
            line = without_controls(self.format(record))
            if record.levelno == _CONCLUSION:
                line = _with_bold_signpost(line)
            print(line, flush=True)
        except OSError as error:
            _give_up_output(error)


def _with_bold_signpost(line: str) -> str:
    """A final line, on a terminal with its signpost in bold."""
    for words in _SIGNPOSTS:
        if line.startswith(f"{words} "):
            rest = line.removeprefix(words)
            return coloured_text(words, "bold", sys.stdout) + rest
    return line


if not _logger.handlers:
    _logger.addHandler(_Screen())
    _logger.propagate = False  # or a root logger with a handler would repeat every line
    if _logger.level == logging.NOTSET:
        _level = _CONCLUSION if os.environ.get(_QUIET_VARIABLE) else logging.INFO
        _logger.setLevel(_level)


def _give_up_output(error: OSError) -> None:
    """Go on without lines where nobody reads them, or, with a complaint, where their disk is full; else raise."""
    if error.errno in _NO_SPACE:
        advice = "the lines from here on are lost, make room and run it again to see them"
        complain(f"standard output cannot be written ({error.strerror}): {advice}")
        _Screen.lost_lines = True
    elif error.errno not in _NOBODY_READS:
        raise error
    forget_output()


def forget_output() -> None:
    """Discard what is printed from now on: its reader has gone, and the work need not end with that."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def flush_output() -> bool:
    """Print what is still buffered, if somebody reads it; returns whether no line was lost to a full disk."""
    if sys.stdout is not None:  # as in a program of Windows without a console
        try:
            sys.stdout.flush()
        except OSError as error:
            _give_up_output(error)
    return not _Screen.lost_lines


def be_quiet() -> None:
    """Say nothing but errors and final lines from now on; processes that this one starts do likewise."""
    os.environ[_QUIET_VARIABLE] = "1"
    _logger.setLevel(_CONCLUSION)


def is_quiet() -> bool:
    """Whether lines about the progress of work are silenced."""
    return not _logger.isEnabledFor(logging.INFO)


def say(line: str) -> None:
    """Tell the user something while work goes on; `logging` can silence it."""
    _logger.info("%s", line)


def conclude(line: str) -> None:
    """Tell the user what came of the work: one of its final lines, which `be_quiet` lets pass."""
    _logger.log(_CONCLUSION, "%s", line)


@cache
def say_once(line: str) -> None:
    """Say a line that neither this process nor another step of the same command has said before."""
    if not _was_said_by_another_step(line):
        say(line)


@contextmanager
def lines_said_once() -> Iterator[None]:
    """In this block, what `say_once` says is said once by all processes together that this one starts."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.txt"
        os.environ[_SAID_VARIABLE] = str(file)
        try:
            yield
        finally:
            del os.environ[_SAID_VARIABLE]


def _was_said_by_another_step(line: str) -> bool:
    """Whether a process of the same command has said a line; if not, write down that it is said now."""
    place = os.environ.get(_SAID_VARIABLE)
    if not place:
        return False
    with suppress(OSError), open(place, "a+", encoding="utf-8", errors=ESCAPED) as file:  # twice would do no harm
        file.seek(0)
        lines = file.read().splitlines()
        if line in lines:
            return True
        file.write(f"{line}\n")
    return False


def complain(line: str) -> None:
    """Write a line to standard error, apart from results; nothing silences it but a full disk."""
    _print_complaint(coloured_text(without_controls(line), "red", sys.stderr))


def _print_complaint(line: str) -> None:
    """Print a line to standard error, if its disk is not full."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def note(sentence: str) -> None:
    """Write a note to standard error: what is not an error, and may explain a result."""
    if not is_quiet():
        mark = coloured_text("note:", "yellow", sys.stderr)
        _print_complaint(f"{mark} {without_controls(sentence)}")


@contextmanager
def prefixed_lines(prefix: str) -> Iterator[None]:
    """Begin every line printed in the block with `prefix`: who says what, where several processes print."""
    with redirect_stdout(_PrefixedStream(sys.stdout, prefix)):
        yield


class _PrefixedStream(io.TextIOBase):
    """A text stream that passes whole lines on, each with a prefix."""

    def __init__(self, stream: TextIO, prefix: str) -> None:
        self.stream = stream
        self.prefix = prefix
        self.unfinished_line = ""

    def write(self, text: str) -> int:
        """Pass on the lines that are complete by now."""
        unprinted_text = self.unfinished_line + text
        *lines, self.unfinished_line = unprinted_text.split("\n")
        for line in lines:
            self.stream.write(f"{self.prefix}{line}\n")
        return len(text)

    def flush(self) -> None:
        """Flush the stream behind this one."""
        self.stream.flush()
