"""styleclf.data.fold_balance: how even folds are, and which styles some of them lack."""

import re

import numpy as np
import pytest

from styleclf.data.design import make_design
from styleclf.data.fold_balance import _fold_imbalance, design_table, few_author_warnings, imbalance_comparison
from tests.data.annotations import annotation_of, museum, small_design


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
    assert sentences == few_author_warnings(design)
    assert all(warning.filename == __file__ for warning in caught)
    one, one_val, two, two_val = sentences
    only = design.loc[design["label"] == "one", "fold"].iat[0]
    assert one.startswith("one has 1 author for 4 folds: folds ")
    assert one.endswith(f"so the model tested on fold {only} never learns it and no other is tested on it")
    assert two.startswith("two has 2 authors for 4 folds: folds ")
    assert two.endswith("so its scores come from the other 2 alone")
    absent = {*"0123"} - set(design.loc[design["label"] == "two", "fold"])
    assert set(re.findall(r"\d", two.split(":")[1].split("have")[0])) == absent
    assert "one could spare none of its 1 author for validation" in one_val
    assert "two could spare none of its 2 authors for validation" in two_val
