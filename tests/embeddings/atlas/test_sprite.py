"""styleclf.embeddings.atlas.sprite: every thumbnail in its box, upright, in its own proportions."""

import io

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from styleclf.embeddings.atlas.sprite import _BLOCK, _PIXELS, _box_side, make_sprite, thumbnail


def test_every_thumbnail_lies_in_its_box_in_its_own_proportions(sheet):
    sprite, paths = sheet
    picture = Image.open(io.BytesIO(sprite.jpeg))
    for i in range(len(paths)):
        row, column = divmod(i, sprite.columns)
        left = column * sprite.box
        top = row * sprite.box
        box = picture.crop((left, top, left + sprite.box, top + sprite.box))
        middle = sprite.box // 2
        assert box.getpixel((middle, middle)) == pytest.approx((4 * i, 0, 255 - 4 * i), abs=12)
        assert painted_size(box) == ((96, 48) if i % 2 else (48, 96))


def painted_size(picture):
    """Width and height of what is not white, as far as JPEG keeps it."""
    difference = np.asarray(picture).astype(int) - 255
    is_painted = (abs(difference) > 40).any(axis=2)
    left, top, right, bottom = Image.fromarray(is_painted).getbbox()
    return right - left, bottom - top


@given(st.integers(1, 100_000))
def test_a_sprite_is_small_enough_for_browsers(n):
    box = _box_side(n)
    columns = int(np.ceil(np.sqrt(n)))
    assert box % _BLOCK == 0
    assert columns * box <= 8192
    assert n * box**2 <= _PIXELS or box == _BLOCK


def test_thumbnails_stand_upright(tmp_path):
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    Image.new("RGB", (400, 200), "red").save(path, exif=exif)
    assert thumbnail(path, 48).size == (24, 48)


def test_an_unreadable_file_is_refused(sheet, tmp_path):
    _, paths = sheet
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no image")
    with pytest.raises(OSError, match=r"broken\.jpg cannot be read"):
        make_sprite([*paths, broken], progress=False)
