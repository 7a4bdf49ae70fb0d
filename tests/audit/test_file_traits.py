"""Traits of files of any kind."""

import numpy as np
from PIL import Image

from styleclf.audit import (
    file_traits as traits,
)


def test_traits_have_one_width_for_all_files(tmp_path):
    rng = np.random.default_rng(0)
    modes = {"a.png": "RGBA", "b.jpg": "L", "c.webp": "RGB", "d.tif": "RGB", "e.gif": "P", "f.jpg": "RGB"}
    for i, (name, mode) in enumerate(modes.items()):
        pixels = rng.integers(0, 256, (1 + 7 * i, 3 + i, 3), dtype=np.uint8)
        Image.fromarray(pixels).convert(mode).save(tmp_path / name)
    result = traits.traits_of([tmp_path / name for name in modes], progress=False)
    assert set(result) == {*traits.FILE, *traits.PICTURE_TRAITS, *traits.CONTROLS.values()}
    assert all(each.shape[0] == 6 and np.isfinite(each).all() for each in result.values())
