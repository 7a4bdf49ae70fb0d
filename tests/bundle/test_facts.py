"""bundle.facts: what lies beside a model is taken as it is, what does not is left empty, and folders stay at home."""

import pandas as pd
import pytest

from styleclf.bundle.facts import UNKNOWN_LICENCE, TrainingFacts, facts_beside, licence_of
from styleclf.common import write_json
from styleclf.evaluation import ALL_LABELS

COLUMNS = "part,metric,value,lo,hi,n_images,n_authors"


def test_of_a_model_alone_nothing_is_known(tmp_path):
    assert facts_beside(tmp_path / "model.pkl") == TrainingFacts()


def test_metrics_are_plain_values_and_what_has_no_interval_has_none(tmp_path):
    (tmp_path / "metrics.csv").write_text(f"chance,{COLUMNS}\n0.1,cv,ece,0.25,,,90,9\n0.1,cv,top_1,1,0.9,1,90,9\n")
    first, second = facts_beside(tmp_path / "model.pkl").metrics
    assert first == dict(part="cv", metric="ece", value=0.25, lo=None, hi=None, n_images=90, n_authors=9)
    assert second["hi"] == 1 and list(second) == COLUMNS.split(",")
    assert all(type(value) in (str, float, int, type(None)) for value in first.values())


def test_of_several_labels_those_of_all_together_are_taken(tmp_path):
    rows = [("cv", "f1", 0.5, 0.4, 0.6, 90, 9, label) for label in (ALL_LABELS, "cubism")]
    pd.DataFrame(rows, columns=[*COLUMNS.split(","), "label"]).to_csv(tmp_path / "labels.csv", index=False)
    (row,) = facts_beside(tmp_path / "model.pkl").metrics
    assert row["value"] == 0.5 and "label" not in row


@pytest.mark.parametrize("of_design, n_rows", [("ab12", 1), ("cd34", 0)])
def test_a_model_of_all_folds_has_the_metrics_of_its_cross_validation(tmp_path, of_design, n_rows):
    cv = tmp_path / "cv"
    cv.mkdir()
    (cv / "metrics.csv").write_text(f"{COLUMNS}\nfold 0,top_1,1,0.9,1,9,3\ncv,top_1,1,0.9,1,90,9\n")
    write_json({"settings": {}, "design_blake2b": of_design}, cv / "settings.json")
    write_json({"settings": {"cv": str(cv)}, "design_blake2b": "ab12"}, tmp_path / "settings.json")
    metrics = facts_beside(tmp_path / "model.pkl").metrics
    assert [row["n_images"] for row in metrics] == [90] * n_rows


def test_a_damaged_table_is_one_sentence(tmp_path):
    (tmp_path / "metrics.csv").write_text("part,metric\ncv,f1\n")
    with pytest.raises(ValueError, match=r"metrics\.csv lacks the column value"):
        facts_beside(tmp_path / "model.pkl")


def test_weights_lose_their_folder(tmp_path):
    for settings, weights in (({"weights": "/home/somebody/secret/body.pth"}, "body.pth"), ({}, "")):
        write_json({"settings": settings, "design_blake2b": "ab12"}, tmp_path / "settings.json")
        facts = facts_beside(tmp_path / "model.pkl")
        assert facts.weights == weights and facts.design_blake2b == "ab12" and facts.versions == {}


def test_the_licences_are_timms(monkeypatch):
    assert licence_of(["resnet18"], "none").startswith("none needed")
    assert licence_of(["resnet18"], "my/body.pth") == UNKNOWN_LICENCE
    named = licence_of(["resnet18", "resnet18"], "imagenet")
    assert named == licence_of(["resnet18"], "imagenet") and named not in ("", UNKNOWN_LICENCE)
    assert licence_of(["resnet18", "no_such_body"], "imagenet") == ", ".join(sorted([named, UNKNOWN_LICENCE]))
