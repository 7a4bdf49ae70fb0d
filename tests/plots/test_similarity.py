"""styleclf.plots.similarity: every kind of pairs is a line, and no pair is lost."""

import numpy as np
import pandas as pd
import pytest

from styleclf.plots import plot_similarity
from styleclf.plots.similarity import _KINDS
from tests.plots.made_up import legend_of


def similarities(kinds):
    shares = np.random.default_rng(0).dirichlet(np.ones(100), len(kinds))
    low = np.tile(np.linspace(-1, 1, 101)[:-1], len(kinds))
    return pd.DataFrame({"kind": np.repeat(kinds, 100), "low": low, "high": low + 0.02, "share": shares.ravel()})


def test_every_kind_of_pairs_is_a_line_and_no_pair_is_lost():
    kinds = list(_KINDS)
    tables = {"frozen": similarities(kinds), "arcface": similarities(kinds[:2])}
    spike = similarities(kinds[:1]).assign(share=lambda table: (table["low"] > 0.97).astype(float))
    fig = plot_similarity(tables | {"collapsed": spike})
    assert [axes.get_title("left") for axes in fig.axes] == ["frozen", "arcface", "collapsed"]
    assert [sorted(line.get_label() for line in axes.lines) for axes in fig.axes] == [
        *(sorted(kinds), sorted(kinds[:2]), kinds[:1])
    ]
    for axes in fig.axes:
        assert [line.get_ydata().sum() for line in axes.lines] == pytest.approx([1] * len(axes.lines), abs=0.02)
    assert {text.get_text() for text in legend_of(fig)[0]} == set(kinds)
    with pytest.raises(ValueError, match=r"the kind in similarities of frozen must be one of same .*, not 'other'"):
        plot_similarity({"frozen": similarities(["other"])})
    with pytest.raises(ValueError, match="frozen lacks the column 'share'"):
        plot_similarity({"frozen": tables["frozen"].drop(columns="share")})
    with pytest.raises(ValueError, match="no model"):
        plot_similarity({})
