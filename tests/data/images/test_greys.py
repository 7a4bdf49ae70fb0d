"""data.images.greys: what a file's greys come with stays with them; the values are tested through whole files."""

import numpy as np
from PIL import Image

from styleclf.data.images.greys import in_8_bits, is_deep_grey


def test_greys_keep_what_their_image_carries():
    deep = Image.fromarray(np.array([[0, 257, 65535]], dtype=np.uint16))
    deep.info["icc_profile"] = b"profile"
    shown = in_8_bits(deep)
    assert np.asarray(shown).tolist() == [[0, 1, 255]]
    assert shown.mode == "L"
    assert shown.info == {"icc_profile": b"profile"}


def test_deep_greys_are_told_from_others():
    assert [mode for mode in ("L", "RGB", "I", "I;16", "F", "LAB") if is_deep_grey(Image.new(mode, (1, 1)))] == [
        "I",
        "I;16",
        "F",
    ]
