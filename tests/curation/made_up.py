"""Collections of made-up features: styles that can be told apart, by painters with hands of their own."""

import numpy as np
import pandas as pd

from styleclf.common import write_json, write_table
from styleclf.curation.learning_curves import Collection

STYLES = ("cubism", "fauvism", "rococo")


def made_collection(n_painters=12, n_works=4, *, hand=1.0, noise=0.5, n_features=12, seed=0):
    """Works by `n_painters` in each of three styles, dealt to four folds."""
    rng = np.random.default_rng(seed)
    rows, features = [], []
    for style in STYLES:
        centre = rng.normal(size=n_features)
        for number in range(n_painters):
            own = centre + hand * rng.normal(size=n_features)
            for work in range(n_works):
                author = f"{style}-{number}"
                rows.append((f"{style}/{author}_{work}.jpg", style, author, str(number % 4)))
                features.append(own + noise * rng.normal(size=n_features))
    table = pd.DataFrame(rows, columns=["filename", "label", "author", "fold"])
    return Collection(table, np.array(features, dtype=np.float32))


def write_design_folder(folder, rows, parent=""):
    """A design in a folder, with the fingerprint of the one that it was made from; returns its own."""
    from styleclf.common.saved import file_digest

    write_table(rows, folder / "design.csv")
    digest = file_digest(folder / "design.csv")
    write_json({"settings": {}, "design_blake2b": digest, "parent_blake2b": parent}, folder / "settings.json")
    return digest
