"""Two by two: a row for every model below the features it is on, and grey differences that may be none."""

import pandas as pd
import pytest

from styleclf.plots.forest import _row_places, plot_two_by_two
from tests.plots.made_up import panel_words

MODELS = ["network on embeddings", "forest on embeddings", "network on frozen features", "forest on frozen features"]
METRICS = ["top_2_accuracy", "log_loss", "ece"]


def comparison():
    """The first model's differences are NaN, those of the others 0.05."""
    rows = []
    for number, model in enumerate(MODELS):
        difference = 0.05 if number else float("nan")
        for metric in METRICS:
            bounds = (difference - 0.02, difference + 0.02, difference - 0.08, difference + 0.08)
            rows.append((model, metric, 0.7 + 0.01 * number, 0.6, 0.8, difference, *bounds))
    columns = ["model", "metric", "value", "lo", "hi", "difference", "difference_lo", "difference_hi"]
    return pd.DataFrame(rows, columns=[*columns, "retrained_lo", "retrained_hi"])


def test_rows_stand_below_the_features_they_are_on():
    fig = plot_two_by_two(comparison())
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert labels == ["on embeddings", "network", "forest", "on frozen features", "network", "forest"]
    places = list(_row_places(MODELS).values())
    assert places == sorted(places)


def test_numbers_are_values_and_differences_in_points():
    words = panel_words(plot_two_by_two(comparison()))
    assert {"0.700", "0.730", "+5.0"} <= words
    assert len([word for word in words if word.startswith("+")]) == 1


def test_a_table_without_differences_is_refused():
    with pytest.raises(ValueError, match="difference_lo"):
        plot_two_by_two(comparison().drop(columns="difference_lo"))
