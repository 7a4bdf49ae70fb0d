"""inference.answer_lines: what stands on the screen for every picture."""

import pandas as pd

from styleclf.evaluation import NONE_OF_THESE
from styleclf.inference.answer_lines import sets_text, top_3_text


def test_the_three_likeliest_styles_stand_in_their_order():
    row = {"filename": "a.jpg", "pred": "rococo", "proba_cubism": 0.2, "proba_fauvism": 0.1, "proba_pop-art": 0.3}
    assert top_3_text(pd.DataFrame([row | {"proba_rococo": 0.4}])) == "a.jpg  rococo 40%   pop-art 30%   cubism 20%"


def test_none_of_these_is_said_with_the_nearest_styles():
    rows = {"filename": ["a.jpg", "b.jpg"], "pred": ["cubism"] * 2, "answer": ["cubism", NONE_OF_THESE]}
    table = pd.DataFrame(rows | {"proba_cubism": [0.9, 0.6], "proba_rococo": [0.1, 0.4], "set": ["cubism", ""]})
    first, second = top_3_text(table).splitlines()
    assert first == "a.jpg  cubism 90%   rococo 10%"
    assert second == "b.jpg  none of these (nearest: cubism 60%   rococo 40%)"
    assert sets_text(table).splitlines() == ["a.jpg  cubism", "b.jpg  none of these"]


def test_a_wider_answer_comes_before_the_likeliest_styles():
    row = {"filename": "a.jpg", "pred": "cubism", "answer": "modern", "proba_cubism": 0.5, "proba_fauvism": 0.5}
    assert top_3_text(pd.DataFrame([row])) == "a.jpg  modern (cubism 50%   fauvism 50%)"


def test_several_labels_none_and_a_year_are_said():
    rows = [("a.jpg", "cubism|portrait", 0.9, 0.8), ("b.jpg", "", 0.2, 0.1)]
    table = pd.DataFrame(rows, columns=["filename", "pred", "proba_cubism", "proba_portrait"])
    first, second = top_3_text(table).splitlines()
    assert first == "a.jpg  cubism|portrait (cubism 90%   portrait 80%)"
    assert second == "b.jpg  no label (nearest: cubism 20%   portrait 10%)"
    dated = table.assign(year=1912.4, year_lo=1880.0, year_hi=1945.0)
    assert top_3_text(dated).splitlines()[0].endswith("portrait 80%)   c. 1912 (1880 to 1945)")
