"""data.annotation.understanding: about five lines on what was made of names."""

from styleclf.data.annotation.understanding import understanding_text
from tests.data.annotations import annotation_of


def lines_of(rows, nobodies=None, left_out=None):
    text = understanding_text(annotation_of(rows), "read so", nobodies=nobodies or {}, left_out=left_out or {})
    return text.split("\n")


def test_five_lines_with_three_examples_of_authors():
    rows = [("cubism", f"painter {number}") for number in range(7)] + [("rococo", "watteau|boucher")] * 3
    source, styles, authors, nameless, left_out = lines_of(rows)
    assert source == "read so"
    assert styles == "2 styles: cubism (7), rococo (3)"
    assert authors.startswith("9 authors, such as painter 0 in cubism/painter 0_0000.jpg; ")
    assert authors.count(" in ") == 3
    assert nameless == "every image has an author"
    assert left_out == "left out: nothing"


def test_images_without_author_are_counted_by_style_with_the_names_of_nobodies():
    rows = [("icons", "")] * 3 + [("photo", "")] * 2 + [("photo", "atget")]
    _, _, _, nameless, left_out = lines_of(rows, {"anonymous": 3}, {f"folder {n}": "system" for n in range(8)})
    assert nameless.startswith("5 images of 6 without an author: icons (3), photo (2); ")
    assert nameless.endswith("these names were taken for nobody: 'anonymous' (3)")
    assert left_out.endswith("folder 5 (system) and 2 more")


def test_designs_without_authors_and_with_numbers_for_authors_say_so():
    assert lines_of([("a", ""), ("b", "")])[2] == "no author is known"
    assert "they are numbers; if these only count files" in lines_of([("a", "0017"), ("b", "0018")])[2]
    assert "numbers" not in lines_of([("a", "0017"), ("b", "gris")])[2]
