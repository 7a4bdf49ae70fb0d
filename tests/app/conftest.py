"""An engine without a network: a picture's colour is its style."""

import numpy as np
import pytest
from PIL import Image

from styleclf.app.engines import Engine
from styleclf.app.review import ReviewedPicture
from styleclf.data.images.decoding import UnreadableImageError, decode
from styleclf.evaluation import NONE_OF_THESE
from styleclf.light import PicturePrediction

STYLES = ["blue", "green", "red"]
COLOURS = {"red": (200, 40, 30), "green": (30, 190, 50), "blue": (20, 40, 210), "grey": (90, 90, 90)}
NASTY = '<img src=x onerror="document.title=1"> {{7*7}} ${1}.png'


class ColourEngine(Engine):
    """Probabilities are shares of the colours; grey is none of these."""

    styles = STYLES
    embedding_size = 3
    no_maps = "Maps need torch."

    def fingerprint(self):
        return "colours"

    def predictions(self, paths):
        return [self.prediction(path) for path in paths]

    def prediction(self, path):
        try:
            mean = decode(path, 8).reshape(-1, 3).mean(axis=0)[::-1]  # blue, green, red
        except UnreadableImageError as error:
            return error.reason
        return prediction(mean / mean.sum(), path)


def prediction(probas, path="picture.png"):
    """What is said of a picture with these probabilities; with nearly equal ones it is none of these."""
    probas = np.asarray(probas, dtype=np.float32)
    order = np.argsort(-probas, kind="stable")
    likeliest = [(STYLES[i], float(probas[i])) for i in order]
    is_new = probas.max() < 0.4
    answer = NONE_OF_THESE if is_new else likeliest[0][0]
    style_set = [] if is_new else [style for style, proba in likeliest if proba > 0.2]
    return PicturePrediction(path, probas, probas, likeliest, style_set, float(1 - probas.max()), answer)


def picture(name, *probas, **values):
    """A picture with an answer, without a file."""
    return ReviewedPicture(name, prediction(probas), **values)


@pytest.fixture
def engine():
    return ColourEngine()


@pytest.fixture
def paint(tmp_path):
    """`paint(name, colour)`: the path of a small picture, in a folder of its own as a server has it."""
    n_painted = 0

    def painted(name, colour="red", shade=0):
        nonlocal n_painted
        n_painted += 1
        path = tmp_path / "cache" / str(n_painted) / name
        path.parent.mkdir(parents=True)
        levels = tuple(min(255, level + shade) for level in COLOURS[colour])
        Image.new("RGB", (12, 9), levels).save(path, "PNG")
        return path

    return painted
