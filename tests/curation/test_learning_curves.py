"""Learning curves: halves, their formula ahead, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from styleclf.curation.learning_curves import (
    MORE_PAINTERS,
    RATIOS,
    WORKS,
    Collection,
    CurveStep,
    _Judge,
    expected_gain,
    expected_score,
    last_steps,
    steps_sentences,
    steps_table,
)
from tests.curation.made_up import STYLES, made_collection


def step(gain=0.1, *, n_units=10, value=0.6, doublings=1.0, style="cubism", kind=MORE_PAINTERS, unit="painter"):
    """A step that is known for certain."""
    values, gains = np.full(101, value), np.full(101, gain)
    return CurveStep(kind, style, unit, n_units, values, gains, doublings, spread=0.0, tail=2.5)


@pytest.mark.parametrize("n_more", [3, 10])
@pytest.mark.parametrize("behind", [0.8, 1.0])
def test_the_next_step_is_that_of_a_power_law(n_more, behind):
    gain = expected_gain(step(doublings=behind), n_more)
    exponents = [-np.log2(ratio) for ratio in (np.mean(RATIOS), RATIOS[0])]
    n = 10
    expected = []
    for exponent in exponents:  # err = c + a * n ** -b, with `a` from the step behind
        a = 0.1 / ((n / 2**behind) ** -exponent - n**-exponent)
        expected.append(a * (n**-exponent - (n + n_more) ** -exponent))
    assert gain.value == pytest.approx(expected[0])
    assert expected[1] < gain.lo < gain.value < gain.hi < 0.1 * np.log2(1 + n_more / n) / behind
    assert expected_score(step(doublings=behind), n_more).value == pytest.approx(0.6 + gain.value)


def test_beyond_twice_the_data_nothing_is_told():
    with pytest.raises(ValueError, match="there are 10 cubism painters, and 11 more would be beyond twice the data"):
        expected_gain(step(), 11)
    with pytest.raises(ValueError, match="n_more must be 1 or more, not 0"):
        expected_gain(step(), 0)
    table = steps_table([step(), step(n_units=5), step(style="", kind=WORKS, unit="work", n_units=70)], 8)
    assert table["gain"].isna().tolist() == [False, True, False]
    assert table["more"].tolist() == [8, 8, 70]
    told, untold, works = steps_sentences(table)
    assert told.startswith("8 more cubism painters are worth about 6 points of its recall (90 % interval")
    assert "8 more cubism painters: not estimated, there are 5" in untold
    assert works.startswith("70 more works by the same painters are worth about")


def test_a_score_near_one_is_no_surer_than_a_share_of_so_many_painters():
    certain = expected_score(step(gain=0.0, value=1.0, n_units=20), 20)
    assert certain.value == certain.hi == 1
    assert 0.85 < certain.lo < 0.95
    many = expected_score(step(gain=0.0, value=1.0, n_units=2000), 20)
    assert 0.998 < many.lo < 1
    table = steps_table([step(gain=0.0, value=0.7, n_units=20), step(n_units=5)], 8)
    assert table["score_lo"].iat[0] < 0.7 < table["score_hi"].iat[0]
    assert np.isnan(table["score"].iat[1])


def test_the_groups_of_a_design_are_drawn_and_counted_in_place_of_painters():
    collection = made_collection(n_painters=16)
    groups = collection.rows["author"].str.replace(r"-\d+", lambda name: f"-{int(name[0][1:]) % 8}", regex=True)
    by_group = Collection(collection.rows.assign(group=groups), collection.components)
    painters, works, *_ = last_steps(by_group, n_draws=2, by_style=False, progress=False)
    assert (painters.unit, painters.n_units, works.unit) == ("group", 24, "work")
    assert steps_sentences(steps_table([painters], 8))[0].startswith("24 more groups are worth")


def test_halves_are_of_painters_in_every_style_and_fold_or_of_their_works():
    collection = made_collection(n_painters=16)
    judge = _Judge(collection, np.random.default_rng(0), 2)
    everything = np.ones(len(collection.rows), dtype=bool)
    kept = collection.rows[judge._drawn_half(MORE_PAINTERS, everything)]
    assert kept.groupby("author").size().eq(4).all()
    assert kept.groupby(["label", "fold"])["author"].nunique().eq(2).all()
    works = collection.rows[judge._drawn_half(WORKS, everything)]
    assert works.groupby("author").size().eq(2).all()
    assert works["author"].nunique() == 48
    of_style = (collection.rows["label"] == "rococo").to_numpy()
    rest = collection.rows[judge._drawn_half(MORE_PAINTERS, of_style)]
    assert rest.groupby("label")["author"].nunique().to_dict() == {"cubism": 16, "fauvism": 16, "rococo": 8}


def test_more_painters_help_where_hands_differ_and_more_copies_do_not():
    collection = made_collection(n_painters=16, n_works=4, hand=2.0, noise=0.0, n_features=30)
    painters, works = last_steps(collection, by_style=False, progress=False)
    assert painters.n_units == 48
    assert works.n_units == len(collection.rows)
    assert abs(works.gains[0]) < 0.03 < painters.gains[0]
    assert painters.doublings == pytest.approx(1, abs=0.1)
    assert works.doublings == pytest.approx(1)


def test_every_style_has_its_curve_and_pictures_without_painters_are_counted_as_such():
    collection = made_collection(n_painters=8, n_works=2)
    rows = collection.rows.assign(author=collection.rows["author"].where(collection.rows["label"] != "rococo", ""))
    steps = last_steps(Collection(rows, collection.components), n_draws=2, progress=False)
    assert [one.style for one in steps] == ["", "", *STYLES, *STYLES]
    assert [one.n_units for one in steps] == [32, 48, 8, 8, 16, 16, 16, 16]
    mixed = "painter and nameless picture"
    assert [one.unit for one in steps] == [mixed, "work", "painter", "painter", "picture", "work", "work", "work"]
    sentences = steps_sentences(steps_table(steps, 8))
    assert sentences[0].startswith("32 more painters and nameless pictures are worth about")
    assert sentences[5].startswith("16 more cubism works by the same painters are worth about")
    untold = "16 more rococo works by the same painters: not estimated, there are 16, too few of which share a painter"
    assert sentences[-1] == untold


@pytest.mark.parametrize(
    "gain, words", [(0.0107, "about 1 point of"), (-0.002, "about 0 points of"), (0.1, "about 10")]
)
def test_points_are_whole_numbers(gain, words):
    row = {
        "kind": MORE_PAINTERS,
        "style": "",
        "unit": "painter",
        "n": 9,
        "more": 9,
        "gain": gain,
        "lo": -0.003,
        "hi": 0.2,
    }
    (sentence,) = steps_sentences(pd.DataFrame([row]))
    assert words in sentence
    assert sentence.endswith("(90 % interval 0 to 20)")


def test_one_fold_is_one_sentence():
    collection = made_collection(n_painters=4)
    with pytest.raises(ValueError, match="two styles and two folds"):
        last_steps(collection.where((collection.rows["fold"] == "0").to_numpy()))


def test_where_no_half_could_be_left_out_nothing_is_told():
    draws = np.zeros(4)
    step = CurveStep(MORE_PAINTERS, "ukiyo-e", "painter", 3, draws, draws, doublings=0.0, spread=0.0, tail=2.5)
    table = steps_table([step], 3)
    assert np.isnan(table.loc[0, "gain"])
    assert np.isnan(table.loc[0, "score"])
    (sentence,) = steps_sentences(table)
    assert sentence.endswith("not estimated, there are 3, too few for half of them to be left out of every fold")
