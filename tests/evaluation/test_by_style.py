"""styleclf.evaluation.by_style: tables by style and by painter are what scikit-learn and counting say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.metrics import classification_report, confusion_matrix

from styleclf.evaluation import by_style
from styleclf.evaluation.metrics import metrics_table
from tests.evaluation.made_predictions import VOCAB, judged, make_predictions


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(2, 6), st.integers(0, 10**6))
def test_confusion_counts_are_scikit_learns(n, n_styles, seed):
    vocab = [f"style-{i}" for i in range(n_styles)]
    predictions = make_predictions(n, vocab, seed)
    expected = confusion_matrix(predictions["label"], predictions["pred"], labels=vocab)
    np.testing.assert_array_equal(by_style.confusion_counts(predictions), expected)


def test_a_style_without_images_keeps_its_row():
    predictions = make_predictions().query("label != 'cubism'")
    report = by_style.report_table(predictions)
    assert report.loc["cubism", list(by_style.REPORT_RATES)].isna().all()
    assert report.loc["cubism", ["images", "authors"]].tolist() == [0, 0]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(2, 6), st.integers(0, 10**6))
def test_the_report_is_scikit_learns(n, n_styles, seed):
    vocab = [f"style-{i}" for i in range(n_styles)]
    predictions = make_predictions(n, vocab, seed)
    report = by_style.report_table(predictions)
    seen = [style for style in vocab if style in set(predictions["label"])]
    expected = classification_report(
        predictions["label"], predictions["pred"], labels=seen, output_dict=True, zero_division=0
    )
    for theirs, ours in (("precision", "precision"), ("recall", "recall"), ("f1-score", "f1"), ("support", "images")):
        assert report.loc[seen, ours].tolist() == pytest.approx([expected[style][theirs] for style in seen])
        if ours != "images":
            averages = by_style.report_averages(report)[ours].tolist()
            assert averages == pytest.approx([expected[f"{kind} avg"][theirs] for kind in ("macro", "weighted")])


def test_the_report_counts_second_guesses_and_named_authors():
    predictions = make_predictions()
    report = by_style.report_table(predictions)
    for style in VOCAB:
        rows = predictions[predictions["label"] == style]
        probas = rows.filter(like="proba_").astype(float)
        hits = [f"proba_{style}" in row.nlargest(2).index for _, row in probas.iterrows()]
        assert report.loc[style, "top_2_accuracy"] == pytest.approx(np.mean(hits))
        assert report.loc[style, "authors"] == len(set(rows["author"]) - {""})


def test_the_report_agrees_with_the_metrics_table():
    predictions = make_predictions()
    values = metrics_table(predictions, "cv", n_resamples=5).set_index("metric")["value"]
    averages = by_style.report_averages(by_style.report_table(predictions))
    assert averages.loc["mean of styles", "recall"] == pytest.approx(values["top_1_accuracy"])
    assert averages.loc["mean of styles", "top_2_accuracy"] == pytest.approx(values["top_2_accuracy"])
    for name in ("precision", "recall", "f1"):
        assert averages.loc["mean of images", name] == pytest.approx(values[name])


def test_recall_is_the_share_right_and_its_interval_holds_it():
    predictions = make_predictions(300)
    table = by_style.recall_table(predictions).set_index("label")
    right = predictions["pred"] == predictions["label"]
    assert table["recall"].to_dict() == pytest.approx(right.groupby(predictions["label"]).mean().to_dict())
    assert ((table["lo"] < table["recall"]) & (table["recall"] < table["hi"])).all()
    assert table["recall"].is_monotonic_decreasing
    assert table["n_images"].sum() == 300
    assert table.loc[VOCAB[0], "n_authors"] == predictions[predictions["label"] == VOCAB[0]]["author"].nunique() - 1


def test_recalls_interval_is_wider_with_few_authors():
    many = make_predictions(400).assign(author="")
    hard = np.arange(400) % 4 == 0  # every fourth painter is always taken for another style
    wrong = many["label"].map(dict(zip(VOCAB, VOCAB[1:] + VOCAB[:1], strict=True)))
    many["pred"] = np.where(hard, wrong, many["label"])
    few = many.assign(author=[f"painter-{i % 4}" for i in range(400)])
    widths = [(table["hi"] - table["lo"]).mean() for table in map(by_style.recall_table, (many, few))]
    assert widths[1] > 2 * widths[0]


def test_no_recall_is_certain():
    """With all right the bound is what so many independent images would just fail to exclude."""
    paintings = judged("cubism", "", ["cubism"] * 30)
    (row,) = by_style.recall_table(paintings).itertuples()
    assert (row.recall, row.hi) == (1, 1)
    assert row.lo**30 == pytest.approx(0.025)
    (of_one_author,) = by_style.recall_table(paintings.assign(author="gris")).itertuples()
    assert 0 < of_one_author.lo < row.lo
    (wrong,) = by_style.recall_table(paintings.assign(pred="ukiyo-e")).itertuples()
    assert (wrong.lo, wrong.hi) == (0, pytest.approx(1 - row.lo))


def test_a_style_of_one_image_is_too_few_to_tell():
    both = pd.concat([judged("cubism", "gris", ["cubism"] * 9), judged("ukiyo-e", "hokusai", ["ukiyo-e"])])
    table = by_style.recall_table(both).set_index("label")
    assert table.loc["ukiyo-e", ["lo", "hi"]].isna().all()
    assert table.loc["cubism", "lo"] > 0


def test_painters_come_hardest_first_with_what_they_were_taken_for():
    table = by_style.painters_table(
        pd.concat(
            [
                judged("cubism", "braque", ["cubism", "cubism", "ukiyo-e+"]),
                judged("cubism", "cezanne", ["impressionism", "impressionism", "ukiyo-e", "cubism"]),
                judged("impressionism", "cezanne", ["impressionism"] * 3),
                judged("cubism", "", ["ukiyo-e"] * 9),
                judged("ukiyo-e", "hokusai", ["cubism"] * 2),
            ],
            ignore_index=True,
        )
    )
    rows = [tuple(row) for row in table.itertuples(index=False)]
    assert rows == [
        ("cezanne", "cubism", 4, 0.25, 0.25, "impressionism 2, ukiyo-e 1"),
        ("braque", "cubism", 3, pytest.approx(2 / 3), 1.0, "ukiyo-e 1"),
        ("cezanne", "impressionism", 3, 1.0, 1.0, ""),
    ]
    with pytest.raises(ValueError, match="no named author has 3"):
        by_style.painters_table(judged("cubism", "braque", ["cubism"] * 2))


def test_painters_have_sizes_by_style_and_images_without_author_none():
    predictions = pd.concat([judged("cubism", "braque", ["cubism"] * 2), judged("cubism", "", ["cubism"] * 9)])
    assert by_style.painter_sizes(predictions).to_dict() == {("braque", "cubism"): 2}


def test_shares_of_a_style_without_images_are_unknown_and_stay_out_of_the_mean():
    shares = by_style.confusion_shares(np.array([[3, 1], [0, 0]]))
    assert shares[0].tolist() == [0.75, 0.25]
    assert np.isnan(shares[1]).all()
    assert by_style.mean_recall(shares.diagonal()) == 0.75
