"""metric_learning.loss_comparison: bad input and missing packages are named before any training."""

import sys

import pytest

from styleclf.data.paintings import Paintings
from styleclf.metric_learning.loss_comparison import LossComparison, train_for_comparison


def test_nothing_is_trained_for_what_cannot_be_compared(design, sample, monkeypatch):
    paintings = Paintings(design, sample)
    with pytest.raises(ValueError, match="no style 'fauvism'"):
        train_for_comparison(paintings, "0", ["fauvism"], loss="arcface", model_file="model.pkl")
    with pytest.raises(ValueError, match="not '9'"):
        train_for_comparison(paintings, "9", ["photo"], loss="arcface", model_file="model.pkl")
    with pytest.raises(ValueError, match="not supcon and triplet"):
        train_for_comparison(paintings, "0", ["photo"], loss="supcon", joint="triplet", model_file="model.pkl")
    monkeypatch.setitem(sys.modules, "pytorch_metric_learning.utils.accuracy_calculator", None)
    with pytest.raises(ValueError, match=r'pip install "styleclf\[metric\]"'):
        train_for_comparison(paintings, "0", ["photo"], loss="arcface", model_file="model.pkl")


def test_seconds_are_said_for_every_model():
    comparison = LossComparison({}, None, None, {"frozen features": 3.0, "arcface": 65.0})
    assert comparison.spoken_seconds() == "frozen features: 3 s, arcface: 1 min 05 s"
