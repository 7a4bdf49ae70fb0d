"""data.annotation.catalog: one row per readable image, copies, and styles that are too small."""

import warnings

import pytest

from styleclf.common import write_table
from styleclf.data.annotation.catalog import annotate, conflicting_copies, make_catalogue, rejection_summary
from tests.data.folders import draw, message


def test_columns_say_what_the_file_names_say(images):
    annotation, rejected = annotate(images, progress=False)
    assert list(annotation) == ["label", "author", "title", "filename", "width", "height", "copy_of"]
    assert annotation.drop(columns="label").to_numpy().tolist() == [
        ["picasso", "guitar", "cubism/Picasso_guitar.jpg", 40, 30, ""],
        ["braque", "violin", "cubism/braque_violin.jpg", 40, 30, ""],
        ["a", "1", "photo/a_1.jpg", 40, 30, ""],
        ["b", "2", "photo/b_2.jpg", 40, 30, ""],
    ]
    assert annotation["label"].tolist() == ["cubism", "cubism", "photo", "photo"]
    assert list(rejected) == ["filename", "reason"]
    assert rejected.empty


def test_authors_that_are_there_are_used_whatever_their_style_is_called(images):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert annotate(images, progress=False)[0]["author"].tolist() == ["picasso", "braque", "a", "b"]


def test_authorless_styles_ignore_case_and_what_they_drop_is_said(images):
    with pytest.warns(UserWarning, match="authorless drops 2 authors of 2 images, such as picasso, braque"):
        annotation, _ = annotate(images, authorless="CUBISM", progress=False)
    assert annotation["author"].tolist() == ["", "", "a", "b"]
    with pytest.warns(UserWarning, match="authorless names comic, but the styles are cubism, photo"):
        annotate(images, authorless=["comic"], progress=False)


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
    sentence = message(ValueError, tmp_path)
    assert "only the style 'cubism': a classifier needs at least two styles; if the styles are its sub-" in sentence


def test_style_with_too_few_images_is_left_out_with_a_sentence(images):
    draw(images / "rococo" / "boucher_1.jpg")
    (images / "rococo" / "boucher_2.jpg").touch()
    rejected = r"1 rejected, such as rococo/boucher_2.jpg: empty file"
    sentence = rf"style 'rococo' \(1 readable image, {rejected}\) is left out: .*min_images"
    with pytest.warns(UserWarning, match=sentence):
        annotation, rejected = annotate(images, progress=False)
    assert set(annotation["label"]) == {"cubism", "photo"}
    reasons = dict(zip(rejected["filename"], rejected["reason"], strict=True))
    assert reasons["rococo/boucher_1.jpg"] == "its style has fewer than 2 readable images"
    assert len(annotate(images, min_images=1, progress=False)[0]) == 5
    with pytest.raises(ValueError, match=r"no style \(style 'cubism' \(2 readable images\) is left out"):
        annotate(images, min_images=3, progress=False)
    with pytest.raises(ValueError, match="min_images must be a whole number from 1, not 0"):
        annotate(images, min_images=0, progress=False)
    with pytest.raises(ValueError, match="authorless must be names of styles, not 3"):
        annotate(images, authorless=3, progress=False)
    with pytest.raises(ValueError, match="csv must be a path, not a DataFrame"):
        annotate(images, csv=annotation, progress=False)


def test_empty_style_is_left_out_with_a_sentence(images):
    (images / "rococo").mkdir()
    with pytest.warns(UserWarning, match="0 readable images, 1 rejected, such as rococo: empty folder"):
        assert len(annotate(images, progress=False)[0]) == 4


def test_what_was_understood_is_told_in_five_lines(images):
    draw(images / "photo" / "anonymous_1.jpg")
    draw(images / "photo" / "IMG_0030.jpg")
    (images / "@eaDir").mkdir()
    source, styles, authors, nameless, left_out = make_catalogue(images, progress=False).text.split("\n")
    assert source.endswith("was read as style/author_title.jpg")
    assert styles == "2 styles: cubism (2), photo (4)"
    assert authors.startswith("4 authors, such as picasso in cubism/Picasso_guitar.jpg; ")
    assert authors.count(" in ") == 3
    assert nameless.startswith("2 images of 6 without an author: photo (2); these names were taken for nobody: ")
    assert "'anonymous' (1)" in nameless
    assert "'img' (1)" in nameless
    assert left_out == "left out: @eaDir (a folder of the system)"


def test_names_spelled_alike_are_told_and_merged_when_accepted(images, tmp_path):
    for name in ("claude-monet_1.jpg", "Monet, Claude_2.jpg", "Claude Monet_3.jpg"):
        draw(images / "photo" / name)
    draw(images / "Cubism" / "gris_1.jpg")
    draw(images / "Cubism" / "gris_2.jpg")
    with pytest.warns(UserWarning, match=r"3 spellings may be of the same author or style \(.*merges\.csv"):
        catalogue = make_catalogue(images, progress=False)
    write_table(catalogue.merges, tmp_path / "merges.csv")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        merged = make_catalogue(images, merge=tmp_path / "merges.csv", progress=False)
    assert merged.annotation["label"].nunique() == 2
    assert merged.annotation["author"].str.contains("monet").sum() == 3
    assert merged.annotation["author"].nunique() == 6
    assert merged.merges.empty
