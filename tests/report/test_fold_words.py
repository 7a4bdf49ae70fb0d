"""styleclf.report.fold_words: what folds were made by."""

import pandas as pd
import pytest

from styleclf.report.fold_words import column_left_out, unit_of, way_of_folds

ROWS = pd.DataFrame({"fold": ["0", "1", "2"]})


@pytest.mark.parametrize(
    "columns, words, unit",
    [
        ({}, "The painters were dealt to 3 folds", "painter"),
        ({"group": "a", "folds_by": "author,series"}, "Groups of pictures that share author or series were", "group"),
        ({"fold_name": "met", "folds_by": "source"}, "Each of 3 folds is one source, and for every fold", "painter"),
    ],
)
def test_the_words_are_those_of_the_folds(columns, words, unit):
    judged = ROWS.assign(**columns)
    assert way_of_folds(judged, "painters").startswith(words)
    assert unit_of(judged) == unit
    assert column_left_out(judged) == ("source" if "fold_name" in columns else "")
