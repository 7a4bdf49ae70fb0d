"""Three ways to say who painted what."""

import pandas as pd
import pytest

from styleclf.common import write_text
from styleclf.data import annotate
from styleclf.data.annotation.author_advice import author_advice
from tests.data.annotations import annotation_of


def test_where_any_painter_is_known_nothing_is_said():
    assert author_advice(annotation_of([("a", ""), ("b", "gris")])) == ""
    assert author_advice(annotation_of([("a", "")]).iloc[:0]) == ""


@pytest.mark.parametrize("author", ["2019-05-{:02}", "201905{:02}", "1931-{}", "ng{}", "sk-a-{}"])
def test_dates_and_numbers_of_objects_are_doubted_as_painters(author):
    authors = [author.format(number) for number in range(6)]
    advice = author_advice(annotation_of([("a", author) for author in authors]))
    assert advice.startswith(f"If {authors[0]} and the like are dates or numbers of objects")
    assert "gris/" in advice
    many_each = [("a", author) for author in authors * 5]
    assert author_advice(annotation_of(many_each)) == "", "painters may have numbers, too, for the sake of privacy"
    assert author_advice(annotation_of([("a", author) for author in [*authors, "gris"]])) == ""


def test_a_name_with_a_comma_is_in_quotes_in_the_table():
    annotation = pd.DataFrame({"filename": ["Barock/Übung, zweite.jpg"], "author": [""]})
    assert author_advice(annotation).endswith('"Barock/Übung, zweite.jpg",gris')


def test_the_three_ways_that_are_told_are_read(tmp_path):
    from PIL import Image

    names = {"cubism": "IMG_0001.jpg", "rococo": "IMG_0002.jpg"}

    def painted(folder, pattern):
        for style, name in names.items():
            path = folder / pattern.format(style=style, name=name)
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (40, 40), "navy" if style == "cubism" else "gold").save(path)

    painted(tmp_path / "bare", "{style}/{name}")
    bare, _ = annotate(tmp_path / "bare", progress=False, min_images=1)
    advice = author_advice(bare)
    assert "If cubism/IMG_0001.jpg were by gris" in advice
    for told in (
        "cubism/gris_IMG_0001.jpg",
        "cubism/gris/IMG_0001.jpg",
        "design.py --layout style/author",
        "design.py --csv painters.csv",
    ):
        assert told in advice

    painted(tmp_path / "names", "{style}/gris_{name}")
    painted(tmp_path / "folders", "{style}/gris/{name}")
    rows = [f"{style}/{name},gris" for style, name in names.items()]
    write_text("\n".join(["filename,author", *rows]) + "\n", tmp_path / "painters.csv")
    ways = [
        annotate(tmp_path / "names", progress=False, min_images=1),
        annotate(tmp_path / "folders", progress=False, min_images=1, layout="style/author"),
        annotate(tmp_path / "bare", tmp_path / "painters.csv", progress=False, min_images=1),
    ]
    for annotation, _ in ways:
        assert annotation["author"].tolist() == ["gris", "gris"]
        assert annotation["label"].tolist() == ["cubism", "rococo"]
