"""styleclf.data.reports: what a person reads of a catalogue and of a design."""

import pandas as pd

from styleclf.data.annotation.catalog import make_catalogue
from styleclf.data.annotation.tables import read_annotation
from styleclf.data.design import make_design, read_design
from styleclf.data.fold_balance import design_table
from styleclf.data.reports import catalogue_text, design_text, write_catalogue, write_design
from tests.data.annotations import museum


def test_conflicting_copies_are_shown_where_there_are_any(images, tmp_path):
    catalogue = make_catalogue(images, progress=False)
    assert catalogue_text(catalogue) == f"{catalogue.text}\n\nno file was rejected"
    (images / "photo" / "copy.jpg").write_bytes((images / "cubism" / "Picasso_guitar.jpg").read_bytes())
    catalogue = make_catalogue(images, progress=False)
    *_, heading, first, second = catalogue_text(catalogue).splitlines()
    assert heading == "identical files under two authors or styles, kept in one fold:"
    assert first == "cubism/Picasso_guitar.jpg  cubism, picasso"
    assert second == "photo/copy.jpg             photo"
    write_catalogue(catalogue, tmp_path / "out")
    assert len(read_annotation(tmp_path / "out" / "annotation.csv")) == 5
    assert pd.read_csv(tmp_path / "out" / "rejected.csv").empty
    assert pd.read_csv(tmp_path / "out" / "merges.csv").empty


def test_a_users_merges_are_never_written_over(images, tmp_path):
    (tmp_path / "merges.csv").write_text("what,name,merge_into,n_images\nauthor,picasso,gris,1\n")
    catalogue = make_catalogue(images, merge=tmp_path / "merges.csv", progress=False)
    write_catalogue(catalogue, tmp_path)
    assert "picasso,gris" in (tmp_path / "merges.csv").read_text()
    assert set(catalogue.annotation["author"]) == {"gris", "braque", "a", "b"}


def test_a_design_is_shown_beside_other_ways_and_written(tmp_path):
    design = make_design(museum())
    text = design_text(design)
    assert text.startswith(design_table(design).to_string())
    assert "StratifiedGroupKFold" in text
    write_design(design, tmp_path)
    assert len(read_design(tmp_path / "design.csv")) == len(design)
    assert (tmp_path / "design_table.csv").is_file()
