"""Which pictures are taken, and what is said of the others."""

from styleclf.data import PictureChoice
from styleclf.data.collect.choice import refusals_text
from styleclf.data.collect.picture_addresses import bare_picture


def picture(*statements):
    bare = bare_picture("https://museum.example/7.jpg")
    return type(bare)(**{**vars(bare), "statements": statements})


FREE, FORBIDDEN, NON_COMMERCIAL = picture("publicdomain"), picture("Not for machine learning."), picture("by-nc")


def test_forbidden_pictures_are_left_out_and_counted():
    taken, left_out = PictureChoice().divide([FREE, FORBIDDEN, NON_COMMERCIAL])
    assert taken == [FREE, NON_COMMERCIAL]
    assert [picture.picture for picture in left_out] == [FORBIDDEN]
    text = refusals_text(left_out)
    assert "1 picture left out" in text
    assert "Not for machine learning." in text
    assert "--permission" in text


def test_permission_takes_them_but_not_what_a_rule_leaves_out():
    taken, left_out = PictureChoice((), ("by-nc",), "the museum, 3 May").divide([FREE, FORBIDDEN, NON_COMMERCIAL])
    assert taken == [FREE, FORBIDDEN]
    assert [picture.picture for picture in left_out] == [NON_COMMERCIAL]


def test_where_nothing_is_left_out_nothing_is_said():
    assert refusals_text([]) == ""
