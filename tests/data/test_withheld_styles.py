"""data.withheld_styles: no withheld style is trained on, no author of a training is judged."""

import pytest

from styleclf.data.withheld_styles import judged_rows, training_rows, without_styles

WITHHELD = ["photo", "naturalism"]


def test_trained_and_judged_images_share_no_author_and_validation_stays_closed(design):
    train, judged = (rows(design, "0", WITHHELD) for rows in (training_rows, judged_rows))
    named = set(judged["author"]) - {""}
    assert named.isdisjoint(train["author"]) and not set(judged["filename"]) & set(train["filename"])
    assert "val" not in {*judged["fold"], *train["fold"]} and set(train["label"]).isdisjoint(WITHHELD)
    assert set(judged["label"][judged["withheld"]]) == set(WITHHELD)
    assert (judged["fold"][~judged["withheld"]] == "0").all()


def test_what_cannot_be_withheld_is_told(design):
    assert set(without_styles(design, WITHHELD)["label"]) == set(design["label"]) - set(WITHHELD)
    with pytest.raises(ValueError, match="no style 'fauvism' to withhold"):
        without_styles(design, ["fauvism"])
    with pytest.raises(ValueError, match="folds 0, 1, 2, 3, not 'val'"):
        judged_rows(design, "val", WITHHELD)
    with pytest.raises(ValueError, match="1 of 8 styles are left"):
        without_styles(design, sorted(set(design["label"]))[1:])
