"""data.annotation.listing: which files there are, and what their names say."""

import os
import unicodedata

import pytest

from styleclf.data.annotation.catalog import annotate, rejection_summary
from tests.data.folders import draw, message, reasons, row_of


@pytest.mark.parametrize(
    "name, author, title",
    [
        ("Juan-Gris_the_open_window.png", "juan-gris", "the_open_window"),
        ("untitled.png", "", "untitled"),
        ("_anonymous.png", "", "anonymous"),
        ("anonymous_icon.png", "", "icon"),
        ("IMG_0030.png", "", "0030"),
        ("Picasso; Braque_x.png", "picasso|braque", "x"),
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


def test_a_table_of_sources_alone_is_added_to_styles_and_authors_of_the_names(images, tmp_path):
    (tmp_path / "sources.csv").write_text("filename,source\ncubism/Picasso_guitar.jpg,museum\n")
    annotation, _ = annotate(images, csv=tmp_path / "sources.csv", progress=False)
    sources = annotation.set_index("filename")["source"]
    assert len(annotation) == 4
    assert sources["cubism/Picasso_guitar.jpg"] == "museum"
    assert set(annotation["label"]) == {"cubism", "photo"}


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


@pytest.mark.parametrize("name", ["x\nwing.jpg", "x\x1b[2J.jpg", "x\twing.jpg"])
def test_a_name_that_breaks_lines_is_rejected_and_escaped(images, name):
    (images / "cubism" / name).write_bytes((images / "cubism/braque_violin.jpg").read_bytes())
    (reason,) = reasons(images).values()
    assert reason == "file name has a line break or another control character: rename it"
    lines = rejection_summary(annotate(images, progress=False)[1]).splitlines()
    assert len(lines) == 2
    assert "\x1b" not in lines[1]
    assert "(cubism/x\\" in lines[1]


def test_a_style_of_two_lines_in_a_cell_is_one_of_one_line(images):
    rows = [
        'cubism/Picasso_guitar.jpg,"early\n cubism"',
        "cubism/braque_violin.jpg,early  cubism",
        "photo/a_1.jpg,photo",
        "photo/b_2.jpg,photo",
    ]
    annotation, _ = annotate_csv(images, "\n".join(["filename,label", *rows]))
    assert set(annotation["label"]) == {"early cubism", "photo"}


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
    assert annotation["author"].tolist() == ["picasso", "", "", ""]
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
        ("", "is empty: give a line of column names"),
        ("filename,label\n", "has no rows"),
        ("file;label\n", "has no rows"),
        ("work;style\nx.jpg;a\n", "lacks the column filename .*; it has 'work', 'label'"),
        ("file;year\nx.jpg;1900\n", "lacks the column label .*; it has 'filename', 'year'"),
        ("author,file\ngris,nowhere.jpg\n", "names none of the 4 files of the images folder, but 'nowhere.jpg'"),
        ("filename,label\nx.jpg,a\ny.jpg,b\n", "but 'x.jpg', while there is '.*jpg': name files by their paths below"),
        (
            "filename,label\nphoto/a_1.jpg,a\n./photo/a_1.jpg,b\n",
            "names 1 file more than once, such as photo/a_1.jpg: keep one row per file",
        ),
    ],
)
def test_unusable_table_is_one_clear_sentence(images, text, reason):
    with pytest.raises(ValueError, match=reason):
        annotate_csv(images, text)


def test_table_must_be_there(images):
    assert "no table at" in message(FileNotFoundError, images, csv=images / "none.csv")


def test_a_table_of_authors_alone_goes_with_the_folders(images):
    draw(images / "photo" / "x.jpg")
    text = "Artist;File;Year\nPablo Picasso;Picasso_guitar.jpg;1913\nAtget;x.jpg;1900\nNadar;gone.jpg;1860\n"
    with pytest.warns(UserWarning) as caught:
        annotation, rejected = annotate_csv(images, text)
    assert rejected.empty
    assert annotation["author"].tolist() == ["pablo picasso", "braque", "a", "b", "atget"]
    assert annotation["label"].tolist() == ["cubism", "cubism", "photo", "photo", "photo"]
    assert annotation["Year"].tolist() == ["1913", "", "", "", "1900"]
    notes = [str(warning.message) for warning in caught]
    assert any("names 1 file that the images folder lacks, such as 'gone.jpg'" in note for note in notes)
    assert any("does not name 3 files" in note for note in notes)


@pytest.mark.parametrize("on_disk, in_table", [("NFD", "NFC"), ("NFC", "NFD")])
def test_files_are_found_in_either_form_of_accents(images, on_disk, in_table):
    files = [unicodedata.normalize(on_disk, f"cubism/dürer_häschen{number}.jpg") for number in range(2)]
    rows = [f"{unicodedata.normalize(in_table, draw(images / file).name)},a,dürer" for file in files]
    rows += [f"photo/{name},b," for name in ("a_1.jpg", "b_2.jpg")]
    annotation, rejected = annotate_csv(images, "\n".join(["filename,label,author", *rows]))
    assert rejected.empty
    assert annotation["filename"].tolist()[:2] == files
    assert (annotation["author"] == "dürer").sum() == 2


