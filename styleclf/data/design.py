"""Annotation -> design: a hard validation set and cross-validation folds, with no author in two of them.

A painter's hand is easier to learn than a style. Whoever is in the training part must not be in the test part too,
whatever styles they worked in, and neither may a copy of one of its files.
"""

import hashlib
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.data.authors import VAL, AuthorSplitter, _in_order, author_groups, cv_folds
from styleclf.data.fold_balance import few_author_warnings
from styleclf.data.fold_search import _even_folds, _val_groups
from styleclf.data.tables import read_annotation


def make_design(
    annotation: pd.DataFrame,
    n_folds: int = 4,  # for cross-validation
    val_share: float = 0.05,  # of the images of each style
    seed: int = 0,
) -> pd.DataFrame:
    """The annotation with a column `fold`: `'val'`, `'0'`, `'1'`, …

    Validation takes about `val_share` of every style from the authors with the fewest images. A style gives no author
    that would leave it fewer than `n_folds`, or take it beyond three times its share. The other authors are dealt to
    folds that are even in the images of every style and, as far as that allows, in its authors.

    The design depends on the seed, not on the order of the rows. Warns what `few_author_warnings` says of it.

    Raises:
        ValueError: missing columns, `n_folds` < 2, `val_share` outside [0, 0.5), or fewer authors than folds.
    """
    _check_request(annotation, n_folds, val_share)
    rng = np.random.default_rng(seed)
    by_name = np.argsort(annotation["filename"].to_numpy(dtype=object), kind="stable")
    table = annotation.iloc[by_name]
    groups = author_groups(table)
    groups = rng.permutation(groups.max() + 1)[groups]  # so that below the lower number wins ties at random
    counts = pd.crosstab(groups, table["label"].to_numpy()).to_numpy()  # (n_groups, n_styles) images
    if len(counts) < n_folds:
        raise ValueError(
            f"{n_folds} folds need {n_folds} authors, but there {'is' if len(counts) == 1 else 'are'} only "
            f"{len(counts)}: {'lower n_folds' if len(counts) > 1 else 'add images by other authors'}"
        )
    in_val = _val_groups(counts, n_folds, val_share)
    fold_of_group = np.full(len(counts), VAL, dtype=object)
    fold_of_group[~in_val] = _even_folds(counts[~in_val], n_folds, rng).astype(str)
    fold = pd.Series(fold_of_group[groups], index=by_name).sort_index()
    design = annotation.assign(fold=fold.to_numpy())
    sentences = few_author_warnings(design)
    if val_share and not in_val.any():
        sentences.append("no style has an author to spare for validation: the design has folds only")
    for sentence in sentences:
        warnings.warn(sentence, stacklevel=2)
    return design


def read_design(path: str | Path, fold: str | None = None) -> pd.DataFrame:
    """Read design.csv: an annotation with its `fold` as str; of one `fold` only, if it is given.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no annotation, has no legal folds or not the one wanted, or an author or two copies of a file
            stand in two folds.
    """
    design = read_annotation(path)
    if "fold" not in design:
        raise ValueError(f"{path} has no column fold: make the design from the annotation first")
    wrong = design["fold"][~design["fold"].str.fullmatch("val|0|[1-9][0-9]*")]
    if len(wrong):
        raise ValueError(f"{path} has {wrong.iat[0]!r} as fold: write val or a whole number from 0")
    if len(cv_folds(design)) < 2:
        raise ValueError(f"{path} has fewer than two folds besides {VAL}: make the design anew")
    original = design["copy_of"].where(design["copy_of"] != "", design["filename"])
    for what, names in (("the author", design["author"]), ("copies of", original)):
        n_folds = design["fold"][names != ""].groupby(names).nunique()
        for name in n_folds.index[n_folds > 1][:1]:
            folds = " and ".join(_in_order(design["fold"][names == name]))
            raise ValueError(f"{path} has {what} {name!r} in the folds {folds}: put them all into one")
    return design if fold is None else design.iloc[AuthorSplitter(fold)(design)[1]].reset_index(drop=True)


def read_without_validation(path: str | Path, fold: str | None = None) -> pd.DataFrame:
    """What `read_design` reads, without its validation set. Raises ValueError if that is named, and what it raises."""
    if fold == VAL:
        raise ValueError(f"{VAL} stays closed, or it would show how it is judged: name another fold")
    return without_validation(read_design(path, fold))


def without_validation(design: pd.DataFrame) -> pd.DataFrame:
    """The design without its validation set."""
    return design[design["fold"].astype(str).isin(cv_folds(design))].reset_index(drop=True)


def design_digest(design: pd.DataFrame) -> str:
    """A short fingerprint of which image is in which style and fold, whatever the order of rows."""
    rows = design[["filename", "label", "author", "fold"]].fillna("").astype(str).sort_values("filename")
    return hashlib.blake2b(rows.to_csv(index=False).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


# Designing: groups of images go to validation or to a fold. `counts` is (n_groups, n_styles) images.


def _check_request(annotation: pd.DataFrame, n_folds: int, val_share: float) -> None:
    missing = [name for name in ("label", "author", "filename") if name not in annotation]
    if missing:
        raise ValueError(f"the annotation lacks the columns {', '.join(missing)}; it has {', '.join(annotation)}")
    if annotation.empty:
        raise ValueError("the annotation has no rows: there is nothing to design")
    if n_folds < 2:
        raise ValueError(f"n_folds is {n_folds}: give 2 or more")
    if not 0 <= val_share < 0.5:
        raise ValueError(f"val_share is {val_share}: give a share from 0 to less than 0.5")
