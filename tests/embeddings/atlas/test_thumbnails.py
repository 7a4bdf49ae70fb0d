"""styleclf.embeddings.atlas.thumbnails: small pictures in their order, few at a time, and files that appear whole."""

import io

import pytest
from PIL import Image

from styleclf.embeddings.atlas import thumbnails
from styleclf.embeddings.atlas.thumbnails import jpeg_of, middle_side, scaled, thumbnail_pictures, write_picture


@pytest.fixture
def paths(tmp_path):
    """Nine pictures, each wider than the one before."""
    paths = [tmp_path / f"{number}.png" for number in range(9)]
    for number, path in enumerate(paths):
        Image.new("RGB", (60 + 10 * number, 40), (20 * number, 0, 0)).save(path)
    return paths


def test_they_come_in_their_order_in_proportion_and_never_larger(paths, monkeypatch):
    monkeypatch.setattr(thumbnails, "_AT_ONCE", 4)
    pictures = list(thumbnail_pictures(paths, 100, progress=False))
    assert [picture.getpixel((5, 5))[0] for picture in pictures] == [20 * number for number in range(9)]
    for number, picture in enumerate(pictures):
        width = 60 + 10 * number
        if width <= 100:
            assert picture.size == (width, 40)
        else:
            assert picture.width == 100
            assert abs(picture.height - 40 * 100 / width) < 1


def test_few_are_waiting_in_memory(paths, monkeypatch):
    monkeypatch.setattr(thumbnails, "_AT_ONCE", 2)
    made = []
    monkeypatch.setattr(thumbnails, "thumbnail", lambda path, box: made.append(path) or Image.new("RGB", (1, 1)))
    pictures = thumbnail_pictures(paths, 100, progress=False)
    next(pictures)
    assert len(made) <= 2
    pictures.close()


def test_one_that_cannot_be_read_is_named(paths):
    paths[3].write_bytes(b"no image")
    with pytest.raises(OSError, match=r"3\.png cannot be read"):
        list(thumbnail_pictures(paths, 100, progress=False))


def test_a_picture_is_bytes_of_a_jpeg_or_a_file_of_the_named_format(tmp_path):
    picture = Image.new("RGB", (20, 10), (200, 0, 0))
    assert Image.open(io.BytesIO(jpeg_of(picture)), formats=["JPEG"]).size == (20, 10)
    write_picture(picture, tmp_path / "new/picture.png")
    assert Image.open(tmp_path / "new/picture.png", formats=["PNG"]).getpixel((0, 0)) == (200, 0, 0)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["picture.png"]


def test_the_middle_side_is_found_and_pictures_are_brought_to_it(paths):
    assert middle_side(paths) == 100
    assert scaled(Image.new("RGB", (20, 10)), 100).size == (100, 50)
    assert scaled(Image.new("RGB", (200, 400)), 100).size == (50, 100)
