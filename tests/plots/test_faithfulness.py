"""Faithfulness: methods by what they gain, orders that no method gives as dashes."""

import numpy as np
import pandas as pd

from styleclf.plots.faithfulness import _GAIN_COLUMNS, plot_faithfulness
from tests.plots.made_up import check_drawn


def tables():
    methods = ["occlusion", "saliency", "random", "centre"]
    table = pd.DataFrame({"method": methods, "gain": [0.1, 0.3, 0.0, 0.05]})
    for number, column in enumerate(_GAIN_COLUMNS):
        table[column] = 0.01 * number
    table["after_head"] = [0.2, 0.9, np.nan, np.nan]
    shares = np.linspace(0, 1, 5)
    curves = [
        pd.DataFrame({"method": m, "share": shares, "deletion": 1 - shares, "insertion": shares}) for m in methods
    ]
    return table, pd.concat(curves)


def test_methods_are_sorted_by_their_gain_and_orders_are_no_methods():
    table, curves = tables()
    deletion, insertion, gains, likeness = plot_faithfulness(table, curves).axes
    assert [label.get_text() for label in gains.get_yticklabels()] == ["saliency", "occlusion"]
    assert len(deletion.lines) == len(insertion.lines) == 4
    legend = [text.get_text() for text in deletion.get_legend().get_texts()]
    assert legend == ["random order", "centre order"]
    assert likeness.lines[1].get_xdata().tolist() == [0.9, 0.2]


def test_there_is_ink_and_nothing_is_cut_off():
    table, curves = tables()

    def draw(some_methods):
        return plot_faithfulness(some_methods, curves)

    check_drawn(draw, table)
