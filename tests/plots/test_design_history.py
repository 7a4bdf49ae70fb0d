"""styleclf.plots.design_history: one row for every cross-validation."""

import pandas as pd
import pytest

from styleclf.plots.design_history import plot_design_history
from tests.plots.made_up import words_of


def test_every_run_has_its_accuracies():
    table = pd.DataFrame({"run": ["runs/a", "runs/b"], "top_1": [0.5, 0.6], "top_1_lo": [0.4, 0.5]})
    table = table.assign(top_1_hi=[0.6, 0.7], top_2=[0.7, 0.8], top_2_lo=[0.6, 0.7], top_2_hi=[0.8, 0.9])
    table["n_authors"] = [30, 31]
    words = words_of(plot_design_history(table))
    for text in ("runs/a", "runs/b", "0.50", "0.80"):
        assert text in words
    assert "class-weighted accuracy on painters never seen" in words
    nameless = words_of(plot_design_history(table.assign(n_authors=[0, 31])))
    assert "class-weighted accuracy on pictures never seen" in nameless
    with pytest.raises(ValueError, match="top_1"):
        plot_design_history(table.drop(columns="top_1"))
