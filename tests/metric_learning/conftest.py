"""Unit vectors and tables for the tests of embeddings."""

import numpy as np
import pandas as pd
import pytest

from styleclf.metric_learning.directions import unit_rows

STYLES = ["baroque", "cubism", "photo", "rococo"]
WITHHELD = ["photo", "rococo"]
N_AUTHORS = 6  # of every style


@pytest.fixture(scope="module")
def table():
    """Two trained and two withheld styles, twelve images each by six authors."""
    rows = []
    for style in STYLES:
        for image in range(2 * N_AUTHORS):
            author = f"{style}-{image % N_AUTHORS}"
            rows.append((style, author, style in WITHHELD))
    return pd.DataFrame(rows, columns=["label", "author", "withheld"])


@pytest.fixture(scope="module")
def blobs(table):
    """Embeddings that part the styles well."""
    rng = np.random.default_rng(0)
    targs = table["label"].map(STYLES.index)
    noise = rng.normal(size=(len(table), 4))
    return unit_rows(np.eye(4)[targs] + 0.1 * noise)
