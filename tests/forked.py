"""Recipes as a shell runs them, in processes forked from one that has imported torch, fastai and all else they need.

A recipe in a Python of its own spends some ten seconds on these imports. In a fork it has what a shell gives it: its
arguments, a folder, an environment, two streams, an exit code, and memory that nobody else uses.
"""

import atexit
import gc
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        *("styleclf.audit.report", "styleclf.forest.export", "styleclf.forest.comparison", "styleclf.plots.audit"),
        *("styleclf.tuning.results", "styleclf.runs.cross_validation", "matplotlib.backends.backend_agg"),
        *("styleclf.bundle.loading", "styleclf.data.annotation.catalog", "styleclf.embeddings.report", "timm"),
        *("styleclf.report.page", "styleclf.report.kinds", "styleclf.runs.all_folds", "styleclf.settings.command_line"),
    ]
)


class Recipe:
    """A recipe at work: `Recipe(folder, environment, "recipes/train.py", "--fold", "1")`."""

    def __init__(self, cwd: Path, environment: dict[str, str], *command: str) -> None:
        self.command, self.kept = command, tempfile.TemporaryDirectory()
        self.streams = [Path(self.kept.name) / name for name in ("stdout", "stderr")]
        for stream in self.streams:
            stream.touch()
        self.process = FORKS.Process(target=become, args=(command, cwd, environment, self.streams))
        self.process.start()

    def said(self) -> tuple[str, str]:
        """What is on its two streams so far."""
        return tuple(stream.read_text(encoding="utf-8") for stream in self.streams)

    def at_work(self) -> bool:
        return self.process.is_alive()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> subprocess.CompletedProcess:
        """End it by a signal."""
        if self.at_work():
            os.kill(self.process.pid, number)
        return self.done()

    def done(self) -> subprocess.CompletedProcess:
        """Wait for its end, and tell what came of it."""
        self.process.join()
        return subprocess.CompletedProcess(self.command, self.process.exitcode, *self.said())


def become(command: tuple[str, ...], cwd: Path, environment: dict[str, str], streams: list[Path]) -> None:
    """The life of a fork: that of a new Python with this command."""
    gc.freeze()  # a search for garbage among all imports would copy their memory
    signal.signal(signal.SIGINT, signal.default_int_handler)  # even where the tests run in the background
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, stream in enumerate(streams, start=1):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_APPEND), number)
    recipe = Path(command[0]).absolute()
    sys.argv, sys.path[:0] = list(command), [str(recipe.parent)]
    try:
        runpy.run_path(str(recipe), run_name="__main__")
    finally:
        atexit._run_exitfuncs()  # which forks leave out
