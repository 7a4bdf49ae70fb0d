"""The simulation of learning curves: whose works are drawn, and what is compared with what."""

import numpy as np
import pandas as pd
import pytest

from tests.curation.made_up import STYLES, made_collection
from tests.curation.simulate_curves import (
    COLUMNS,
    Draw,
    accuracy,
    coverage,
    earlier_draws,
    is_by_half,
    missing_draws,
    recall_with_all,
    recalls,
)


def test_half_of_the_painters_of_every_style_are_drawn_with_all_their_works():
    collection = made_collection(n_painters=7)
    drawn = collection.where(is_by_half(collection, np.random.default_rng(0))).rows
    assert drawn.groupby("label")["author"].nunique().to_dict() == dict.fromkeys(STYLES, 4)
    assert drawn.groupby("author").size().eq(4).all()


def test_the_truth_of_a_style_is_its_recall_with_all_its_painters_beside_half_of_the_others():
    collection = made_collection(n_painters=8, hand=2.0)
    is_half = is_by_half(collection, np.random.default_rng(0))
    is_style = (collection.rows["label"] == "rococo").to_numpy()
    expected = recalls(collection.where(is_half | is_style))["rococo"]
    assert recall_with_all(collection, "rococo", Draw(0, is_half, [])) == expected
    assert accuracy(collection) == pytest.approx(np.mean(list(recalls(collection).values())))


def test_what_an_interval_holds_is_counted_by_style():
    rows = [(0, "", 4, 4, 0.5, 0.6, 0.55, 0.65, 0.64), (1, "", 4, 4, 0.5, 0.6, 0.55, 0.65, 0.7)]
    table = coverage(pd.DataFrame(rows, columns=COLUMNS))
    assert table.loc["", ["held", "draws"]].tolist() == [1, 2]
    assert table.loc["", "width"] == pytest.approx(0.1)


def test_draws_that_were_made_are_kept_and_those_of_another_study_refused(tmp_path):
    file = tmp_path / "draws.csv"
    empty = earlier_draws(file, {"truth": 0.5})
    assert missing_draws(empty, range(2, 4)) == [2, 3]
    rows = [(2, "", 4, 4, 0.5, 0.6, 0.55, 0.65, 0.64)]
    pd.DataFrame(rows, columns=COLUMNS).to_csv(file, index=False)
    table = earlier_draws(file, {"truth": 0.5})
    assert missing_draws(table, range(2, 4)) == [3]
    assert table["style"].tolist() == [""]
    with pytest.raises(ValueError, match=r"was made with truth 0\.5 instead of 0\.6: choose another --out"):
        earlier_draws(file, {"truth": 0.6})
