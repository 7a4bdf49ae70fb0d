"""data.images.colours: colours become what the profile of a file says."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageCms

from styleclf.data.images import colours
from styleclf.data.images.colours import ignored_profiles, in_srgb
from styleclf.data.images.decoding import open_rgb, to_rgb
from tests.data import profiles

LEVELS = np.linspace(64, 240, 9)  # darker ones beside bright ones suffer from being stored in 8 bits
CHART = np.stack(np.meshgrid(LEVELS, LEVELS, LEVELS), axis=-1).reshape(27, 27, 3)  # of sRGB
ADOBE = profiles.rgb_profile(profiles.ADOBE_RGB, 563 / 256, "Adobe RGB (1998)")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def in_space(primaries, gamma):
    """The chart in the numbers of another space `(27, 27, 3)` uint8, by the formulas of IEC 61966-2-1."""
    encoded = CHART / 255
    light = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    there = light @ np.array(profiles.SRGB) @ np.linalg.inv(np.array(primaries))
    return (255 * there.clip(0, 1) ** (1 / gamma)).round().astype(np.uint8)


def through_file(pixels, name, profile, **kwargs):
    """The picture that is opened of pixels saved with a profile."""
    buffer = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(buffer, name, icc_profile=profile, **kwargs)
    return open_rgb("x", content=buffer.getvalue())


def difference(image, pixels):
    return np.abs(np.asarray(image, int) - np.asarray(pixels, int)).max()


@pytest.mark.parametrize("name", ["TIFF", "PNG", "WEBP"])
def test_a_chart_in_adobe_rgb_looks_like_its_twin_in_srgb(name):
    chart = in_space(profiles.ADOBE_RGB, 563 / 256)
    lossless = {"lossless": True} if name == "WEBP" else {}
    twin = through_file(CHART.round().astype(np.uint8), name, None, **lossless)
    assert difference(through_file(chart, name, ADOBE, **lossless), twin) <= 2
    assert difference(through_file(chart, name, None, **lossless), twin) > 20


def test_display_p3_is_converted_too():
    chart = in_space(profiles.DISPLAY_P3, 2.2)
    assert difference(through_file(chart, "PNG", profiles.rgb_profile(profiles.DISPLAY_P3)), CHART.round()) <= 2


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_greys_follow_their_curve(mode):
    greys = np.arange(256, dtype=np.uint8)[None]
    deep = Image.fromarray(greys.astype(np.uint16) * 257)
    image = deep if mode == "I;16" else Image.fromarray(greys).convert(mode)
    light = (greys / 255.0) ** 1.8
    meant = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    shown = through_file(image, "PNG" if mode == "LA" else "TIFF", profiles.grey_profile(1.8))
    assert difference(shown, np.stack([meant.round()] * 3, axis=-1)) <= 2


def test_cmyk_is_printed_by_its_press():
    inks = np.zeros((1, 3, 4), np.uint8)
    inks[0, 1, 0] = inks[0, 2, 3] = 255
    shown = np.asarray(through_file(Image.fromarray(inks, "CMYK"), "TIFF", profiles.press_profile()), int)[0]
    white, cyan, black = shown
    assert white.min() > 250
    assert black.max() < 5
    assert cyan[1] > cyan[0] + 50  # a* of -60 is green
    assert cyan[2] < 240  # where without a profile cyan would have all of the blue


def test_transparent_pictures_are_converted_and_keep_their_transparency():
    chart = Image.fromarray(in_space(profiles.ADOBE_RGB, 563 / 256)).convert("RGBA")
    chart.putpixel((0, 0), (9, 9, 9, 0))
    shown = np.asarray(through_file(chart, "PNG", ADOBE), int)
    assert (shown[0, 0] == 255).all()
    assert difference(shown[1:], CHART[1:].round()) <= 2


def test_lab_is_understood():
    lab = Image.new("LAB", (4, 4), (255, 128, 128))
    assert np.asarray(to_rgb(lab)).min() >= 254


def test_srgb_is_left_as_it_is_however_it_is_called():
    picture = Image.fromarray(CHART.round().astype(np.uint8))
    for profile in (SRGB, None):
        picture.info["icc_profile"] = profile
        assert to_rgb(picture) is picture
    assert colours.conversion_of(SRGB, "RGB") == colours.Conversion()


def test_a_converted_picture_is_not_converted_again():
    picture = Image.fromarray(in_space(profiles.ADOBE_RGB, 2.2))
    picture.info["icc_profile"] = ADOBE
    once = to_rgb(picture)
    assert difference(to_rgb(once), once) == 0
    assert picture.info["icc_profile"] == ADOBE


@pytest.mark.parametrize(
    "profile, mode, words",
    [
        (b"no profile at all", "RGB", "cannot be read"),
        (ADOBE[:200], "RGB", "cannot be read"),
        (bytes(9 << 20), "RGB", "has 9 MB"),
        (profiles.grey_profile(2), "RGB", "is for colours in GRAY, the picture's are RGB"),
        (ADOBE, "CMYK", "is for colours in RGB, the picture's are CMYK"),
    ],
)
def test_profiles_that_do_not_fit_are_ignored_with_a_reason(profile, mode, words):
    picture = Image.new(mode, (4, 4), 7 if mode == "L" else (7,) * len(mode))
    plain = to_rgb(picture)
    picture.info["icc_profile"] = profile
    assert colours.profile_fault(picture) == words
    assert difference(to_rgb(picture), plain) == 0


def test_a_grey_picture_may_carry_a_profile_of_colours():
    picture = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    picture.info["icc_profile"] = ADOBE
    shown = np.asarray(to_rgb(picture), int)
    assert np.ptp(shown, axis=2).max() <= 1
    assert colours.profile_fault(picture) == ""


def test_names_of_profiles_are_one_line():
    assert colours.profile_name(ADOBE) == "Adobe RGB (1998)"
    assert colours.profile_name(b"rubbish") == colours.profile_name(None) == colours.profile_name(bytes(9 << 20)) == ""


def test_threads_share_a_transform():
    chart = Image.fromarray(in_space(profiles.ADOBE_RGB, 563 / 256)).resize((270, 270), Image.Resampling.NEAREST)
    chart.info["icc_profile"] = ADOBE
    alone = np.asarray(to_rgb(chart))
    colours._conversion.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        for shown in pool.map(to_rgb, [chart] * 32):
            assert difference(shown, alone) == 0


def test_profiles_that_are_ignored_are_counted_by_whoever_asks_in_all_threads():
    picture = Image.new("RGB", (4, 4))
    with ignored_profiles() as counts:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: in_srgb(picture, b"no profile"), range(20)))
        with ignored_profiles() as inner_counts:
            in_srgb(picture, b"no profile")
    in_srgb(picture, b"no profile")
    assert (counts, inner_counts) == ({"cannot be read": 21}, {"cannot be read": 1})
