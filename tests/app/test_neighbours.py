"""app.neighbours: the nearest training paintings, each by another painter."""

import numpy as np
import pandas as pd
import pytest

from styleclf.app.neighbours import TrainingPaintings
from styleclf.common import write_table

ROWS = [  # author, colour, shade, fold
    ("gris", "red", 0, "0"),
    ("gris", "red", 10, "0"),
    ("braque", "red", 20, "1"),
    ("", "red", 30, "1"),
    ("", "red", 40, "0"),
    ("monet", "blue", 0, "1"),
    ("seen-last", "red", 5, "val"),
]


@pytest.fixture
def design(tmp_path, paint):
    rows = []
    for i, (author, colour, shade, fold) in enumerate(ROWS):
        name = f"{author}_{i}.png" if author else f"{i}.png"
        paint(name, colour, shade).rename(tmp_path / name)
        rows.append((colour, author, str(i), name, 12, 9, "", fold))
    columns = ["label", "author", "title", "filename", "width", "height", "copy_of", "fold"]
    write_table(pd.DataFrame(rows, columns=columns), tmp_path / "design.csv")
    return tmp_path / "design.csv"


def nearest(engine, design, name, shade=12, **options):
    paintings = TrainingPaintings(engine, design, design.parent, **options)
    levels = np.array([30, 40, 200]) + shade
    return paintings.nearest((levels / levels.sum()).astype(np.float32), name)


def test_each_painter_has_one_painting_and_nobody_of_the_validation_set(engine, design):
    neighbours = nearest(engine, design, "unknown.png")
    assert [neighbour.author for neighbour in neighbours] == ["gris", "braque", "", "", "monet"]
    assert neighbours[0].path.name == "gris_1.png"
    assert neighbours[-1].label == "blue"
    distances = [neighbour.distance for neighbour in neighbours]
    assert distances == sorted(distances)


def test_a_fold_that_the_design_has_not_is_refused(engine, design):
    with pytest.raises(ValueError, match=r"the design has no fold '9': choose from 0, 1"):
        nearest(engine, design, "x.png", unseen_fold="9")


def test_the_painter_in_the_name_and_the_unseen_fold_are_left_out(engine, design):
    assert "gris" not in [neighbour.author for neighbour in nearest(engine, design, "Gris_guitar.png")]
    files = {neighbour.path.name for neighbour in nearest(engine, design, "x.png", unseen_fold="0")}
    assert files == {"braque_2.png", "3.png", "monet_5.png"}


def test_embeddings_are_kept_until_a_file_changes(engine, design, tmp_path, monkeypatch):
    kept = tmp_path / "kept.npz"
    expected = nearest(engine, design, "x.png", kept_in=kept)
    asked = []
    monkeypatch.setattr(engine, "prediction", lambda path: asked.append(path) or "gone")
    assert nearest(engine, design, "x.png", kept_in=kept) == expected
    assert not asked
    (tmp_path / "3.png").write_bytes(b"")
    with pytest.raises(ValueError, match=r"none of the paintings of .* can be read"):
        nearest(engine, design, "x.png", kept_in=kept)
    assert len(asked) == 6
    kept.write_bytes(b"cut")
    monkeypatch.undo()
    assert len(nearest(engine, design, "x.png", kept_in=kept)) == 4
