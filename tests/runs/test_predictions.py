"""styleclf.runs.predictions: what a prediction leaves, and what it refuses before it begins."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from styleclf.runs.predictions import PredictedImages, predict_images, write_predicted_images


@pytest.fixture
def predicted(tmp_path):
    names = [f"{tmp_path.as_posix()}/{name}.jpg" for name in "ab"]
    table = pd.DataFrame({"filename": names, "pred": ["cubism", "rococo"]})
    table = table.assign(proba_cubism=[0.9, 0.2], proba_rococo=[0.1, 0.8])
    return PredictedImages(table, {tmp_path / "c.jpg": "truncated"}, "model.pkl", {"cubism": "1"})


def test_a_prediction_leaves_a_table_and_a_page(predicted, tmp_path):
    table, page = write_predicted_images(predicted, tmp_path / "new/p.csv")
    assert pd.read_csv(table).equals(predicted.table)
    assert page == tmp_path / "new/p.html"
    assert "truncated" in page.read_text(encoding="utf-8")
    assert predicted.readable() == [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    assert "1 cubism, 1 rococo" in predicted.text()


def test_the_least_sure_picture_is_known(predicted):
    assert predicted.least_sure() == predicted.table["filename"].iat[1]
    assert predicted._replace(table=predicted.table.iloc[:0]).least_sure() == ""


def test_what_is_not_asked_for_is_not_written(predicted, tmp_path):
    files = write_predicted_images(predicted, tmp_path / "p.csv", sheet=False, annotations=tmp_path / "a.json")
    assert files == [tmp_path / "p.csv"]
    assert {file.name for file in tmp_path.iterdir()} == {"p.csv", "a.json"}


def test_sets_of_a_learner_without_thresholds_are_refused_before_any_image_is_opened():
    with pytest.raises(ValueError, match="model was not calibrated"):
        predict_images(SimpleNamespace(), [Path("nowhere.jpg")], "model", sets=True)
