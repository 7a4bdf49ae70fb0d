"""Images for figures."""

import pytest
from PIL import Image

from tests.evaluation.made_predictions import make_predictions


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A folder with an image for every row of `make_predictions`; some are very wide or very tall."""
    folder = tmp_path_factory.mktemp("images")
    for i, filename in enumerate(make_predictions()["filename"]):
        (folder / filename).parent.mkdir(exist_ok=True)
        Image.new("RGB", [(24, 24), (90, 6), (6, 90)][i % 3], (200, 4 * i, 40)).save(folder / filename)
    return folder
