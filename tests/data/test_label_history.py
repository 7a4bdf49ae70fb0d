"""data.label_history: rounds of decisions, of which the last that is not undone counts."""

import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.data.label_history import (
    HISTORY_COLUMNS,
    LABEL_HISTORY,
    UNDO,
    confirmed_labels,
    last_round,
    read_label_history,
    with_round,
)


def changes(decision, before, after):
    row = {"who": "anna", "filename": "a.jpg", "decision": decision, "before": before, "after": after, "note": ""}
    return pd.DataFrame([row])


def test_a_round_that_is_undone_is_passed_over(tmp_path):
    history = read_label_history(tmp_path)
    assert last_round(history) is None
    history = with_round(history, changes("change", "cubism", "rococo"))
    history = with_round(history, changes("keep", "rococo", "rococo"))
    assert last_round(history) == 2
    history = with_round(history, changes(UNDO, "rococo", "rococo"))
    assert history["round"].tolist() == [1, 2, 3]
    assert last_round(history) == 1


def test_only_the_last_decision_about_an_image_confirms_its_label(tmp_path):
    history = with_round(read_label_history(tmp_path), changes("keep", "cubism", "cubism"))
    assert confirmed_labels(history) == {("a.jpg", "cubism")}
    history = with_round(history, changes("unsure", "cubism", "cubism"))
    assert confirmed_labels(history) == set()


def test_a_damaged_round_is_one_sentence(tmp_path):
    table = changes("keep", "cubism", "cubism").assign(round="one", when="")
    write_table(table[HISTORY_COLUMNS], tmp_path / LABEL_HISTORY)
    with pytest.raises(ValueError, match="is damaged, it has 'one' as a round"):
        read_label_history(tmp_path)
