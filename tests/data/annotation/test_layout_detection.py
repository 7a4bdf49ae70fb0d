"""data.annotation.layout_detection: layouts that are unmistakable are read, doubts are told."""

import pytest

from styleclf.data.annotation.layout_detection import _share_of_styles, detected_layout

PAINTERS = {"cubism": ["juan-gris", "georges-braque", "albert-gleizes"], "rococo": ["boucher", "fragonard", "watteau"]}
TITLES = ["guitar", "woman_with_hat", "old_bridge", "house_1"]


def names(pattern, titles=TITLES, **choices):
    """The pattern filled for every painter and title; of further names, one after the other."""
    filenames = []
    for style, painters in PAINTERS.items():
        for painter in painters:
            for number, title in enumerate(titles):
                further = {name: values[number % len(values)] for name, values in choices.items()}
                filenames.append(pattern.format(style=style, author=painter, title=title, number=number, **further))
    return filenames


@pytest.mark.parametrize(
    "pattern",
    [
        "{style}/{author}/{title}.jpg",
        "{style}/{author}/work-{number}.jpg",
        "{style}/{author}/work_{number}.jpg",
        "{style}/{author}/IMG_{number}.jpg",
        "{style}/{author}/{number:02}_{title}.jpg",
        "{style}/{author}/{author}_{title}.jpg",
        "{style}/{author}/details/{number}.jpg",
        "{style}/{author}/{author}-{number}_{title}.jpg",
    ],
)
def test_painters_that_have_a_folder_each_are_read(pattern):
    layout = detected_layout(names(pattern))
    assert layout.levels == ("style", "author")
    assert layout.reason.startswith("the painters are the sub-folders, as in ")
    assert layout.author_of("cubism/juan-gris/x_1.jpg") == "juan-gris"
    assert not layout.doubt


def test_painters_of_some_styles_may_have_folders():
    filenames = [*names("{style}/{author}/{title}.jpg"), *[f"photo/{n}.jpg" for n in range(9)], "naive/rousseau_1.jpg"]
    layout = detected_layout(filenames)
    assert "sub-folders of cubism, rococo, as in" in layout.reason
    assert layout.author_of("naive/rousseau_1.jpg") == "rousseau"
    assert layout.author_of("naive/lost/rousseau_1.jpg") == "rousseau"
    assert layout.author_of("photo/1.jpg") == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "{style}/{author}_{title}.jpg",
        "{style}/{folder}/{author}_{title}.jpg",
        "{style}/{part}/{author}_{title}.jpg",
        "{style}/{century}/{author}_{title}.jpg",
        "{style}/{number}/{author}_{title}.jpg",
    ],
)
def test_authors_of_file_names_stay_authors_whatever_lies_between(pattern):
    choices = {"folder": ["met", "rijks"], "part": ["train", "val", "test"], "century": ["17th-century", "1850-1900"]}
    layout = detected_layout(names(pattern, **choices))
    assert layout.levels == ("style",)
    assert not layout.doubt


@pytest.mark.parametrize("parts", [["train", "val", "test"], ["Training", "Test"], ["fold0", "fold1"], ["train"]])
def test_parts_of_a_split_are_left_out_of_account(parts):
    layout = detected_layout(names("{part}/{style}/{author}_{title}.jpg", part=parts))
    assert layout.levels == ("part", "style")
    assert all(part in layout.reason for part in parts)
    assert "of a split and not a style" in layout.reason
    with_folders = detected_layout(names("{part}/{style}/{author}/{title}.jpg", part=parts))
    assert with_folders.levels == ("part", "style", "author")
    assert with_folders.author_of("train/cubism/juan-gris/guitar.jpg") == "juan-gris"


def test_parts_of_a_split_without_style_folders_are_refused():
    with pytest.raises(ValueError, match="test, train are named like parts of a split, and hold no style folders"):
        detected_layout(names("{part}/{author}_{title}.jpg", part=["train", "test"]))


def test_parts_among_styles_are_a_doubt():
    layout = detected_layout([*names("{style}/{author}_{title}.jpg"), "test/gris_1.jpg"])
    assert layout.levels == ("style",)
    assert "the folder test is named like a part of a split and was read as a style" in layout.doubt
    deeper = detected_layout([*names("{style}/{author}_{title}.jpg"), *names("train/{style}/{author}_{title}.jpg")])
    assert "the folder train is named like a part of a split and was read as a style" in deeper.doubt


@pytest.mark.parametrize(
    "pattern",
    ["{author}/{style}/{number}.jpg", "{author}/{style}/{title}.jpg", "{author}/{style}/{author}_{title}.jpg"],
)
def test_styles_below_painters_are_read_where_they_are_named_like_styles(pattern):
    layout = detected_layout([*names(pattern), "juan-gris/Rococo/1.jpg"])
    assert layout.levels == ("author", "style")
    assert layout.reason.startswith("the sub-folders are named like styles, the painters are the folders above")
    assert not layout.doubt
    assert (layout.label_of("gris/cubism/x.jpg"), layout.author_of("gris/cubism/x_1.jpg")) == ("cubism", "gris")
    parted = detected_layout([f"train/{name}" for name in names(pattern)])
    assert parted.levels == ("part", "author", "style")


@pytest.mark.parametrize("below", [["chapel", "hall"], ["oil", "gouache"]])
def test_folders_below_that_are_not_named_like_styles_are_a_doubt(below):
    layout = detected_layout(names("{author}/{below}/{number}.jpg", below=below))
    assert layout.levels == ("style",)
    assert "recur in several folders" in layout.doubt
    assert "design.py --layout author/style" in layout.doubt


def test_styles_below_other_styles_or_beside_painters_names_are_not_taken_for_the_level_of_styles():
    schools = [
        f"{style}/{below}/{n}.jpg" for style in PAINTERS for below in ("pointillism", "fauvism") for n in range(4)
    ]
    assert detected_layout(schools).levels != ("author", "style")
    museums = names("{museum}/{style}/{author}_{title}.jpg", museum=["met", "rijks"])
    assert detected_layout(museums).levels == ("style",)


@pytest.mark.parametrize(
    "name, is_style",
    [
        ("Post-Impressionism", True),
        ("Art Nouveau (Modern)", True),
        ("Northern_Renaissance", True),
        ("ukiyo-e", True),
        ("rokoko", True),
        ("vincent-van-gogh", False),
        ("oil", False),
        ("school of athens", False),
    ],
)
def test_names_of_styles(name, is_style):
    assert _share_of_styles([name]) == is_style


def test_two_possible_painters_are_a_doubt():
    filenames = [
        f"{style}/owner {n}/{a}_{t}.jpg" for style, a in PAINTERS.items() for n in range(3) for t in "xy" for a in a
    ]
    layout = detected_layout([name.replace("owner", f"owner of {name[:6]}") for name in filenames])
    assert layout.levels == ("style",)
    assert "their names begin with authors, and these were read" in layout.doubt


def test_sub_folders_beside_files_are_a_doubt_where_they_may_be_painters():
    deep_files = names("{style}/{author}/{number}.jpg")
    beside = ["cubism/leger_1.jpg", "cubism/leger_2.jpg", "rococo/lancret_1.jpg", "rococo/lancret_2.jpg"]
    layout = detected_layout(deep_files + beside)
    assert layout.levels == ("style",)
    assert "and others of their style do not; the sub-folders were not read" in layout.doubt
    assert not detected_layout(beside).doubt
    assert not detected_layout(["cubism/old/gris_1.jpg", "cubism/new/leger_2.jpg", *beside]).doubt
