"""styleclf.plots.reliability: a panel for every table, with its scores."""

import pytest

from styleclf.evaluation import metrics_table, reliability_table
from styleclf.plots import plot_reliability
from tests.evaluation.made_predictions import make_predictions


def test_every_table_has_a_panel_with_its_scores():
    tables = {name: make_predictions(seed=i) for i, name in enumerate("abc")}
    panels = [axes for axes in plot_reliability(tables).axes if axes.get_visible()]
    assert len(panels) == 3
    for axes, (name, table) in zip(panels, tables.items(), strict=True):
        loss = metrics_table(table, "", n_resamples=1).set_index("metric")["value"]["log_loss"]
        assert axes.get_title("left").startswith(f"{name}: log loss {loss:.2f}, Brier ")
    with pytest.raises(ValueError, match="no rows"):
        plot_reliability({"a": tables["a"].iloc[:0]})


def test_ranges_of_few_images_are_no_zigzag():
    predictions = make_predictions(70)
    table = reliability_table(predictions)
    few = table["n_images"] < 5
    assert few.any()
    assert not few.all()
    (axes,) = plot_reliability({"test": predictions}).axes
    _, line, rings = axes.lines
    assert line.get_xdata().tolist() == table["confidence"][~few].tolist()
    assert line.get_linestyle() == "-"
    assert rings.get_xdata().tolist() == table["confidence"][few].tolist()
    assert rings.get_linestyle() == "None"
