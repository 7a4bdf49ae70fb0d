"""Designs whose images have several labels."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data.annotation.understanding import understanding_text
from styleclf.data.design import make_design, read_design
from styleclf.data.fold_balance import design_table, few_author_warnings, imbalance_comparison
from styleclf.data.groups import left_out_text
from styleclf.data.label_sets import (
    check_labels_can_be_told,
    check_single_labels,
    images_of_groups,
    rows_by_label,
)
from styleclf.evaluation import label_matrix, label_vocab


def made_annotation(n=240, seed=0):
    rng = np.random.default_rng(seed)
    authors = rng.integers(40, size=n)
    styles = np.where(authors % 2, "cubism", "rococo")
    genres = rng.choice(["portrait", "landscape", "still life"], size=n, p=[0.6, 0.3, 0.1])
    table = pd.DataFrame({"filename": [f"{i:03}.jpg" for i in range(n)]})
    table["label"] = [f"{style}|{genre}" for style, genre in zip(styles, genres, strict=True)]
    return table.assign(author=[f"author-{i}" for i in authors], title="", width=9, height=9, copy_of="")


def test_folds_are_even_in_every_label_and_keep_painters_together():
    design = make_design(made_annotation(), val_share=0)
    vocab = label_vocab(design["label"])
    matrix = label_matrix(design["label"], vocab)
    shares = np.array([matrix[design["fold"] == fold].sum(axis=0) for fold in "0123"]) / matrix.sum(axis=0)
    assert np.abs(shares - 0.25).max() < 0.04
    assert (design.groupby("author")["fold"].nunique() == 1).all()


def test_of_one_label_each_the_numbers_are_those_of_a_cross_table():
    cells = pd.Series(["b", "a", "b", "c"])
    groups = np.array([0, 0, 2, 1])
    np.testing.assert_array_equal(images_of_groups(groups, cells), pd.crosstab(groups, cells).to_numpy())
    design = pd.DataFrame({"label": cells})
    assert rows_by_label(design) is design


def test_tables_and_warnings_speak_of_labels():
    design = make_design(made_annotation(), n_folds=2, val_share=0)
    table = design_table(design)
    assert table.index.tolist() == ["cubism", "landscape", "portrait", "rococo", "still life"]
    assert table["images"].sum().sum() == 2 * len(design)
    alone = design.assign(label=design["label"].where(design.index > 0, "cubism|mural"))
    assert any(sentence.startswith("mural has 1 author") for sentence in few_author_warnings(alone))
    assert imbalance_comparison(design)["this design"] < 0.05


def test_what_is_said_of_a_design_speaks_of_labels_and_counts_each():
    annotation = made_annotation(n=60)
    text = understanding_text(annotation, "a table", nobodies={}, left_out={})
    assert "5 labels: cubism (" in text
    design = make_design(annotation.assign(author=""), n_folds=2, authorless=["cubism"])
    assert "of each label" in " ".join(imbalance_comparison(design).index)


def test_a_label_of_one_collection_is_named_whatever_else_its_images_are():
    """Only combinations with it are in one collection each."""
    annotation = made_annotation(n=60)
    is_still_life = annotation["label"].str.contains("still life")
    sources = np.where(is_still_life | (annotation.index % 2 == 0), "met", "tate")
    with pytest.warns(UserWarning, match=r"1 label \(still life of met\) in one source only.*label and source cannot"):
        design = make_design(annotation.assign(source=sources), leave_out="source")
    assert left_out_text(design).startswith("fold 0 is met: ")
    assert "of 4 labels" in left_out_text(design)


def test_only_who_asks_for_several_labels_gets_them(tmp_path):
    design = make_design(made_annotation(), n_folds=2, val_share=0)
    design["label"] = design["label"].str.replace("|", " | ")
    path = tmp_path / "design.csv"
    design.to_csv(path, index=False)
    with pytest.raises(
        ValueError, match=r"gives 240 images several labels, such as '\w+ \| .*' for 000\.jpg: cross_val"
    ):
        read_design(path)
    assert set(label_vocab(read_design(path, several_labels=True)["label"])) == set(label_vocab(design["label"]))
    assert " " not in read_design(path, several_labels=True)["label"][0].replace("still life", "")
    check_single_labels(design.assign(label="cubism"), "a design")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (lambda cells: cells + "|painted", "all 240 images have the label painted, so there is nothing to tell apart"),
        (lambda cells: cells.where(cells.index > 0, "mural"), "the label mural has 1 image in 1 fold, so no model"),
    ],
)
def test_labels_that_all_have_or_that_one_fold_has_are_refused(changed, sentence):
    design = make_design(made_annotation(), n_folds=2, val_share=0)
    check_labels_can_be_told(design)
    with pytest.raises(ValueError, match=sentence):
        check_labels_can_be_told(design.assign(label=changed(design["label"])))
