"""app.review: the order of the queue, and every step back."""

import pytest

from styleclf.app.decisions import CORRECTED, NO_STYLE, DecisionTable
from styleclf.app.review import Review, ReviewProgress, certainty
from tests.app.conftest import picture

PICTURES = [
    picture("sure.png", 0.9, 0.1, 0.0),
    picture("doubtful.png", 0.45, 0.4, 0.15),
    picture("new.png", 0.34, 0.33, 0.33),
    picture("fair.png", 0.2, 0.7, 0.1),
]


@pytest.fixture
def pictures():
    return {each.name: each for each in PICTURES}


@pytest.fixture
def table(tmp_path):
    return DecisionTable(tmp_path / "decisions.csv")


def names(review):
    """The pictures in the order in which the review asks."""
    asked = []
    while (current := review.current()) is not None:
        asked.append(current.name)
        assert review.decide(current.name, "blue")
    return asked


def test_the_least_certain_come_first_and_none_of_these_before_all(pictures, table):
    assert names(Review(lambda: pictures, table)) == ["new.png", "doubtful.png", "fair.png", "sure.png"]
    assert certainty(PICTURES[2].prediction) < 0 < certainty(PICTURES[1].prediction)


def test_an_order_comes_before_certainty(pictures, table):
    review = Review(lambda: pictures, table, {"sure.png": 0, "fair.png": 1, "gone.png": 2})
    assert names(review) == ["sure.png", "fair.png", "new.png", "doubtful.png"]


def test_decisions_are_written_with_what_was_predicted(pictures, table):
    review = Review(lambda: pictures, table)
    assert review.decide("new.png", "")
    assert review.decide("doubtful.png", "green")
    decisions = table.all()
    assert decisions["new.png"].decision == NO_STYLE
    assert decisions["new.png"].label == ""
    assert decisions["doubtful.png"].decision == CORRECTED
    assert (decisions["doubtful.png"].pred, decisions["doubtful.png"].proba) == ("blue", "0.4500")
    assert review.progress() == ReviewProgress(2, 0, 4)


def test_a_picture_that_is_no_longer_in_front_of_anybody_is_not_decided(pictures, table):
    review = Review(lambda: pictures, table)
    assert not review.decide("sure.png", "red")
    assert not review.skip("sure.png")
    assert review.decide("new.png", "red")
    assert not review.decide("new.png", "blue")
    assert table.get("new.png").label == "red"
    assert table.get("sure.png") is None


def test_skipped_pictures_come_again_at_the_end_in_their_order(pictures, table):
    review = Review(lambda: pictures, table)
    assert review.skip("new.png")
    assert review.skip("doubtful.png")
    assert review.progress() == ReviewProgress(0, 2, 4)
    assert names(review) == ["fair.png", "sure.png", "new.png", "doubtful.png"]
    assert review.progress() == ReviewProgress(4, 0, 4)


def test_every_step_can_be_taken_back(pictures, table):
    review = Review(lambda: pictures, table)
    assert not review.undo()
    review.skip("new.png")
    review.decide("doubtful.png", "red")
    review.decide("fair.png", "red")
    for expected in ("fair.png", "doubtful.png", "new.png"):
        assert review.undo()
        assert review.current().name == expected
    assert not review.undo()
    assert table.all() == {}
    assert review.progress() == ReviewProgress(0, 0, 4)


def test_taking_back_leaves_what_somebody_else_decided_since(pictures, table):
    mine, other = Review(lambda: pictures, table), Review(lambda: pictures, table)
    mine.skip("new.png")
    assert other.decide("new.png", "green")
    assert mine.undo()
    assert table.get("new.png").label == "green"
    assert mine.current().name == "doubtful.png"  # what is decided is not asked again


def test_two_reviews_share_a_table_and_more_pictures_may_come(pictures, table):
    few = {"sure.png": pictures["sure.png"]}
    mine, other = Review(lambda: few, table), Review(lambda: pictures, table)
    assert mine.current().name == "sure.png"
    few.update(pictures)
    assert mine.current().name == "sure.png"  # the picture in front of somebody stays
    assert other.decide("new.png", "red")
    assert names(mine) == ["sure.png", "doubtful.png", "fair.png"]
    assert other.current() is None
