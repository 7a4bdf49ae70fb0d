"""styleclf.data.groups: groups by any columns, and collections left out one by one."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from styleclf.data.authors import AuthorSplitter, author_groups, trained_on
from styleclf.data.design import make_design, read_design
from styleclf.data.fold_balance import judged_on
from styleclf.data.groups import (
    NOT_KNOWN,
    check_folds_by_painter,
    check_styles_can_be_judged,
    single_styles,
    unbalanced_sentences,
    with_groups,
)
from styleclf.data.reports import design_text
from styleclf.evaluation import VAL, image_units

warnings.filterwarnings("ignore", category=UserWarning, module="styleclf")


def museum(n=120, n_authors=30, n_sources=6, seed=0):
    """Images of three styles by authors who each belong to a collection or two."""
    rng = np.random.default_rng(seed)
    authors = rng.integers(n_authors, size=n)
    sources = np.where(rng.random(n) < 0.05, rng.integers(n_sources, size=n), authors % n_sources)
    return pd.DataFrame(
        {
            "filename": [f"{i:03}.jpg" for i in range(n)],
            "label": [f"style {i % 3}" for i in range(n)],
            "author": [f"painter {a}" if a else "" for a in authors],
            "title": "",
            "width": 10,
            "height": 10,
            "copy_of": "",
            "source": [f"s{s}" if i % 11 else "" for i, s in enumerate(sources)],
            "series": [f"{i // 5}" if i % 3 == 0 else "" for i in range(n)],
        }
    )


def quiet_design(rows, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make_design(rows, **options)


@settings(max_examples=15)
@given(seed=st.integers(0, 1000), columns=st.sampled_from([["series"], ["author"], ["author", "series"]]))
def test_no_value_of_any_named_column_stands_in_two_folds(seed, columns):
    rows = museum(n_authors=100, seed=seed)
    rows.loc[7, "author"] = "painter 1|painter 2"
    design = quiet_design(rows, group=columns)
    for column in columns:
        named = design[design[column] != ""]
        assert named.groupby(column)["fold"].nunique().max() == 1
    assert ("group" in design) == (columns != ["author"])


def test_a_group_is_a_connected_component_and_images_without_a_value_stand_alone():
    rows = (
        museum()
        .iloc[:5]
        .assign(author=["a", "b", "", "", "a|c"], source=["x", "y", "y", "", "z"], series=["", "", "", "", ""])
    )
    groups = with_groups(rows, ["author", "source"])
    assert groups["group"].tolist() == [
        "author a and 3 more",
        "source y and 1 more",
        "source y and 1 more",
        "",
        "author a and 3 more",
    ]
    assert set(groups["folds_by"]) == {"author,source"}
    assert author_groups(groups).tolist() == [0, 1, 1, 2, 0]
    assert image_units(groups).tolist() == [0, 1, 1, 2, 0]
    assert with_groups(rows, ["author"]) is rows


def test_copies_stay_with_their_group():
    rows = museum(40)
    rows.loc[20, "copy_of"] = rows.loc[3, "filename"]
    groups = with_groups(rows.assign(donor=[f"d{i // 2}" for i in range(40)]), ["donor"])
    assert groups["group"][20] == groups["group"][3] == groups["group"][2] == groups["group"][21]


@pytest.mark.parametrize(
    "columns, words",
    [
        (["donor"], "lacks the column 'donor'; it has 'filename'"),
        (["sourcee"], "did you mean 'source'?"),
        (["nothing"], "'nothing' is empty for all 120 images"),
        (["everything"], "all 120 images have 'one' as everything: that is one group"),
        (["big"], "the group 'big most' holds 70 of 120 images, and a group stays in one fold"),
        (["styles"], "the group 'styles style 0' holds 40 of 40 images of the style style 0"),
    ],
)
def test_columns_that_make_no_folds_are_one_sentence(columns, words):
    rows = museum().assign(nothing="", everything="one", big="", styles="")
    rows.loc[:69, "big"] = "most"
    rows["styles"] = rows["label"]
    with pytest.raises(ValueError) as caught:
        make_design(rows, group=columns)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_design_of_groups_is_read_again_and_refused_where_a_group_is_torn(tmp_path):
    design = quiet_design(museum(), group=["series"])
    design.to_csv(tmp_path / "design.csv", index=False)
    assert judged_on(read_design(tmp_path / "design.csv")).startswith("judged on painters and groups by series")
    named = design.index[design["group"] != ""][0]
    fold = "1" if design["fold"][named] != "1" else "2"
    design.loc[named, "fold"] = fold
    design.to_csv(tmp_path / "design.csv", index=False)
    with pytest.raises(ValueError, match="has the group 'series"):
        read_design(tmp_path / "design.csv")


def test_every_collection_is_a_fold_and_training_knows_none_of_its_painters(tmp_path):
    rows = museum()
    design = quiet_design(rows, leave_out="source")
    design.to_csv(tmp_path / "design.csv", index=False)
    design = read_design(tmp_path / "design.csv")
    in_folds = design[design["fold"] != VAL]
    assert in_folds.groupby("fold")["fold_name"].nunique().max() == 1
    assert (in_folds["fold_name"] == in_folds["source"].replace("", NOT_KNOWN)).all()
    assert (design["fold"] == VAL).equals(quiet_design(rows)["fold"] == VAL)
    for fold in in_folds["fold"].unique():
        train, test = AuthorSplitter(fold)(design)
        closed = design[(design["fold"] == fold) | (design["fold"] == VAL)]
        assert not set(design["author"][train]) - {""} & set(closed["author"])
        assert not set(design["source"][train]) - {""} & set(design["source"][test])
    assert judged_on(design).endswith("one source after another that it has never seen")
    assert "fold 0 is s0: " in design_text(design)


def test_folds_by_author_lose_no_training_image():
    design = quiet_design(museum())
    for fold in ("0", "1", "2", "3"):
        expected = ~design["fold"].isin([fold, VAL])
        assert (trained_on(design, fold) == expected).all()


@pytest.mark.parametrize(
    "column, words",
    [
        ("donor", "lacks the column 'donor'"),
        ("nothing", "is empty for all 120 images"),
        ("everything", "all 120 images have 'one'"),
        ("filename", "has 1"),
        ("styles", "every style has one styles only"),
        ("fold", "the folds of a design are no collections"),
    ],
)
def test_a_column_that_cannot_be_left_out_is_one_sentence(column, words):
    rows = museum().assign(nothing="", everything="one")
    rows["styles"] = rows["label"]
    with warnings.catch_warnings(), pytest.raises(ValueError) as caught:
        warnings.simplefilter("ignore")
        make_design(rows, leave_out=column)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_who_splits_by_folds_alone_refuses_folds_by_collection():
    design = quiet_design(museum(), leave_out="source")
    with pytest.raises(
        ValueError, match="an audit needs folds by painter, but those of this design are values of source"
    ):
        check_folds_by_painter(design, "an audit")
    check_folds_by_painter(quiet_design(museum()), "an audit")
    again = quiet_design(design.drop(columns="fold"))
    assert not {"fold_name", "folds_by"} & set(again.columns)


def of_styles(labels, folds):
    return pd.DataFrame({"label": labels.split(), "fold": folds.split()})


def test_who_judges_folds_refuses_a_design_of_one_style():
    with pytest.raises(
        ValueError, match=r"^a league needs two styles with images in two folds .* and 1 of 1 style has"
    ):
        check_styles_can_be_judged(of_styles("a a a", "0 1 2"), "a league")


def test_who_judges_folds_refuses_styles_of_one_fold_each():
    with pytest.raises(ValueError, match=r"and 1 of 3 styles has them: make a design of more painters"):
        check_styles_can_be_judged(of_styles("a a b b c", "0 1 1 val 0"), "an audit")


def test_two_styles_in_two_folds_can_be_judged():
    check_styles_can_be_judged(of_styles("a a b b c", "0 1 1 0 0"), "an audit")


def test_group_and_leave_out_are_not_both_given():
    with pytest.raises(ValueError, match="each say what a fold is: give one"):
        make_design(museum(), group=["author", "series"], leave_out="source")


def test_a_style_of_one_collection_is_named():
    rows = museum().assign(source=lambda table: table["source"].replace("", "s1"))
    rows.loc[rows["label"] == "style 0", "source"] = "s2"
    design = quiet_design(rows, leave_out="source")
    assert single_styles(design) == {"style 0": "s2"}
    (sentence,) = unbalanced_sentences(design)
    assert sentence.startswith("1 style (style 0 of s2) in one source only: left out, none of its images")
