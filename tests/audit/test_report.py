"""The whole audit: what is asked for is checked before minutes are spent; tests of recipes run all of it."""

import inspect

import pytest

from styleclf.audit.report import AuditQuestions, audit_design, audit_paintings
from styleclf.common import write_table
from styleclf.data.paintings import Paintings
from styleclf.inference.backbone import Backbone
from tests.conftest import ARCH


def test_bad_input_is_a_sentence_at_once(design):
    with pytest.raises(ValueError, match="n_seeds must be 1 or more, not 0"):
        audit_design(design, "nowhere", ARCH, n_seeds=0)


def test_the_backbones_keywords_are_those_of_the_audit():
    assert {"weights", "features", "size", "fit"} <= set(inspect.signature(audit_design).parameters)


def test_runs_without_sources_are_refused_before_anything_is_computed(design, tmp_path):
    predictions = design[["filename", "label", "author", "fold"]].assign(pred=design["label"])
    for style in design["label"].unique():
        predictions[f"proba_{style}"] = 0.1
    write_table(predictions, tmp_path / "cv/predictions.csv")
    paintings = Paintings(design, tmp_path / "nowhere")
    with pytest.raises(ValueError, match="--sources"):
        audit_paintings(paintings, Backbone(ARCH), AuditQuestions(runs=[tmp_path / "cv"]))
