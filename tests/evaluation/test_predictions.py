"""evaluation.predictions: tables are read as they were written, and ranks go by the order of styles."""

import re

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import predictions
from tests.evaluation.test_comparison import images, runs  # noqa: F401  (fixtures)


@pytest.fixture
def table(runs):
    """Predictions of a run."""
    return runs["first"]


@pytest.fixture
def read(tmp_path):
    """`read(table)`: the predictions that are read after the table was written."""

    def read_again(table):
        table.to_csv(tmp_path / "predictions.csv", index=False)
        return predictions.read_run(tmp_path)

    return read_again


def test_a_run_is_read_with_authorless_images_and_folds_as_text(table, read):
    pd.testing.assert_frame_equal(read(table), table, check_dtype=False)


def test_a_file_and_a_folder_without_predictions_are_no_runs(tmp_path):
    file = tmp_path / "metrics.csv"
    file.touch()
    with pytest.raises(OSError, match=r"metrics\.csv is a file: name the folder of the run, such as "):
        predictions.read_run(file)
    with pytest.raises(OSError, match=r"nowhere holds no predictions\.csv"):
        predictions.read_run("nowhere")


@pytest.mark.parametrize("prefix", ["author", "proba"])
def test_missing_columns_are_named(table, read, prefix):
    others = [name for name in table if not name.startswith(prefix)]
    with pytest.raises(ValueError, match=prefix):
        read(table[others])


def test_a_run_of_years_says_where_its_table_is(tmp_path):
    (tmp_path / "date_metrics.csv").touch()
    with pytest.raises(ValueError, match=r"is about years, and this is about styles: open .*date_metrics\.csv"):
        predictions.read_run(tmp_path)


@pytest.mark.parametrize("value", ["", "high", "inf", "nan", "7", "-1"])
def test_what_is_no_probability_is_named_with_its_image(table, read, value):
    table["proba_cubism"] = table["proba_cubism"].astype(str)
    table.loc[3, "proba_cubism"] = value
    image = table.loc[3, "filename"]
    advice = "otherwise remove it, and run its recipe again"
    complaint = rf"predictions\.csv has '{value}.*' as proba_cubism of {image}, which is not a probability: .*{advice}"
    with pytest.raises(ValueError, match=complaint):
        read(table)


def test_a_table_without_images_is_named_with_its_file(table, read):
    with pytest.raises(ValueError, match=r"predictions\.csv has no rows, so that there is nothing to judge"):
        read(table.iloc[:0])


def test_a_table_of_one_style_is_named_with_its_file(table, read):
    of_style = table[(table["label"] == "cubism") & (table["pred"] == "cubism")]
    other_styles = [name for name in table if name.startswith("proba_") and name != "proba_cubism"]
    with pytest.raises(ValueError, match=r"predictions\.csv knows one style alone, so that there is nothing to judge"):
        read(of_style.drop(columns=other_styles))


def test_an_image_that_is_there_twice_is_named_with_its_file(table, read):
    twice = table.iloc[[2]]
    image = table.loc[2, "filename"]
    with pytest.raises(ValueError, match=rf"predictions\.csv has {image} more than once in one fold"):
        read(pd.concat([table, twice]))


@pytest.mark.parametrize("column", ["label", "pred"])
@pytest.mark.parametrize("cell", ["fauvism", "NaN", "cubism|fauvism"])
def test_a_style_without_probabilities_is_named_with_file_and_image(table, read, column, cell):
    table.loc[3, column] = cell
    image = table.loc[3, "filename"]
    complaint = f"predictions.csv has {cell!r} as {column} of {image}, and its styles are "
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read(table)


def test_a_model_of_several_labels_may_predict_none(table, read):
    table.loc[0, "label"] = "cubism|photo"
    table.loc[1, "pred"] = ""
    again = read(table)
    assert again["label"].iloc[0] == "cubism|photo"
    assert again["pred"].iloc[1] == ""
    table.loc[1, "label"] = ""
    with pytest.raises(ValueError, match=r"predictions\.csv has '' as label of "):
        read(table)


def test_styles_with_equal_probabilities_come_in_their_order():
    probas = np.array(
        [
            [0.4, 0.4, 0.2],
            [0.4, 0.4, 0.2],
            [0.4, 0.2, np.nan],
        ]
    )
    ranks = predictions.true_ranks(probas, np.array([0, 1, 2]))
    assert ranks.tolist() == [0, 1, 3]


def test_predictions_name_the_id_of_the_predicted_style():
    probas = np.array([[0.9, 0.1], [0.2, 0.8]])
    table = predictions.prediction_columns(probas, ["cubism", "rococo"])
    assert predictions.with_pred_ids(table, {}) is table
    with_ids = predictions.with_pred_ids(table, {"rococo": "2"})
    assert list(with_ids)[:3] == ["pred", "pred_id", "proba_cubism"]
    assert with_ids["pred_id"].tolist() == ["", "2"]


def test_predictions_repeat_what_a_design_has():
    repeated = ["filename", "label", "author", "fold", "group"]
    rows = pd.DataFrame(columns=["filename", "label", "title", "author", "fold", "group"])
    assert list(predictions.design_columns(rows)) == repeated
