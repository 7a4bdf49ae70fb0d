"""styleclf.data.fold_search: a small validation set, and folds as even as they can be."""

import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from styleclf.data.authors import author_groups
from styleclf.data.design import make_design
from styleclf.data.fold_balance import _fold_imbalance, design_table
from styleclf.data.fold_search import _AUTHORS_WEIGHT, _SIZE_WEIGHT
from tests.data.annotations import annotation_of, museum, quiet_design, some_rows


@settings(max_examples=40)
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
    for weight, part in ((1, counts), (_AUTHORS_WEIGHT, counts > 0), (_SIZE_WEIGHT, counts.sum(1, keepdims=True))):
        shares = np.array([part[folds == fold].sum(0) for fold in range(n_folds)]) / part.sum(0)
        total += weight * ((shares - 1 / n_folds) ** 2).sum()
    return total


def test_ten_thousand_images_take_seconds():
    annotation = museum(n_authors=1400, n_styles=25, n_photos=2000)
    assert len(annotation) > 10_000
    start = time.perf_counter()
    make_design(annotation)
    assert time.perf_counter() - start < 15
