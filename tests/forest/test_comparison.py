"""Measurements of models beside one another, in tables and sentences."""

import pandas as pd
import pytest

pytest.importorskip("optuna", reason="forests are tuned, which is an extra: pip install styleclf[tune]")

from styleclf.evaluation import metrics_table
from styleclf.forest.comparison import (
    _calibration_sentence,
    comparison_sentences,
    exported_sentence,
    measure_models,
    measurements_text,
)
from styleclf.forest.two_by_two import cells_by_name


def test_the_cells_stand_beside_the_network_with_paired_intervals(cells, made_up):
    names = cells_by_name(cells)
    assert next(iter(names)) == "network on embeddings"
    assert len(names) == 8
    table = measure_models(names, "cv", n_resamples=100)
    for name, predictions in names.items():
        expected = metrics_table(predictions, "cv", 100).set_index("metric")
        result = table[table["model"] == name].set_index("metric")
        for metric in result.index:
            assert result["value"][metric] == pytest.approx(expected["value"][metric])
            assert result["lo"][metric] == pytest.approx(expected["lo"][metric])
            first = table[table["model"] == "network on embeddings"].set_index("metric")["value"][metric]
            if name != "network on embeddings":
                assert result["difference"][metric] == pytest.approx(result["value"][metric] - first)
    text = measurements_text(table)
    assert text.partition("\n\n")[0].count("\n") == 8
    assert "cv, forest on frozen features" in text


def test_sentences_name_the_winner_and_every_comparison(cells):
    sentences = comparison_sentences(cells)
    best = max(
        (metrics_table(table, "", 2).set_index("metric")["value"]["top_2_accuracy"], model, name)
        for name, models in cells.items()
        for model, table in models.items()
    )
    assert f"{best[0]:.3f}" in sentences[0]
    assert sum(" in top-2 accuracy" in sentence for sentence in sentences[1:]) == 6
    assert sum("is calibrated" in sentence for sentence in sentences) == 2


@pytest.mark.parametrize("low, high, options", [(-0.2, -0.1, "better"), (0.1, 0.2, "worse"), (-0.1, 0.1, "as well as")])
def test_calibration_is_told_by_the_interval(low, high, options):
    rows = [("x", name, "ece", 0.1, 0, 1, 0.0, low, high) for name in ("network", "forest")]
    columns = ["part", "model", "metric", "value", "lo", "hi", "difference", "retrained_lo", "retrained_hi"]
    assert f"forest is calibrated {options}" in _calibration_sentence(pd.DataFrame(rows, columns=columns))


@pytest.mark.parametrize("forest, better", [(0.5, "network"), (0.7, "calibrated forest")])
def test_the_better_of_the_exported_forest_and_the_network_is_named(forest, better):
    values = [
        ("train", "network", 0),
        ("test", "network", 0.6),
        ("test", "forest", 1),
        ("test", "calibrated forest", forest),
    ]
    heads = pd.DataFrame(values, columns=["part", "model", "value"]).assign(metric="top_2_accuracy")
    assert f"calibrated forest is exported; on painters not seen the {better} has" in exported_sentence(heads)
