"""Evidence: neighbours by others alone."""

import pandas as pd
from PIL import Image

from styleclf.common import write_table
from styleclf.data import Paintings
from styleclf.data.design import read_design
from styleclf.explain.evidence import _evidence_table, write_evidence
from styleclf.training.export import load_style_learner


def test_evidence_is_by_others_and_was_trained_on(exported, design, sample, tmp_path):
    learn = load_style_learner(exported)
    write_table(design, tmp_path / "design.csv")
    asked = design[design["fold"] == "0"].drop_duplicates("label").head(2)
    files = [(sample / name).as_posix() for name in asked["filename"]]
    stranger = tmp_path / f"{design['author'][design['author'] != ''].iloc[0]}_copy.png"
    Image.new("RGB", (40, 30)).save(stranger)
    queries = pd.DataFrame({"filename": [*files, stranger.as_posix()], "target": "cubism"})
    paintings = Paintings(read_design(tmp_path / "design.csv"), sample)
    table = _evidence_table(learn, queries, paintings, fold="0", n=3, progress=False)
    assert table.groupby("query").size().tolist() == [4, 4, 4]
    own, near = table[table["rank"] == 0], table[table["rank"] > 0]
    assert own["filename"].tolist() == queries["filename"].tolist()
    assert (own["target"] == "cubism").all()
    authors = own.set_index("query")["author"].to_dict()
    assert authors[stranger.as_posix()] == stranger.stem.partition("_")[0]
    assert all(row.author != authors[row.query] or not row.author for row in near.itertuples())
    trained = design[~design["fold"].isin(["0", "val"])]
    assert set(near["filename"]) <= {(sample / name).as_posix() for name in trained["filename"]}
    assert (near["target"] == near["label"]).all()
    assert (near.groupby("query")["distance"].diff().dropna() >= 0).all()
    write_evidence(learn, queries, paintings, fold="0", n=2, method="occlusion", out=tmp_path)
    assert (tmp_path / "figures/evidence.png").stat().st_size
    assert len(pd.read_csv(tmp_path / "evidence.csv")) == 9
