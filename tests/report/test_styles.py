"""The table by style and the confusion matrix."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import confusion_counts, report_table
from styleclf.report.styles import (
    confusion_cells,
    effective_number,
    largest_confusions,
    style_rows,
    weak_styles_sentence,
)
from tests.report.made_up import predictions_of


@pytest.fixture
def predictions(design):
    return predictions_of(design[design["fold"] != "val"])


def test_painters_count_as_much_as_their_pictures_are_even():
    assert effective_number(pd.Series(["a", "b", "c", "d"])) == 4
    assert 1 < effective_number(pd.Series(["a"] * 20 + ["b"])) < 1.2
    assert effective_number(pd.Series(["a", "b", "", None])) == 2
    assert np.isnan(effective_number(pd.Series(["", None])))


def test_rows_say_what_the_report_table_says(predictions):
    report = report_table(predictions)
    for row in style_rows(predictions):
        of_style = report.loc[row.style]
        assert [row.precision, row.f1, row.top_2] == of_style[["precision", "f1", "top_2_accuracy"]].tolist()
        assert row.recall.value == of_style["recall"]
        assert row.recall.lo <= row.recall.value <= row.recall.hi
        assert not row.effective_painters > row.n_painters


def test_styles_of_few_painters_are_named(predictions):
    rows = style_rows(predictions)
    few = [row._replace(effective_painters=2.04) for row in rows[:1]] + [
        row._replace(effective_painters=9) for row in rows[1:]
    ]
    assert f"{rows[0].style} (2.0)." in weak_styles_sentence(few)
    assert weak_styles_sentence(few[1:]) == ""


def test_cells_hold_every_picture_once(predictions):
    matrix = confusion_cells(predictions)
    counts = [[cell.n_images for cell in row] for row in matrix]
    assert counts == confusion_counts(predictions).tolist()
    assert all(sum(cell.percent for cell in row) == pytest.approx(100) for row in matrix)
    largest = largest_confusions(matrix)
    wrong = [n for i, row in enumerate(counts) for j, n in enumerate(row) if i != j]
    assert [cell.n_images for cell in largest] == sorted(wrong, reverse=True)[:4]
