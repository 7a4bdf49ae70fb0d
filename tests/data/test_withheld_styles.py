"""data.withheld_styles: no withheld style is trained on, no author of a training is judged."""

import pandas as pd
import pytest

from styleclf.data.withheld_styles import judged_rows, training_rows, without_styles

WITHHELD = ["photo", "naturalism"]


def test_trained_and_judged_images_share_no_author_and_validation_stays_closed(design):
    train, judged = (rows(design, "0", WITHHELD) for rows in (training_rows, judged_rows))
    named = set(judged["author"]) - {""}
    assert named.isdisjoint(train["author"])
    assert not set(judged["filename"]) & set(train["filename"])
    assert "val" not in {*judged["fold"], *train["fold"]}
    assert set(train["label"]).isdisjoint(WITHHELD)
    assert set(judged["label"][judged["withheld"]]) == set(WITHHELD)
    assert (judged["fold"][~judged["withheld"]] == "0").all()


def test_a_copy_without_author_of_a_training_image_is_not_judged():
    rows = [
        ("cubism/gris_a.jpg", "cubism", "gris", "1", ""),
        ("photo/1.jpg", "photo", "", "1", "cubism/gris_a.jpg"),
        ("photo/2.jpg", "photo", "", "1", ""),
        ("rococo/3.jpg", "rococo", "", "1", ""),
        ("photo/4.jpg", "photo", "", "1", "rococo/3.jpg"),
        ("photo/5.jpg", "photo", "gris|braque", "1", ""),
        ("rococo/6.jpg", "rococo", "boucher", "0", ""),
    ]
    design = pd.DataFrame(rows, columns=["filename", "label", "author", "fold", "copy_of"])
    judged = judged_rows(design, "0", ["photo"])
    assert judged["filename"].tolist() == ["photo/2.jpg", "rococo/6.jpg"]


def test_what_cannot_be_withheld_is_told(design):
    assert set(without_styles(design, WITHHELD)["label"]) == set(design["label"]) - set(WITHHELD)
    with pytest.raises(ValueError, match="no style 'fauvism' to withhold"):
        without_styles(design, ["fauvism"])
    with pytest.raises(ValueError, match="folds 0, 1, 2, 3, not 'val'"):
        judged_rows(design, "val", WITHHELD)
    with pytest.raises(ValueError, match="1 of 8 styles are left"):
        without_styles(design, sorted(set(design["label"]))[1:])
