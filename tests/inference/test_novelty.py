"""What a learner's predictions say with a novelty model: a column, an answer, and empty sets."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import NONE_OF_THESE
from styleclf.inference import forget_novelty, keep_novelty, novelty_of, predict_table
from styleclf.inference.predict import sets_text, top_3_text
from styleclf.training.novelty import learn_novelty


@pytest.fixture
def asked(learn, sample, design):
    """A learner with a threshold that half of eight pictures exceed, and these pictures."""
    paths = [sample / name for name in design["filename"][:8]]
    learn_novelty(learn)
    novelty = predict_table(learn, paths)[0]["novelty"]
    model = novelty_of(learn)
    keep_novelty(learn, model._replace(threshold=float(novelty.median())))
    return learn, paths


def test_none_of_these_where_novelty_is_above_the_threshold(asked):
    learn, paths = asked
    table, _ = predict_table(learn, paths, threshold=0.0)
    is_new = table["novelty"] > novelty_of(learn).threshold
    assert is_new.sum() == 4
    assert (table["answer"] == NONE_OF_THESE).equals(is_new)
    assert (table["answer"][~is_new] == table["pred"][~is_new]).all()
    assert ((table["set"] == "") == is_new).all()


def test_lines_for_the_screen_say_so():
    rows = {"filename": ["a.jpg", "b.jpg"], "pred": ["cubism"] * 2, "answer": ["cubism", NONE_OF_THESE]}
    table = pd.DataFrame(rows | {"proba_cubism": [0.9, 0.6], "proba_rococo": [0.1, 0.4], "set": ["cubism", ""]})
    first, second = top_3_text(table).splitlines()
    assert first == "a.jpg  cubism 90%   rococo 10%"
    assert second == "b.jpg  none of these (nearest: cubism 60%   rococo 40%)"
    assert sets_text(table).splitlines() == ["a.jpg  cubism", "b.jpg  none of these"]


def test_a_forgotten_model_says_nothing(asked):
    learn, paths = asked
    forget_novelty(learn)
    forget_novelty(learn)
    assert novelty_of(learn) is None
    assert "novelty" not in predict_table(learn, paths[:1])[0]


def test_unreadable_files_have_no_row(asked, tmp_path):
    learn, paths = asked
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no image")
    table, unreadable = predict_table(learn, [broken, *paths[:2]])
    assert list(unreadable) == [broken]
    assert len(table) == 2 and np.isfinite(table["novelty"]).all()
