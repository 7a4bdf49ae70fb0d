"""styleclf.data.images: every kind of image becomes the same upright RGB square."""

import numpy as np
import pytest
from PIL import Image

from styleclf.data import images


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
