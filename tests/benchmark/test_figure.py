"""styleclf.benchmark.figure: it draws what there is."""

import numpy as np
import pandas as pd
import pytest

from styleclf.benchmark.contest import _with_target
from styleclf.benchmark.figure import _round_seconds, plot_benchmark
from styleclf.benchmark.measurement_tables import _table_row


def test_the_figure_draws_what_there_is(contest_tables):
    rows = [
        _table_row("plain fastai, the whole network", 30, "images/s"),
        _table_row("styleclf, the whole network", 90, "images/s", ratio=3, against="plain fastai", limit_share=0.9),
        _table_row("bare network, the whole network: the limit", 100, "images/s", ratio=3.3, against="plain fastai"),
        _table_row("styleclf, the late half: waiting for decoded images", 1.3, "% of an epoch"),
    ]
    rates = pd.DataFrame([{"device": "cpu", "part": "training", **row} for row in rows])
    curves = contest_tables.curves
    results = _with_target(contest_tables.results, curves)
    for tables in ((results, curves, rates), (results, curves, rates[:0]), (results[:0], curves[:0], rates)):
        fig = plot_benchmark(*tables)
        fig.canvas.draw()
        assert np.asarray(fig.canvas.buffer_rgba()).std() > 5
    with pytest.raises(ValueError, match="nothing to draw"):
        plot_benchmark(results[:0], curves[:0], rates[:0])
    ticks = _round_seconds(9, 700)
    assert 4 < len(ticks) < 15
    assert ticks[0] == 10
    assert ticks == sorted(ticks)
