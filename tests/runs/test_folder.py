"""A run's folder: what is written can be read, and what is damaged is refused."""

import numpy as np
import pandas as pd
import pytest

from styleclf.runs.folder import read_embeddings, write_embeddings, write_precision_recall
from tests.evaluation.made_predictions import make_predictions


def test_embeddings_come_back_as_they_were_written(tmp_path):
    embeddings = np.random.default_rng(0).normal(size=(3, 16)).astype(np.float32)
    write_embeddings(embeddings, pd.Series(["a.jpg", "b/ü.jpg", "c.jpg"]), tmp_path / "embeddings.npz")
    values, filenames = read_embeddings(tmp_path / "embeddings.npz")
    assert (values == embeddings).all()
    assert filenames.tolist() == ["a.jpg", "b/ü.jpg", "c.jpg"]


def test_embeddings_of_other_images_are_damaged(tmp_path):
    write_embeddings(np.zeros((3, 2)), ["a.jpg", "b.jpg"], tmp_path / "embeddings.npz")
    with pytest.raises(ValueError, match=r"embeddings\.npz"):
        read_embeddings(tmp_path / "embeddings.npz")
    with pytest.raises(OSError, match="none"):
        read_embeddings(tmp_path / "none.npz")


def test_embeddings_of_a_training_that_diverged_are_named(tmp_path):
    write_embeddings(np.array([[1.0, 2.0], [np.nan, 3.0]]), ["a.jpg", "b.jpg"], tmp_path / "embeddings.npz")
    with pytest.raises(ValueError, match=r"embeddings\.npz has NaN or infinity in 1 of 2 rows .*lower lr_max"):
        read_embeddings(tmp_path / "embeddings.npz")


def test_precision_and_recall_leave_the_validation_set_out(tmp_path):
    predictions = make_predictions().assign(fold="0")
    predictions.loc[:3, "fold"] = "val"
    style = predictions["label"].iloc[-1]
    scores = write_precision_recall({"mine": predictions}, style, tmp_path)
    assert scores["n_images"].tolist() == [len(predictions) - 4]
    curves = pd.read_csv(tmp_path / "precision_recall_curves.csv")
    assert len(curves) == 100
    assert (tmp_path / "figures/precision_recall.png").stat().st_size
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "precision_recall.csv"), scores, check_dtype=False)
