"""styleclf.evaluation.tables: what is missing is named."""

import pandas as pd
import pytest

from styleclf.evaluation import tables
from tests.evaluation.made_predictions import VOCAB, make_predictions


def test_missing_columns_rows_and_styles_are_named():
    good = make_predictions()
    assert tables.checked_vocab(good, ["label"]) == VOCAB
    with pytest.raises(ValueError, match="runs lacks the column 'fold': it has filename, label"):
        tables.check_columns(good, ["label", "fold"], "runs")
    with pytest.raises(ValueError, match="runs has no rows"):
        tables.check_columns(good.iloc[:0], [], "runs")
    with pytest.raises(ValueError, match="no proba_<style> column"):
        tables.checked_vocab(good[["label"]], ["label"])


def test_ranks_count_the_likelier_styles():
    predictions = pd.DataFrame(
        {
            "label": ["a", "b"],
            "proba_a": [0.9, 0.6],
            "proba_b": [0.1, 0.4],
        }
    )
    ranks = tables.ranks_of(predictions)
    assert ranks.tolist() == [0, 1]


def test_the_fixed_order_depends_on_what_rows_say():
    predictions = make_predictions(30)
    for rows in (predictions, predictions.drop(columns="filename")):
        shuffled = rows.sample(frac=1, random_state=1)
        expected = tables.in_fixed_order(rows)
        of_shuffled = tables.in_fixed_order(shuffled)
        assert of_shuffled.to_numpy().tolist() == expected.to_numpy().tolist()
