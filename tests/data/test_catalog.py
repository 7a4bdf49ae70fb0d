"""styleclf.data.catalog: one row per readable image, copies, and styles that are too small."""

import pytest

from styleclf.data.catalog import annotate, conflicting_copies, rejection_summary
from tests.data.folders import draw, message


def test_columns_say_what_the_file_names_say(images):
    annotation, rejected = annotate(images, progress=False)
    assert list(annotation) == ["label", "author", "title", "filename", "width", "height", "copy_of"]
    assert annotation.drop(columns="label").to_numpy().tolist() == [
        ["picasso", "guitar", "cubism/Picasso_guitar.jpg", 40, 30, ""],
        ["braque", "violin", "cubism/braque_violin.jpg", 40, 30, ""],
        ["", "a_1", "photo/a_1.jpg", 40, 30, ""],
        ["", "b_2", "photo/b_2.jpg", 40, 30, ""],
    ]
    assert annotation["label"].tolist() == ["cubism", "cubism", "photo", "photo"]
    assert list(rejected) == ["filename", "reason"]
    assert rejected.empty


def test_authorless_styles_ignore_case_and_can_be_none(images):
    assert annotate(images, authorless="CUBISM", progress=False)[0]["author"].tolist() == ["", "", "a", "b"]
    assert annotate(images, authorless=(), progress=False)[0]["author"].tolist() == ["picasso", "braque", "a", "b"]


def test_summary_counts_every_reason(images):
    assert rejection_summary(annotate(images, progress=False)[1]) == "no file was rejected"
    (images / "cubism" / "a.txt").write_text("x")
    assert rejection_summary(annotate(images, progress=False)[1]).split("\n") == [
        "1 file rejected:",
        "      1  not an image (cubism/a.txt)",
    ]
    for number in range(3):
        (images / "photo" / f"{number}.jpg").touch()
    assert rejection_summary(annotate(images, progress=False)[1]).split("\n") == [
        "4 files rejected:",
        "      3  empty file (such as photo/0.jpg)",
        "      1  not an image (cubism/a.txt)",
    ]


def test_identical_files_are_reported(images):
    content = draw(images / "cubism" / "gris_1.png").read_bytes()
    for name in ("cubism/gris_2.png", "cubism/metzinger_3.png", "photo/x.png"):
        (images / name).write_bytes(content)
    annotation, _ = annotate(images, progress=False)
    copies = annotation[annotation["copy_of"] != ""]
    assert set(copies["copy_of"]) == {"cubism/gris_1.png"}
    assert copies["filename"].tolist() == ["cubism/gris_2.png", "cubism/metzinger_3.png", "photo/x.png"]
    conflicts = conflicting_copies(annotation)
    assert list(conflicts) == ["copy_of", "filename", "label", "author"]
    assert conflicts["filename"].tolist() == ["cubism/gris_1.png", *copies["filename"]]
    assert set(conflicts["copy_of"]) == {"cubism/gris_1.png"}


@pytest.mark.parametrize("copy", ["cubism/braque_guitar.jpg", "photo/Picasso_guitar.jpg"])
def test_another_author_or_another_style_is_enough_for_a_conflict(images, copy):
    (images / copy).write_bytes((images / "cubism" / "Picasso_guitar.jpg").read_bytes())
    conflicts = conflicting_copies(annotate(images, progress=False)[0])
    assert sorted(conflicts["filename"]) == sorted([copy, "cubism/Picasso_guitar.jpg"])


def test_copies_of_one_author_and_style_are_no_conflict(images):
    (images / "cubism" / "Picasso_again.jpg").write_bytes((images / "cubism" / "Picasso_guitar.jpg").read_bytes())
    (images / "cubism" / "nameless.jpg").write_bytes((images / "cubism" / "Picasso_guitar.jpg").read_bytes())
    annotation, _ = annotate(images, progress=False)
    assert (annotation["copy_of"] != "").sum() == 2
    assert conflicting_copies(annotation).empty


def test_single_style_is_one_clear_sentence(tmp_path):
    draw(tmp_path / "cubism" / "a_1.jpg")
    draw(tmp_path / "cubism" / "b_2.jpg")
    assert message(ValueError, tmp_path).endswith("only the style 'cubism': a classifier needs at least two styles")


def test_style_with_one_readable_image_is_one_clear_sentence(images):
    draw(images / "rococo" / "boucher_1.jpg")
    (images / "rococo" / "boucher_2.jpg").touch()
    assert "style 'rococo' (1 readable image, 1 rejected such as: empty file)" in message(ValueError, images)


def test_empty_style_is_one_clear_sentence(images):
    (images / "rococo").mkdir()
    assert "style 'rococo' (0 readable images, 1 rejected such as: empty folder)" in message(ValueError, images)
