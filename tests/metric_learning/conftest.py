"""Unit vectors and tables for the tests of embeddings."""

import numpy as np
import pandas as pd
import pytest

from styleclf.metric_learning.directions import unit_rows


@pytest.fixture(scope="module")
def table():
    """Two trained and two withheld styles, twelve images each by six authors."""
    labels = np.repeat(["baroque", "cubism", "photo", "rococo"], 12)
    authors = [f"{label}{i % 6}" for label in "bcpr" for i in range(12)]
    return pd.DataFrame({"label": labels, "author": authors, "withheld": np.isin(labels, ["photo", "rococo"])})


@pytest.fixture(scope="module")
def blobs(table):
    """Embeddings that part the styles well."""
    rng = np.random.default_rng(0)
    return unit_rows(np.eye(4)[pd.factorize(table["label"])[0]] + 0.1 * rng.normal(size=(48, 4)))
