"""styleclf.data.listing: which files there are, and what their names say."""

import os
import unicodedata

import pytest

from styleclf.data.catalog import annotate
from tests.data.folders import draw, message, reasons, row_of


@pytest.mark.parametrize(
    "name, author, title",
    [
        ("Juan-Gris_the_open_window.png", "juan-gris", "the_open_window"),
        ("untitled.png", "", "untitled"),
        ("_anonymous.png", "", "anonymous"),
        ("Léger _ville.png", "léger", "ville"),
        ("sub/deeper/gris_vase.png", "gris", "vase"),
        ("v1.2_x.y.png", "v1.2", "x.y"),
    ],
)
def test_author_stands_before_the_first_underscore(images, name, author, title):
    draw(images / "cubism" / name)
    row = row_of(annotate(images, progress=False)[0], f"cubism/{name}")
    assert (row["author"], row["label"]) == (author, "cubism")
    assert row["title"] == title


def test_hidden_files_are_skipped(images):
    for name in (".DS_Store", "cubism/.hidden.jpg", "cubism/Thumbs/.x", ".cache/a_1.jpg", "__MACOSX/cubism/._a.jpg"):
        (images / name).parent.mkdir(parents=True, exist_ok=True)
        (images / name).write_bytes(b"x")
    (images / "readme.txt").write_text("about the images")
    annotation, rejected = annotate(images, progress=False)
    assert len(annotation) == 4
    assert rejected.empty


def test_odd_places_are_rejected_with_a_reason(images):
    draw(images / "loose.jpg")
    (images / "cubism" / "x_folder.jpg").mkdir()
    os.mkfifo(images / "cubism" / "x_pipe.jpg")
    os.symlink(images / "nowhere.jpg", images / "cubism" / "x_link.jpg")
    os.symlink(images / "cubism", images / "cubism" / "loop")
    assert reasons(images) == {
        "loose.jpg": "in no style folder",
        "cubism/x_folder.jpg": "folder named like an image",
        "cubism/x_pipe.jpg": "not a regular file",
        "cubism/x_link.jpg": "file not found",
        "cubism/loop": "link to a folder above it",
    }


def test_name_that_is_no_utf8_is_rejected(images):
    content = (images / "cubism" / "braque_violin.jpg").read_bytes()
    try:
        with open(os.fsencode(images / "cubism") + b"/x_\xff.jpg", "wb") as file:
            file.write(content)
    except OSError:
        pytest.skip("this file system has no such names")
    (reason,) = reasons(images).values()
    assert reason == "file name is not UTF-8"


def test_two_spellings_of_an_accent_are_one_author(images):
    for number, form in enumerate(("NFC", "NFD")):
        draw(images / "cubism" / f"{unicodedata.normalize(form, 'Léger')}_{number}.png")
    authors = annotate(images, progress=False)[0]["author"]
    assert (authors == "léger").sum() == 2


def test_missing_or_empty_folder_is_one_clear_sentence(tmp_path):
    assert "no images folder at" in message(FileNotFoundError, tmp_path / "none")
    assert "is empty: put the images into one sub-folder for each style" in message(ValueError, tmp_path)
    (tmp_path / ".DS_Store").touch()
    assert "is empty" in message(ValueError, tmp_path)
    assert "is a file" in message(ValueError, draw(tmp_path / "loose.jpg"))
    assert "holds no style folder" in message(ValueError, tmp_path)


def annotate_csv(images, text, **options):
    path = images.parent / "own.csv"
    path.write_text(text, encoding="utf-8")
    return annotate(images, csv=path, progress=False, **options)


def test_table_replaces_the_folder_walk(images):
    text = "filename,label,author,year\n" + "".join(
        f"{name},{label},{author},{year}\n"
        for name, label, author, year in [
            ("cubism/Picasso_guitar.jpg", "spain", " Picasso ", 1913),
            ("cubism\\braque_violin.jpg", "france", "NA", 1914),
            ("./photo/a_1.jpg", "france", "nan", ""),
            ("photo/b_2.jpg", "spain", "", 1999),
        ]
    )
    annotation, rejected = annotate_csv(images, "\ufeff" + text)
    assert rejected.empty
    assert list(annotation)[-2:] == ["copy_of", "year"]
    assert annotation["author"].tolist() == ["picasso", "na", "nan", ""]
    assert annotation["label"].tolist() == ["spain", "france", "france", "spain"]
    assert annotation["title"].tolist() == ["guitar", "braque_violin", "a_1", "b_2"]
    assert annotation["year"].tolist() == ["1913", "1914", "", "1999"]


def test_table_without_authors_and_its_unusable_rows(images):
    rows = ["cubism/Picasso_guitar.jpg,a", "cubism/braque_violin.jpg,a", "photo/a_1.jpg,b", "photo/b_2.jpg,b"]
    bad = ["../secret.jpg,a", "/etc/passwd,a", "none.jpg,a", ",a", "photo/c.jpg,"]
    annotation, rejected = annotate_csv(images, "\n".join(["filename,label", *rows, *bad]))
    assert annotation["author"].tolist() == [""] * 4
    assert dict(zip(rejected["filename"], rejected["reason"], strict=True)) == {
        "": "no filename",
        "../secret.jpg": "outside the images folder",
        "/etc/passwd": "outside the images folder",
        "none.jpg": "file not found",
        "photo/c.jpg": "no label",
    }


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "is not a comma-separated UTF-8 table"),
        ("filename,label\n", "has no rows"),
        ("file;label\n", "lacks the columns filename, label; it has file;label"),
        ("filename,label\nx.jpg,a\n./x.jpg,b\n", "names 1 file more than once: x.jpg"),
    ],
)
def test_unusable_table_is_one_clear_sentence(images, text, reason):
    with pytest.raises(ValueError, match=reason):
        annotate_csv(images, text)


def test_table_must_be_there_and_utf8(images):
    assert "no table at" in message(FileNotFoundError, images, csv=images / "none.csv")
    (images.parent / "latin.csv").write_bytes("filename,label\né.jpg,a\n".encode("latin-1"))
    assert "UTF-8" in message(ValueError, images, csv=images.parent / "latin.csv")
