"""styleclf.data.fold_balance: how even folds are, and which styles some of them lack."""

import re

import numpy as np
import pytest

from styleclf.data.design import make_design
from styleclf.data.fold_balance import (
    _fold_imbalance,
    design_table,
    design_warnings,
    few_author_warnings,
    imbalance_comparison,
    judged_on,
    small_validation_warnings,
    unknown_painters_warnings,
)
from tests.data.annotations import annotation_of, museum, quiet_design, small_design


@pytest.mark.parametrize("seed", range(3))
def test_folds_are_no_less_even_than_those_of_others(seed):
    design = make_design(museum(seed=seed), seed=seed)
    ours, *others = imbalance_comparison(design, seed)
    assert ours == _fold_imbalance(design)
    assert ours <= min(others) + 1e-12
    assert len(others) == 2


def test_table_counts_named_authors_and_images():
    table = design_table(small_design())
    assert table.columns.tolist() == [(part, fold) for part in ("authors", "images") for fold in ("0", "1", "val")]
    assert table.loc["a"].tolist() == [1, 1, 1, 2, 1, 1]
    assert table.loc["b"].tolist() == [1, 0, 0, 2, 1, 1]
    nameless = design_table(small_design().assign(author=""))
    assert (nameless["authors"] == 0).all(axis=None)


def test_table_orders_folds_by_number():
    design = make_design(annotation_of([("a", ""), ("b", "")] * 60), n_folds=11)
    assert design_table(design)["images"].columns.tolist() == [*map(str, range(11)), "val"]


def test_imbalance_is_the_mean_deviation_of_shares():
    shares = [[2 / 3, 1 / 3], [2 / 3, 1 / 3]]
    assert _fold_imbalance(small_design()) == pytest.approx(np.mean([np.std(row) for row in shares]))


def test_style_with_fewer_authors_than_folds_is_named_in_a_warning():
    many = [("many", f"painter {n % 20}") for n in range(60)]
    with pytest.warns(UserWarning) as caught:
        design = make_design(annotation_of([*many, *[("one", "p")] * 9, *[("two", "q")] * 4, *[("two", "r")] * 4]))
    sentences = [str(warning.message) for warning in caught]
    assert sentences == design_warnings(design)
    sentences = few_author_warnings(design)
    assert all(warning.filename == __file__ for warning in caught)
    one, one_val, two, two_val = sentences
    only = design.loc[design["label"] == "one", "fold"].iat[0]
    assert one.startswith("one has 1 author (p) for 4 folds: folds ")
    assert one.endswith(f"so the model tested on fold {only} never learns it and no other is tested on it")
    assert two.startswith("two has 2 authors for 4 folds: folds ")
    assert two.endswith("so its scores come from the other 2 alone")
    absent = {*"0123"} - set(design.loc[design["label"] == "two", "fold"])
    assert set(re.findall(r"\d", two.split(":")[1].split("have")[0])) == absent
    assert "one could spare none of its 1 author (p) for validation" in one_val
    assert "two could spare none of its 2 authors for validation" in two_val


def test_a_design_without_painters_says_that_its_folds_do_not_protect():
    nameless = make_quiet([("a", ""), ("b", "")] * 20)
    (sentence,) = unknown_painters_warnings(nameless)
    assert sentence.startswith("NEXT TO NO PAINTER IS KNOWN (0 of 40 images name one, 0 authors in all)")
    assert "random folds" in sentence
    few = make_quiet([("a", ""), ("b", "")] * 40 + [("a", f"painter {number}") for number in range(5)])
    (sentence,) = unknown_painters_warnings(few, authorless=["a", "b"])
    assert "5 of 85 images name one, 5 authors in all" in sentence
    lone = make_quiet([("a", "p"), ("b", "p"), ("a", ""), ("b", "")] * 5)
    assert "1 author in all" in unknown_painters_warnings(lone)[0]


def test_styles_without_authors_are_named_unless_they_have_none_by_nature():
    design = make_quiet([("a", f"painter {number}") for number in range(20)] + [("Photo", "")] * 20)
    (sentence,) = unknown_painters_warnings(design)
    assert sentence.startswith("no author is known in Photo")
    assert "design.py --layout style/author" in sentence
    assert "design.py --csv TABLE" in sentence
    assert sentence.endswith("if there are none, say so (design.py --authorless Photo)")
    assert unknown_painters_warnings(design, ["photo"]) == []


def test_a_small_validation_set_is_said_to_say_nothing():
    rows = [(style, f"{style} {number}") for style in "ab" for number in range(600)]
    many = make_quiet(rows)
    n_groups = (many["fold"] == "val").sum()
    assert 1.96 * 0.5 / n_groups**0.5 < 0.2
    assert small_validation_warnings(many) == []
    few = make_quiet(rows[::30])
    n_groups = (few["fold"] == "val").sum()
    (sentence,) = small_validation_warnings(few)
    assert f"has only {n_groups} images, by {n_groups} authors" in sentence
    assert f"may be {min(50, 98 / n_groups**0.5):.0f} points off" in sentence
    assert small_validation_warnings(few[few["fold"] != "val"]) == []


def make_quiet(rows):
    return quiet_design(annotation_of(rows))


def test_painters_are_said_to_be_unseen_only_where_they_are_known():
    design = museum()
    unknown = design.assign(author="")
    half = design.assign(author=design["author"].where(np.arange(len(design)) % 2 == 0, ""))
    named = design.assign(author=[f"painter {i}" for i in range(len(design))])
    folds = {"fold": [str(i % 4) for i in range(len(design))]}
    assert judged_on(named.assign(**folds)) == "judged on painters it has never seen"
    assert f"of {len(design):,} images name none" in judged_on(half.assign(**folds))
    for few in (unknown, unknown.assign(author=["one", "two", *[""] * (len(design) - 2)])):
        said = judged_on(few.assign(**folds))
        assert said.startswith("judged on pictures it has never seen, but perhaps by painters it has seen")
        assert unknown_painters_warnings(few.assign(**folds))
