"""styleclf.data.pixel_cache: images are decoded once, and nothing half-written is ever trusted."""

import numpy as np
import pytest

from styleclf import output
from styleclf.data import images, pixel_cache


@pytest.fixture
def folder(picture, tmp_path):
    """Three images on disk, and their paths."""
    paths = [tmp_path / f"{i}.png" for i in range(3)]
    for i, path in enumerate(paths):
        picture.rotate(40 * i).save(path)
    return paths


def test_the_store_holds_what_decode_gives_and_is_opened_again(folder, tmp_path, monkeypatch):
    store = pixel_cache.cached_pixels(folder, 16, "crop", folder=tmp_path / "cache", progress=False)
    for path in folder:
        assert (store.get(path) == images.decode(path, 16, "crop")).all()
    assert store.get(tmp_path / "other.png") is None
    assert isinstance(store.pixels, np.memmap)
    monkeypatch.setattr(pixel_cache, "decode", None)  # a second decoding would fail
    assert (pixel_cache.cached_pixels(folder, 16, "crop", folder=tmp_path / "cache").pixels == store.pixels).all()


def test_whatever_changes_makes_a_new_array(folder, tmp_path):
    def key(paths=folder, size=16, fit="squash"):
        return pixel_cache.pixels_key(paths, size, fit)

    keys = {key(), key(size=17), key(fit="pad"), key(folder[:2]), key(folder[::-1])}
    folder[0].write_bytes(folder[0].read_bytes() + b" ")
    keys.add(key())
    folder[0].touch()
    keys.add(key())
    assert len(keys) == 7


def test_a_crash_leaves_nothing_that_is_later_trusted(folder, tmp_path, monkeypatch):
    folder[2].write_bytes(folder[2].read_bytes()[:60])
    with pytest.raises(OSError, match=r"2\.png"):
        pixel_cache.cached_pixels(folder, 16, "squash", folder=tmp_path / "cache", progress=False)
    assert list((tmp_path / "cache").iterdir()) == []
    monkeypatch.setattr(output.os, "getpid", lambda: 1)  # what a killed process leaves is an unfinished file of its own
    file = tmp_path / "cache" / f".{pixel_cache.pixels_key(folder[:2], 16, 'squash')}.7.part.npy"
    file.write_bytes(b"half")
    store = pixel_cache.cached_pixels(folder[:2], 16, "squash", folder=tmp_path / "cache", progress=False)
    assert store.pixels.shape == (2, 16, 16, 3)


def test_a_full_disk_is_an_error_and_leaves_nothing(folder, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pixel_cache.np.lib.format, "write_array_header_1_0", full)
    with pytest.raises(OSError, match="No space"):
        pixel_cache.cached_pixels(folder, 16, "squash", folder=tmp_path / "cache", progress=False)
    assert list((tmp_path / "cache").iterdir()) == []
