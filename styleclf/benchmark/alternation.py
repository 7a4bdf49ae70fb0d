"""Processes that work by turns: each has imports and memory of its own, and only one works at a time.

What slows the machine for a minute then slows all of them, not only the one that happens to be at work.
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
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from styleclf.common import reason_of, say, spoken_seconds

_SECONDS_TO_END = 10.0  # for a process that was asked to end
_GO_ON = b"go on"


class Entrant(NamedTuple):
    """A function at the top level of a module, called as `function(*arguments, turns)` in a process of its own."""

    name: str
    function: Callable[..., Any]
    arguments: tuple
    n_turns: int = 1  # about how many it will take, to estimate the time that is left


class Turns:
    """A process's side of the round: its clock, which stands still while others work, and the end of a turn."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._seconds_before = 0.0
        self._resumed_at: float | None = None  # None while the clock stands still

    @property
    def seconds(self) -> float:
        """Seconds that this process has worked; work that a GPU was given is waited for."""
        if self._resumed_at is None:
            return self._seconds_before
        _wait_for_gpu()
        return self._seconds_before + time.perf_counter() - self._resumed_at

    def pause(self) -> None:
        """Stop the clock: what follows is not work, but judging it."""
        self._seconds_before = self.seconds
        self._resumed_at = None

    def resume(self) -> None:
        """Let the clock go on."""
        if self._resumed_at is None:
            self._resumed_at = time.perf_counter()

    def end_turn(self, news: str = "") -> None:
        """Let the others work, and wait for the next turn."""
        self.pause()
        self._pipe.send(("turn", news))
        self._pipe.recv_bytes()
        self.resume()


def _wait_for_gpu() -> None:
    """Wait until the GPU, if this process uses one, has done what it was given."""
    torch = sys.modules.get("torch")
    if torch is None:
        return
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
    elif torch.backends.mps.is_available():
        torch.mps.synchronize()


# The parent's side


def take_turns(entrants: Sequence[Entrant], progress: bool = True) -> dict[str, Any]:
    """Let the entrants work by turns until all are done: name -> what the function returned.

    Nobody works while another does. On an error or an interruption all processes are ended.

    Raises:
        ValueError: an entrant was given bad input, or something that it needs is missing.
        ChildProcessError: an entrant ended without a message, as it does when memory is short.
        RuntimeError: any other failure, with the entrant's own traceback.
    """
    workers: dict[str, _Worker] = {}
    results: dict[str, Any] = {}
    n_turns = {entrant.name: entrant.n_turns for entrant in entrants}
    time_left = TimeLeft(n_turns)
    try:
        for entrant in entrants:
            workers[entrant.name] = _Worker(entrant.name)
        orders = {}
        for entrant in entrants:
            orders[entrant.name] = pickle.dumps((entrant.function, entrant.arguments))
        while orders:
            for name, order in list(orders.items()):
                start = time.monotonic()
                answer = workers[name].work(order)
                orders[name] = _GO_ON
                if answer.is_result:
                    results[name] = answer.value
                    del orders[name]
                seconds = time.monotonic() - start
                time_left.add(name, seconds, answer.is_result)
                if progress:
                    news = "done" if answer.is_result else answer.value
                    say(f"{name}: {news}, {time_left}")
    finally:
        for name, worker in workers.items():
            worker.end(at_work=name not in results)
    return results


class _Answer(NamedTuple):
    """What a process sends at the end of a turn: news, or, if this was its last turn, the result."""

    is_result: bool
    value: Any


class _Worker:
    """A process that waits for its turns, seen from its parent."""

    def __init__(self, name: str) -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")
        self.pipe, child_pipe = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(child_pipe,))
        self.process.start()
        child_pipe.close()  # so that reading ends when the process does

    def work(self, order: bytes) -> _Answer:
        """Give it a turn, and wait for its end. Raises what `take_turns` raises."""
        try:
            self.pipe.send_bytes(order)
            kind, value = self.pipe.recv()
        except (EOFError, ConnectionError):
            self.process.join(_SECONDS_TO_END)
            ending = f"{self.name} ended without a result (exit code {self.process.exitcode})"
            raise ChildProcessError(f"{ending}: was there enough memory?") from None
        if kind == "refused":
            raise ValueError(f"{self.name}: {value}")
        if kind == "failed":
            raise RuntimeError(f"{self.name} failed:\n{value}")
        return _Answer(kind == "done", value)

    def end(self, at_work: bool) -> None:
        """End the process: at once if it is still at work, else when it has cleaned up."""
        self.pipe.close()
        if at_work:
            self.process.terminate()
        self.process.join(_SECONDS_TO_END)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


# The process's side


def _work(pipe: Connection) -> None:
    """The life of a process: wait for the first turn, read what to do, do it, send the result."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent then ends its processes
    multiprocessing.set_start_method(None, force=True)  # or its own loaders would be spawned too, which costs seconds
    warnings.simplefilter("ignore")
    turns = Turns(pipe)
    try:
        order = pipe.recv_bytes()
        turns.resume()  # before the order is read, because reading it imports what it needs
        function, arguments = pickle.loads(order)
        message = ("done", function(*arguments, turns))
    except (EOFError, ConnectionError):
        return  # the parent is gone
    except (ValueError, OSError) as error:
        message = ("refused", reason_of(error))
    except Exception:
        message = ("failed", traceback.format_exc())
    with suppress(ConnectionError):
        pipe.send(message)


class TimeLeft:
    """How long the remaining turns will take, if each takes as long as its process's last one."""

    def __init__(self, n_turns: dict[str, int]) -> None:
        self.n_left = dict(n_turns)
        self.last_seconds: dict[str, float] = {}

    def add(
        self,
        name: str,
        seconds: float,
        done: bool,
    ) -> None:
        """Count a turn; there is at least one more until the process is done."""
        self.last_seconds[name] = seconds
        n_left = max(self.n_left[name] - 1, 1)
        self.n_left[name] = 0 if done else n_left

    @property
    def seconds(self) -> float:
        """Seconds left; a process that has not begun is expected to be an average one."""
        n_known = max(len(self.last_seconds), 1)
        average = sum(self.last_seconds.values()) / n_known
        total = 0.0
        for name, n_turns in self.n_left.items():
            total += n_turns * self.last_seconds.get(name, average)
        return total

    def __str__(self) -> str:
        return f"about {spoken_seconds(self.seconds)} left"
