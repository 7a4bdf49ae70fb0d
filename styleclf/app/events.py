"""What happens at each click, as plain functions: the page shows what they return, tests ask them without one."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from styleclf.app import cards
from styleclf.app.decisions import DecisionTable, style_of
from styleclf.app.desks import Desk, Desks
from styleclf.app.engines import Engine
from styleclf.app.folder import ReviewFolder
from styleclf.app.kept_pictures import KeptPictures
from styleclf.app.neighbours import TrainingPaintings
from styleclf.app.reasons import reason_for_browser
from styleclf.app.review import Review, ReviewedPicture
from styleclf.app.review_order import ReviewOrder
from styleclf.app.thumbnails import data_uri, large_picture
from styleclf.app.uploads import UploadLimits, check_number, discard, take_upload, text_name, unused_name, why_refused
from styleclf.common import complain, count_of
from styleclf.evaluation import NONE_OF_THESE

N_CHOICES = 9  # styles that have a key: 1 to 9
_BATCH_SIZE = 16  # pictures between two steps of a progress bar
_NOTHING_TO_REVIEW = "Drop pictures on the first page; here you say whether the answers are right."
_ALL_DECIDED = "All pictures are decided."

Step = Callable[[int, int], None]  # pictures answered, pictures in all


class ReviewView(NamedTuple):
    """What the page of the review shows."""

    name: str  # of the picture; '' where there is none
    picture: str  # HTML
    facts: str  # HTML
    progress: str  # HTML
    choices: list[tuple[str, str]]  # at most nine styles, likeliest first: text of the button, style
    is_none: bool = False  # the model's answer is none of these


class Events:
    """What a running app knows, and what happens at each click. Threads may share it."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,  # for files that are dropped; nobody else looks there
        *,
        limits: UploadLimits | None = None,
        table: DecisionTable | None = None,  # of a review
        review_folder: ReviewFolder | None = None,
        order: ReviewOrder | None = None,
        paintings: TrainingPaintings | None = None,
    ) -> None:
        self.engine = engine
        self.limits = limits or UploadLimits()
        self.table = table
        self.paintings = paintings
        self._review_folder = review_folder
        self._order = order
        self._folders = [folder]  # that browsers are not told of
        if table is not None:
            self._folders.append(table.path.parent)
        if review_folder is not None:
            self._folders.append(review_folder.folder)
        self.desks = Desks(folder, self._new_review)
        self._naming = threading.Lock()

    def _new_review(self, desk: Desk) -> Review | None:
        """The review of a new desk: of the folder's pictures, or else of its own."""
        if self.table is None:
            return None
        ranks = self._order.ranks if self._order else None
        if self._review_folder is not None:
            return Review(self._review_folder.pictures, self.table, ranks)
        folder = self.table.path.parent / "pictures"
        return Review(desk.all_pictures, self.table, keeper=KeptPictures(folder))

    def reason(self, error: Exception) -> str:
        """What a browser is told of an exception; where that leaves folders out, the console says them."""
        reason = reason_for_browser(error, self._folders)
        full_reason = str(error)
        if reason != full_reason:
            complain(f"a browser was told: {reason} ({full_reason})")
        return reason

    # Pictures that are dropped

    def answers(self, paths: Sequence[str | Path]) -> list[dict[str, Any]]:
        """What programs get that ask for files without a page; the files are gone afterwards.

        Raises ValueError for more files than may be dropped at once.
        """
        try:
            check_number(0, len(paths), self.limits)
            return [self._answer(Path(path)) for path in paths]
        finally:
            discard(paths)

    def _answer(self, path: Path) -> dict[str, Any]:
        """What a program gets for one file."""
        name = text_name(path.name)
        reason = why_refused(path, self.limits, n_bytes_present=0)
        prediction = reason or self.engine.predictions([path])[0]
        if isinstance(prediction, str):
            return {"file": name, "error": prediction}
        return {
            "file": name,
            "answer": prediction.answer,
            "likeliest": [[style, round(proba, 6)] for style, proba in prediction.likeliest],
            "set": prediction.style_set,
        }

    def drop(self, desk: Desk, paths: Sequence[str | Path], step: Step | None = None) -> str:
        """Answer dropped files and put them onto the desk; returns a sentence.

        Raises ValueError for more files than may be there.
        """
        files = [Path(path) for path in paths]
        try:
            with desk.dropping:
                check_number(len(desk.pictures), len(files), self.limits)
                desk.unreadable.clear()
                for start in range(0, len(files), _BATCH_SIZE):
                    batch = files[start : start + _BATCH_SIZE]
                    self._take(desk, batch)
                    if step is not None:
                        step(start + len(batch), len(files))
                return f"{count_of(len(desk.pictures), 'picture')} here"
        finally:
            discard(files)

    def _take(self, desk: Desk, files: Sequence[Path]) -> None:
        """Put a few files onto the desk, with their answers."""
        uploads = []
        n_bytes = desk.n_bytes()
        for path in files:
            reason = why_refused(path, self.limits, n_bytes_present=n_bytes)
            if reason:
                name = text_name(path.name)
                desk.unreadable[name] = reason
                continue
            n_bytes += path.stat().st_size
            uploads.append(take_upload(path, desk.folder))
        own_paths = [upload.path for upload in uploads]
        predictions = self.engine.predictions(own_paths)
        for upload, prediction in zip(uploads, predictions, strict=True):
            if isinstance(prediction, str):
                desk.unreadable[upload.name] = prediction
                discard([upload.path])
                continue
            with self._naming:
                name = self._free_name(upload.name, upload.sha256)
                if name in desk.pictures:
                    discard([upload.path])
                else:
                    desk.add(ReviewedPicture(name, prediction, upload.sha256))

    def _free_name(self, name: str, sha256: str) -> str:
        """The name, with a number where it belongs to another picture: a table can hold it only once."""
        owners = self.desks.taken_names()
        if self.table is not None:
            for decision in self.table.all().values():
                owners.setdefault(decision.filename, decision.sha256)
        candidate = name
        used_names = set()
        while owners.get(candidate, sha256) != sha256:
            used_names.add(candidate)
            candidate = unused_name(name, used_names)
        return candidate

    def overview(self, desk: Desk) -> str:
        """The files without an answer, the cards of the others, and the link to their table, as HTML."""
        pictures = list(desk.all_pictures().values())
        labels = self._labels()
        parts = [
            cards.refusals(dict(desk.unreadable)),
            cards.picture_cards(pictures, labels),
            cards.table_link(pictures, labels, self.engine.styles),
        ]
        return "".join(parts)

    def details(self, desk: Desk, position: int) -> tuple[str, str, str]:
        """A dropped picture, what is said of it, and the nearest training paintings, as HTML."""
        picture = self.picture_at(desk, position)
        if picture is None:
            return "", "", ""
        image = self.large(picture)
        facts = cards.facts(picture.prediction)
        return image, facts, self._neighbours(picture)

    def large(self, picture: ReviewedPicture | None) -> str:
        """A picture to look at, as HTML; '' for none."""
        if picture is None:
            return ""
        uri = large_picture(picture.prediction.path)
        return cards.large_image(uri, picture.name)

    def picture_at(self, desk: Desk, position: int) -> ReviewedPicture | None:
        """The dropped picture of a card."""
        pictures = list(desk.all_pictures().values())
        is_there = 0 <= position < len(pictures)
        return pictures[position] if is_there else None

    def _neighbours(self, picture: ReviewedPicture) -> str:
        """The nearest training paintings as HTML; '' without a design."""
        if self.paintings is None:
            return ""
        neighbours = self.paintings.nearest(picture.prediction.embedding, picture.name)
        return cards.neighbour_cards(neighbours)

    def map_of(self, picture: ReviewedPicture | None) -> str:
        """The picture under the map of what supports its likeliest style, as HTML; or alone, and why so."""
        if picture is None:
            return ""
        if self.engine.no_maps:
            return self.large(picture) + cards.sentence(self.engine.no_maps)
        style, _ = picture.prediction.likeliest[0]
        map_on_picture = self.engine.occlusion(picture.prediction.path, style)
        return cards.large_image(data_uri(map_on_picture), f"blue supports {style}, red speaks against it")

    # Review

    def view(self, desk: Desk) -> ReviewView:
        """What the page of the review shows now."""
        review = desk.review
        if review is None:
            return ReviewView("", "", "", "", [])
        picture = review.current()
        progress = review.progress()
        unanswered = self._unanswered_of_folder()
        bar = cards.progress_bar(progress, unanswered=unanswered)
        if picture is None:
            ending = _ALL_DECIDED if progress.n_pictures else _NOTHING_TO_REVIEW
            return ReviewView("", cards.sentence(ending), "", bar, [])
        image = self.large(picture)
        facts = cards.review_facts(picture.prediction)
        if picture.reason:
            facts += cards.sentence(f"asked because: {picture.reason}")
        is_none = picture.prediction.answer == NONE_OF_THESE
        choices = self._choices(picture)
        return ReviewView(picture.name, image, facts, bar, choices, is_none=is_none)

    def _unanswered_of_folder(self) -> str:
        """How many pictures of the folder have no answer yet, or never will."""
        folder = self._review_folder
        if folder is None:
            return ""
        n_unreadable = len(folder.unreadable())
        n_answered = len(folder.pictures())
        n_waiting = len(folder.names) - n_answered - n_unreadable
        words = ""
        if n_waiting:
            words += f"; {n_waiting:,} are still being read"
        if n_unreadable:
            words += f"; {n_unreadable:,} cannot be read"
        return words

    def _choices(self, picture: ReviewedPicture) -> list[tuple[str, str]]:
        """The likeliest styles as texts of buttons."""
        probas = picture.prediction.probas
        order = (-probas).argsort(kind="stable")
        choices = []
        for key, position in enumerate(order[:N_CHOICES], start=1):
            style = self.engine.styles[position]
            proba = probas[position]
            words = f"{key}  {style}  {proba:.0%}"
            choices.append((words, style))
        return choices

    def decide(self, desk: Desk, name: str, label: str) -> None:
        """Write down what somebody said of the picture in front of them. Raises ValueError for no style."""
        if desk.review is not None:
            desk.review.decide(name, style_of(label))

    def decide_choice(self, desk: Desk, name: str, number: int) -> None:
        """Write down the style of a button, from 0, if the picture is still the one that the page shows."""
        picture = desk.review.current() if desk.review is not None else None
        if picture is None or picture.name != name:
            return
        choices = self._choices(picture)
        if number < len(choices):
            _, style = choices[number]
            self.decide(desk, name, style)

    def skip(self, desk: Desk, name: str) -> None:
        """Put the picture off."""
        if desk.review is not None:
            desk.review.skip(name)

    def undo(self, desk: Desk) -> None:
        """Take the latest step back."""
        if desk.review is not None:
            desk.review.undo()

    def _labels(self) -> dict[str, str]:
        """What people said, by names of pictures."""
        if self.table is None:
            return {}
        decisions = self.table.all()
        return {name: decision.label for name, decision in decisions.items()}
