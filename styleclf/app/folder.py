"""The pictures of a folder to review, answered in the background while people look at the first of them."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from styleclf.app.engines import Engine
from styleclf.app.review import ReviewedPicture
from styleclf.common import complain, reason_of, shown_text
from styleclf.data import files_below, is_image_file

_BATCH_SIZE = 32  # pictures answered at once: the first ones are there after a second


def check_review_folder(folder: str | Path) -> None:
    """Raise ValueError for what is not a folder."""
    if not Path(folder).is_dir():
        raise ValueError(f"--review must name a folder of pictures, which {folder} is not")


class ReviewFolder:
    """All pictures below a folder, by their names in it. Raises ValueError where there are none."""

    def __init__(self, engine: Engine, folder: str | Path) -> None:
        check_review_folder(folder)
        self.folder = Path(folder)
        self._engine = engine
        self._paths = _picture_paths(self.folder)
        if not self._paths:
            raise ValueError(f"no image files in {folder}: name the folder of pictures to review")
        self._pictures: dict[str, ReviewedPicture] = {}
        self._unreadable: dict[str, str] = {}
        self._lock = threading.Lock()
        self._has_some = threading.Event()
        self.is_finished = threading.Event()
        self.failure = ""  # why no more pictures are answered

    @property
    def names(self) -> list[str]:
        """The names of all pictures, in order."""
        return list(self._paths)

    def start(self, ranks: Mapping[str, int], reasons: Mapping[str, str]) -> threading.Thread:
        """Begin to answer the pictures, those with a rank first; the thread ends with the program."""
        last = len(ranks)
        order = sorted(self._paths, key=lambda name: ranks.get(name, last))
        thread = threading.Thread(target=self._answer_all, args=(order, reasons), daemon=True)
        thread.start()
        return thread

    def pictures(self) -> Mapping[str, ReviewedPicture]:
        """The pictures that are answered by now; waits for the first ones."""
        self._has_some.wait()
        with self._lock:
            return dict(self._pictures)

    def unreadable(self) -> dict[str, str]:
        """Why pictures cannot be read, by their names."""
        with self._lock:
            return dict(self._unreadable)

    def _answer_all(self, order: Sequence[str], reasons: Mapping[str, str]) -> None:
        """Answer pictures in this order."""
        try:
            for start in range(0, len(order), _BATCH_SIZE):
                self._answer(order[start : start + _BATCH_SIZE], reasons)
        except Exception as error:  # a thread has nobody who would hear of it
            self.failure = reason_of(error)
            complain(f"the pictures of {self.folder} are no longer answered: {self.failure}")
        finally:
            self._has_some.set()
            self.is_finished.set()

    def _answer(self, names: Sequence[str], reasons: Mapping[str, str]) -> None:
        """Answer a few pictures."""
        paths = [self._paths[name] for name in names]
        predictions = self._engine.predictions(paths)
        with self._lock:
            for name, prediction in zip(names, predictions, strict=True):
                if isinstance(prediction, str):
                    self._unreadable[name] = prediction
                else:
                    reason = reasons.get(name, "")
                    self._pictures[name] = ReviewedPicture(name, prediction, reason=reason)
            if self._pictures:
                self._has_some.set()


def _picture_paths(folder: Path) -> dict[str, Path]:
    """The image files below a folder by their names in it, with forward slashes."""
    paths = {}
    for path, reason in files_below(folder).files:
        if not reason and is_image_file(path):
            name = path.relative_to(folder).as_posix()
            paths[shown_text(name)] = path
    return paths
