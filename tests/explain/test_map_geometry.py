"""A map on its picture: what the network saw is found where it was."""

import numpy as np
import pytest
from PIL import Image

from styleclf.data.images.decoding import FITS, fit_to_square
from styleclf.explain.map_geometry import map_on_picture

MARKER = (16, 14)  # rows and columns


def marked(shape, corner, margin=0):
    """`(height, width)` whether a place is in the marker, or in one that is larger by a margin on every side."""
    top, left = corner
    rows, columns = MARKER
    places = np.zeros(shape, dtype=bool)
    places[top - margin : top + rows + margin, left - margin : left + columns + margin] = True
    return places


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("shape", [(60, 90), (110, 50)])
def test_a_marker_is_found_where_it_is_in_the_picture(fit, shape):
    """The map is the fitted picture's brightness: placed back, its marker must cover the picture's own."""
    height, width = shape
    corner = (height // 2 + 3, width // 2 - 20)
    picture = Image.fromarray(marked(shape, corner)).convert("RGB")
    squared = fit_to_square(picture, 64, fit).convert("L")
    brightness = np.asarray(squared, dtype=np.float32) / 255
    result = map_on_picture(brightness, width, height, fit=fit)
    assert result.shape == shape
    inner = marked(shape, corner, margin=-3)
    outer = marked(shape, corner, margin=3)
    assert result[inner].min() > 0.8
    assert np.nanmax(np.abs(result[~outer])) < 0.2


@pytest.mark.parametrize("fit", FITS)
def test_only_what_is_cropped_is_unseen(fit):
    result = map_on_picture(np.ones((4, 4)), 90, 60, fit=fit)
    n_unseen = 30 * 60 if fit == "crop" else 0
    assert np.isnan(result).sum() == n_unseen


def test_an_unknown_fit_is_refused():
    with pytest.raises(ValueError, match="fit must be one of squash, crop, pad, not 'stretch'"):
        map_on_picture(np.zeros((4, 4)), 4, 4, fit="stretch")
