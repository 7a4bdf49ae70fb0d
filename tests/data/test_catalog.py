import os
import struct
import threading
import unicodedata
import zlib

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from styleclf.data import inspection
from styleclf.data.catalog import annotate, conflicting_copies, read_annotation, rejection_summary
from styleclf.output import write_table


def draw(path, size=(40, 30), mode="RGB", colour=None, **options):
    """Save an image; without `colour` it differs with its name, so that no two are copies by chance."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", size, colour or f"#{zlib.crc32(os.fsencode(str(path))) % 0xFFFFFF:06x}")
    image.paste("white", (0, 0, size[0] // 2, size[1] // 3))
    (image if mode == "RGB" else image.convert(mode)).save(path, **options)
    return path


@pytest.fixture
def images(tmp_path):
    """Two styles of two sound images each."""
    for name in ("cubism/Picasso_guitar.jpg", "cubism/braque_violin.jpg", "photo/a_1.jpg", "photo/b_2.jpg"):
        draw(tmp_path / "images" / name)
    return tmp_path / "images"


def row_of(annotation, filename):
    return annotation.set_index("filename").loc[filename]


def reasons(images, **options):
    annotation, rejected = annotate(images, progress=False, **options)
    assert not set(annotation["filename"]) & set(rejected["filename"])
    return dict(zip(rejected["filename"], rejected["reason"], strict=True))


# Listing


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


def test_authorless_styles_ignore_case_and_can_be_none(images):
    assert annotate(images, authorless="CUBISM", progress=False)[0]["author"].tolist() == ["", "", "a", "b"]
    assert annotate(images, authorless=(), progress=False)[0]["author"].tolist() == ["picasso", "braque", "a", "b"]


def test_two_spellings_of_an_accent_are_one_author(images):
    for number, form in enumerate(("NFC", "NFD")):
        draw(images / "cubism" / f"{unicodedata.normalize(form, 'Léger')}_{number}.png")
    authors = annotate(images, progress=False)[0]["author"]
    assert (authors == "léger").sum() == 2


def test_hidden_files_are_skipped(images):
    for name in (".DS_Store", "cubism/.hidden.jpg", "cubism/Thumbs/.x", ".cache/a_1.jpg", "__MACOSX/cubism/._a.jpg"):
        (images / name).parent.mkdir(parents=True, exist_ok=True)
        (images / name).write_bytes(b"x")
    (images / "readme.txt").write_text("about the images")
    annotation, rejected = annotate(images, progress=False)
    assert len(annotation) == 4
    assert rejected.empty


# Inspecting


@pytest.mark.parametrize(
    "name, mode, options",
    [
        ("x_cmyk.jpg", "CMYK", {}),
        ("x_grey.jpg", "L", {}),
        ("x_sixteen.png", "I;16", {}),
        ("x_sixteen.tif", "I;16", {}),
        ("x_alpha.png", "RGBA", {}),
        ("x_grey-alpha.png", "LA", {}),
        ("x_palette.png", "P", {"transparency": 0}),
        ("x_bits.png", "1", {}),
        ("x_float.tif", "F", {}),
        ("x_upper.JPG", "RGB", {}),
        ("x_UPPER.PNG", "RGB", {}),
        ("x_progressive.jpeg", "RGB", {"progressive": True}),
        ("x_with some spaces.jpg", "RGB", {}),
        ("Ōhara Koson_雪中の鷺, 'été'.jpg", "RGB", {}),
        ("x_lossless.webp", "RGBA", {"lossless": True}),
    ],
)
def test_every_usual_kind_of_image_works(images, name, mode, options):
    draw(images / "cubism" / name, (31, 17), mode, **options)
    annotation, rejected = annotate(images, progress=False)
    assert rejected.empty
    row = row_of(annotation, f"cubism/{name}")
    assert (row["width"], row["height"]) == (31, 17)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_size_is_as_shown_after_the_exif_rotation(images, orientation, suffix):
    exif = Image.Exif()
    exif[0x0112] = orientation
    draw(images / "cubism" / f"x_turned.{suffix}", (50, 20), exif=exif)
    row = row_of(annotate(images, progress=False)[0], f"cubism/x_turned.{suffix}")
    assert (row["width"], row["height"]) == ((20, 50) if orientation >= 5 else (50, 20))


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_animated_image_is_its_first_frame(images, suffix):
    path = images / "cubism" / f"x_moving.{suffix}"
    frames = [Image.new("RGB", (24, 16), colour) for colour in ("red", "green", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    row = row_of(annotate(images, progress=False)[0], f"cubism/x_moving.{suffix}")
    assert (row["width"], row["height"]) == (24, 16)


def png_that_claims(width, height):
    """The bytes of a small PNG whose header claims a huge size."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "name, content, reason",
    [
        ("x_zero.jpg", b"", "empty file"),
        ("x_text.jpg", b"not an image", "not a readable image"),
        ("notes.txt", b"notes", "not an image"),
        ("x_bomb.png", png_that_claims(100_000, 100_000), "too large (over 179 million pixels)"),
        ("x_no-pixels.png", png_that_claims(10, 10), "truncated image"),
    ],
)
def test_what_is_no_image_is_rejected_with_a_reason(images, name, content, reason):
    (images / "cubism" / name).write_bytes(content)
    assert reasons(images) == {f"cubism/{name}": reason}


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "bmp", "webp", "tif"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_truncated_image_is_rejected(images, suffix, share):
    path = images / "cubism" / f"x_cut.{suffix}"
    Image.effect_noise((64, 64), 80).convert("RGB").save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert list(reasons(images)) == [f"cubism/x_cut.{suffix}"]


