"""Hierarchies of styles: what a table may say, and predictions at each level."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation.hierarchy import Hierarchy, level_sentences, level_table, predictions_at, shortened_names
from styleclf.evaluation.metrics import metrics_table
from styleclf.evaluation.predictions import probas_of
from tests.evaluation.made_predictions import VOCAB, make_predictions

ROWS = [
    ("cubism", "modern"),
    ("impressionism", "modern"),
    ("northern-renaissance", "european"),
    ("modern", "european"),
    ("european", ""),
    ("ukiyo-e", "asian"),
]


def made(rows=ROWS, styles=VOCAB):
    table = pd.DataFrame(rows, columns=["style", "parent"])
    return Hierarchy.of_table(table, styles, "h.csv")


def test_every_level_parts_all_styles():
    hierarchy = made()
    assert hierarchy.paths["cubism"] == ("european", "modern", "cubism")
    assert hierarchy.n_levels == 3
    assert hierarchy.classes_at(1) == ["asian", "european"]
    assert hierarchy.classes_at(2) == ["modern", "northern-renaissance", "ukiyo-e"]
    assert hierarchy.classes_at(3) == VOCAB


def test_its_own_table_gives_the_same_hierarchy():
    hierarchy = made()
    assert Hierarchy.of_table(hierarchy.table(), VOCAB) == hierarchy


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([*ROWS, ("european", "cubism")], "european belongs to nothing and to cubism"),
        ([*ROWS, ("cubism", "asian")], "cubism belongs to modern and to asian"),
        ([*ROWS, ("asian", "east"), ("east", "asian")], "circle, asian < east < asian"),
        ([*ROWS[:4], ROWS[5], ("european", "european")], "circle, european < european"),
        (
            [*ROWS, ("cubsim", "modern")],
            "'cubsim', which is neither a style of the images nor a parent: did you mean",
        ),
        (ROWS[:-1], "lacks the style ukiyo-e"),
        ([*ROWS, ("cubo-futurism", "cubism")], "makes cubism, which is a style of the images, a parent"),
        ([*ROWS, ("", "asian")], "a row without style, of the parent 'asian'"),
    ],
)
def test_what_a_table_may_not_say(rows, sentence):
    with pytest.raises(ValueError, match=r"h\.csv") as refused:
        made(rows)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_probabilities_add_up_and_the_last_level_is_that_of_styles():
    predictions = make_predictions().assign(fold="0")
    hierarchy = made()
    wide = predictions_at(predictions, hierarchy, 1)
    expected = predictions[[f"proba_{style}" for style in VOCAB[:3]]].sum(axis=1)
    np.testing.assert_allclose(wide["proba_european"], expected)
    np.testing.assert_allclose(probas_of(wide).sum(axis=1), 1)
    assert set(wide["label"]) == {"asian", "european"}
    last = predictions_at(predictions, hierarchy, 3)
    pd.testing.assert_frame_equal(last[predictions.columns], predictions, check_exact=False)


def test_metrics_of_a_level_are_those_of_its_predictions():
    predictions = make_predictions()
    hierarchy = made()
    levels = level_table(predictions, hierarchy)
    assert levels["n_classes"].unique().tolist() == [2, 3, 4]
    alone = metrics_table(predictions, "cv").set_index("metric")
    of_styles = levels[levels["level"] == 3].set_index("metric")
    assert of_styles["value"]["top_1_accuracy"] == pytest.approx(alone["value"]["top_1_accuracy"])
    assert of_styles["lo"]["top_1_accuracy"] == pytest.approx(alone["lo"]["top_1_accuracy"])
    lines = level_sentences(levels, hierarchy)
    assert lines[0].startswith("level 1, asian or european: top-1 0.")
    assert lines[0].endswith("chance 0.50")


def test_a_level_of_one_class_tells_nothing():
    one_top = [("european", "world"), ("asian", "world")]
    levels = level_table(make_predictions(), made([row for row in ROWS if row[1]] + one_top))
    assert levels["level"].unique().tolist() == [2, 3, 4]


def test_many_names_are_shortened():
    assert shortened_names(list("abcdefgh")) == "8 classes (a, b, c, d, e, …)"
