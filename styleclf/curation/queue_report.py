"""A folder of pictures without labels as a queue: read, ranked, and written beside a random one."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.common import count_of, note, write_table
from styleclf.curation.label_queue import Candidates, LabelledPictures, random_queue, ranked_queue
from styleclf.curation.learning_curves import Collection
from styleclf.curation.queue_trial import Trial
from styleclf.curation.quick_probe import main_components
from styleclf.data import (
    Paintings,
    author_name,
    check_folds_by_painter,
    check_styles_can_be_judged,
    image_files,
    inspect_files,
)
from styleclf.inference import Backbone

QUEUE_FILE = "queue.csv"
RANDOM_FILE = "random.csv"


class ToLabel(NamedTuple):
    """A labelled collection and the pictures to choose from, seen by the same frozen body."""

    collection: Collection
    candidates: Candidates


def read_to_label(paintings: Paintings, unlabelled: str | Path, backbone: Backbone) -> ToLabel:
    """The paintings outside the validation set, and the readable pictures of a folder that are none of them.

    Painters are read from names such as `gris_guitar.jpg`. Raises OSError where there is no such folder, and ValueError
    where it has no readable picture, none that is not in the design, or where the folds are not by painter or cannot
    judge styles.
    """
    check_folds_by_painter(paintings.rows, "what to label next")
    check_styles_can_be_judged(paintings.rows, "what to label next")
    open_paintings = paintings.without_validation()
    files = _new_files(Path(unlabelled), paintings)
    of_paintings = backbone.cached_features(open_paintings.paths())
    of_files = backbone.cached_features(files)
    features = np.concatenate([of_paintings, of_files])
    components = main_components(features)
    n_labelled = len(of_paintings)
    collection = Collection(open_paintings.rows, components[:n_labelled])
    candidates = _candidates(files, Path(unlabelled), components[n_labelled:])
    return ToLabel(collection, candidates)


def _candidates(files: Sequence[Path], folder: Path, components: np.ndarray) -> Candidates:
    """The files as candidates, each of its painter, or of its folder where no painter is known."""
    names = []
    authors = []
    groups = []
    for file in files:
        name = file.relative_to(folder).as_posix()
        author = _author_of(file)
        names.append(name)
        authors.append(author)
        groups.append(author or _folder_of(name))
    return Candidates(names, components, groups, authors)


def write_queue(to_label: ToLabel, n: int, trial: Trial, *, seed: int = 0, out: str | Path) -> str:
    """Write `queue.csv`, what to label next, and `random.csv`, as many at random; returns lines for the screen."""
    collection, candidates = to_label
    authors = collection.rows["author"].fillna("").tolist()
    labelled = LabelledPictures(
        components=collection.components,
        targs=collection.targs,
        groups=authors,
        styles=collection.styles,
    )
    queue = ranked_queue(labelled, candidates, n)
    at_random = random_queue(candidates, n, seed)
    write_table(queue, Path(out) / QUEUE_FILE)
    write_table(at_random, Path(out) / RANDOM_FILE)
    pictures = count_of(len(queue), "picture")
    n_candidates = len(candidates.files)
    return f"{pictures} of {n_candidates:,} to label, {_hands(queue)}\n{trial}"


def _hands(queue: pd.DataFrame) -> str:
    """How many painters made the picked pictures, as far as their names say."""
    authors = queue["author"]
    n_authors = authors[authors != ""].nunique()
    if not n_authors:
        return "whose names do not say who painted them"
    return f"by {count_of(n_authors, 'painter')} as far as their names say"


def _new_files(folder: Path, paintings: Paintings) -> Sequence[Path]:
    """The readable pictures of a folder that are not in the design; says how many are passed over."""
    files = image_files([folder])
    known_files = {path.resolve() for path in paintings.paths()}
    new_files = [file for file in files if file.resolve() not in known_files]
    no_titles = [""] * len(new_files)
    inspections = inspect_files(new_files, no_titles)
    readable: list[Path] = []
    unreadable: list[Path] = []
    for file, reason in zip(new_files, inspections["reason"], strict=True):
        files_of_kind = unreadable if reason else readable
        files_of_kind.append(file)
    if unreadable:
        files_text = count_of(len(unreadable), "file")
        note(f"{files_text} cannot be read and are passed over, such as {unreadable[0]}")
    if not readable:
        raise ValueError(f"{folder} has no readable picture that is not in the design already: name another folder")
    return readable


def _author_of(file: Path) -> str:
    """The painter whom the name of a file names, '' for none."""
    before, underscore, _ = file.stem.partition("_")
    return author_name(before) if underscore else ""


def _folder_of(name: str) -> str:
    """The folder of a file as a visible source, '' at the top."""
    folder, slash, _ = name.rpartition("/")
    return f"{folder}/" if slash else ""
