"""styleclf.embeddings.atlas.thumbnails: small pictures in their order, few at a time, and files that appear whole."""

import io

import pytest
from PIL import Image

from styleclf.embeddings.atlas import thumbnails
from styleclf.embeddings.atlas.thumbnails import jpeg_of, middle_side, scaled_picture, thumbnail_pictures, write_picture

WIDTHS = range(60, 150, 10)
HEIGHT = 40


@pytest.fixture
def paths(tmp_path):
    """Nine pictures, each wider than the one before."""
    paths = []
    for number, width in enumerate(WIDTHS):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (width, HEIGHT), colour_of(number)).save(path)
        paths.append(path)
    return paths


def colour_of(number):
    return (20 * number, 0, 0)


def test_they_come_in_their_order_in_proportion_and_never_larger(paths, monkeypatch):
    monkeypatch.setattr(thumbnails, "_AT_ONCE", 4)
    pictures = list(thumbnail_pictures(paths, 100, progress=False))
    assert len(pictures) == len(paths)
    for number, (picture, width) in enumerate(zip(pictures, WIDTHS, strict=True)):
        scale = min(1, 100 / width)
        assert picture.getpixel((5, 5)) == colour_of(number)
        assert picture.width == min(width, 100)
        assert abs(picture.height - HEIGHT * scale) < 1


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
    content = io.BytesIO(jpeg_of(picture))
    assert Image.open(content, formats=["JPEG"]).size == (20, 10)
    path = tmp_path / "new/picture.png"
    write_picture(picture, path)
    assert Image.open(path, formats=["PNG"]).getpixel((0, 0)) == (200, 0, 0)
    assert list(path.parent.iterdir()) == [path]


def test_the_middle_side_is_found_and_pictures_are_brought_to_it(paths):
    assert middle_side(paths) == 100
    small = Image.new("RGB", (20, 10))
    large = Image.new("RGB", (200, 400))
    assert scaled_picture(small, 100).size == (100, 50)
    assert scaled_picture(large, 100).size == (50, 100)
