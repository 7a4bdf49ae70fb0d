"""styleclf.pixels: every kind of image becomes the same upright RGB square."""

import numpy as np
import pytest
from PIL import Image

from styleclf import output
from styleclf.data import images, pixel_cache


@pytest.fixture
def picture():
    """A smooth picture, red to the right and green downwards, 96 x 64."""
    x, y = np.meshgrid(np.linspace(0, 255, 96), np.linspace(0, 255, 64))
    return Image.fromarray(np.stack([x, y, np.full_like(x, 90)], 2).astype(np.uint8))


def close(a, b, tolerance):
    return np.abs(np.asarray(a, float) - np.asarray(b, float)).mean() < tolerance


@pytest.mark.parametrize(
    "mode, suffix", [("CMYK", "jpg"), ("RGBA", "png"), ("RGB", "tif"), ("RGB", "webp"), ("RGB", "JPG")]
)
def test_modes_and_formats_show_the_same_picture(picture, tmp_path, mode, suffix):
    path = tmp_path / f"ünïcode name.{suffix}"
    picture.convert(mode).save(path)
    assert close(images.open_rgb(path), picture, 12)


def test_greys_of_8_16_and_32_bits_look_alike(picture, tmp_path):
    grey = np.asarray(picture.convert("L"))
    Image.fromarray(grey).save(tmp_path / "8.png")
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "16.png")
    Image.fromarray(grey.astype(np.float32) / 255).save(tmp_path / "float.tif")
    for name in ("8.png", "16.png"):
        assert close(images.open_rgb(tmp_path / name), np.stack([grey] * 3, 2), 1)
    stretched = (grey - grey.min()) * (255 / np.ptp(grey.astype(int)))
    assert close(images.open_rgb(tmp_path / "float.tif"), np.stack([stretched] * 3, 2), 1)


def test_transparent_pixels_show_white(tmp_path):
    Image.new("RGBA", (8, 8), (200, 0, 0, 0)).save(tmp_path / "clear.png")
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([10, 20, 30] * 256)
    palette.save(tmp_path / "palette.png", transparency=0)
    for name in ("clear.png", "palette.png"):
        assert (np.asarray(images.open_rgb(tmp_path / name)) == 255).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientations_are_undone(picture, tmp_path, orientation):
    turned = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)  # the transposition that is its own way back
    stored = picture if turned is None else picture.transpose(Image.Transpose(turned))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    assert close(images.open_rgb(tmp_path / "turned.jpg"), picture, 4)


def test_the_first_frame_of_an_animation_is_used(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert (np.asarray(images.open_rgb(tmp_path / "moving.gif"))[0, 0] == (255, 0, 0)).all()


def test_a_large_jpeg_is_decoded_small_but_not_too_small(tmp_path):
    large = Image.effect_noise((1600, 1200), 60).convert("RGB")
    large.save(tmp_path / "large.jpg")
    drafted = images.open_rgb(tmp_path / "large.jpg", needed=128)
    assert 2 * 128 <= min(drafted.size) < 1200
    full = images.fit_to_square(images.open_rgb(tmp_path / "large.jpg"), 128)
    assert close(images.decode(tmp_path / "large.jpg", 128), full, 6)


def test_fits_keep_what_they_promise(picture):
    wide = Image.new("RGB", (100, 50), "white")
    assert {fit: images.fit_to_square(wide, 20, fit).size for fit in images.FITS} == dict.fromkeys(
        images.FITS, (20, 20)
    )
    padded = np.asarray(images.fit_to_square(wide, 20, "pad"))
    assert (padded[:5] == 0).all() and (padded[6:14] == 255).all() and (padded[15:] == 0).all()
    squashed, cropped = (np.asarray(images.fit_to_square(picture, 32, fit), int) for fit in ("squash", "crop"))
    assert squashed[0, 0, 0] < 10 < cropped[0, 0, 0]  # the crop loses the dark left side


def test_bad_requests_are_refused(picture, tmp_path):
    with pytest.raises(ValueError, match="stretch"):
        images.fit_to_square(picture, 10, "stretch")
    with pytest.raises(ValueError, match="0"):
        images.fit_to_square(picture, 0)
    (tmp_path / "not.jpg").write_text("no image")
    with pytest.raises(OSError):
        images.open_rgb(tmp_path / "not.jpg")


@pytest.fixture
def folder(picture, tmp_path):
    """Three images on disk, and their paths."""
    paths = [tmp_path / f"{i}.png" for i in range(3)]
    for i, path in enumerate(paths):
        picture.rotate(40 * i).save(path)
    return paths


def test_the_store_holds_what_decode_gives_and_is_opened_again(folder, tmp_path, monkeypatch):
    store = pixel_cache.cached_pixels(folder, 16, "crop", tmp_path / "cache", progress=False)
    for path in folder:
        assert (store.get(path) == images.decode(path, 16, "crop")).all()
    assert store.get(tmp_path / "other.png") is None
    assert isinstance(store.pixels, np.memmap)
    monkeypatch.setattr(pixel_cache, "decode", None)  # a second decoding would fail
    assert (pixel_cache.cached_pixels(folder, 16, "crop", tmp_path / "cache").pixels == store.pixels).all()


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
        pixel_cache.cached_pixels(folder, 16, "squash", tmp_path / "cache", progress=False)
    assert list((tmp_path / "cache").iterdir()) == []
    monkeypatch.setattr(output.os, "getpid", lambda: 1)  # what a killed process leaves is an unfinished file of its own
    file = tmp_path / "cache" / f".{pixel_cache.pixels_key(folder[:2], 16, 'squash')}.7.part.npy"
    file.write_bytes(b"half")
    assert pixel_cache.cached_pixels(folder[:2], 16, "squash", tmp_path / "cache", progress=False).pixels.shape == (
        2,
        16,
        16,
        3,
    )


def test_a_full_disk_is_an_error_and_leaves_nothing(folder, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pixel_cache.np.lib.format, "write_array_header_1_0", full)
    with pytest.raises(OSError, match="No space"):
        pixel_cache.cached_pixels(folder, 16, "squash", tmp_path / "cache", progress=False)
    assert list((tmp_path / "cache").iterdir()) == []
