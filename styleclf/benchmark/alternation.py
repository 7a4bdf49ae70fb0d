"""Processes that work by turns: each has imports and memory of its own, and only one works at a time.

What slows the machine for a minute then slows everybody, not only the one who had bad luck.
"""

import multiprocessing
import pickle
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from styleclf.output import spoken_seconds

_SECONDS_TO_END = 10.0  # for a process that was asked to end


class Entrant(NamedTuple):
    """A function of the top level of a module, called as `function(*arguments, turns)` in a process of its own."""

    name: str
    function: Callable[..., Any]
    arguments: tuple
    n_turns: int = 1  # about how many it will take: for the time that is left


class Turns:
    """What a process knows of the round: its clock, which stands still while others work, and when to wait."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._before, self._since = 0.0, None

    @property
    def seconds(self) -> float:
        """Seconds that this process has worked; a GPU is waited for."""
        if self._since is None:
            return self._before
        _wait_for_gpu()
        return self._before + time.perf_counter() - self._since

    def pause(self) -> None:
        """Stop the clock: what follows is no work, but judging it."""
        self._before, self._since = self.seconds, None

    def resume(self) -> None:
        """Let the clock go on."""
        if self._since is None:
            self._since = time.perf_counter()

    def over(self, news: str = "") -> None:
        """End this turn, and wait for the next."""
        self.pause()
        self._pipe.send(("turn", news))
        self._pipe.recv_bytes()
        self.resume()


def _wait_for_gpu() -> None:
    """Wait until the GPU, if this process uses one, has done what it was given."""
    torch = sys.modules.get("torch")
    if torch and torch.cuda.is_initialized():
        torch.cuda.synchronize()
    elif torch and torch.backends.mps.is_available():
        torch.mps.synchronize()


def take_turns(entrants: Sequence[Entrant], told: bool = True) -> dict[str, Any]:
    """Let the entrants work by turns until all are done: name -> what the function returned.

    Nobody works while another does. On an error or an interruption all processes are ended.

    Raises:
        ValueError: an entrant was given bad input, or what it needs is not there.
        ChildProcessError: an entrant ended without a word, as it does when memory is short.
        RuntimeError: any other failure, with the entrant's own traceback.
    """
    context, running, found = multiprocessing.get_context("spawn"), {}, {}
    eta = TimeLeft({entrant.name: entrant.n_turns for entrant in entrants})
    try:
        for entrant in entrants:
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(there,))
            process.start()
            there.close()  # so that reading ends when the process does
            running[entrant.name] = (process, here)
        waiting = {entrant.name: pickle.dumps((entrant.function, entrant.arguments)) for entrant in entrants}
        while waiting:
            for name, order in list(waiting.items()):
                start = time.monotonic()
                kind, said = _ask(name, *running[name], order)
                waiting[name] = b"go on"
                if kind == "done":
                    found[name] = said
                    del waiting[name]
                eta.add(name, time.monotonic() - start, kind == "done")
                if told:
                    print(f"{name}: {'done' if kind == 'done' else said}, {eta}", flush=True)
    finally:
        for name, (process, pipe) in running.items():
            pipe.close()
            _end(process, at_work=name not in found)
    return found


def _ask(name: str, process: multiprocessing.Process, pipe: Connection, order: bytes) -> tuple[str, Any]:
    """What the process says at the end of the turn that `order` gives it: `('turn', news)` or `('done', result)`."""
    try:
        pipe.send_bytes(order)
        kind, said = pipe.recv()
    except (EOFError, ConnectionError):
        process.join(_SECONDS_TO_END)
        raise ChildProcessError(
            f"{name} ended without a result (exit code {process.exitcode}): was there enough memory?"
        ) from None
    if kind == "refused":
        raise ValueError(f"{name}: {said}")
    if kind == "failed":
        raise RuntimeError(f"{name} failed:\n{said}")
    return kind, said


def _end(process: multiprocessing.Process, at_work: bool) -> None:
    """End a process: one at work at once, one that is done when it has put away its things."""
    if at_work:
        process.terminate()
    process.join(_SECONDS_TO_END)
    if process.is_alive():
        process.kill()
        process.join()


def _work(pipe: Connection) -> None:
    """The life of a process: wait for the first turn, read what to do, do it, tell what came of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent then ends its processes
    multiprocessing.set_start_method(None, force=True)  # or its own loaders would be spawned too, which costs seconds
    warnings.simplefilter("ignore")
    turns = Turns(pipe)
    try:
        order = pipe.recv_bytes()
        turns.resume()  # before the order is read, because reading it imports what it needs
        function, arguments = pickle.loads(order)
        said = ("done", function(*arguments, turns))
    except (EOFError, ConnectionError):
        return  # the parent is gone
    except (ValueError, OSError) as error:
        said = ("refused", " ".join(str(error).split()))
    except Exception:
        said = ("failed", traceback.format_exc())
    with suppress(ConnectionError):
        pipe.send(said)


class TimeLeft:
    """How long the turns that are left will take, if each takes as long as its process's last one."""

    def __init__(self, n_turns: dict[str, int]) -> None:
        self.n_left, self.last = dict(n_turns), {}

    def add(self, name: str, seconds: float, done: bool) -> None:
        """Count a turn; there is at least one more until the process is done."""
        self.last[name] = seconds
        self.n_left[name] = 0 if done else max(self.n_left[name] - 1, 1)

    @property
    def seconds(self) -> float:
        """Seconds left; a process that has not begun is taken for an average one."""
        average = sum(self.last.values()) / max(len(self.last), 1)
        return sum(n * self.last.get(name, average) for name, n in self.n_left.items())

    def __str__(self) -> str:
        return f"about {spoken_seconds(self.seconds)} left"
