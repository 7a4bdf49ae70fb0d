import pickle
import re
import time
import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from styleclf.data.authors import AuthorSplitter, author_groups
from styleclf.data.design import make_design, read_design, read_without_validation
from styleclf.data.fold_balance import _fold_imbalance, design_table, few_author_warnings, imbalance_comparison
from styleclf.data.fold_search import _AUTHOR_WEIGHT, _SIZE_WEIGHT
from styleclf.output import write_table


def annotation_of(rows):
    """An annotation of `(label, author)` or `(label, author, number of the file it copies)`."""
    names = [f"{row[0]}/{row[1]}_{number:04}.jpg" for number, row in enumerate(rows)]
    copies = [names[row[2]] if len(row) > 2 and row[2] is not None else "" for row in rows]
    table = pd.DataFrame({"label": [row[0] for row in rows], "author": [row[1] for row in rows], "title": "x"})
    return table.assign(filename=names, width=10, height=10, copy_of=copies)


def quiet_design(annotation, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make_design(annotation, **options)


def museum(n_authors=60, n_styles=5, seed=0, n_photos=40):
    """Styles of many authors of uneven size, one in six of whom works in two styles, and one style without authors."""
    rng = np.random.default_rng(seed)
    rows = [("photo", "")] * n_photos
    for author in range(n_authors):
        style = author % n_styles
        for other in [style, (style + 1) % n_styles] if author % 6 == 0 else [style]:
            rows += [(f"style {other}", f"painter {author}")] * int(rng.geometric(0.15))
    return annotation_of(rows)


# any distribution of authors: up to four styles, few authors or many, some images without one, some copies
some_rows = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["", *"pqrstuvwxyz"]), st.none() | st.integers(0, 5)),
    min_size=6,
    max_size=80,
).map(lambda rows: [(*row[:2], row[2] if number > 5 else None) for number, row in enumerate(rows)])


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


@settings(deadline=None, max_examples=40)
@given(rows=some_rows)
def test_groups_are_joined_by_authors_and_copies_alone(rows):
    annotation = annotation_of(rows)
    assert author_groups(annotation).tolist() == groups_by_spreading(annotation).tolist()


def test_chain_of_author_and_copy_is_one_group():
    annotation = annotation_of([("a", "p"), ("b", "p"), ("b", "q", 1), ("c", "q"), ("c", ""), ("c", ""), ("c", "", 5)])
    assert author_groups(annotation).tolist() == [0, 0, 0, 0, 1, 2, 2]


def test_copies_stay_together_when_their_original_was_filtered_away():
    annotation = annotation_of([("a", "p"), ("a", "q", 0), ("b", "r", 0)])
    assert author_groups(annotation.iloc[1:]).tolist() == [0, 0]


@settings(deadline=None, max_examples=60)
@given(rows=some_rows, n_folds=st.integers(2, 5), val_share=st.sampled_from([0, 0.05, 0.2]), seed=st.integers(0, 3))
def test_no_author_in_two_folds_and_every_image_in_one(rows, n_folds, val_share, seed):
    annotation = annotation_of(rows)
    groups = author_groups(annotation)
    if groups.max() + 1 < n_folds:
        with pytest.raises(ValueError, match=f"{n_folds} folds need"):
            make_design(annotation, n_folds, val_share, seed)
        return
    design = quiet_design(annotation, n_folds=n_folds, val_share=val_share, seed=seed)
    pd.testing.assert_frame_equal(design.drop(columns="fold"), annotation)
    folds = {str(fold) for fold in range(n_folds)}
    assert folds <= set(design["fold"]) <= folds | {"val"}  # no fold is empty
    assert design["fold"].groupby(groups).nunique().max() == 1
    assert (design[design["author"] != ""].groupby("author")["fold"].nunique() == 1).all()
    if not val_share:
        assert "val" not in set(design["fold"])


