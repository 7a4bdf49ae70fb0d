"""A folder of sound images, and a picture."""

import numpy as np
import pytest
from PIL import Image

from tests.data.folders import draw


@pytest.fixture
def images(tmp_path):
    """Two styles of two sound images each."""
    for name in ("cubism/Picasso_guitar.jpg", "cubism/braque_violin.jpg", "photo/a_1.jpg", "photo/b_2.jpg"):
        draw(tmp_path / "images" / name)
    return tmp_path / "images"


@pytest.fixture
def picture():
    """A smooth picture, red to the right and green downwards, 96 x 64."""
    x, y = np.meshgrid(np.linspace(0, 255, 96), np.linspace(0, 255, 64))
    return Image.fromarray(np.stack([x, y, np.full_like(x, 90)], 2).astype(np.uint8))
