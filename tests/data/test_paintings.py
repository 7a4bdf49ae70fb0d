"""styleclf.data.paintings: rows and their folder stay together."""

import numpy as np
import pytest

from styleclf.common import write_table
from styleclf.data.paintings import Paintings, check_rows, read_paintings


def test_parts_of_paintings_keep_their_folder_and_number_their_rows_anew(design, sample):
    paintings = Paintings(design, sample)
    assert len(paintings) == len(design)
    assert all(path.is_file() for path in paintings.paths())
    fold = paintings.where(paintings.folds == "1")
    assert fold.folder == sample
    assert set(fold.folds) == {"1"}
    assert fold.rows.index.tolist() == list(range(len(fold)))
    assert set(paintings.without_validation().folds) == set(design["fold"]) - {"val"}


def test_paintings_are_read_from_a_design_and_one_style_stands_against_the_rest(design, sample, tmp_path):
    file = tmp_path / "design.csv"
    write_table(design, file)
    paintings = read_paintings(file, sample)
    assert paintings.folder == sample
    assert paintings.rows["filename"].tolist() == design["filename"].tolist()
    style = design["label"].iat[0]
    against_rest = read_paintings(file, sample, one_vs_rest=style)
    assert set(against_rest.rows["label"]) == {style, "rest"}
    with pytest.raises(ValueError, match="no style 'sumi-e'"):
        read_paintings(file, sample, one_vs_rest="sumi-e")


def test_one_of_several_labels_stands_against_the_rest_already(design, sample, tmp_path):
    file = tmp_path / "design.csv"
    write_table(design.assign(label=design["label"] + "|painted"), file)
    with pytest.raises(ValueError, match="several labels, each of which stands against the rest already: leave out"):
        read_paintings(file, sample, one_vs_rest="painted", several_labels=True)


def test_a_run_of_years_has_no_styles(tmp_path):
    (tmp_path / "date_metrics.csv").touch()
    with pytest.raises(ValueError, match="is about years, and this is about styles: name a cross-validation of styles"):
        read_paintings(tmp_path / "design.csv", tmp_path)


def test_what_is_not_there_is_named_with_what_to_do(tmp_path):
    absent = tmp_path / "design.csv"
    with pytest.raises(FileNotFoundError, match=r"no design at .*csv: make one with recipes/design\.py, or"):
        read_paintings(absent, tmp_path)
    with pytest.raises(FileNotFoundError, match=r"no folder of images at my/no, and no design at .*csv: name the"):
        read_paintings(absent, "my/no")
    (tmp_path / "settings.json").touch()
    with pytest.raises(FileNotFoundError, match=r"is the folder of a run without design\.csv: name a cross-validation"):
        read_paintings(absent, tmp_path)
    with pytest.raises(FileNotFoundError, match=r"is a folder, and not a design: name design\.csv in it"):
        read_paintings(tmp_path, tmp_path)


def test_what_is_no_design_is_named(design, sample):
    for received, words in (
        ("runs/design.csv", "'runs/design.csv' is not a design: give a table, as read_design"),
        (list(range(99)), "a list of length 99 is not a design"),
        (design.drop(columns="filename"), "lacks the column filename; it has label"),
        (design.assign(filename=3), "has 3 as filename"),
    ):
        with pytest.raises(ValueError, match=words):
            check_rows(received)
    with pytest.raises(ValueError, match="images must be a path, not None"):
        Paintings(design, None)


def test_folds_that_are_missing_are_told(design, sample):
    with pytest.raises(ValueError, match="the design lacks the column fold; it has label"):
        _ = Paintings(design.drop(columns="fold"), sample).folds
    folds = [np.nan, *design["fold"].iloc[1:]]
    with pytest.raises(ValueError, match=r"the design has nan as fold of .*: read it with read_design"):
        _ = Paintings(design.assign(fold=folds), sample).folds
    assert set(Paintings(design.assign(fold=1), sample).folds) == {"1"}
