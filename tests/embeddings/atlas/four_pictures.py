"""Four pictures of one colour each, and what other programs are told of them."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.embeddings.atlas.records import image_ids, image_records

STYLES = ["cubism", "rococo"]
COLOURS = [(220, 30, 30), (30, 200, 40), (20, 30, 230), (240, 240, 20)]
FILES = ["cubism/gris_a, b.jpg", "cubism/gris_c.jpg", "rococo/watteau_a.jpg", "rococo/watteau a.jpg"]


@pytest.fixture(scope="session")
def four_pictures(tmp_path_factory):
    """Their folder; tests must leave it as it is."""
    folder = tmp_path_factory.mktemp("images")
    for filename, colour in zip(FILES, COLOURS, strict=True):
        (folder / filename).parent.mkdir(exist_ok=True)
        Image.new("RGB", (300, 200), colour).save(folder / filename, quality=95)
    return folder


@pytest.fixture
def four_records():
    """Their records."""
    design = pd.DataFrame(
        {
            "label": ["cubism", "cubism", "rococo", "rococo"],
            "author": ["gris", "gris", "watteau", "watteau"],
            "title": ["a", "b", "c", "d"],
            "filename": FILES,
            "fold": [0, 1, 0, 1],
            "width": 300,
            "height": 200,
            "date": ["1912", "c. 1915", "", "1717-1719"],
            "place": "Paris",
        }
    )
    predictions = pd.DataFrame(
        {
            "pred": ["cubism", "rococo", "rococo", "rococo"],
            "proba_cubism": [0.9, 0.2, 0.1, 0.4],
            "proba_rococo": [0.1, 0.8, 0.9, 0.6],
        }
    )
    positions = np.array([[0, 0], [4, 2], [2, 1], [1, 2]], float)
    return image_records(design, predictions, positions)


def is_colour(image, x, y, colour):
    """Whether a pixel has a colour, as far as JPEG keeps it."""
    pixel = image.convert("RGB").getpixel((x, y))
    differences = np.subtract(pixel, colour)
    return np.abs(differences).max() < 12


def check_ids_lead_back(out):
    """The table of ids names every file."""
    table = pd.read_csv(out / "ids.csv")
    files = table.set_index("id")["filename"]
    assert files[image_ids(FILES)].tolist() == FILES
    assert len(files) == len(FILES)
