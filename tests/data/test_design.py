"""styleclf.data.design: every image in one fold, no author in two, and designs that are checked as they are read."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from styleclf.common import write_table
from styleclf.data.authors import AuthorSplitter, author_groups
from styleclf.data.design import lacks_validation_set, make_design, read_design, read_without_validation
from styleclf.data.fold_balance import _fold_imbalance
from tests.data.annotations import annotation_of, museum, quiet_design, small_design, some_rows


@settings(max_examples=60)
@given(rows=some_rows, n_folds=st.integers(2, 5), val_share=st.sampled_from([0, 0.05, 0.2]), seed=st.integers(0, 3))
def test_no_author_in_two_folds_and_every_image_in_one(rows, n_folds, val_share, seed):
    annotation = annotation_of(rows)
    groups = author_groups(annotation)
    if groups.max() + 1 < n_folds:
        with pytest.raises(ValueError, match=f"{n_folds} folds need"):
            make_design(annotation, n_folds, val_share, seed=seed)
        return
    design = quiet_design(annotation, n_folds=n_folds, val_share=val_share, seed=seed)
    pd.testing.assert_frame_equal(design.drop(columns="fold"), annotation)
    folds = {str(fold) for fold in range(n_folds)}
    assert folds <= set(design["fold"]) <= folds | {"val"}  # no fold is empty
    assert design["fold"].groupby(groups).nunique().max() == 1
    assert (design[design["author"] != ""].groupby("author")["fold"].nunique() == 1).all()
    if not val_share:
        assert "val" not in set(design["fold"])


def test_design_depends_on_the_seed_and_not_on_the_order_of_rows():
    annotation = museum()
    design = make_design(annotation, seed=1)
    shuffled = make_design(annotation.sample(frac=1, random_state=0), seed=1)
    pd.testing.assert_frame_equal(shuffled.sort_index(), design)
    assert not make_design(annotation, seed=2)["fold"].equals(design["fold"])


def test_missing_authors_and_repeated_row_numbers_do_no_harm():
    annotation = museum()
    odd = annotation.assign(author=annotation["author"].where(annotation["author"] != "")).drop(columns="copy_of")
    odd.index = np.zeros(len(odd), dtype=int)
    design = make_design(odd)
    assert design["fold"].tolist() == make_design(annotation)["fold"].tolist()
    assert _fold_imbalance(design) == _fold_imbalance(make_design(annotation))


def test_spellings_of_one_author_stay_in_one_fold_though_they_are_not_merged():
    annotation = museum()
    positions = np.arange(len(annotation))
    is_odd = positions % 2 == 1
    hyphenated = annotation["author"].str.replace(" ", "-")
    respelled = annotation.assign(author=hyphenated.where(is_odd, annotation["author"].str.replace("-", " ")))
    assert respelled["author"].nunique() > annotation["author"].nunique()  # some authors have both spellings
    design = quiet_design(respelled)
    folds_of_authors = design["fold"].groupby(annotation["author"]).nunique()
    assert folds_of_authors.drop("", errors="ignore").max() == 1
    assert design["author"].equals(respelled["author"])


@pytest.mark.parametrize(
    "options, message",
    [
        ({"n_folds": 1}, "n_folds must be a whole number from 2, not 1"),
        ({"n_folds": 2.5}, "n_folds must be a whole number from 2, not 2.5"),
        ({"n_folds": "4"}, "n_folds must be a whole number from 2, not '4'"),
        ({"seed": -1}, "seed must be a whole number from 0, not -1"),
        ({"val_share": "much"}, "val_share is much"),
        ({"group": "museum"}, "lacks the column 'museum'"),
        ({"val_share": 0.5}, "val_share is 0.5"),
        ({"val_share": -0.1}, "val_share is -0.1"),
        ({"n_folds": 101}, "101 folds need 101 authors, but there are only"),
    ],
)
def test_impossible_requests(options, message):
    with pytest.raises(ValueError, match=message):
        make_design(museum(), **options)


def test_unusable_annotations():
    with pytest.raises(ValueError, match="None is not an annotation: give a table, as annotate"):
        make_design(None)
    with pytest.raises(ValueError, match="the design must be a path, not 3"):
        read_design(3)
    with pytest.raises(ValueError, match=r"lacks the columns label, filename; it has author"):
        make_design(pd.DataFrame({"author": ["p"]}))
    with pytest.raises(ValueError, match="no rows"):
        make_design(museum().iloc[:0])
    with pytest.raises(ValueError, match=r"only 1: add images by other authors, or .* without any \(authorless\)"):
        make_design(annotation_of([("a", "p"), ("b", "p")]), n_folds=2)


def test_design_without_validation_set_is_said_unless_asked_for():
    annotation = annotation_of([(style, author) for style in "ab" for author in "pq"] * 3)
    with pytest.warns(UserWarning, match="no style has an author to spare for validation"):
        make_design(annotation, n_folds=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_design(annotation, n_folds=2, val_share=0)


def saved(design, tmp_path):
    write_table(design, tmp_path / "design.csv")
    return tmp_path / "design.csv"


def test_design_survives_the_disk(tmp_path):
    design = make_design(museum()).assign(own="kept")
    back = read_design(saved(design, tmp_path))
    pd.testing.assert_frame_equal(back, design, check_dtype=False)
    assert AuthorSplitter(0)(back) == AuthorSplitter(0)(design)


def test_a_design_is_read_one_fold_at_a_time(tmp_path):
    design = small_design()
    path = saved(design, tmp_path)
    for fold in set(design["fold"]):
        one = read_design(path, fold)
        assert one["filename"].tolist() == design["filename"][design["fold"] == fold].tolist()
        assert one.index.tolist() == list(range(len(one)))
    with pytest.raises(ValueError, match="no fold '9'"):
        read_design(path, "9")


def test_a_validation_set_that_is_not_there_is_not_read(tmp_path):
    path = saved(small_design(), tmp_path)
    assert not lacks_validation_set(path)
    assert not lacks_validation_set(tmp_path / "none.csv")
    path = saved(small_design().replace({"fold": {"val": "2"}}), tmp_path)
    assert lacks_validation_set(path)
    with pytest.raises(ValueError, match="the design has no validation set"):
        read_design(path, "val")


@pytest.mark.parametrize("name", ["../a.jpg", "/somewhere/a.jpg", "rococo/../../a.jpg"])
def test_files_outside_the_images_folder_are_told(tmp_path, name):
    design = small_design()
    design.loc[0, "filename"] = name
    with pytest.warns(UserWarning, match=f"names 1 file outside the images folder, such as {re.escape(name)}:"):
        read_design(saved(design, tmp_path))


def test_author_in_two_folds_is_refused_by_name(tmp_path):
    design = small_design().assign(fold=["0", "1", "1", "val", "1", "0", "0", "val"])
    with pytest.raises(ValueError, match=r"design\.csv has the author 'p' in the folds 0 and 1"):
        read_design(saved(design, tmp_path))


def test_author_of_a_joint_work_in_two_folds_is_refused_by_name(tmp_path):
    design = small_design()
    design.loc[2, "author"] = "q|r"
    with pytest.raises(ValueError, match=r"design\.csv has the author 'r' in the folds 1 and val"):
        read_design(saved(design, tmp_path))


def test_copies_in_two_folds_are_refused_by_name(tmp_path):
    design = small_design()
    design.loc[5, "copy_of"] = design.loc[4, "filename"]
    with pytest.raises(ValueError, match=r"copies of 'b/_0004\.jpg' in the folds 0 and 1"):
        read_design(saved(design, tmp_path))


@pytest.mark.parametrize("fold", ["", "0.0", "-1", "test", "01", "Val"])
def test_illegal_fold_is_refused(tmp_path, fold):
    design = small_design()
    design.loc[7, "fold"] = fold
    with pytest.raises(ValueError, match=re.escape(f"has {fold!r} as fold")):
        read_design(saved(design, tmp_path))


def test_a_design_without_images_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"names no image: make the design again"):
        read_design(saved(small_design().iloc[:0], tmp_path))


def test_blanks_around_a_style_or_an_author_make_no_other_one(tmp_path):
    design = small_design()
    spaced = design.assign(label=" " + design["label"], author=design["author"] + " ")
    spaced.loc[::2] = design.loc[::2]
    read = read_design(saved(spaced, tmp_path))
    assert read[["label", "author"]].equals(read_design(saved(design, tmp_path))[["label", "author"]])


def test_design_needs_folds(tmp_path):
    with pytest.raises(ValueError, match=r"no column fold, it is no design yet: .* --csv .* makes one of it"):
        read_design(saved(small_design().drop(columns="fold"), tmp_path))
    with pytest.raises(ValueError, match="fewer than two folds besides val"):
        read_design(saved(small_design().assign(fold="0"), tmp_path))
    with pytest.raises(FileNotFoundError):
        read_design(tmp_path / "none.csv")


def test_the_validation_set_can_be_left_out_and_then_not_be_named(design, tmp_path):
    write_table(design, tmp_path / "design.csv")
    rows = read_without_validation(tmp_path / "design.csv")
    assert len(rows) == (design["fold"] != "val").sum()
    assert "val" not in set(rows["fold"])
    assert set(read_without_validation(tmp_path / "design.csv", "1")["fold"]) == {"1"}
    with pytest.raises(ValueError, match="stays closed"):
        read_without_validation(tmp_path / "design.csv", "val")


def test_an_image_without_a_style_is_named(tmp_path, design):
    table = design.assign(label=["", *design["label"][1:]])
    table.to_csv(tmp_path / "design.csv", index=False)
    with pytest.raises(ValueError, match=r"design\.csv has no label for 1 image, such as ") as caught:
        read_design(tmp_path / "design.csv")
    assert str(caught.value).endswith(design["filename"].iat[0])
