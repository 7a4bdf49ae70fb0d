"""Predictions with nasty names, their maps, and a sprite of plain pictures."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.embeddings.atlas.points import LAST, MapPoints
from styleclf.embeddings.atlas.sprite import make_sprite

NASTY = "</script><script>document.title='broken'</script>"
STYLES = ["cubism", 'a "b", & <c>', "rococo=1"]
WITHHELD = "naïve & <art>"
EPOCHS = ["0 (best)", LAST]
AUTHORS = ["", "claude-monet", "Dürer & sons", '<img src=x onerror="document.title=1">', NASTY]


def table(n=60, seed=0):
    """Predictions of `n` images whose names hold whatever a name can hold."""
    rng = np.random.default_rng(seed)
    probas = rng.dirichlet(np.ones(len(STYLES)), n)
    names = pd.DataFrame(
        {
            "filename": [f"{i}/{NASTY if i == 3 else 'x,y=z&%25'}_{i}.png" for i in range(n)],
            "label": rng.choice(STYLES, n),
            "author": rng.choice(AUTHORS, n),
            "fold": rng.choice(["0", "1", "10", "2"], n),
            "pred": np.array(STYLES)[probas.argmax(axis=1)],
        }
    )
    return pd.concat([names, pd.DataFrame(probas, columns=[f"proba_{style}" for style in STYLES])], axis=1)


def collection(predictions):
    """What a design says beside style and author: titles, and columns that a collection brought."""
    n = len(predictions)
    rows = pd.DataFrame({"title": [f"{NASTY} {i}" for i in range(n)], "width": 100})
    rows["date"] = ["", *[f"c. {1800 + i}" for i in range(1, n)]]
    rows["place"] = [[NASTY, "Den Haag, A~B", "Zürich", ""][i % 4] for i in range(n)]
    rows["accession"] = [f"inv-{i:03}" for i in range(n)]
    rows[NASTY] = [i / 4 for i in range(n)]
    return rows


def positions(n, dims=2, seed=0):
    """Positions at two epochs, in the first of which some images have none."""
    points = np.random.default_rng(seed).normal(size=(2, n, dims))
    points[0, ::7] = np.nan
    return points


def map_points(n=60):
    """The same as a map."""
    return MapPoints(positions(n), EPOCHS)


def withheld_table():
    """Predictions of sixty images, a dozen of which are of a style that the model does not know, and their parts."""
    predictions = table()
    predictions.loc[::5, "label"] = WITHHELD
    part = np.where(predictions["label"] == WITHHELD, "withheld", "held-out authors")
    return predictions.assign(fold=part)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    """A sprite of sixty plain pictures, and their paths."""
    folder = tmp_path_factory.mktemp("pictures")
    paths = [folder / f"{i}.png" for i in range(60)]
    for i, path in enumerate(paths):
        Image.new("RGB", (120, 60) if i % 2 else (60, 120), (4 * i, 0, 255 - 4 * i)).save(path)
    return make_sprite(paths, progress=False), paths
