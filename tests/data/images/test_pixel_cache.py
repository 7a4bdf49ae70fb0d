"""data.images.pixel_cache: images are decoded once, and nothing half-written is ever trusted."""

import numpy as np
import pytest

from styleclf.data.images import decoding, pixel_cache
from tests.damage import damage_file, full_disk


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
        assert (store.get(path) == decoding.decode(path, 16, "crop")).all()
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


def test_a_crash_leaves_nothing_that_is_later_trusted(folder, tmp_path):
    folder[2].write_bytes(folder[2].read_bytes()[:60])
    with pytest.raises(OSError, match=r"2\.png"):
        pixel_cache.cached_pixels(folder, 16, "squash", folder=tmp_path / "cache", progress=False)
    assert list((tmp_path / "cache").iterdir()) == []
    file = tmp_path / "cache" / f".{pixel_cache.pixels_key(folder[:2], 16, 'squash')}.7.part.npy"
    file.write_bytes(b"half")  # of a process that was killed
    store = pixel_cache.cached_pixels(folder[:2], 16, "squash", folder=tmp_path / "cache", progress=False)
    assert store.pixels.shape == (2, 16, 16, 3)
    assert list((tmp_path / "cache").iterdir()) == [store.file]


@pytest.mark.parametrize("damage", ["empty", "half", "pickle", "text", "other shape"])
def test_a_damaged_array_is_made_anew(folder, tmp_path, capsys, damage):
    store = pixel_cache.cached_pixels(folder, 16, folder=tmp_path / "cache", progress=False)
    pixels = np.array(store.pixels)
    damage_file(store.file, damage)
    again = pixel_cache.cached_pixels(folder, 16, folder=tmp_path / "cache", progress=False)
    assert (again.pixels == pixels).all()
    assert "is damaged: its images are decoded again" in capsys.readouterr().out


def test_a_full_disk_is_a_note_and_the_images_are_decoded_all_the_same(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(pixel_cache.np.lib.format, "write_array_header_1_0", full_disk)
    with pytest.warns(UserWarning, match="cannot be kept in .*cache: .* its disk is full"):
        store = pixel_cache.cached_pixels(folder, 16, "squash", folder=tmp_path / "cache", progress=False)
    assert store.file is None
    assert list((tmp_path / "cache").iterdir()) == []
    assert (store.get(folder[1]) == decoding.decode(folder[1], 16, "squash")).all()


def test_a_folder_that_cannot_be_is_a_note_and_the_array_goes_with_the_process(folder, tmp_path):
    (tmp_path / "file").touch()
    with pytest.warns(UserWarning, match="decoded images cannot be kept in .*file"):
        store = pixel_cache.cached_pixels(folder, 16, folder=tmp_path / "file/cache", progress=False)
    assert store.file.is_file()
    assert tmp_path not in store.file.parents
    assert (store.get(folder[0]) == decoding.decode(folder[0], 16, "squash")).all()
