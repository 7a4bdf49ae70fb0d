"""Folders of painted images, for the tests of catalogues."""

import os
import zlib

import pytest
from PIL import Image

from styleclf.data.annotation.catalog import annotate


def draw(path, size=(40, 30), mode="RGB", colour=None, **options):
    """Save an image; without `colour` it differs with its name, so that no two are copies by chance."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", size, colour or f"#{zlib.crc32(os.fsencode(str(path))) % 0xFFFFFF:06x}")
    image.paste("white", (0, 0, size[0] // 2, size[1] // 3))
    (image if mode == "RGB" else image.convert(mode)).save(path, **options)
    return path


def row_of(annotation, filename):
    return annotation.set_index("filename").loc[filename]


def reasons(images, **options):
    annotation, rejected = annotate(images, progress=False, **options)
    assert not set(annotation["filename"]) & set(rejected["filename"])
    return dict(zip(rejected["filename"], rejected["reason"], strict=True))


def message(error, images, **options):
    with pytest.raises(error) as caught:
        annotate(images, progress=False, **options)
    text = str(caught.value)
    assert "\n" not in text
    return text
