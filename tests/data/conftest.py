"""A folder of sound images."""

import pytest

from tests.data.folders import draw


@pytest.fixture
def images(tmp_path):
    """Two styles of two sound images each."""
    for name in ("cubism/Picasso_guitar.jpg", "cubism/braque_violin.jpg", "photo/a_1.jpg", "photo/b_2.jpg"):
        draw(tmp_path / "images" / name)
    return tmp_path / "images"