def test_unreadable_file_is_rejected(images, monkeypatch):
    draw(images / "cubism" / "x_locked.jpg")
    read_bytes = type(images).read_bytes

    def refuse(path):
        if path.name == "x_locked.jpg":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(type(images), "read_bytes", refuse)
    assert reasons(images) == {"cubism/x_locked.jpg": "no permission to read"}


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


def test_two_images_are_read_at_once(images, monkeypatch):
    meeting = threading.Barrier(2)

    def wait_for_another(path, reason):
        meeting.wait(timeout=5)  # raises where images are read one after another
        return 40, 30, path.name

    monkeypatch.setattr(inspection, "_inspect", wait_for_another)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert len(annotate(images, progress=False)[0]) == 4


# Copies


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


# Folders that cannot be used


def message(error, images, **options):
    with pytest.raises(error) as caught:
        annotate(images, progress=False, **options)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_missing_or_empty_folder_is_one_clear_sentence(tmp_path):
    assert "no images folder at" in message(FileNotFoundError, tmp_path / "none")
    assert "is empty: put the images into one sub-folder for each style" in message(ValueError, tmp_path)
    (tmp_path / ".DS_Store").touch()
    assert "is empty" in message(ValueError, tmp_path)
    assert "is a file" in message(ValueError, draw(tmp_path / "loose.jpg"))
    assert "holds no style folder" in message(ValueError, tmp_path)


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


# The user's own table


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


# Tables on disk


def test_annotation_survives_the_disk(images, tmp_path):
    draw(images / "cubism" / 'na_"NA", nan.jpg')
    (images / "photo" / "c_3.jpg").write_bytes((images / "photo" / "b_2.jpg").read_bytes())
    annotation, _ = annotate(images, progress=False)
    write_table(annotation, tmp_path / "new folder" / "annotation.csv")
    back = read_annotation(tmp_path / "new folder" / "annotation.csv")
    pd.testing.assert_frame_equal(back, annotation, check_dtype=False)
    assert all(back[side].dtype == "int64" for side in ("width", "height"))


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=8, unique_by=lambda row: row[2]))
def test_any_text_survives_the_disk(tmp_path_factory, rows):
    table = pd.DataFrame(rows, columns=["label", "author", "filename"], dtype=object)
    table = table.assign(title="", width=1, height=2, copy_of="")
    path = tmp_path_factory.mktemp("tables") / "annotation.csv"
    write_table(table, path)
    back = read_annotation(path)
    assert back.to_numpy().tolist() == table.to_numpy().tolist()


def test_annotation_is_checked_as_it_is_read(images, tmp_path):
    annotation, _ = annotate(images, progress=False)
    path = tmp_path / "annotation.csv"
    write_table(annotation.drop(columns="copy_of"), path)
    assert read_annotation(path)["copy_of"].tolist() == [""] * 4
    write_table(annotation.astype({"width": str}).replace({"width": {"40": "wide"}}), path)
    with pytest.raises(ValueError, match="has 'wide' as width: give a whole number of pixels"):
        read_annotation(path)
    write_table(pd.concat([annotation, annotation]), path)
    with pytest.raises(ValueError, match="names 4 files more than once"):
        read_annotation(path)
    write_table(annotation.drop(columns=["author", "title"]), path)
    with pytest.raises(ValueError, match="lacks the columns author, title"):
        read_annotation(path)


def test_table_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "table.csv"
    write_table(pd.DataFrame({"x": [1]}), path)

    class Unwritable:
        def __str__(self):
            raise RuntimeError("no text")

    with pytest.raises(RuntimeError):
        write_table(pd.DataFrame({"x": ["begun", Unwritable()]}), path)
    assert path.read_text() == "x\n1\n"
    assert os.listdir(tmp_path) == ["table.csv"]
