"""What leaves the program: files that appear whole, lines on the screen, and progress.

Lines go through the logger named styleclf. `logging.getLogger("styleclf").setLevel("WARNING")` silences them, in a
notebook too.
"""

import io
import json
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any, TextIO, TypeVar

import pandas as pd

SECONDS_BETWEEN_LINES = 10.0
_Item = TypeVar("_Item")
_logger = logging.getLogger("styleclf")


class _Screen(logging.Handler):
    """Prints messages to whatever is standard output at that moment, which notebooks and tests replace."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one message."""
        print(self.format(record), flush=True)


if not _logger.handlers:
    _logger.addHandler(_Screen())
    _logger.propagate = False  # or a root logger with a handler would repeat every line
    if _logger.level == logging.NOTSET:
        _logger.setLevel(logging.INFO)


def say(line: str) -> None:
    """Tell the user something while work goes on; `logging` can silence it."""
    _logger.info("%s", line)


def complain(line: str) -> None:
    """Write a line to standard error, apart from results; nothing silences it."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A path to write to instead of `path`; moved there at the end of the block, removed if the block fails.

    Missing parent folders are created. Whoever reads `path` meanwhile sees the old file or none, never half a file.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_path = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield partial_path
        os.replace(partial_path, path)
    finally:
        partial_path.unlink(missing_ok=True)


def write_table(table: pd.DataFrame, path: str | Path, index: bool = False) -> None:
    """Write a table as a CSV file in UTF-8 that appears whole."""
    with whole_file(path) as partial_path:
        table.to_csv(partial_path, index=index, encoding="utf-8", lineterminator="\n")


def write_text(text: str, path: str | Path) -> None:
    """Write a text in UTF-8 to a file that appears whole."""
    with whole_file(path) as partial_path:
        partial_path.write_text(text, encoding="utf-8", newline="\n")


def write_json(values: dict[str, Any], path: str | Path) -> None:
    """Write a dictionary as indented JSON that appears whole; paths and other objects become text."""
    write_text(json.dumps(values, indent=2, ensure_ascii=False, default=str) + "\n", path)


def on_terminal() -> bool:
    """Whether somebody watches a terminal or a notebook, where a progress bar can be redrawn."""
    return "ipykernel" in sys.modules or (sys.stdout is not None and sys.stdout.isatty())


def tracked(items: Iterable[_Item], total: int, what: str = "images", shown: bool = True) -> Iterable[_Item]:
    """The items, with a progress bar on a terminal, and elsewhere lines such as `200 of 1388 images, 12 s left`."""
    if not shown or not total:
        return items
    if on_terminal():
        from fastprogress.fastprogress import progress_bar

        return progress_bar(items, total=total, leave=False)
    return _with_progress_lines(items, total, what)


def _with_progress_lines(items: Iterable[_Item], total: int, what: str) -> Iterator[_Item]:
    start = time.monotonic()
    last_line = start
    for n_done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last_line > SECONDS_BETWEEN_LINES:
            last_line = now
            seconds_left = (now - start) / n_done * (total - n_done)
            say(f"{n_done} of {total} {what}, {spoken_seconds(seconds_left)} left")


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
        *lines, self.unfinished_line = (self.unfinished_line + text).split("\n")
        for line in lines:
            self.stream.write(f"{self.prefix}{line}\n")
        return len(text)

    def flush(self) -> None:
        """Flush the stream behind this one."""
        self.stream.flush()


def spoken_seconds(seconds: float) -> str:
    """A duration as people say it: `4 s`, `2 min 05 s`, `1 h 20 min`."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def count_of(n: int, noun: str) -> str:
    """A number with its noun, in the plural unless the number is 1.

    >>> count_of(1, "image"), count_of(1200, "image")
    ('1 image', '1,200 images')
    """
    plural = "" if n == 1 else "s"
    return f"{n:,} {noun}{plural}"