@settings(deadline=None, max_examples=40)
@given(rows=some_rows, val_share=st.sampled_from([0.05, 0.2]))
def test_validation_is_small_and_leaves_authors_for_every_fold(rows, val_share):
    annotation = annotation_of(rows)
    groups = author_groups(annotation)
    if groups.max() + 1 < 3:
        return
    in_val = (quiet_design(annotation, n_folds=3, val_share=val_share)["fold"] == "val").to_numpy()
    for style in annotation["label"].unique():
        own = (annotation["label"] == style).to_numpy()
        assert (own & in_val).sum() <= max(1, 3 * val_share * own.sum())
        if (own & in_val).any():
            assert len(set(groups[own & ~in_val])) >= 3


@pytest.mark.parametrize("seed", range(3))
def test_validation_takes_its_share_from_the_authors_with_the_fewest_images(seed):
    annotation = museum(n_authors=200, seed=seed)
    design = make_design(annotation, seed=seed)
    share = (design["fold"] == "val").groupby(design["label"]).mean()
    assert share.between(0.04, 0.07).all()
    sizes = design.groupby("author").size().drop("")
    in_val = design[design["author"] != ""].groupby("author")["fold"].first() == "val"
    assert sizes[in_val].max() <= sizes[~in_val].quantile(0.25)


def test_style_of_a_single_author_is_not_swallowed_by_validation():
    annotation = annotation_of([("giant", "boucher")] * 30 + [("many", f"painter {n % 20}") for n in range(60)])
    design = quiet_design(annotation)
    assert (design["fold"][design["label"] == "giant"] != "val").all()
    assert (design["fold"] == "val").any()


@pytest.mark.parametrize("n_authors, n_given", [(6, 0), (8, 1)])
def test_style_gives_to_validation_at_most_three_times_its_share(n_authors, n_given):
    rows = [("large", f"p{n % n_authors}") for n in range(30 * n_authors)]
    design = quiet_design(annotation_of([*rows, *[("photo", "")] * 100]))
    assert design_table(design)["authors"].loc["large", "val"] == n_given


def test_images_without_author_are_drawn_at_random_evenly():
    annotation = annotation_of([("photo", "")] * 100 + [("cartoon", "")] * 60)
    designs = [make_design(annotation, seed=seed) for seed in range(2)]
    for design in designs:
        assert sorted(design_table(design)["images"].loc["photo"]) == [5, 23, 24, 24, 24]
    assert not (designs[0]["fold"] == "val").equals(designs[1]["fold"] == "val")


@pytest.mark.parametrize("seed", range(3))
def test_folds_are_no_less_even_than_those_of_others(seed):
    design = make_design(museum(seed=seed), seed=seed)
    ours, *others = imbalance_comparison(design, seed)
    assert ours == _fold_imbalance(design)
    assert ours <= min(others) + 1e-12
    assert len(others) == 2


def test_folds_are_perfect_where_they_can_be():
    sizes = [8, 7, 6, 5, 3, 3, 2, 2, 2, 1, 1]  # 40 = 4 folds of 10
    design = make_design(
        annotation_of([(style, f"{style}{n}") for style in "ab" for n, size in enumerate(sizes) for _ in range(size)]),
        val_share=0,
    )
    assert (design_table(design)["images"] == 10).all(axis=None)
    assert _fold_imbalance(design) == 0


@pytest.mark.parametrize("seed", range(8))
def test_folds_are_the_most_even_of_all_there_are(seed):
    rng = np.random.default_rng(seed)
    n_authors, n_folds = 7, 3
    counts = rng.geometric(0.3, (n_authors, 2)) * (rng.random((n_authors, 2)) < 0.7)
    counts[0], counts[1] = [3, 1], [1, 2]  # no style is empty
    rows = [
        (f"style {style}", f"painter {author}")
        for author, style in np.ndindex(counts.shape)
        for _ in range(counts[author, style])
    ]
    fold_of = quiet_design(annotation_of(rows), n_folds=n_folds, val_share=0).groupby("author")["fold"].first()
    counts = counts[counts.sum(1) > 0]
    every = np.array(list(product(range(n_folds), repeat=len(counts))))
    best = min(unevenness(counts, folds, n_folds) for folds in every)
    assert unevenness(counts, fold_of.astype(int).to_numpy(), n_folds) == pytest.approx(best, abs=1e-12)


