"""Tables of a page about findings: a number keeps its digits, and what is missing is a dash."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.report.findings import Value, difference_of, figures_of, plain_table, shown_cell, value_of, wide_table
from styleclf.report.run_tables import RunFacts

NAMES = {"top_1": "top-1", "ece": "calibration error", "absent": "never asked"}


@pytest.fixture
def table():
    """Two models and two metrics; the second model has no calibration error."""
    rows = [("b", "ece", 0.1), ("b", "top_1", 0.5), ("a", "top_1", 0.7)]
    return pd.DataFrame(rows, columns=["model", "metric", "value"]).assign(lo=0.01, hi=0.9)


@pytest.mark.parametrize(
    "value, cell",
    [(0.123456, Value(0.123456)), (np.nan, "–"), (3, "3"), (True, "yes"), (np.False_, "no"), ("<b>", "<b>")],
)
def test_a_cell_is_a_number_a_word_or_a_dash(value, cell):
    assert shown_cell(value) == cell


def test_an_interval_goes_along_even_where_it_is_not_known():
    row = {"value": 0.5, "lo": np.nan, "hi": np.nan}
    value = value_of(row)
    assert value.value == 0.5
    assert np.isnan(value.lo)
    assert not value.is_difference
    assert value_of({**row, "value": np.nan}) == "–"
    columns = ("value", "lo", "hi")
    assert difference_of({"value": "-0.5", "lo": -1, "hi": 0}, columns) == Value(-0.5, -1, 0, is_difference=True)
    assert difference_of({"value": np.nan, "lo": -1, "hi": 0}, columns) == "–"


def test_a_wide_table_has_the_models_in_their_order_and_the_metrics_in_that_of_their_names(table):
    shown = wide_table(table, NAMES, "models")
    assert shown.headings == ["model", "top-1", "calibration error"]
    assert shown.rows == [["b", Value(0.5, 0.01, 0.9), Value(0.1, 0.01, 0.9)], ["a", Value(0.7, 0.01, 0.9), "–"]]


def test_chance_is_the_last_row_where_it_is_known(table):
    with_chance = table.assign(chance=table["metric"].map({"top_1": 0.25}))
    assert wide_table(with_chance, NAMES, "models").rows[-1] == ["chance", Value(0.25), "–"]
    unknown = table.assign(chance=np.nan)
    assert wide_table(unknown, NAMES, "models").rows == wide_table(table, NAMES, "models").rows


def test_columns_are_shown_by_their_headings_and_missing_ones_left_out(table):
    shown = plain_table(table, {"value": "score", "absent": "never", "model": "who"}, "scores")
    assert shown.headings == ["score", "who"]
    assert shown.rows[0] == [Value(0.1), "b"]


def test_figures_that_are_there_stand_in_the_page(tmp_path):
    (tmp_path / "figures").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "figures/leak.png")
    (figure,) = figures_of(RunFacts(tmp_path, {}), {"absent": "nothing", "leak": "How much"})
    assert figure.heading == "How much"
    assert figure.uri.startswith("data:image/png;base64,")
