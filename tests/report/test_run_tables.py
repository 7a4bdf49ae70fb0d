"""The tables in a run's folder."""

import json

import numpy as np
import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.evaluation import metrics_table, read_run
from styleclf.report.run_tables import further_table, main_part, read_run_tables
from tests.report.made_up import predictions_of


def test_what_a_run_has_left(cv_folder):
    run = read_run_tables(cv_folder)
    assert run.part == "cv" and list(run.histories) == ["fold 0"] and run.settings["arch"] == "resnet18"
    pd.testing.assert_frame_equal(run.judged, read_run(cv_folder))
    metrics = pd.read_csv(cv_folder / "metrics.csv")
    expected = metrics[(metrics["part"] == "cv") & (metrics["metric"] == "f1")]["value"].item()
    assert run.estimate("f1")["value"] == expected
    with pytest.raises(ValueError, match="no luck of cv"):
        run.estimate("luck")


def test_of_a_fold_the_settings_are_those_of_its_cross_validation(cv_folder, tmp_path):
    for name in ("metrics.csv", "predictions.csv"):
        (tmp_path / "fold-0").mkdir(exist_ok=True)
        (tmp_path / "fold-0" / name).write_bytes((cv_folder / name).read_bytes())
    (tmp_path / "fold-0/fold.json").write_text("{}")
    (tmp_path / "settings.json").write_text(json.dumps({"settings": {"arch": "of the whole"}}))
    assert read_run_tables(tmp_path / "fold-0").settings == {"arch": "of the whole"}


def test_a_validation_is_about_the_validation_set(design):
    predictions = predictions_of(design)
    metrics = pd.concat([metrics_table(predictions, part, 100) for part in ("train", "test", "val")])
    assert main_part(metrics, predictions[predictions["fold"] == "val"]) == "val"
    assert main_part(metrics, predictions[predictions["fold"] != "val"]) == "test"
    with pytest.raises(ValueError, match="none of cv, test, val"):
        main_part(metrics[metrics["part"] == "train"], predictions)


def test_further_tables_come_along(cv_folder, tmp_path):
    for file in cv_folder.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    novelty = pd.DataFrame({"style": ["cubism", ""], "auroc": [0.912345, np.nan], "empty": ["", ""]})
    write_table(novelty, tmp_path / "novelty.csv")
    calibration = pd.DataFrame({"part": ["cv"], "metric": ["ece"], "value": [0.1], "better": [0.5]})
    write_table(calibration, tmp_path / "calibration.csv")
    of_calibration, of_novelty = read_run_tables(tmp_path).further.values()
    assert of_novelty.columns.tolist() == ["style", "auroc"] and of_novelty["style"].tolist() == ["cubism", ""]
    assert of_novelty["auroc"].tolist()[0] == 0.912345 and np.isnan(of_novelty["auroc"].iloc[1])
    assert of_calibration.columns.tolist() == ["metric", "value"]
    of_pictures = pd.DataFrame({"filename": ["cubism/a.jpg"], "label": ["cubism"], "novelty": [0.5]})
    write_table(of_pictures, tmp_path / "novelty.csv")  # as a training writes it
    assert len(read_run_tables(tmp_path).further) == 1


def test_styles_whose_names_are_numbers_stay_names(tmp_path):
    table = pd.DataFrame({"style": ["0019", "19", ""], "auroc": ["0.9", "0.8", ""], "label": [np.nan, "", ""]})
    write_table(table, tmp_path / "novelty.csv")
    read = further_table(tmp_path / "novelty.csv")
    assert read["style"].tolist() == ["0019", "19", ""] and read["auroc"].tolist()[:2] == [0.9, 0.8]
    assert read["label"].isna().all()


def test_a_metric_that_is_no_number_is_named_with_its_part(cv_folder, tmp_path):
    for name in ("metrics.csv", "predictions.csv"):
        (tmp_path / name).write_bytes((cv_folder / name).read_bytes())
    metrics = pd.read_csv(tmp_path / "metrics.csv", dtype=str, keep_default_na=False)
    metrics.loc[0, "value"] = "much"
    write_table(metrics, tmp_path / "metrics.csv")
    with pytest.raises(ValueError, match=r"metrics\.csv has 'much' as .* of .*, which is not a number: run its recipe"):
        read_run_tables(tmp_path)


def test_tables_that_were_cut_off_are_named(cv_folder, tmp_path):
    for name in ("metrics.csv", "predictions.csv"):
        (tmp_path / name).write_bytes((cv_folder / name).read_bytes())
    metrics = pd.read_csv(tmp_path / "metrics.csv", dtype=str, keep_default_na=False)
    write_table(metrics[metrics["part"] != "cv"], tmp_path / "metrics.csv")
    cut_off = read_run_tables(tmp_path)
    with pytest.raises(ValueError, match=r"metrics\.csv is damaged or cut off, the metrics have the parts .*: run its"):
        assert cut_off.part
    (tmp_path / "history.csv").write_text("epoch,loss\n0,0.5\nnan,0.4\n")
    with pytest.raises(ValueError, match=r"history\.csv has 'nan' as epoch in row 1, which is not a number"):
        read_run_tables(tmp_path)


def test_a_damaged_table_is_one_sentence(cv_folder, tmp_path):
    for name in ("metrics.csv", "predictions.csv"):
        (tmp_path / name).write_bytes((cv_folder / name).read_bytes())
    (tmp_path / "metrics.csv").write_text("part,metric\ncv,f1\n")
    with pytest.raises(ValueError, match="lacks the column value"):
        read_run_tables(tmp_path)
