"""Progress of long work: a bar for those who watch a terminal or a notebook, elsewhere lines with the time left."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from styleclf.common.lines import is_quiet, say
from styleclf.common.words import spoken_seconds

SECONDS_BETWEEN_LINES = 10.0
_Item = TypeVar("_Item")


def on_terminal() -> bool:
    """Whether somebody watches a terminal or a notebook, where a progress bar can be redrawn."""
    in_notebook = "ipykernel" in sys.modules
    has_console = sys.stdout is not None
    return in_notebook or (has_console and sys.stdout.isatty())


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
        bar.comment = noun  # what is counted; the bar of a console takes it no other way
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
            duration = spoken_seconds(n_left * seconds_an_item)
            say(f"{n_done} of {total} {noun}, {duration} left")
