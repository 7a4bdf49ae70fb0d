"""styleclf.evaluation.by_style: tables by style and by painter are what scikit-learn and counting say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.metrics import classification_report, confusion_matrix

from styleclf.evaluation import by_style
from styleclf.evaluation.metrics import metrics_table
from styleclf.evaluation.predictions import probas_of
from tests.evaluation.made_predictions import VOCAB, judged, make_predictions

AS_NUMBERS = {"output_dict": True, "zero_division": 0}  # for scikit-learn's report
COLUMNS = {"f1-score": "f1", "support": "images"}  # there and here
AVERAGES = {"macro avg": "mean of styles", "weighted avg": "mean of images"}


@st.composite
def vocab_and_predictions(draw):
    """Some styles, and predictions of them in which some may have no image."""
    n_styles = draw(st.integers(2, 6))
    n_images = draw(st.integers(1, 60))
    seed = draw(st.integers(0, 10**6))
    vocab = [f"style-{i}" for i in range(n_styles)]
    return vocab, make_predictions(n_images, vocab, seed)


@settings(max_examples=25)
@given(vocab_and_predictions())
def test_confusion_counts_are_scikit_learns(case):
    vocab, predictions = case
    expected = confusion_matrix(predictions["label"], predictions["pred"], labels=vocab)
    np.testing.assert_array_equal(by_style.confusion_counts(predictions), expected)


def test_a_style_without_images_keeps_its_row():
    predictions = make_predictions().query("label != 'cubism'")
    row = by_style.report_table(predictions).loc["cubism"]
    assert row[list(by_style.REPORT_RATES)].isna().all()
    assert row[["images", "authors"]].tolist() == [0, 0]


@settings(max_examples=25)
@given(vocab_and_predictions())
def test_the_report_is_scikit_learns(case):
    _, predictions = case
    labels = predictions["label"]
    expected = classification_report(labels, predictions["pred"], labels=sorted(set(labels)), **AS_NUMBERS)
    theirs = pd.DataFrame(expected).T.rename(columns=COLUMNS, index=AVERAGES)
    report = by_style.report_table(predictions)
    with_images = report[report["images"] > 0]
    averages = by_style.report_averages(report)
    rates = pd.concat([with_images, averages])[["precision", "recall", "f1"]]
    pd.testing.assert_frame_equal(rates, theirs.loc[rates.index, rates.columns])
    assert with_images["images"].to_dict() == theirs["images"][with_images.index].to_dict()


def test_the_report_counts_second_guesses_and_named_authors():
    predictions = make_predictions()
    report = by_style.report_table(predictions)
    order = probas_of(predictions).argsort(axis=1)
    two_likeliest = np.array(VOCAB)[order[:, -2:]]
    labels = predictions["label"].to_numpy()
    is_hit = (two_likeliest == labels[:, None]).any(axis=1)
    for style in VOCAB:
        is_style = labels == style
        authors = set(predictions["author"][is_style]) - {""}
        assert report["top_2_accuracy"][style] == pytest.approx(is_hit[is_style].mean())
        assert report["authors"][style] == len(authors)


def test_the_report_agrees_with_the_metrics_table():
    predictions = make_predictions()
    values = metrics_table(predictions, "cv", n_resamples=5).set_index("metric")["value"]
    averages = by_style.report_averages(by_style.report_table(predictions))
    of_styles = averages.loc["mean of styles"]
    of_images = averages.loc["mean of images"]
    assert of_styles["recall"] == pytest.approx(values["top_1_accuracy"])
    assert of_styles["top_2_accuracy"] == pytest.approx(values["top_2_accuracy"])
    for name in ("precision", "recall", "f1"):
        assert of_images[name] == pytest.approx(values[name])


def test_recall_is_the_share_right_and_its_interval_holds_it():
    predictions = make_predictions(300)
    table = by_style.recall_table(predictions).set_index("label")
    labels = predictions["label"]
    shares = predictions["pred"].eq(labels).groupby(labels).mean()
    assert table["recall"].to_dict() == pytest.approx(shares.to_dict())
    assert (table["lo"] < table["recall"]).all()
    assert (table["recall"] < table["hi"]).all()
    assert table["recall"].is_monotonic_decreasing


def test_recall_comes_with_numbers_of_images_and_of_named_authors():
    predictions = make_predictions(300)
    table = by_style.recall_table(predictions).set_index("label")
    assert table["n_images"].sum() == 300
    of_cubism = predictions.query("label == 'cubism'")
    authors = set(of_cubism["author"]) - {""}
    assert table["n_authors"]["cubism"] == len(authors)


def test_recalls_interval_is_wider_with_few_authors():
    nobody = make_predictions(400).assign(author="")
    number = np.arange(400) % 4
    is_hard = number == 0  # every fourth painter is always taken for another style
    next_style = dict(zip(VOCAB, VOCAB[1:] + VOCAB[:1], strict=True))
    nobody["pred"] = nobody["label"].mask(is_hard, nobody["label"].map(next_style))
    few = nobody.assign(author=number.astype(str))
    assert mean_width(few) > 2 * mean_width(nobody)


def mean_width(predictions):
    """The mean width of the intervals of recalls."""
    table = by_style.recall_table(predictions)
    return (table["hi"] - table["lo"]).mean()


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
    nine = judged("cubism", "gris", ["cubism"] * 9)
    one = judged("ukiyo-e", "hokusai", ["ukiyo-e"])
    both = pd.concat([nine, one])
    table = by_style.recall_table(both).set_index("label")
    assert table.loc["ukiyo-e", ["lo", "hi"]].isna().all()
    assert table.loc["cubism", "lo"] > 0


def test_painters_come_hardest_first_with_what_they_were_taken_for():
    of_painters = [
        judged("cubism", "braque", ["cubism", "cubism", "ukiyo-e+"]),
        judged("cubism", "cezanne", ["impressionism", "impressionism", "ukiyo-e", "cubism"]),
        judged("impressionism", "cezanne", ["impressionism"] * 3),
        judged("cubism", "", ["ukiyo-e"] * 9),
        judged("ukiyo-e", "hokusai", ["cubism"] * 2),
    ]
    table = by_style.painters_table(pd.concat(of_painters, ignore_index=True))
    rows = [tuple(row) for row in table.itertuples(index=False)]
    assert rows == [
        ("cezanne", "cubism", 4, 0.25, 0.25, "impressionism 2, ukiyo-e 1"),
        ("braque", "cubism", 3, pytest.approx(2 / 3), 1.0, "ukiyo-e 1"),
        ("cezanne", "impressionism", 3, 1.0, 1.0, ""),
    ]


def test_a_table_of_painters_with_few_images_is_refused():
    two_images = judged("cubism", "braque", ["cubism"] * 2)
    with pytest.raises(ValueError, match="no named author has 3"):
        by_style.painters_table(two_images)


def test_painters_have_sizes_by_style_and_images_without_author_none():
    of_braque = judged("cubism", "braque", ["cubism"] * 2)
    of_nobody = judged("cubism", "", ["cubism"] * 9)
    sizes = by_style.painter_sizes(pd.concat([of_braque, of_nobody]))
    assert sizes.to_dict() == {("braque", "cubism"): 2}


def test_shares_of_a_style_without_images_are_unknown_and_stay_out_of_the_mean():
    shares = by_style.confusion_shares(np.array([[3, 1], [0, 0]]))
    assert shares[0].tolist() == [0.75, 0.25]
    assert np.isnan(shares[1]).all()
    assert by_style.mean_recall(shares.diagonal()) == 0.75
