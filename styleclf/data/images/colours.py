"""Colour profiles: numbers that a file's profile explains become sRGB, which everything else here assumes.

Little CMS does the arithmetic, through Pillow. A transform is made once for a profile and used by all threads.
"""

import io
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from styleclf.common import count_of

_MAX_PROFILE_BYTES = 8 << 20  # those of printing presses have up to 3 MB
_N_KEPT = 32  # transforms: a collection has few profiles
_MODES_OF_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}  # as profiles call them -> Pillow's modes
_MODES_BY_BANDS = {"L": "L", "1": "L", "C": "CMYK"}  # first letter of a mode
_CHART_LEVELS = 9  # of each colour, on the chart that tells whether a profile changes anything
_MAX_DIFFERENCE = 1  # of 255: a profile that changes no colour by more is taken for sRGB
_counting: list[Counter[str]] = []  # of blocks that count faults at the moment
_counting_lock = threading.Lock()
_SEPARATOR = "\r\n\t\0 "


class Conversion(NamedTuple):
    """How the colours of a profile become sRGB."""

    transform: Any = None  # None where nothing is to be changed
    mode: str = ""  # of the image that the transform takes
    fault: str = ""  # why the profile is ignored


def in_srgb(image: Image.Image, profile: bytes | None = None) -> Image.Image:
    """The image in mode RGB and in sRGB, whatever its mode; its colours are those of the ICC profile, if it is sound.

    `profile` is by default what the image carries. An image without transparency and deep greys is expected.
    """
    conversion = conversion_of(profile or image.info.get("icc_profile"), colour_mode(image))
    if conversion.transform is None:
        return _in_rgb(image)
    picture = image if image.mode == conversion.mode else image.convert(conversion.mode)
    srgb_picture = conversion.transform.apply(picture)
    srgb_picture.info.pop("icc_profile", None)  # or the colours would be converted once more
    return srgb_picture


def colour_mode(image: Image.Image) -> str:
    """The mode in which profiles explain the colours of an image: RGB, L, CMYK or LAB."""
    if image.mode == "LAB":
        return "LAB"
    if image.mode.startswith("I") or image.mode == "F":
        return "L"
    return _MODES_BY_BANDS.get(image.mode[0], "RGB")


def profile_fault(image: Image.Image) -> str:
    """Why the profile that an image carries is ignored; '' if it is not, or if there is none."""
    return conversion_of(image.info.get("icc_profile"), colour_mode(image)).fault


def conversion_of(profile: object, mode: str) -> Conversion:
    """How colours of an image in this mode become sRGB, by its ICC profile."""
    if not profile or not isinstance(profile, bytes):
        return Conversion()
    if len(profile) > _MAX_PROFILE_BYTES:
        conversion = Conversion(fault=f"has {len(profile) >> 20} MB")
    else:
        conversion = _conversion(profile, mode)
    if conversion.fault:
        _count(conversion.fault)
    return conversion


@contextmanager
def ignored_profiles() -> Iterator[Counter[str]]:
    """The profiles that are ignored while a block decodes pictures, counted by their faults, of all threads."""
    counts: Counter[str] = Counter()
    with _counting_lock:
        _counting.append(counts)
    try:
        yield counts
    finally:
        with _counting_lock:
            position = [id(block) for block in _counting].index(id(counts))
            del _counting[position]


def _count(fault: str) -> None:
    with _counting_lock:
        for counts in _counting:
            counts[fault] += 1


def profiles_sentence(counts: Counter[str]) -> str:
    """How many colour profiles are ignored, and why; '' if none is.

    >>> profiles_sentence(Counter({"cannot be read": 2}))
    'the colour profile of 2 images is ignored, and the colours are taken for sRGB: it cannot be read'
    """
    if not counts:
        return ""
    fault, n_most = counts.most_common(1)[0]
    images = count_of(counts.total(), "image")
    most = fault if len(counts) == 1 else f"{fault} ({n_most} of them)"
    return f"the colour profile of {images} is ignored, and the colours are taken for sRGB: it {most}"


@lru_cache(maxsize=_N_KEPT)
def _conversion(profile: bytes, mode: str) -> Conversion:
    """What `conversion_of` returns."""
    try:
        space = _colour_space(profile)
        profile_mode = _MODES_OF_SPACES.get(space, "")
        is_grey_in_colours = mode == "L" and profile_mode == "RGB"
        if profile_mode != mode and not is_grey_in_colours:
            return Conversion(fault=f"is for colours in {space or 'an unknown space'}, the picture's are {mode}")
        if profile_mode == "LAB":
            return Conversion()
        transform = _transform(profile, profile_mode)
        if _changes_nothing(transform, profile_mode):
            return Conversion()
        return Conversion(transform, profile_mode)
    except Exception:  # whatever Little CMS and Pillow make of damaged bytes
        return Conversion(fault="cannot be read")


def _colour_space(profile: bytes) -> str:
    """The colour space that a profile is for, as its header calls it."""
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.xcolor_space.strip()


def profile_name(profile: object) -> str:
    """What a profile calls itself, in one line; '' if it says nothing or cannot be read."""
    if not isinstance(profile, bytes) or not profile or len(profile) > _MAX_PROFILE_BYTES:
        return ""
    return _profile_name(profile)


@lru_cache(maxsize=_N_KEPT)
def _profile_name(profile: bytes) -> str:
    """What `profile_name` returns."""
    try:
        from PIL import ImageCms

        description = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile.profile_description or ""
    except Exception:  # as above
        return ""
    return " ".join(description.strip(_SEPARATOR).split())


def _transform(profile: bytes, mode: str) -> Any:
    """Little CMS's transform from the profile to sRGB; white stays white, and black becomes black."""
    from PIL import ImageCms

    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        inMode=mode,
        outMode="RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _changes_nothing(transform: Any, mode: str) -> bool:
    """Whether a transform leaves all colours of a chart as they are, as that of an sRGB profile does."""
    if mode not in ("RGB", "L"):
        return False
    levels = np.linspace(0, 255, _CHART_LEVELS).astype(np.uint8)
    if mode == "L":
        chart = np.arange(256, dtype=np.uint8)[None]
    else:
        colours = np.stack(np.meshgrid(levels, levels, levels), axis=-1)
        chart = colours.reshape(1, -1, 3)
    picture = Image.fromarray(chart)
    before = np.asarray(picture.convert("RGB"), dtype=int)
    after = np.asarray(transform.apply(picture), dtype=int)
    return bool(np.abs(after - before).max() <= _MAX_DIFFERENCE)


def _in_rgb(image: Image.Image) -> Image.Image:
    """The image in mode RGB without a profile."""
    if image.mode == "RGB":
        return image
    if image.mode == "LAB":
        return _lab_transform().apply(image)
    return image.convert("RGB")


@lru_cache(maxsize=1)
def _lab_transform() -> Any:
    """Little CMS's transform from CIELAB to sRGB."""
    from PIL import ImageCms

    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(lab, srgb, "LAB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
