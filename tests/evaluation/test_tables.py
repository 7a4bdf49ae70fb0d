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
    predictions = pd.DataFrame({"label": ["a", "b"], "proba_a": [0.9, 0.6], "proba_b": [0.1, 0.4]})
    assert tables.ranks_of(predictions).tolist() == [0, 1]


def test_the_fixed_order_depends_on_what_rows_say():
    predictions = make_predictions(30)
    for columns in (list(predictions), [name for name in predictions if name != "filename"]):
        expected = tables.in_fixed_order(predictions[columns]).reset_index(drop=True)
        turned = tables.in_fixed_order(predictions[columns].sample(frac=1, random_state=1)).reset_index(drop=True)
        pd.testing.assert_frame_equal(turned, expected)
