"""The review queue of one browser: which picture comes next, what becomes of it, and back again."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Protocol

from styleclf.app.decisions import Decision, DecisionTable, decision_of
from styleclf.evaluation import NONE_OF_THESE
from styleclf.light import PicturePrediction


class ReviewedPicture(NamedTuple):
    """A picture with its answer."""

    name: str  # as people see it, and as the table of decisions has it
    prediction: PicturePrediction  # with the path of its file
    sha256: str = ""
    reason: str = ""  # why it is asked about, from a table that hands in the order


class Keeper(Protocol):
    """Keeps the pictures that are decided."""

    def keep(self, picture: ReviewedPicture) -> None:
        """Keep a picture that is about to be decided."""

    def forget(self, name: str) -> None:
        """Forget a picture whose decision was taken back."""


class ReviewProgress(NamedTuple):
    """How far a review is."""

    n_decided: int
    n_skipped: int
    n_pictures: int


class _Step(NamedTuple):
    """What was done about a picture."""

    name: str
    decision: Decision | None  # None: it was put off


def certainty(prediction: PicturePrediction) -> float:
    """How sure a model is: the highest probability; below 0 for a picture that is none of its styles."""
    _, proba = prediction.likeliest[0]
    return proba - 1 if prediction.answer == NONE_OF_THESE else proba


class Review:
    """A queue of pictures, least certain first or in the order of `ranks`, whose decisions go into a table.

    `pictures()` gives all that there are by now; others may decide about some of them, and more may come. A picture
    that is skipped comes again after all others.
    """

    def __init__(
        self,
        pictures: Callable[[], Mapping[str, ReviewedPicture]],
        table: DecisionTable,
        ranks: Mapping[str, int] | None = None,  # places of names in an order; pictures without one come after those
        *,
        keeper: Keeper | None = None,  # of pictures that would vanish
    ) -> None:
        self._pictures = pictures
        self._table = table
        self._ranks = dict(ranks or {})
        self._keeper = keeper
        self._skipped_names: list[str] = []
        self._history: list[_Step] = []  # the latest last
        self._current = ""
        self._lock = threading.RLock()

    def current(self) -> ReviewedPicture | None:
        """The picture to decide about; None at the end. It stays until something becomes of it."""
        with self._lock:
            pictures = self._pictures()
            decisions = self._table.all()
            if self._current not in pictures or self._current in decisions:
                self._current = self._next_name(pictures, decisions)
            return pictures.get(self._current)

    def decide(self, name: str, label: str) -> bool:
        """Write down that the picture is of the style `label`, '' for none; False where it is no longer the current."""
        with self._lock:
            picture = self.current()
            if picture is None or picture.name != name:
                return False
            pred, proba = picture.prediction.likeliest[0]
            decision = decision_of(name, label, pred=pred, proba=proba, sha256=picture.sha256)
            if self._keeper is not None:
                self._keeper.keep(picture)
            self._table.add(decision)
            self._history.append(_Step(name, decision))
            self._forget_skipped(name)
            return True

    def skip(self, name: str) -> bool:
        """Put the picture off until all others are decided; False where it is no longer the current."""
        with self._lock:
            picture = self.current()
            if picture is None or picture.name != name:
                return False
            self._forget_skipped(name)
            self._skipped_names.append(name)
            self._history.append(_Step(name, None))
            self._current = ""
            return True

    def undo(self) -> bool:
        """Take the latest step back, whose picture is current again; False where there is none."""
        with self._lock:
            if not self._history:
                return False
            step = self._history[-1]
            is_mine = self._table.get(step.name) == step.decision  # nobody has changed it
            if step.decision is not None and is_mine:
                self._table.remove(step.name)
                if self._keeper is not None:
                    self._keeper.forget(step.name)
            self._history.pop()
            self._forget_skipped(step.name)
            self._current = step.name
            return True

    def progress(self) -> ReviewProgress:
        """How many pictures are decided, put off, and there in all."""
        with self._lock:
            pictures = self._pictures()
            decisions = self._table.all()
            n_decided = sum(name in decisions for name in pictures)
            undecided_names = set(pictures) - set(decisions)
            n_skipped = len(undecided_names & set(self._skipped_names))
            return ReviewProgress(n_decided, n_skipped, len(pictures))

    def _forget_skipped(self, name: str) -> None:
        if name in self._skipped_names:
            self._skipped_names.remove(name)

    def _next_name(self, pictures: Mapping[str, ReviewedPicture], decided_names: Collection[str]) -> str:
        """The name of the next picture; '' where none is left."""
        skipped_names = set(self._skipped_names)
        undecided_names = [name for name in pictures if name not in decided_names]
        waiting = [name for name in undecided_names if name not in skipped_names]
        if waiting:
            return self._first(waiting, pictures)
        still_skipped = [name for name in self._skipped_names if name in undecided_names]
        return still_skipped[0] if still_skipped else ""

    def _first(self, names: Iterable[str], pictures: Mapping[str, ReviewedPicture]) -> str:
        """The first of the names in the order of the queue."""
        last = len(self._ranks)

        def place(name: str) -> tuple[int, float, str]:
            """What the queue is sorted by."""
            sureness = certainty(pictures[name].prediction)
            return self._ranks.get(name, last), sureness, name

        return min(names, key=place)