def unevenness(counts, folds, n_folds):
    """Squared deviations of the folds' shares of images, and with their weights of authors and of everything."""
    total = 0
    for weight, part in ((1, counts), (_AUTHOR_WEIGHT, counts > 0), (_SIZE_WEIGHT, counts.sum(1, keepdims=True))):
        shares = np.array([part[folds == fold].sum(0) for fold in range(n_folds)]) / part.sum(0)
        total += weight * ((shares - 1 / n_folds) ** 2).sum()
    return total


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


def test_ten_thousand_images_take_seconds():
    annotation = museum(n_authors=1400, n_styles=25, n_photos=2000)
    assert len(annotation) > 10_000
    start = time.perf_counter()
    make_design(annotation)
    assert time.perf_counter() - start < 15


@pytest.mark.parametrize(
    "options, message",
    [
        ({"n_folds": 1}, "n_folds is 1"),
        ({"val_share": 0.5}, "val_share is 0.5"),
        ({"val_share": -0.1}, "val_share is -0.1"),
        ({"n_folds": 101}, "101 folds need 101 authors, but there are only"),
    ],
)
def test_impossible_requests(options, message):
    with pytest.raises(ValueError, match=message):
        make_design(museum(), **options)


def test_unusable_annotations():
    with pytest.raises(ValueError, match=r"lacks the columns label, filename; it has author"):
        make_design(pd.DataFrame({"author": ["p"]}))
    with pytest.raises(ValueError, match="no rows"):
        make_design(museum().iloc[:0])
    with pytest.raises(ValueError, match="only 1: add images by other authors"):
        make_design(annotation_of([("a", "p"), ("b", "p")]), n_folds=2)


# Describing


def small_design():
    rows = [("a", "p"), ("a", "p"), ("a", "q"), ("a", "r"), ("b", ""), ("b", ""), ("b", "p"), ("b", "")]
    return annotation_of(rows).assign(fold=["0", "0", "1", "val", "1", "0", "0", "val"])


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


def test_design_without_validation_set_is_said_unless_asked_for():
    annotation = annotation_of([(style, author) for style in "ab" for author in "pq"] * 3)
    with pytest.warns(UserWarning, match="no style has an author to spare for validation"):
        make_design(annotation, n_folds=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_design(annotation, n_folds=2, val_share=0)


# Splitting


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


def test_splitter_survives_pickling():
    splitter = pickle.loads(pickle.dumps(AuthorSplitter("val")))
    assert splitter(small_design()) == AuthorSplitter("val")(small_design())
    assert repr(splitter) == "AuthorSplitter('val')"


# Reading


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


def test_author_in_two_folds_is_refused_by_name(tmp_path):
    design = small_design().assign(fold=["0", "1", "1", "val", "1", "0", "0", "val"])
    with pytest.raises(ValueError, match=r"design\.csv has the author 'p' in the folds 0 and 1"):
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


def test_design_needs_folds(tmp_path):
    with pytest.raises(ValueError, match="no column fold"):
        read_design(saved(small_design().drop(columns="fold"), tmp_path))
    with pytest.raises(ValueError, match="fewer than two folds besides val"):
        read_design(saved(small_design().assign(fold="0"), tmp_path))
    with pytest.raises(FileNotFoundError):
        read_design(tmp_path / "none.csv")


def test_the_validation_set_can_be_left_out_and_then_not_be_named(design, tmp_path):
    write_table(design, tmp_path / "design.csv")
    rows = read_without_validation(tmp_path / "design.csv")
    assert len(rows) == (design["fold"] != "val").sum() and "val" not in set(rows["fold"])
    assert set(read_without_validation(tmp_path / "design.csv", "1")["fold"]) == {"1"}
    with pytest.raises(ValueError, match="stays closed"):
        read_without_validation(tmp_path / "design.csv", "val")
