"""embeddings.report: a design or a folder is embedded, neighbours and clusters leave a table and a figure each."""

import numpy as np
import pandas as pd
import pytest

from styleclf.common import screen_width, write_table
from styleclf.data.paintings import Paintings
from styleclf.embeddings.report import _neighbours_text, paintings_to_embed, write_clusters, write_neighbours


def test_a_design_gives_its_rows_and_a_folder_all_its_images(design, sample, tmp_path):
    write_table(design, tmp_path / "design.csv")
    of_fold = paintings_to_embed(sample, tmp_path / "design.csv", "0")
    assert of_fold.rows["filename"].tolist() == design["filename"][design["fold"] == "0"].tolist()
    in_folder = paintings_to_embed(sample)
    assert set(design["filename"]) <= set(in_folder.rows["filename"])
    assert all(path.is_file() for path in in_folder.paths())


def test_neighbours_and_clusters_are_written(design, sample, tmp_path):
    paintings = Paintings(design, sample)
    embeddings = np.random.default_rng(0).normal(size=(len(design), 4))
    queries = design["filename"].iloc[:2].tolist()
    text = write_neighbours(paintings, embeddings, queries, out=tmp_path, n_nearest=3)
    assert len(pd.read_csv(tmp_path / "neighbours.csv")) == len(text.splitlines()) == 8
    assert max(map(len, text.splitlines())) <= screen_width()
    sentence = write_clusters(paintings, embeddings, out=tmp_path, projection="pca")
    assert "highest silhouette" in sentence
    assert (tmp_path / "clusters.csv").is_file()
    assert {file.stem for file in (tmp_path / "figures").iterdir()} == {"neighbours", "clusters"}


def test_damaged_files_of_a_folder_are_named_and_left_out(sample, design, tmp_path, capsys):
    content = (sample / design["filename"].iloc[0]).read_bytes()
    (tmp_path / "sound.jpg!Large").write_bytes(content)
    (tmp_path / "damaged.jpg").write_bytes(content[: len(content) // 2])
    assert paintings_to_embed(tmp_path).rows["filename"].tolist() == ["sound.jpg!Large"]
    assert f"not embedded: {tmp_path / 'damaged.jpg'} (truncated image)" in capsys.readouterr().out
    (tmp_path / "sound.jpg!Large").unlink()
    with pytest.raises(ValueError, match=r"none of 1 file in .* can be read as an image"):
        paintings_to_embed(tmp_path)


def test_long_names_of_neighbours_leave_the_style_on_the_screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    filename = f"cubism/gris_{'guitar-' * 20}.jpg"
    rows = {"query": filename, "rank": [0, 1], "filename": filename, "label": "cubism", "distance": [0, 0.5]}
    first, second = _neighbours_text(pd.DataFrame(rows)).splitlines()
    assert first.startswith("nearest to cubism/gris_")
    assert first.endswith(".jpg, cubism:")
    assert second.startswith("  0.500  cubism  cubism/gris_")
    assert len(first) == len(second) == 60
