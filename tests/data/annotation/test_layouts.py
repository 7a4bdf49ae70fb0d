"""data.annotation.layouts: levels of folders, as they are told."""

import pytest

from styleclf.data.annotation.layouts import is_part, named_layout


@pytest.mark.parametrize(
    "text, filename, label, author",
    [
        ("style", "cubism/gris_1.jpg", "cubism", "gris"),
        ("style", "cubism/sub/gris_1.jpg", "cubism", "gris"),
        ("style/author", "cubism/juan gris/a_1.jpg", "cubism", "juan gris"),
        ("style/author/title.jpg", "cubism/juan gris/deeper/1.jpg", "cubism", "juan gris"),
        ("style/author", "cubism/gris_1.jpg", "cubism", "gris"),
        ("author/style", "gris/cubism/1.jpg", "cubism", "gris"),
        ("Part/Style", "train/cubism/gris_1.jpg", "cubism", "gris"),
        ("part/style/author", "train/cubism/gris/1.jpg", "cubism", "gris"),
        ("any/any/style", "a/b/cubism/gris_1.jpg", "cubism", "gris"),
        ("part/style", "train/gris_1.jpg", "", "gris"),
        ("style", "gris_1.jpg", "", "gris"),
        ("style", "cubism/1.jpg", "cubism", ""),
        ("style", "cubism/3fa9000e1b_1.jpg", "cubism", ""),
        ("style", "cubism/0f8fad5b-d9cb-469f-a165-70867728950e_1.jpg", "cubism", ""),
        ("style", "cubism/abbe_1.jpg", "cubism", "abbe"),
        ("style", "cubism/SAM_0012.jpg", "cubism", ""),
        ("style", "cubism/fig_3_2.jpg", "cubism", ""),
        ("style", "cubism/sam_portrait-3.jpg", "cubism", "sam"),
    ],
)
def test_levels_tell_style_and_author(text, filename, label, author):
    layout = named_layout(text)
    assert layout.label_of(filename) == label
    assert layout.author_of(filename) == author


@pytest.mark.parametrize("text", ["", "author", "style/style", "style/painter", "style/author/author", "folders"])
def test_other_layouts_are_refused_with_those_that_would_do(text):
    with pytest.raises(ValueError, match="write auto, style, or levels of folders such as style/author"):
        named_layout(text)


def test_parts_of_a_split_are_known_by_name():
    parts = [
        "train",
        "TRAIN",
        "training",
        "val",
        "Validation",
        "test",
        "test_set",
        "dev",
        "holdout",
        "fold0",
        "fold-1",
        "split 2",
        "training_set",
        "test-images",
        "images_val",
        "train2017",
    ]
    assert all(map(is_part, parts))
    assert not any(map(is_part, ["cubism", "testament", "trains", "art", "valerius", "fold", "developers"]))
