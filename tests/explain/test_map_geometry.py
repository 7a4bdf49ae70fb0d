"""A map on its picture: what the network saw is found where it was."""

import numpy as np
import pytest
from PIL import Image

from styleclf.data.images.decoding import FITS, fit_to_square
from styleclf.explain.map_geometry import map_on_picture


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("size", [(90, 60), (50, 110)])
def test_a_marker_is_found_where_it_is_in_the_picture(fit, size):
    """The map is the fitted picture's brightness: placed back, its marker must cover the picture's own."""
    width, height = size
    left, top = width // 2 - 20, height // 2 + 3
    marked = np.zeros((height, width), dtype=bool)
    marked[top : top + 16, left : left + 14] = True
    picture = Image.fromarray((255 * marked).astype(np.uint8)).convert("RGB")
    attr = np.asarray(fit_to_square(picture, 64, fit).convert("L"), dtype=np.float32) / 255
    result = map_on_picture(attr, width, height, fit=fit)
    assert result.shape == (height, width)
    unseen = abs(width - height) * min(size) if fit == "crop" else 0
    assert np.isnan(result).sum() == unseen
    inner, outer = np.zeros_like(marked), np.zeros_like(marked)
    inner[top + 3 : top + 13, left + 3 : left + 11] = True
    outer[top - 3 : top + 19, left - 3 : left + 17] = True
    assert result[inner].min() > 0.8
    assert np.nanmax(np.abs(result[~outer])) < 0.2


def test_an_unknown_fit_is_refused():
    with pytest.raises(ValueError, match="fit must be one of squash, crop, pad, not 'stretch'"):
        map_on_picture(np.zeros((4, 4)), 4, 4, fit="stretch")