def test_folders_may_be_read_by_a_layout(images):
    for number in range(3):
        for painter in ("monet", "manet"):
            draw(images.parent / "by-painter" / painter / f"style {number}" / "x.jpg")
            draw(images.parent / "by-painter" / painter / f"style {number}" / "y.jpg")
    annotation, _ = annotate(images.parent / "by-painter", layout="author/style", progress=False)
    assert set(annotation["label"]) == {"style 0", "style 1", "style 2"}
    assert set(annotation["author"]) == {"manet", "monet"}
    assert "no style folder, read as author/style/title.jpg" in message(ValueError, images, layout="author/style")


def test_a_word_for_an_empty_cell_counts_as_a_style_and_is_told(images):
    rows = ["filename,label,author"]
    for name in ("cubism/braque_violin.jpg", "cubism/Picasso_guitar.jpg"):
        rows.append(f"{name},cubism,braque")
    for name in ("photo/one.jpg", "photo/two.jpg"):
        draw(images / name)
        rows.append(f"{name},NaN,")
    with pytest.warns(UserWarning, match="'NaN' as the style of 2 images, as programs write for an empty cell"):
        annotate_csv(images, "\n".join(rows))


def test_a_style_that_a_cell_names_twice_is_one_label(images):
    names = ["cubism/Picasso_guitar.jpg", "cubism/braque_violin.jpg", "photo/a_1.jpg", "photo/b_2.jpg"]
    rows = ["filename;label"]
    for name, label in zip(names, ["cubism|cubism", "|cubism||", "photo", " photo | "], strict=True):
        rows.append(f"{name};{label}")
    annotation, _ = annotate_csv(images, "\n".join(rows))
    assert annotation["label"].tolist() == ["cubism", "cubism", "photo", "photo"]


@pytest.mark.parametrize("label", ["#N/A", "#REF!", "=VLOOKUP(A2,B:C,2)"])
def test_what_spreadsheets_write_in_place_of_a_value_is_told(images, label):
    rows = ["filename;label"]
    for name in ("cubism/Picasso_guitar.jpg", "cubism/braque_violin.jpg"):
        rows.append(f"{name};cubism")
    for name in ("photo/a_1.jpg", "photo/b_2.jpg"):
        rows.append(f"{name};{label}")
    with pytest.warns(UserWarning) as caught:
        annotate_csv(images, "\n".join(rows))
    (note,) = [str(warning.message) for warning in caught]
    assert f"has {label!r} as the style of 2 images, as programs write for" in note


def test_files_of_another_suffix_are_found_and_that_is_said(images):
    rows = ["filename,author"]
    for name in ("C:\\scans\\cubism\\Picasso_guitar.tif", "photo/a_1.png"):
        rows.append(f"{name},gris")
    with pytest.warns(UserWarning, match="2 files with another suffix, such as .*guitar.tif' for .*guitar.jpg'"):
        annotation, _ = annotate_csv(images, "\n".join(rows))
    assert annotation["author"].tolist() == ["gris", "braque", "gris", "b"]


def test_a_file_with_a_row_of_its_own_is_no_other_one(images):
    rows = ["filename,label"]
    for name in ("cubism/Picasso_guitar.jpg", "cubism/braque_violin.jpg", "cubism/Picasso_guitar.tif"):
        rows.append(f"{name},cubism")
    for name in ("photo/a_1.jpg", "photo/b_2.jpg"):
        rows.append(f"{name},photo")
    annotation, rejected = annotate_csv(images, "\n".join(rows))
    assert len(annotation) == 4
    assert rejected.to_numpy().tolist() == [["cubism/Picasso_guitar.tif", "file not found"]]


def test_a_bare_name_of_several_files_is_told_with_them(images):
    draw(images / "photo" / "Picasso_guitar.jpg")
    with pytest.raises(ValueError, match=r"'Picasso_guitar\.jpg', which may be 2 files, .*: give its folder, too"):
        annotate_csv(images, "filename,author\nPicasso_guitar.jpg,gris\n")
    rows = "filename,author\nPicasso_guitar.jpg,gris\nphoto/a_1.jpg,a\n"
    with pytest.warns(UserWarning, match="1 file that the images folder lacks, .*, which may be 2 files"):
        annotate_csv(images, rows)


def test_a_table_whose_styles_have_another_name_is_told_with_its_columns(tmp_path):
    for number in range(4):
        draw(tmp_path / "flat" / f"{number}.jpg")
    rows = "filename,Epoche,author\n0.jpg,a,x\n1.jpg,a,x\n2.jpg,b,y\n3.jpg,b,y\n"
    with pytest.raises(ValueError, match=r"holds no style folder: .*, or say which column .* are 'Epoche'"):
        annotate_csv(tmp_path / "flat", rows)
