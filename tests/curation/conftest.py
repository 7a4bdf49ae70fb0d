"""A cross-validation with made-up predictions, in which a painter's works and a single one have wrong labels."""

import numpy as np
import pandas as pd
import pytest

from styleclf.common import write_json, write_table
from styleclf.data.design import make_design
from styleclf.runs.folder import write_embeddings
from tests.report.made_up import predictions_of

PAINTERS = {style: [f"{style}-{number}" for number in range(6)] for style in ("cubism", "rococo", "ukiyo-e")}
WRONG_PAINTER = "rococo-2"
WRONG_IMAGE = "cubism/cubism-1_0.jpg"


def annotation():
    """Five works by each of six painters in three styles, and the true style of all."""
    works = []
    for style, painters in PAINTERS.items():
        works += [(style, painter, f"{style}/{painter}_{number}.jpg") for painter in painters for number in range(5)]
    rows = pd.DataFrame(works, columns=["label", "author", "filename"])
    return rows.assign(title="work", width=8, height=8, copy_of="")


def write_cv(folder, design, images):
    """Predictions of the true styles, for labels of which some are wrong; and embeddings of every fold."""
    rows = design[design["fold"] != "val"]
    truth = rows.assign(label=rows["filename"].str.split("/").str[0])
    predictions = predictions_of(truth, strength=4).assign(label=rows["label"].to_numpy())
    write_table(predictions, folder / "predictions.csv")
    write_json(
        {"settings": {"images": str(images), "design": str(folder.parent / "design/design.csv")}},
        folder / "settings.json",
    )
    rng = np.random.default_rng(0)
    for fold, of_fold in predictions.groupby("fold"):
        embeddings = of_fold.filter(like="proba_").to_numpy() + 0.01 * rng.normal(size=(len(of_fold), 3))
        write_embeddings(embeddings, of_fold["filename"], folder / f"fold-{fold}/embeddings.npz")
    return folder


@pytest.fixture
def wrong_design(tmp_path):
    """A design with the wrong labels, in a folder of its own."""
    rows = make_design(annotation(), n_folds=3, val_share=0)
    is_wrong = (rows["author"] == WRONG_PAINTER) | (rows["filename"] == WRONG_IMAGE)
    rows["label"] = rows["label"].mask(is_wrong, "ukiyo-e")
    write_table(rows, tmp_path / "design/design.csv")
    write_json({"settings": {"images": str(tmp_path / "images")}}, tmp_path / "design/settings.json")
    return tmp_path / "design/design.csv"


@pytest.fixture
def cv(wrong_design, tmp_path):
    """A cross-validation of it."""
    return write_cv(tmp_path / "cv", pd.read_csv(wrong_design, dtype=str, keep_default_na=False), tmp_path / "images")
