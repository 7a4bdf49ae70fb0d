"""styleclf.validate: parts are what they say, and the validation set stays closed."""

from styleclf import validate
from styleclf.metrics import metrics_table


def test_parts_and_folds_are_what_they_say(trained, design, sample):
    metrics, predictions = validate.judge(trained, design, sample, 0)
    assert list(dict.fromkeys(metrics["part"])) == ["train", "test"]
    assert set(predictions["fold"]) == {"0"}
    assert predictions["filename"].tolist() == design[design["fold"] == "0"]["filename"].tolist()
    expected = metrics_table(predictions, "test")
    found = metrics[metrics["part"] == "test"].reset_index(drop=True)
    assert found["value"].tolist() == expected["value"].tolist()


def test_the_validation_set_is_opened_only_when_asked(trained, design, sample):
    metrics, predictions = validate.judge(trained, design, sample, 0, validate=True)
    assert list(dict.fromkeys(metrics["part"])) == ["train", "test", "val"]
    assert set(predictions["fold"]) == {"0", "val"}
    metrics, predictions = validate.judge(trained, design, sample, "val")
    assert list(dict.fromkeys(metrics["part"])) == ["train", "val"]
    assert set(predictions["fold"]) == {"val"}
