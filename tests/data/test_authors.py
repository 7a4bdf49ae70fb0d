"""styleclf.data.authors: who must stay together, and a splitter that keeps to it."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from styleclf.data.authors import (
    AuthorSplitter,
    author_groups,
    check_validation_set,
    has_validation_set,
    people_by_row,
)
from styleclf.data.design import make_design
from tests.data.annotations import annotation_of, museum, small_design, some_rows


def groups_by_spreading(annotation):
    """The groups found the plain way: spread the lowest number among equals until nothing changes."""
    original = annotation["copy_of"].where(annotation["copy_of"] != "", annotation["filename"])
    groups = pd.Series(np.arange(len(annotation)))
    while True:
        before = groups.copy()
        groups = groups.groupby(original).transform("min")
        named = annotation["author"] != ""
        groups[named] = groups[named].groupby(annotation["author"][named]).transform("min")
        if groups.equals(before):
            return pd.factorize(groups)[0]


@settings(max_examples=40)
@given(rows=some_rows)
def test_groups_are_joined_by_authors_and_copies_alone(rows):
    annotation = annotation_of(rows)
    assert author_groups(annotation).tolist() == groups_by_spreading(annotation).tolist()


def test_chain_of_author_and_copy_is_one_group():
    annotation = annotation_of([("a", "p"), ("b", "p"), ("b", "q", 1), ("c", "q"), ("c", ""), ("c", ""), ("c", "", 5)])
    assert author_groups(annotation).tolist() == [0, 0, 0, 0, 1, 2, 2]


def test_works_by_several_join_the_groups_of_them_all():
    annotation = annotation_of([("a", "p"), ("a", "q|p"), ("b", "q"), ("b", "r; q"), ("b", "r"), ("b", "s"), ("b", "")])
    assert author_groups(annotation).tolist() == [0, 0, 0, 0, 0, 1, 2]
    assert people_by_row(annotation).tolist() == ["p", "q", "p", "q", "r", "q", "r", "s"]
    assert people_by_row(annotation).index.tolist() == [0, 1, 1, 2, 3, 3, 4, 5]


def test_copies_stay_together_when_their_original_was_filtered_away():
    annotation = annotation_of([("a", "p"), ("a", "q", 0), ("b", "r", 0)])
    assert author_groups(annotation.iloc[1:]).tolist() == [0, 0]


@pytest.mark.parametrize("n_folds", [2, 4, 11])
def test_splitter_divides_the_design(n_folds):
    design = make_design(museum(), n_folds=n_folds)
    fold = design["fold"].to_numpy()
    tested = []
    for number in range(n_folds):
        train, valid = AuthorSplitter(number)(design)
        assert set(fold[valid]) == {str(number)}
        assert set(fold[train]) == {str(other) for other in range(n_folds) if other != number}
        assert len(train) + len(valid) == (fold != "val").sum()
        tested += valid
    train, valid = AuthorSplitter("val")(design)
    assert sorted(tested) == train
    assert set(fold[valid]) == {"val"}
    assert sorted(train + valid) == list(range(len(design)))


def test_splitter_takes_positions_not_row_numbers_and_rows_in_a_list():
    design = small_design()
    expected = ([2, 4], [0, 1, 5, 6])
    assert AuthorSplitter("0")(design) == expected
    assert AuthorSplitter(0)(design.set_index(np.arange(8)[::-1] + 100)) == expected
    assert AuthorSplitter(0)([row for _, row in design.iterrows()]) == expected
    assert AuthorSplitter(0)(design.to_dict("records")) == expected
    assert all(type(position) is int for part in AuthorSplitter(0)(design) for position in part)


def test_splitter_names_the_folds_there_are():
    with pytest.raises(ValueError, match=r"no fold '7': choose from 0, 1, val"):
        AuthorSplitter(7)(small_design())


def test_without_a_validation_set_all_folds_are_trained_on_and_nothing_is_tested():
    design = small_design().assign(fold=["0", "1"] * 4)
    assert AuthorSplitter("val")(design) == (list(range(8)), [])
    assert has_validation_set(small_design())
    assert not has_validation_set(design)
    check_validation_set(small_design())
    with pytest.raises(ValueError, match=r"no validation set \(.*\), only the folds 0, 1: judge by them, .* --closed"):
        check_validation_set(design)


def test_splitter_survives_pickling():
    splitter = pickle.loads(pickle.dumps(AuthorSplitter("val")))
    assert splitter(small_design()) == AuthorSplitter("val")(small_design())
    assert repr(splitter) == "AuthorSplitter('val')"
