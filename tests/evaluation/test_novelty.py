"""Thresholds that keep false alarms rare, and the table of how well novelty tells styles that were left out."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation.novelty import (
    ALL_STYLES,
    PAINTERS,
    LeftOut,
    cross_novelty_thresholds,
    novelty_sentences,
    novelty_table,
    novelty_threshold,
)

STYLES = ["cubism", "rococo", "artdeco"]


def test_the_next_painter_is_called_new_as_seldom_as_promised():
    """Simulated: painters differ much, and one of them has most of the images."""
    rng = np.random.default_rng(0)
    n_authors = 60
    shares = []
    for _ in range(400):
        means = rng.normal(size=n_authors)
        n_images = rng.integers(1, 6, n_authors)
        n_images[0] = 200
        authors = np.repeat(np.arange(n_authors), n_images)
        novelty = rng.normal(means[authors])
        threshold = novelty_threshold(novelty, authors.astype(str))
        means_of_others = rng.normal(size=200)
        novelty_of_others = rng.normal(means_of_others)
        shares.append(np.mean(novelty_of_others > threshold))
    assert 0.02 < np.mean(shares) < 0.05


def test_images_without_author_are_learned_from_only_where_authors_are_few():
    painters = [f"painter {i}" for i in range(40)]
    authors = painters + [""] * 40
    of_painters = np.linspace(0, 1, 40)
    of_nobody = np.linspace(5, 6, 40)
    novelty = np.concatenate([of_painters, of_nobody])
    assert novelty_threshold(novelty, authors) <= 1
    few = slice(30, None)
    assert novelty_threshold(novelty[few], authors[few]) > 5


def test_too_few_authors_give_the_highest_novelty_and_no_images_an_infinite_one():
    assert novelty_threshold(np.array([1.0, 3.0, 2.0]), ["gris", "gris", "braque"]) == 3
    assert novelty_threshold(np.zeros(0), []) == np.inf


@pytest.fixture
def rows():
    """90 images in three styles, by 30 painters, dealt to three folds by painter."""
    painter = np.repeat(np.arange(30), 3)
    fold = painter // 3 % 3
    return pd.DataFrame(
        {
            "label": np.array(STYLES)[painter % 3],
            "author": [f"painter {i}" for i in painter],
            "fold": fold.astype(str),
        }
    )


def test_thresholds_of_a_fold_come_from_the_others(rows):
    novelty = np.random.default_rng(0).normal(size=90)
    thresholds = cross_novelty_thresholds(novelty, rows)
    is_other = (rows["fold"] != "1").to_numpy()
    expected = novelty_threshold(novelty[is_other], rows["author"][is_other])
    assert set(thresholds[~is_other]) == {expected}
    with pytest.raises(ValueError, match="other folds"):
        cross_novelty_thresholds(novelty, rows.assign(fold="0"))


def test_auroc_is_the_share_of_pairs_within_folds(rows):
    novelty = np.random.default_rng(1).normal(size=90).round(1)
    is_new = (rows["label"] == "rococo").to_numpy()
    novelty[is_new] += 1
    left_out = LeftOut(rows, ["rococo"], novelty[:, None])
    table = novelty_table(rows, None, left_out, n_resamples=50)
    pairs = []
    for new in np.flatnonzero(is_new):
        is_rival = ~is_new & (rows["fold"] == rows["fold"][new])
        differences = novelty[new] - novelty[is_rival]
        pairs.extend(np.heaviside(differences, 0.5))
    row = table.set_index(["metric", "style"]).loc[("auroc", "rococo")]
    assert row["value"] == pytest.approx(np.mean(pairs))
    assert row["lo"] < row["value"] < row["hi"]
    assert row["n_images"] == 30
    assert row["n_authors"] == 10


def test_a_style_recognised_perfectly_is_called_new_and_is_no_certainty(rows):
    is_style = rows["label"].to_numpy()[:, None] == STYLES
    novelty = np.where(is_style, 9, np.linspace(0, 0.5, 90)[:, None])
    table = novelty_table(rows, None, LeftOut(rows, STYLES, novelty), n_resamples=100)
    scores = table.set_index(["metric", "style"])
    assert scores["value"]["auroc", ALL_STYLES] == 1
    assert scores["value"]["called_new", ALL_STYLES] == 1
    assert scores["lo"]["auroc", "cubism"] < 1
    assert "AUROC 1.00" in novelty_sentences(table)


def test_false_alarms_are_the_known_images_above_the_thresholds_of_their_folds(rows):
    novelty = np.random.default_rng(3).uniform(0, 0.5, 90)
    table = novelty_table(rows, novelty, None, n_resamples=100)
    is_alarm = novelty > cross_novelty_thresholds(novelty, rows)
    row = table.set_index(["metric", "style"]).loc[("false_alarms", PAINTERS)]
    assert row["value"] == pytest.approx(is_alarm.mean())  # every painter has three images
    assert row["hi"] > row["value"]
    assert "false alarms" in novelty_sentences(table)


def test_without_anything_left_out_there_are_only_false_alarms(rows):
    table = novelty_table(rows, np.linspace(0, 1, 90), None, n_resamples=20)
    assert set(table["metric"]) == {"false_alarms"}
    nothing = novelty_table(rows, None, None, n_resamples=20)
    assert nothing.empty


def test_without_painters_there_are_no_false_alarms_of_painters(rows):
    nameless = rows.assign(author="")
    table = novelty_table(nameless, np.linspace(0, 1, 90), None, n_resamples=20)
    assert PAINTERS not in set(table["style"])
    assert "painters" not in novelty_sentences(table)
