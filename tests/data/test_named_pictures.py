"""styleclf.data.named_pictures: a picture of a design is found by whatever somebody types for it."""

import os
import unicodedata

import pandas as pd
import pytest

from styleclf.data.named_pictures import named_filenames
from styleclf.data.paintings import Paintings

FILENAMES = ["photo/muñoz_a.jpg", "photo/b.jpg", "rococo/b.jpg", "rococo/boucher_x.jpg"]


@pytest.fixture
def paintings(tmp_path):
    """Four pictures in two folders, of which two are called alike."""
    for filename in FILENAMES:
        path = tmp_path / "images" / filename
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return Paintings(pd.DataFrame({"filename": FILENAMES}), tmp_path / "images")


@pytest.mark.parametrize("place", [".", "images", "images/photo", "elsewhere"])
def test_a_path_from_the_working_directory_names_a_picture(paintings, tmp_path, monkeypatch, place):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / place)
    relative_paths = [os.path.relpath(paintings.folder / filename) for filename in FILENAMES]
    absolute_paths = [str(paintings.folder / filename) for filename in FILENAMES]
    assert named_filenames(paintings, relative_paths) == FILENAMES
    assert named_filenames(paintings, absolute_paths) == FILENAMES
    assert named_filenames(paintings, FILENAMES) == FILENAMES


def test_links_and_other_compositions_lead_to_the_picture(paintings, tmp_path):
    (tmp_path / "link").symlink_to(paintings.folder)
    linked = Paintings(paintings.rows, tmp_path / "link")
    for filename in FILENAMES:
        assert named_filenames(linked, [str(paintings.folder / filename)]) == [filename]
        assert named_filenames(paintings, [str(tmp_path / "link" / filename)]) == [filename]
    decomposed = unicodedata.normalize("NFD", FILENAMES[0])
    assert named_filenames(paintings, [decomposed, f"./{FILENAMES[1]}"]) == FILENAMES[:2]


def test_a_bare_name_is_enough_where_it_is_the_only_one(paintings):
    assert named_filenames(paintings, ["boucher_x.jpg"]) == ["rococo/boucher_x.jpg"]
    with pytest.raises(ValueError, match=r"has 2 images called b\.jpg, such as photo/b\.jpg and rococo/b\.jpg: name"):
        named_filenames(paintings, ["b.jpg"])


def test_what_names_no_picture_is_told_with_a_similar_one(paintings):
    with pytest.raises(ValueError, match=r"no image rococo/boucher_y\.jpg: .*did you mean rococo/boucher_x\.jpg\?"):
        named_filenames(paintings, ["rococo/boucher_y.jpg"])
    with pytest.raises(ValueError, match=r"no image 7: give a filename as the design has it, or a path to one, such"):
        named_filenames(paintings, ["7"])
