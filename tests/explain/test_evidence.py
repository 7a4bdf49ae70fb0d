"""Evidence: neighbours by others alone."""

from typing import NamedTuple

import pandas as pd
import pytest
from PIL import Image

from styleclf.data import Paintings
from styleclf.explain.evidence import _evidence_table, write_evidence
from styleclf.training.export import load_style_learner


class Asked(NamedTuple):
    """Images whose neighbours are looked for: two of the design, and a new one by an author of it."""

    queries: pd.DataFrame
    paintings: Paintings
    stranger: str  # the new image
    author: str  # of the new image


@pytest.fixture
def asked(design, sample, tmp_path):
    in_fold = design[design["fold"] == "0"]
    two = in_fold.drop_duplicates("label").head(2)
    files = [(sample / name).as_posix() for name in two["filename"]]
    author = design["author"][design["author"] != ""].iloc[0]
    stranger = tmp_path / f"{author}_copy.png"
    Image.new("RGB", (40, 30)).save(stranger)
    queries = pd.DataFrame({"filename": [*files, stranger.as_posix()], "target": "cubism"})
    return Asked(queries, Paintings(design, sample), stranger.as_posix(), author)


@pytest.fixture
def table(exported, asked):
    """The evidence: every image with its three neighbours."""
    learn = load_style_learner(exported)
    return _evidence_table(learn, asked.queries, asked.paintings, fold="0", n=3, progress=False)


def test_every_image_comes_with_its_neighbours_the_nearest_first(table, asked):
    assert table.groupby("query").size().tolist() == [4, 4, 4]
    images = table[table["rank"] == 0]
    assert images["filename"].tolist() == asked.queries["filename"].tolist()
    assert set(images["target"]) == {"cubism"}
    neighbours = table[table["rank"] > 0]
    assert (neighbours["target"] == neighbours["label"]).all()
    steps = neighbours.groupby("query")["distance"].diff().dropna()
    assert (steps >= 0).all()


def test_neighbours_are_by_others(table, asked):
    images = table[table["rank"] == 0]
    authors = images.set_index("query")["author"]
    assert authors[asked.stranger] == asked.author
    neighbours = table[table["rank"] > 0]
    of_queries = neighbours["query"].map(authors)
    is_named = neighbours["author"] != ""
    assert (neighbours["author"] != of_queries)[is_named].all()


def test_neighbours_were_trained_on(table, asked):
    design = asked.paintings.rows
    trained = asked.paintings.with_rows(design[~design["fold"].isin(["0", "val"])])
    neighbours = table[table["rank"] > 0]
    assert set(neighbours["filename"]) <= {path.as_posix() for path in trained.paths()}


def test_evidence_is_written_as_a_table_and_a_figure(exported, asked, tmp_path):
    learn = load_style_learner(exported)
    write_evidence(learn, asked.queries, asked.paintings, fold="0", n=2, method="occlusion", out=tmp_path)
    assert (tmp_path / "figures/evidence.png").stat().st_size
    assert len(pd.read_csv(tmp_path / "evidence.csv")) == 9
