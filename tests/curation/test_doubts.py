"""Doubts about labels: their formula, and what they do and do not hang on."""

import numpy as np
import pandas as pd
import pytest

from styleclf.curation.doubts import expected_number, group_doubts, label_doubts

STYLES = ["cubism", "rococo", "ukiyo-e"]


def predictions(works):
    """A table of `(author, label, probabilities)`."""
    rows = []
    for number, (author, label, probas) in enumerate(works):
        columns = {f"proba_{style}": proba for style, proba in zip(STYLES, probas, strict=True)}
        rows.append({"filename": f"{number}.jpg", "author": author, "label": label, "fold": "0", **columns})
    return pd.DataFrame(rows)


SURE = {"cubism": (0.8, 0.1, 0.1), "rococo": (0.1, 0.8, 0.1), "ukiyo-e": (0.1, 0.1, 0.8)}
RIGHT = [(f"{style}-{number}", style, SURE[style]) for style in STYLES for number in range(4)]


def test_the_doubt_about_a_lone_work_is_the_formula():
    table = predictions([*RIGHT, ("gris", "rococo", SURE["cubism"])])
    images = label_doubts(table).images
    softened = 0.98 * table.filter(like="proba_").to_numpy() + 0.02 / 3
    of_label = [softened[table["label"] == style, number].mean() for number, style in enumerate(STYLES)]
    ratios = softened[-1] / of_label
    odds = 0.01 / 0.99 * (ratios[0] + ratios[2]) / ratios[1]
    assert images["doubt"].iloc[-1] == pytest.approx(odds / (1 + odds))
    assert images["proposed"].iloc[-1] == "cubism"
    assert not images["together"].iloc[-1]
    assert images["doubt"].iloc[-1] == images["doubt"].max()


def test_a_painter_whose_works_are_all_taken_for_another_style_is_doubted_more_than_one_work():
    rest = [(f"{author}", "cubism", SURE["cubism"]) for author in "abcdef"]
    alone = label_doubts(predictions([*RIGHT, *rest, ("hokusai", "cubism", SURE["ukiyo-e"])])).images["doubt"].iloc[-1]
    together = label_doubts(predictions([*RIGHT, *rest, *[("hokusai", "cubism", SURE["ukiyo-e"])] * 6]))
    assert together.images["doubt"].iloc[-1] > alone
    assert together.images["together"].iloc[-6:].all()
    first = together.painters.iloc[0]
    assert (first["author"], first["label"], first["proposed"]) == ("hokusai", "cubism", "ukiyo-e")
    assert first["n_works"] == first["n_taken"] == 6
    assert first["n_wrong"] == pytest.approx(together.images["doubt"].iloc[-6:].sum())


def test_a_work_apart_from_its_painters_others_is_doubted_more_than_one_that_agrees_with_them():
    odd = ("gris", "rococo", (0.4, 0.4, 0.2))
    others = [("gris", "cubism", SURE["cubism"])] * 8
    apart = label_doubts(predictions([*RIGHT, *others, odd])).images
    stranger = label_doubts(predictions([*RIGHT, *others, ("nobody-else", *odd[1:])])).images
    assert apart["doubt"].iloc[-1] > 5 * stranger["doubt"].iloc[-1]
    assert apart["proposed"].iloc[-1] == "cubism"


def test_doubts_hang_neither_on_the_order_of_rows_nor_on_that_of_styles():
    table = predictions([*RIGHT, *[("gris", "rococo", SURE["cubism"])] * 3])
    expected = label_doubts(table).images.set_index("filename")["doubt"]
    columns = [*table.columns[:4], "proba_ukiyo-e", "proba_cubism", "proba_rococo"]
    shuffled = table.sample(frac=1, random_state=1)[columns]
    result = label_doubts(shuffled).images.set_index("filename")["doubt"]
    pd.testing.assert_series_equal(result[expected.index], expected)


def test_works_without_a_painter_stand_alone():
    table = predictions([*RIGHT, *[("", "rococo", SURE["cubism"])] * 5])
    doubts = label_doubts(table)
    assert not doubts.images["together"].iloc[-5:].any()
    assert "" not in set(doubts.painters["author"])


def test_certain_probabilities_give_finite_doubts():
    table = predictions([("gris", "cubism", (1.0, 0.0, 0.0)), ("boucher", "rococo", (1.0, 0.0, 0.0))] * 3)
    images = label_doubts(table).images
    assert images["doubt"].between(0, 1).all()
    assert np.isfinite(expected_number(images))


def test_right_labels_are_hardly_doubted():
    images = label_doubts(predictions(RIGHT * 3)).images
    assert (images["doubt"] < 0.05).all()
    assert expected_number(images) < 1


def test_one_style_is_one_sentence():
    table = predictions(RIGHT[:4])[["filename", "author", "label", "fold", "proba_cubism"]]
    with pytest.raises(ValueError, match="there is only the style cubism"):
        label_doubts(table)


def test_groups_are_ordered_by_the_share_that_may_be_wrong():
    images = pd.DataFrame({"label": "cubism", "proposed": ["rococo", "rococo", "ukiyo-e", "rococo"]})
    images["doubt"] = [0.9, 0.8, 0.1, 0.2]
    table = group_doubts(images, pd.Series(["scanner", "scanner", "museum", ""]), least=0.5)
    assert table["group"].tolist() == ["scanner", "museum"]
    assert table["n_doubted"].tolist() == [2, 0]
    assert table["n_wrong"].tolist() == pytest.approx([1.7, 0.1])
    assert table["proposed"].tolist() == ["rococo", ""]
