"""Judging: parts are what they say, and the validation set stays closed."""

import pandas as pd
import pytest

from styleclf.data.paintings import Paintings
from styleclf.evaluation.metrics import metrics_table
from styleclf.runs import judging


def test_parts_and_folds_are_what_they_say(trained, design, sample):
    metrics, predictions = judging.judge(trained, design, sample, fold=0)
    assert list(dict.fromkeys(metrics["part"])) == ["train", "test"]
    assert set(predictions["fold"]) == {"0"}
    assert predictions["filename"].tolist() == design[design["fold"] == "0"]["filename"].tolist()
    expected = metrics_table(predictions, "test")
    found = metrics[metrics["part"] == "test"].reset_index(drop=True)
    assert found["value"].tolist() == expected["value"].tolist()


def test_the_validation_set_is_opened_only_when_asked(trained, design, sample):
    metrics, predictions = judging.judge(trained, design, sample, fold=0, validate=True)
    assert list(dict.fromkeys(metrics["part"])) == ["train", "test", "val"]
    assert set(predictions["fold"]) == {"0", "val"}
    metrics, predictions = judging.judge(trained, design, sample, fold="val")
    assert list(dict.fromkeys(metrics["part"])) == ["train", "val"]
    assert set(predictions["fold"]) == {"val"}


def test_every_opening_of_the_validation_set_is_written_down_and_counted(trained, design, sample, tmp_path, capsys):
    judging.judge(trained, design, sample, fold=0, record=tmp_path)
    assert not (tmp_path / judging._OPENINGS_FILE).exists()
    for n, said in enumerate(("the first time", "time number 2"), start=1):
        judging.judge(trained, design, sample, fold=0, validate=True, record=tmp_path)
        assert said in capsys.readouterr().out
        openings = pd.read_csv(tmp_path / judging._OPENINGS_FILE)
        assert len(openings) == n and openings["design"].nunique() == 1


def test_an_opening_is_on_record_even_if_the_prediction_fails(design, sample, tmp_path):
    def fail(paintings):
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        judging.open_validation_set(Paintings(design, sample), fail, tmp_path)
    assert len(pd.read_csv(tmp_path / judging._OPENINGS_FILE)) == 1
