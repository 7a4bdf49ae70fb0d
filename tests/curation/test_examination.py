"""Examining the labels of a cross-validation: what is doubted, and what cannot be examined."""

import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.curation.examination import examined_labels
from styleclf.data.decisions import revised_design
from tests.curation.conftest import WRONG_IMAGE, WRONG_PAINTER, write_cv


def test_wrong_labels_of_a_painter_and_of_a_work_come_first(cv, wrong_design):
    examination = examined_labels(cv, wrong_design)
    first = examination.images.head(6)
    assert set(first["author"]) == {WRONG_PAINTER, "cubism-1"}
    assert WRONG_IMAGE in set(first["filename"])
    assert set(first["proposed"]) == {"rococo", "cubism"}
    assert (first["label"] == "ukiyo-e").all()
    assert examination.painters[["author", "proposed"]].to_numpy().tolist() == [[WRONG_PAINTER, "rococo"]]
    assert len(examination.images) < 12
    assert 4 < examination.expected < 12


def test_sources_are_a_column_of_the_design_or_a_table(cv, wrong_design, tmp_path):
    assert examined_labels(cv, wrong_design).sources.empty
    rows = pd.read_csv(wrong_design, dtype=str, keep_default_na=False)
    sources = rows[["filename"]].assign(
        source=(rows["author"] == WRONG_PAINTER).map({True: "scanner", False: "museum"})
    )
    write_table(sources, tmp_path / "sources.csv")
    of_table = examined_labels(cv, wrong_design, sources=tmp_path / "sources.csv").sources
    assert of_table["group"].tolist() == ["scanner", "museum"]
    assert of_table["n_works"].tolist() == [5, 85]
    assert of_table["n_doubted"].iloc[0] == 5
    write_table(rows.assign(source=sources["source"]), wrong_design)
    pd.testing.assert_frame_equal(examined_labels(cv, wrong_design).sources, of_table)


def test_what_somebody_has_kept_is_not_doubted_again(cv, wrong_design, tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text(f"filename,author,label,proposed,decision\n,{WRONG_PAINTER},ukiyo-e,rococo,keep\n")
    rows = revised_design(wrong_design, path, out=tmp_path / "design-2")
    write_table(rows, tmp_path / "design-2/design.csv")
    examination = examined_labels(cv, tmp_path / "design-2/design.csv")
    assert examination.n_confirmed == 5
    assert examination.painters.empty
    assert WRONG_PAINTER not in set(examination.images["author"])
    assert WRONG_IMAGE in set(examination.images["filename"])


def test_training_predictions_and_other_designs_are_refused(cv, wrong_design, tmp_path):
    predictions = pd.read_csv(cv / "predictions.csv", dtype={"fold": str})
    write_table(predictions[predictions["fold"] == "0"], tmp_path / "train/predictions.csv")
    with pytest.raises(ValueError, match="predictions of 1 fold only: name the folder of a cross-validation"):
        examined_labels(tmp_path / "train", wrong_design)
    with pytest.raises(FileNotFoundError, match="holds no predictions"):
        examined_labels(tmp_path, wrong_design)
    rows = pd.read_csv(wrong_design, dtype=str, keep_default_na=False)
    write_table(rows.assign(label=rows["label"].mask(rows.index == 3, "rococo")), tmp_path / "other/design.csv")
    with pytest.raises(ValueError, match=r"the labels of .* differ, such as that of cubism/cubism-0_3\.jpg"):
        examined_labels(cv, tmp_path / "other/design.csv")
    write_table(rows.iloc[1:], tmp_path / "fewer/design.csv")
    with pytest.raises(ValueError, match=r"has judged cubism/cubism-0_0\.jpg, which .* does not have"):
        examined_labels(cv, tmp_path / "fewer/design.csv")


def test_the_validation_set_is_not_looked_at(wrong_design, tmp_path):
    rows = pd.read_csv(wrong_design, dtype=str, keep_default_na=False)
    rows["fold"] = rows["fold"].mask(rows["author"] == WRONG_PAINTER, "val")
    write_table(rows, wrong_design)
    examination = examined_labels(write_cv(tmp_path / "cv", rows, tmp_path), wrong_design)
    assert WRONG_PAINTER not in set(examination.doubts.images["author"])
