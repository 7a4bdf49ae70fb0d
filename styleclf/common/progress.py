"""Progress of long work: a bar for those who watch a terminal or a notebook, elsewhere lines with the time left.

Where a command has several phases or steps, both say how long all of it will take as well, if that can be foreseen.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from styleclf.common.expectations import foretell_by_phase, seconds_until_end
from styleclf.common.lines import is_quiet, say
from styleclf.common.words import spoken_seconds

SECONDS_BETWEEN_LINES = 10.0
_Item = TypeVar("_Item")


def on_terminal() -> bool:
    """Whether somebody watches a terminal or a notebook, where a progress bar can be redrawn."""
    in_notebook = "ipykernel" in sys.modules
    has_console = sys.stdout is not None
    return in_notebook or (has_console and sys.stdout.isatty())


def time_left(seconds: float) -> str:
    """What is left of a phase, and of the whole command where it can be foreseen.

    >>> time_left(12)
    '12 s left'
    """
    return f"{spoken_seconds(seconds)} left{_until_the_end(seconds)}"


def _until_the_end(seconds_of_phase: float = 0.0) -> str:
    """What is left of the whole command, where that can be foreseen and is more than a phase of so many seconds."""
    seconds = seconds_until_end()
    if seconds is None or seconds <= seconds_of_phase:  # it takes longer than was foreseen
        return ""
    return f"; {spoken_seconds(seconds)} until everything is done"


def with_progress(
    items: Iterable[_Item],
    total: int,
    noun: str = "images",
    visible: bool = True,
) -> Iterable[_Item]:
    """The items, with a progress bar on a terminal, and elsewhere lines such as `200 of 1388 images, 12 s left`."""
    if not visible or not total or is_quiet():
        return items
    phase = _Phase(total, noun)
    if on_terminal():
        from fastprogress.fastprogress import progress_bar

        bar = progress_bar(phase.passed(items), total=total, leave=False)
        phase.bar = bar
        bar.comment = phase.comment()
        return bar
    return phase.passed(items)


class _Phase:
    """Work on some items, one after another, and how far it is."""

    def __init__(self, total: int, noun: str) -> None:
        self.total = total
        self.noun = noun
        self.bar: Any = None  # of whoever watches a terminal or a notebook; else there are lines

    def comment(self) -> str:
        """What is counted, for a bar; that of a console takes it no other way."""
        return self.noun + _until_the_end()

    def passed(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """The items; what is done of them is shown."""
        start = time.monotonic()
        last_line = start
        for n_done, item in enumerate(items, start=1):
            yield item
            now = time.monotonic()
            seconds_an_item = (now - start) / n_done
            seconds_left = (self.total - n_done) * seconds_an_item
            foretell_by_phase(self.noun, seconds_left, seconds=self.total * seconds_an_item)
            if self.bar is not None:
                self.bar.comment = self.comment()
            elif now - last_line > SECONDS_BETWEEN_LINES:
                last_line = now
                say(f"{n_done} of {self.total} {self.noun}, {time_left(seconds_left)}")
