"""The queue of pictures to label: its order, its spread over painters, and its reasons."""

import numpy as np
import pytest

from styleclf.curation.label_queue import QUEUE_COLUMNS, Candidates, LabelledPictures, random_queue, ranked_queue
from tests.curation.made_up import made_collection


@pytest.fixture
def labelled():
    collection = made_collection(n_painters=6)
    return LabelledPictures(
        collection.components, collection.targs, collection.rows["author"].tolist(), collection.styles
    )


def candidates(components, authors=None):
    names = authors or [""] * len(components)
    files = [f"{number}.jpg" for number in range(len(components))]
    return Candidates(files, np.asarray(components, dtype=np.float32), names, names)


def test_ranks_count_from_one_and_every_file_comes_once(labelled):
    queue = ranked_queue(labelled, candidates(labelled.components[:10] + 0.1), 20)
    assert list(queue.columns) == QUEUE_COLUMNS
    assert queue["rank"].tolist() == list(range(1, 11))
    assert sorted(queue["file"]) == sorted(f"{number}.jpg" for number in range(10))
    assert (queue["reason"] != "").all()


def test_a_picture_between_two_styles_comes_before_plain_ones(labelled):
    centres = [labelled.components[labelled.targs == style].mean(axis=0) for style in range(3)]
    between = (centres[0] + centres[1]) / 2
    known = labelled.components[[0, 30, 60]]
    queue = ranked_queue(labelled, candidates([*known, between]), 1)
    assert queue["file"].tolist() == ["3.jpg"]


def test_of_equals_those_by_other_painters_and_no_copies_are_picked(labelled):
    rng = np.random.default_rng(0)
    point = labelled.components.mean(axis=0)
    works = [point + 0.01 * rng.normal(size=12) for _ in range(4)]  # near-copies, all of them doubtful
    others = [point + rng.normal(size=12) for _ in range(4)]
    authors = ["gris"] * 4 + [f"painter-{number}" for number in range(4)]
    queue = ranked_queue(labelled, candidates([*works, *others], authors), 5)
    assert (queue["author"] == "gris").sum() == 1
    assert queue["author"].nunique() == 5
    assert queue["reason"].str.contains("a painter without labels").all()


def test_a_painter_who_is_labelled_already_comes_later(labelled):
    point = labelled.components.mean(axis=0)
    authors = [labelled.groups[0], "somebody-new"]
    queue = ranked_queue(labelled, candidates([point, point], authors), 2)
    assert queue["author"].tolist() == ["somebody-new", labelled.groups[0]]


def test_the_order_of_files_makes_no_difference():
    collection = made_collection(hand=2.0)
    authors = collection.rows["author"].tolist()
    labelled = LabelledPictures(collection.components, collection.targs, authors, collection.styles)
    rng = np.random.default_rng(1)
    components = rng.normal(size=(30, 12))
    forward = ranked_queue(labelled, candidates(components), 10)
    backward = ranked_queue(labelled, candidates(components[::-1]), 10)
    renamed = [f"{29 - int(name.removesuffix('.jpg'))}.jpg" for name in backward["file"]]
    assert renamed == forward["file"].tolist()


def test_a_random_queue_is_one_of_all_and_nothing_to_choose_is_one_sentence(labelled):
    pool = candidates(labelled.components[:5])
    assert sorted(random_queue(pool, 9)["file"]) == sorted(pool.files)
    with pytest.raises(ValueError, match="there are 0 pictures to choose 3 of"):
        ranked_queue(labelled, candidates(np.zeros((0, 12))), 3)
