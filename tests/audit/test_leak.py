"""The leak: found where it was built in, and nowhere else."""

import pandas as pd
import pytest

from styleclf.audit import (
    leak,
)
from styleclf.data import folds_that_mix_painters
from styleclf.training import ProbeRules
from tests.audit.conftest import painted_features, painters_design

RULES = ProbeRules(0.1)


def test_recognising_painters_is_found_and_its_interval_is_above_zero():
    design, targs = painters_design()
    table, seeds = leak.leak_audit(
        design,
        painted_features(design, targs, hand=2),
        targs,
        rules=RULES,
        n_seeds=3,
        n_resamples=200,
        progress=False,
    )
    top_1 = table.set_index("metric").loc["top_1_accuracy"]
    assert top_1["grouped"] < 0.45 < 0.65 < top_1["random"]
    assert 0 < top_1["lo"] < top_1["gap"] < top_1["hi"]
    assert top_1["gap"] == pytest.approx(top_1["random"] - top_1["grouped"])
    means = seeds.groupby("metric")[["random", "grouped"]].mean()
    assert table.set_index("metric")[["random", "grouped"]].to_numpy() == pytest.approx(means.loc[table["metric"]])
    assert top_1["chance"] == pytest.approx(1 / 3)
    assert top_1["n_authors"] == 36
    assert len(seeds) == 6
    assert "come from recognising painters" in leak.leak_sentence(table)


def test_style_that_all_painters_share_is_no_leak():
    design, targs = painters_design()
    features = painted_features(design, targs, style=0.4)
    table, _ = leak.leak_audit(design, features, targs, rules=RULES, n_seeds=3, n_resamples=200, progress=False)
    assert (table["lo"] < 0).all()
    assert (table["hi"] > 0).all()
    assert table["grouped"].iat[0] > 0.6
    assert leak.leak_sentence(table).startswith("no leak is certain")


def test_without_authors_the_leak_says_that_it_knows_nothing():
    design, targs = painters_design(named=False)
    table, _ = leak.leak_audit(
        design,
        painted_features(design, targs, hand=2),
        targs,
        rules=RULES,
        n_seeds=1,
        n_resamples=50,
        progress=False,
    )
    assert "no image has an author" in leak.leak_sentence(table)


def test_both_sides_have_the_same_images_of_each_style_in_each_fold():
    design, targs = painters_design()
    for seed in range(3):
        grouped = leak._grouped_folds(design, 4, seed)
        shuffled = folds_that_mix_painters(grouped, targs, seed)
        assert (
            pd.DataFrame({"author": design["author"], "fold": grouped}).groupby("author")["fold"].nunique().max() == 1
        )
        assert pd.crosstab(targs, grouped).equals(pd.crosstab(targs, shuffled))
        assert (shuffled != grouped).any()
    assert (leak._grouped_folds(design, 4, 0) != leak._grouped_folds(design, 4, 1)).any()


def test_no_seeds_are_refused():
    design, targs = painters_design()
    with pytest.raises(ValueError, match="n_seeds must be 1 or more, not 0"):
        leak.leak_audit(design, painted_features(design, targs), targs, rules=RULES, n_seeds=0)


@pytest.mark.parametrize("n_pairs", [0, 3, 60])
def test_where_nothing_was_grouped_no_leak_is_not_said_to_be_absent(n_pairs):
    design, targs = painters_design()
    painters = [f"painter {i}" for i in range(len(design))]
    for i in range(n_pairs):  # rows that are neighbours are of one style
        painters[2 * i + 1] = painters[2 * i]
    design = design.assign(author=painters)
    features = painted_features(design, targs, style=0.4)
    table, _ = leak.leak_audit(design, features, targs, rules=RULES, n_seeds=1, n_resamples=50, progress=False)
    assert table["n_grouped"].tolist() == [2 * n_pairs] * 2
    sentence = leak.leak_sentence(table)
    if n_pairs == 0:
        assert sentence.startswith("no known author has two images")
        assert "no leak" not in sentence
    else:
        is_blind = 2 * n_pairs < len(design) / 2
        assert (f"only {2 * n_pairs} of {len(design)} images have another" in sentence) == is_blind
