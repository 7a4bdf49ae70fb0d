"""At what pace a server is asked: few requests at once, a pause between them, and none while it wants to rest.

All threads that ask one host share its `Pace`. Whoever is told to wait holds back the others, too.
"""

import threading
import time
from dataclasses import dataclass

from styleclf.common import spoken_seconds

_MOST_FAILURES = 10  # in a row, after which a host is left alone
_LONGEST_WAIT = 600.0  # seconds that a host may ask for; whoever wants more is asked in a later run


class HostClosedError(OSError):
    """A host is not asked again in this run."""


class StoppedError(OSError):
    """The work was ended while it waited."""


@dataclass
class Pace:
    """When the next request to one host may begin, and how many have failed in a row."""

    host: str
    pause: float  # seconds between the beginnings of two requests
    next_start: float = 0.0
    n_failures: int = 0
    closed_because: str = ""

    def reserve(self, now: float) -> float:
        """How many seconds to wait before the next request, which then has its turn.

        Raises HostClosedError where the host is left alone.
        """
        if self.closed_because:
            raise HostClosedError(self.closed_because)
        start = max(now, self.next_start)
        self.next_start = start + self.pause
        return start - now

    def rest(self, seconds: float, now: float) -> None:
        """Begin no request before so many seconds have passed; a wait too long closes the host for this run."""
        self.next_start = max(self.next_start, now + seconds)
        if seconds > _LONGEST_WAIT:
            waiting = spoken_seconds(seconds)
            self.closed_because = f"{self.host} asks to wait {waiting}: give the same command again after that"

    def count(self, *, is_failure: bool) -> None:
        """Count a failure of the host itself, or a success, which ends a row of them."""
        self.n_failures = self.n_failures + 1 if is_failure else 0
        if self.n_failures >= _MOST_FAILURES:
            self.closed_because = (
                f"{self.host} failed {_MOST_FAILURES} times in a row and is left alone: give the same command later"
            )


class Politeness:
    """The paces of all hosts, for any number of threads."""

    def __init__(self, pause: float) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._pause = pause
        self._paces: dict[str, Pace] = {}

    def wait_for_turn(self, host: str) -> None:
        """Sleep until a request to the host may begin.

        Raises HostClosedError where the host is left alone, StoppedError where the work ends meanwhile.
        """
        with self._lock:
            seconds = self._pace_of(host).reserve(time.monotonic())
        if self._stopped.wait(seconds):
            raise StoppedError("the work was ended")
        with self._lock:
            pace = self._pace_of(host)
            if pace.closed_because:
                raise HostClosedError(pace.closed_because)

    def rest(self, host: str, seconds: float) -> None:
        """Let nobody ask the host before so many seconds have passed."""
        with self._lock:
            self._pace_of(host).rest(seconds, time.monotonic())

    def count(self, host: str, *, is_failure: bool) -> None:
        """Count a failure of the host itself, or a success."""
        with self._lock:
            self._pace_of(host).count(is_failure=is_failure)

    def stop(self) -> None:
        """Let nobody wait any longer: the work ends."""
        self._stopped.set()

    def _pace_of(self, host: str) -> Pace:
        return self._paces.setdefault(host, Pace(host, self._pause))
