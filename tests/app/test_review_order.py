"""app.review_order: an order from a table, whatever it calls the files."""

import pytest

from styleclf.app.review_order import read_review_order

NAMES = ["a/one.png", "a/two.png", "b/two.png", "three.png"]


def written(tmp_path, text):
    path = tmp_path / "queue.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_ranks_and_reasons(tmp_path):
    path = written(tmp_path, "file,rank,reason\nthree.png,2,odd\na/two.png,1,looks like a/one.png\nnowhere.png,0,\n")
    order = read_review_order(path, NAMES)
    assert order.ranks == {"a/two.png": 0, "three.png": 1}
    assert order.n_unknown == 1
    assert order.reasons == {"a/two.png": "looks like a/one.png", "three.png": "odd"}


def test_without_ranks_the_rows_are_the_order(tmp_path):
    path = written(
        tmp_path, "\ufefffilename,score\nmy/new/b/two.png,0.1\none.png,0.2\ntwo.png,0.3\n.\\a\\two.png,0.4\n"
    )
    order = read_review_order(path, NAMES)
    assert list(order.ranks) == ["b/two.png", "a/one.png", "a/two.png"]
    assert order.n_unknown == 1


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("name,rank\na/one.png,1\n", "lacks a column file .* it has name, rank"),
        ("", "no rows"),
        ("file,rank\nx/one.png,1\n", "names none of the 4 pictures to review"),
    ],
)
def test_a_table_that_does_not_fit_is_one_sentence(tmp_path, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_review_order(written(tmp_path, text), NAMES)
    with pytest.raises(FileNotFoundError, match="no table at"):
        read_review_order(tmp_path / "nowhere.csv", NAMES)
