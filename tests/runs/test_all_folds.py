"""styleclf.runs.all_folds: what a cross-validation can be asked; recipes/cross_validate.py runs it as a whole."""

import pytest

from styleclf.common import write_table
from styleclf.runs.all_folds import CrossValidationQuestions
from tests.evaluation.made_predictions import make_predictions


def test_only_one_style_against_the_rest_is_set_beside_all_styles(tmp_path):
    with pytest.raises(ValueError, match="beside one style against the rest only"):
        CrossValidationQuestions(beside=tmp_path)
    predictions = make_predictions().assign(fold="0")
    write_table(predictions, tmp_path / "predictions.csv")
    questions = CrossValidationQuestions(one_vs_rest="cubism", beside=tmp_path)
    (table,) = questions.read_beside().values()
    assert table["filename"].tolist() == predictions["filename"].tolist()
    assert CrossValidationQuestions().read_beside() == {}


def test_one_style_against_the_rest_has_no_hierarchy(tmp_path):
    questions = CrossValidationQuestions(one_vs_rest="cubism", hierarchy=tmp_path / "nowhere.csv")
    assert questions.read_hierarchy({"cubism", "rest"}) is None
    with pytest.raises(FileNotFoundError):
        CrossValidationQuestions(hierarchy=tmp_path / "nowhere.csv").read_hierarchy({"cubism"})


@pytest.mark.parametrize("question", [{"one_vs_rest": "cubism"}, {"hierarchy": "hierarchy.csv"}])
def test_years_have_no_styles_beside_them(question):
    with pytest.raises(ValueError, match="about styles, and the target is the year: leave them out"):
        CrossValidationQuestions(target="year", **question)
