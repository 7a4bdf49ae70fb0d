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
    shares = []
    for _ in range(400):
        means = rng.normal(size=60)
        n_images = rng.integers(1, 6, 60)
        n_images[0] = 200
        authors = np.repeat(np.arange(60), n_images).astype(str)
        novelty = rng.normal(np.repeat(means, n_images), 1.0)
        threshold = novelty_threshold(novelty, authors)
        shares.append(np.mean(rng.normal(rng.normal(size=200), 1.0) > threshold))
    assert np.mean(shares) < 0.05
    assert np.mean(shares) > 0.02


def test_images_without_author_are_learned_from_only_where_authors_are_few():
    authors = [f"painter {i}" for i in range(40)] + [""] * 40
    novelty = np.concatenate([np.linspace(0, 1, 40), np.linspace(5, 6, 40)])
    assert novelty_threshold(novelty, authors) <= 1
    assert novelty_threshold(novelty[30:], authors[30:]) > 5


def test_too_few_authors_give_the_highest_novelty_and_no_images_an_infinite_one():
    assert novelty_threshold(np.array([1.0, 3.0, 2.0]), ["gris", "gris", "braque"]) == 3
    assert novelty_threshold(np.zeros(0), []) == np.inf


@pytest.fixture
def rows():
    """90 images in three styles, by 30 painters, dealt to three folds by painter."""
    painter = np.repeat(np.arange(30), 3)
    names = [f"painter {i}" for i in painter]
    return pd.DataFrame(
        {"label": np.array(STYLES)[painter % 3], "author": names, "fold": (painter // 3 % 3).astype(str)}
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
    novelty = np.random.default_rng(1).normal(size=(90, 1)).round(1)
    is_new = (rows["label"] == "rococo").to_numpy()
    novelty[is_new] += 1
    table = novelty_table(rows, None, LeftOut(rows, ["rococo"], novelty), n_resamples=50)
    pairs = []
    for new in np.flatnonzero(is_new):
        for taught in np.flatnonzero(~is_new & (rows["fold"] == rows["fold"][new])):
            difference = novelty[new, 0] - novelty[taught, 0]
            pairs.append((difference > 0) + 0.5 * (difference == 0))
    row = table.set_index(["metric", "style"]).loc[("auroc", "rococo")]
    assert row["value"] == pytest.approx(np.mean(pairs))
    assert row["lo"] < row["value"] < row["hi"]
    assert row["n_images"] == 30
    assert row["n_authors"] == 10


def test_a_style_told_perfectly_is_called_new_and_is_no_certainty(rows):
    novelty = np.tile(np.random.default_rng(2).uniform(0, 0.5, 90)[:, None], (1, 3))
    for number, style in enumerate(STYLES):
        novelty[rows["label"] == style, number] = 9
    known = np.random.default_rng(3).uniform(0, 0.5, 90)
    table = novelty_table(rows, known, LeftOut(rows, STYLES, novelty), n_resamples=100).set_index(["metric", "style"])
    assert table.loc[("auroc", ALL_STYLES), "value"] == 1
    assert table.loc[("called_new", ALL_STYLES), "value"] == 1
    assert table.loc[("auroc", "cubism"), "lo"] < 1
    of_painters = table.loc[("false_alarms", PAINTERS)]
    alarms = known > cross_novelty_thresholds(known, rows)
    assert of_painters["value"] == pytest.approx(alarms.mean())  # three images each
    assert of_painters["hi"] > of_painters["value"]
    text = novelty_sentences(table.reset_index())
    assert "AUROC 1.00" in text
    assert "false alarms" in text


def test_without_anything_left_out_only_false_alarms_are_told(rows):
    table = novelty_table(rows, np.linspace(0, 1, 90), None, n_resamples=20)
    assert set(table["metric"]) == {"false_alarms"}
    assert novelty_table(rows, None, None, n_resamples=20).empty
    nameless = novelty_table(rows.assign(author=""), np.linspace(0, 1, 90), None, n_resamples=20)
    assert PAINTERS not in set(nameless["style"])
