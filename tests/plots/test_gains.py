"""styleclf.plots.gains: rows that are told and rows that are not."""

import numpy as np
import pandas as pd
import pytest

from styleclf.plots.gains import plot_gains
from tests.plots.made_up import words_of

TABLE = pd.DataFrame(
    {
        "kind": ["painters", "works by the same painters", "painters", "works by the same painters"],
        "style": ["", "", "cubism", "cubism"],
        "unit": ["painter and nameless picture", "work", "painter", "work"],
        "n": [40, 200, 5, 30],
        "more": [40, 200, 8, 30],
        "gain": [0.05, 0.001, np.nan, 0.01],
        "lo": [0.02, -0.01, np.nan, 0],
        "hi": [0.08, 0.012, np.nan, 0.02],
    }
)


def test_gains_are_points_by_what_is_asked_for():
    words = words_of(plot_gains(TABLE))
    for text in (
        "40 more painters and nameless pictures",
        "200 more works by the same painters",
        "8 more cubism painters",
        "30 more cubism works",
        "+5.0",
    ):
        assert text in words
    with pytest.raises(ValueError, match="gain"):
        plot_gains(TABLE.drop(columns="gain"))
