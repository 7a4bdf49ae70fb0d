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
from typing import TextIO, TypeVar

import pandas as pd

SECONDS_BETWEEN_LINES = 10.0
Item = TypeVar("Item")
logger = logging.getLogger("styleclf")


class _Screen(logging.Handler):
    """Prints messages to whatever is standard output at that moment, which notebooks and tests replace."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), flush=True)


if not logger.handlers:
    logger.addHandler(_Screen())
    logger.propagate = False  # or a root logger with a handler would repeat every line
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)


def say(line: str) -> None:
    """Tell the user something while work goes on; `logging` can silence it."""
    logger.info("%s", line)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A path to write to instead of `path`; moved there at the end of the block, removed if the block fails.

    Parent folders are made. Whoever reads `path` meanwhile sees the old file or none, never half a one.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield aside
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def write_table(table: pd.DataFrame, path: str | Path, index: bool = False) -> None:
    """Write a table as UTF-8 CSV that appears whole."""
    with whole_file(path) as aside:
        table.to_csv(aside, index=index, encoding="utf-8", lineterminator="\n")


def write_json(values: dict, path: str | Path) -> None:
    """Write a dictionary as indented JSON that appears whole; paths and other objects as their text."""
    with whole_file(path) as aside:
        aside.write_text(json.dumps(values, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def on_terminal() -> bool:
    """Whether somebody watches a terminal or a notebook, where a bar can be redrawn."""
    return "ipykernel" in sys.modules or (sys.stdout is not None and sys.stdout.isatty())


def tracked(items: Iterable[Item], total: int, what: str = "images", shown: bool = True) -> Iterable[Item]:
    """The items, with a bar on a terminal, elsewhere with `200 of 1388 images, 12 s left` now and then."""
    if not shown or not total:
        return items
    if on_terminal():
        from fastprogress.fastprogress import progress_bar

        return progress_bar(items, total=total, leave=False)
    return _with_lines(items, total, what)


def _with_lines(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    start = last = time.monotonic()
    for n, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last > SECONDS_BETWEEN_LINES:
            last = now
            say(f"{n} of {total} {what}, {spoken_seconds((now - start) / n * (total - n))} left")


@contextmanager
def prefixed_lines(prefix: str) -> Iterator[None]:
    """Every line printed in the block begins with `prefix`: who says what, where several talk at a time."""
    with redirect_stdout(_Prefixed(sys.stdout, prefix)):
        yield


class _Prefixed(io.TextIOBase):
    """A text stream that passes whole lines on."""

    def __init__(self, out: TextIO, prefix: str) -> None:
        self.out, self.prefix, self.begun = out, prefix, ""

    def write(self, text: str) -> int:
        *lines, self.begun = (self.begun + text).split("\n")
        self.out.write("".join(f"{self.prefix}{line}\n" for line in lines))
        return len(text)

    def flush(self) -> None:
        self.out.flush()


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
    """A number with its noun.

    >>> count_of(1, "image"), count_of(1200, "image")
    ('1 image', '1,200 images')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
