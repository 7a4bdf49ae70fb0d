"""Progress of long work: a bar for those who watch a terminal or a notebook, elsewhere lines with the time left.

Where a command has several phases or steps, both say how long all of it will take as well, if that can be foreseen.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from styleclf.common.lines import is_quiet, say
from styleclf.common.words import spoken_seconds

SECONDS_BETWEEN_LINES = 10.0
_END_VARIABLE = "STYLECLF_END"  # when the command that runs this one as a step will be done, by the system's clock
_Item = TypeVar("_Item")


def on_terminal() -> bool:
    """Whether somebody watches a terminal or a notebook, where a progress bar can be redrawn."""
    in_notebook = "ipykernel" in sys.modules
    has_console = sys.stdout is not None
    return in_notebook or (has_console and sys.stdout.isatty())


class _Foresight:
    """When this process will be done."""

    end: float | None = None  # by the system's clock


def expect_end_in(seconds: float) -> None:
    """Let what is said of progress from now on say as well how long all the work of this process will take."""
    _Foresight.end = time.time() + seconds


@contextmanager
def foresight() -> Iterator[None]:
    """A block after which nothing is expected any more, even if it ends in an error."""
    try:
        yield
    finally:
        _Foresight.end = None


def variables_of_end() -> dict[str, str]:
    """Variables of the environment that let a step, as another process, say when this one will be done."""
    if _Foresight.end is None:
        return {}
    return {_END_VARIABLE: str(_Foresight.end)}


def time_left(seconds: float) -> str:
    """What is left of a phase, and of the whole command where it can be foreseen.

    >>> time_left(12)
    '12 s left'
    """
    return f"{spoken_seconds(seconds)} left{_until_the_end(seconds)}"


def _until_the_end(seconds_of_phase: float = 0.0) -> str:
    """What is left of the whole command, where that can be foreseen and is more than a phase of so many seconds."""
    end_of_command = os.environ.get(_END_VARIABLE, _Foresight.end)
    if end_of_command is None:
        return ""
    seconds = float(end_of_command) - time.time()
    if seconds <= seconds_of_phase:  # it takes longer than was foreseen
        return ""
    return f"; {spoken_seconds(seconds)} until everything is done"


def tracked(
    items: Iterable[_Item],
    total: int,
    noun: str = "images",
    visible: bool = True,
) -> Iterable[_Item]:
    """The items, with a progress bar on a terminal, and elsewhere lines such as `200 of 1388 images, 12 s left`."""
    if not visible or not total or is_quiet():
        return items
    if on_terminal():
        from fastprogress.fastprogress import progress_bar

        bar = progress_bar(items, total=total, leave=False)
        bar.comment = noun + _until_the_end()  # what is counted; the bar of a console takes it no other way
        return bar
    return _with_progress_lines(items, total, noun)


def _with_progress_lines(items: Iterable[_Item], total: int, noun: str) -> Iterator[_Item]:
    start = time.monotonic()
    last_line = start
    for n_done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last_line > SECONDS_BETWEEN_LINES:
            last_line = now
            seconds_an_item = (now - start) / n_done
            n_left = total - n_done
            remaining = time_left(n_left * seconds_an_item)
            say(f"{n_done} of {total} {noun}, {remaining}")
