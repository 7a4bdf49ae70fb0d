"""data.images.jpeg2000: profiles in boxes."""

import io
import struct

import numpy as np
from PIL import Image

from styleclf.data.images.decoding import open_image, open_rgb
from styleclf.data.images.jpeg2000 import jpeg_2000_profile
from tests.data import profiles
from tests.data.images.test_colours import ADOBE, CHART, difference, in_space


def box(kind, content):
    return struct.pack(">I4s", 8 + len(content), kind) + content


def with_profile(content, profile):
    """A JP2 file whose colours are explained by a profile in place of a number."""
    by_number = box(b"colr", bytes([1, 0, 0]) + struct.pack(">I", 16))
    at = content.index(by_number)
    by_profile = box(b"colr", bytes([2, 0, 0]) + profile)
    start = content.index(b"jp2h") - 4
    (length,) = struct.unpack_from(">I", content, start)
    grown = struct.pack(">I", length + len(by_profile) - len(by_number))
    return content[:start] + grown + content[start + 4 : at] + by_profile + content[at + len(by_number) :]


def test_a_profile_is_found_and_used():
    buffer = io.BytesIO()
    Image.fromarray(in_space(profiles.ADOBE_RGB, 563 / 256)).save(buffer, "JPEG2000", irreversible=False)
    content = with_profile(buffer.getvalue(), ADOBE)
    with open_image("x", content) as image:
        assert image.info["icc_profile"] == ADOBE
    assert difference(open_rgb("x", content=content), CHART.round()) <= 2


def test_a_file_without_a_profile_or_whole_boxes_has_none(picture):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG2000")
    content = buffer.getvalue()
    for damaged in (content, content[:30], b"", bytes(100), np.random.default_rng(0).bytes(500)):
        stream = io.BytesIO(damaged)
        assert jpeg_2000_profile(stream) == b""
        assert stream.tell() == 0
