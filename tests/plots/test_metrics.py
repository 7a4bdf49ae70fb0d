"""styleclf.plots.metrics: values, sizes and chance."""

import pandas as pd
import pytest

from styleclf import plots
from styleclf.evaluation.metrics import metrics_table
from styleclf.plots import metrics as metrics_module
from tests.evaluation.made_predictions import make_predictions
from tests.plots.made_up import words_of


def test_metrics_show_every_value_size_and_chance():
    table = pd.concat([metrics_table(make_predictions(seed=i), part, 20) for i, part in enumerate(["test", "val"])])
    words = words_of(plots.plot_metrics(table))
    for row in table[table["metric"].isin(metrics_module.MAIN_METRICS)].itertuples():
        assert f"{row.value:.2f}" in words
        assert f"{row.part} (60 images, {row.n_authors} authors)" in words
    assert "chance" in words


def test_metrics_may_lack_intervals_chance_and_sizes():
    table = pd.DataFrame({"part": ["train", "new"], "metric": "f1", "value": [0.9, 0.5]})
    words = words_of(plots.plot_metrics(table))
    assert {"train", "new", "0.90", "0.50", "F1"} <= set(words)
    assert not any("chance" in text or "interval" in text for text in words)


def test_metrics_that_cannot_be_drawn():
    with pytest.raises(ValueError, match="lacks the column 'part'"):
        plots.plot_metrics(pd.DataFrame({"metric": ["f1"], "value": [1.0]}))
    with pytest.raises(ValueError, match=r"holds none of .* but \['ece'\]"):
        plots.plot_metrics(pd.DataFrame({"part": ["cv"], "metric": ["ece"], "value": [0.1]}))
