"""styleclf.embeddings.atlas.sprite: every thumbnail in its box, upright, in its own proportions."""

import io

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from styleclf.embeddings.atlas.sprite import _BLOCK, _PIXELS, _box_side, make_sprite, thumbnail


def test_every_thumbnail_lies_in_its_box_in_its_own_proportions(sheet):
    sprite, _ = sheet
    with Image.open(io.BytesIO(sprite.jpeg)) as picture:
        pixels = np.asarray(picture).astype(int)
    for i in range(60):
        row, column = divmod(i, sprite.columns)
        box = pixels[row * sprite.box : (row + 1) * sprite.box, column * sprite.box : (column + 1) * sprite.box]
        middle = sprite.box // 2
        assert box[middle, middle] == pytest.approx([4 * i, 0, 255 - 4 * i], abs=12)
        painted = (abs(box - 255) > 40).any(axis=2)
        high, wide = np.ptp(np.flatnonzero(painted.any(axis=1))) + 1, np.ptp(np.flatnonzero(painted.any(axis=0))) + 1
        assert (wide, high) == ((96, 48) if i % 2 else (48, 96))


@given(st.integers(1, 100_000))
def test_a_sprite_is_small_enough_for_browsers(n):
    box, columns = _box_side(n), int(np.ceil(np.sqrt(n)))
    assert box % _BLOCK == 0
    assert columns * box <= 8192
    assert n * box**2 <= _PIXELS or box == _BLOCK


def test_thumbnails_stand_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    Image.new("RGB", (400, 200), "red").save(tmp_path / "turned.jpg", exif=exif)
    assert thumbnail(tmp_path / "turned.jpg", 48).size == (24, 48)


def test_an_unreadable_file_is_refused(sheet, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    with pytest.raises(OSError, match=r"broken\.jpg cannot be read"):
        make_sprite([*sheet[1], tmp_path / "broken.jpg"], progress=False)
