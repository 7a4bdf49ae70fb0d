"""evaluation.predictions: tables are read as they were written, and ranks go by the order of styles."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import predictions
from tests.evaluation.test_comparison import images, runs  # noqa: F401  (fixtures)


def test_a_run_is_read_with_authorless_images_and_folds_as_text(runs, tmp_path):
    runs["first"].to_csv(tmp_path / "predictions.csv", index=False)
    pd.testing.assert_frame_equal(predictions.read_run(tmp_path), runs["first"], check_dtype=False)
    (tmp_path / "metrics.csv").touch()
    with pytest.raises(OSError, match=r"metrics\.csv is a file: name the folder of the run, such as "):
        predictions.read_run(tmp_path / "metrics.csv")
    with pytest.raises(OSError, match=r"nowhere holds no predictions\.csv"):
        predictions.read_run("nowhere")
    for lost in ("author", "proba"):
        runs["first"].filter(regex=f"^(?!{lost})").to_csv(tmp_path / "predictions.csv", index=False)
        with pytest.raises(ValueError, match=lost):
            predictions.read_run(tmp_path)


def test_a_run_of_years_says_where_its_table_is(tmp_path):
    (tmp_path / "date_metrics.csv").touch()
    with pytest.raises(ValueError, match=r"is about years, and this is about styles: open .*date_metrics\.csv"):
        predictions.read_run(tmp_path)


@pytest.mark.parametrize("value", ["", "high", "inf", "nan", "7", "-1"])
def test_what_is_no_probability_is_named_with_its_image(runs, tmp_path, value):
    table = runs["first"].astype(str)
    column = next(name for name in table if name.startswith("proba_"))
    table.loc[3, column] = value
    table.to_csv(tmp_path / "predictions.csv", index=False)
    image = table.loc[3, "filename"]
    complaint = rf"predictions\.csv has '{value}.*' as {column} of {image}, which is not a probability"
    with pytest.raises(ValueError, match=complaint):
        predictions.read_run(tmp_path)


def test_a_table_without_images_or_with_one_twice_is_named_with_its_file(runs, tmp_path):
    table = runs["first"]
    table.iloc[:0].to_csv(tmp_path / "predictions.csv", index=False)
    with pytest.raises(ValueError, match=r"predictions\.csv has no rows, so that there is nothing to judge"):
        predictions.read_run(tmp_path)
    pd.concat([table, table.iloc[[2]]]).to_csv(tmp_path / "predictions.csv", index=False)
    image = table["filename"].iloc[2]
    with pytest.raises(ValueError, match=rf"predictions\.csv has {image} more than once in one fold"):
        predictions.read_run(tmp_path)


@pytest.mark.parametrize("column", ["label", "pred"])
@pytest.mark.parametrize("cell", ["fauvism", "NaN", "cubism|fauvism"])
def test_a_style_without_probabilities_is_named_with_file_and_image(runs, tmp_path, column, cell):
    table = runs["first"]
    table.loc[3, column] = cell
    table.to_csv(tmp_path / "predictions.csv", index=False)
    image = table.loc[3, "filename"]
    with pytest.raises(
        ValueError,
        match=rf"predictions\.csv has {cell!r} as {column} of {image}, and its styles are ".replace("|", r"\|"),
    ):
        predictions.read_run(tmp_path)


def test_a_model_of_several_labels_may_predict_none(runs, tmp_path):
    table = runs["first"].copy()
    style = table["label"].iloc[0]
    table.loc[0, "label"] = "|".join(predictions.vocab_of(table))
    table.loc[1, "pred"] = ""
    table.to_csv(tmp_path / "predictions.csv", index=False)
    read = predictions.read_run(tmp_path)
    assert style in read["label"].iloc[0] and read["pred"].iloc[1] == ""
    table.loc[1, "label"] = ""
    table.to_csv(tmp_path / "predictions.csv", index=False)
    with pytest.raises(ValueError, match=r"predictions\.csv has '' as label of "):
        predictions.read_run(tmp_path)


def test_styles_with_equal_probabilities_come_in_their_order():
    probas = np.array([[0.4, 0.4, 0.2], [0.4, 0.4, 0.2], [0.4, 0.2, np.nan]])
    assert predictions.true_ranks(probas, np.array([0, 1, 2])).tolist() == [0, 1, 3]


def test_predictions_name_the_id_of_the_predicted_style():
    table = predictions.prediction_columns(np.array([[0.9, 0.1], [0.2, 0.8]]), ["cubism", "rococo"])
    assert predictions.with_pred_ids(table, {}) is table
    assert list(predictions.with_pred_ids(table, {"rococo": "2"}))[:3] == ["pred", "pred_id", "proba_cubism"]
    assert predictions.with_pred_ids(table, {"rococo": "2"})["pred_id"].tolist() == ["", "2"]


def test_predictions_repeat_what_a_design_has():
    rows = pd.DataFrame({"filename": ["a"], "label": "cubism", "author": "", "fold": "0", "title": "x", "group": "g"})
    assert list(predictions.design_columns(rows)) == ["filename", "label", "author", "fold", "group"]
