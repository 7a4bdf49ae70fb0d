"""When all the work of this process will be done, as far as that can be foreseen.

Who runs steps tells it how long they will take (`expect_end_in`), and it tells them (`variables_of_end`). Trainings
foretell their own end: how long their parts take beside one another hardly depends on the machine.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

_END_VARIABLE = "STYLECLF_END"  # when the command that runs this one as a step will be done, by the system's clock
_SECONDS_A_MINUTE = 60
# in durations of a pass of all images for their features, as 1,388 paintings took them with EfficientNet-Lite0
_EPOCH = 1.25
_JUDGING = 1.5  # of a body that was trained: for its novelty, and for its predictions
_JUDGING_OF_PROBE = 0.3
_FIGURES = 15.0  # seconds: tables, figures, export and report hardly depend on the number of images


class _Foresight:
    """What this process knows of its end."""

    end: float | None = None  # by the system's clock
    n_trainings = 0  # alike, with the one at hand, that will foretell the end
    after_pass: tuple[str, float] | None = None  # items of a phase, and how many durations of it the work behind takes


def expect_end_in(seconds: float) -> None:
    """Let what is said of progress from now on say as well how long all the work of this process will take."""
    _Foresight.end = time.time() + seconds
    _Foresight.n_trainings = 0


def expect_trainings(n_trainings: int, minutes: float | None = None) -> None:
    """Let so many trainings, one after another, foretell when this process will be done; `minutes` are of each."""
    if minutes is not None:
        expect_end_in(_SECONDS_A_MINUTE * minutes * n_trainings)
    _Foresight.n_trainings = n_trainings


@contextmanager
def foresight() -> Iterator[None]:
    """A block after which nothing is expected any more, even if it ends in an error."""
    try:
        yield
    finally:
        _Foresight.end = None
        _Foresight.n_trainings = 0


def expect_rest(seconds: float, seconds_of_next: float) -> None:
    """Foresee the end where trainings foretell it: what is left of this one, and how long each further one takes."""
    if _Foresight.n_trainings == 0:
        return
    seconds_of_others = (_Foresight.n_trainings - 1) * seconds_of_next
    _Foresight.end = time.time() + seconds + seconds_of_others


@contextmanager
def pass_before_epochs(epochs: int, noun: str = "batches of features") -> Iterator[None]:
    """A block in which the pass of all images for their features foretells how long so many epochs will take."""
    _Foresight.after_pass = (noun, _EPOCH * epochs + (_JUDGING if epochs else _JUDGING_OF_PROBE))
    try:
        yield
    finally:
        _Foresight.after_pass = None


def foretell_by_phase(noun: str, seconds_left: float, *, seconds: float) -> None:
    """Foresee the end by a phase that takes so many seconds, if it is one that foretells it."""
    if _Foresight.after_pass is None or _Foresight.after_pass[0] != noun:
        return
    seconds_behind = _Foresight.after_pass[1] * seconds + _FIGURES
    expect_rest(seconds_left + seconds_behind, seconds_behind)


def foretell_by_epoch(n_done: int, n_epochs: int, *, seconds: float) -> None:
    """Foresee the end by an epoch of fine-tuning that took so many seconds."""
    seconds_behind = _JUDGING / _EPOCH * seconds + _FIGURES
    seconds_left = (n_epochs - n_done) * seconds
    expect_rest(seconds_left + seconds_behind, n_epochs * seconds + seconds_behind)


def variables_of_end() -> dict[str, str]:
    """Variables of the environment that let a step, as another process, say when this one will be done."""
    if _Foresight.end is None:
        return {}
    return {_END_VARIABLE: str(_Foresight.end)}


def seconds_until_end() -> float | None:
    """How long all the work of the command will still take, below 0 if it takes longer than was foreseen; or None."""
    end = os.environ.get(_END_VARIABLE, _Foresight.end)
    if end is None:
        return None
    return float(end) - time.time()
