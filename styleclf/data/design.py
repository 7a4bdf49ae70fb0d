"""Annotation -> design: a hard validation set and cross-validation folds, with no author in two of them.

A painter's hand is easier to learn than a style. An author of the training part must not appear in the test part,
whatever styles they worked in, and neither may a copy of one of the files.
"""

import hashlib
import numbers
import warnings
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.common import check_path, check_whole, count_of, short_repr
from styleclf.data.annotation.merges import with_one_spelling
from styleclf.data.annotation.tables import names_outside, read_annotation
from styleclf.data.authors import (
    AuthorSplitter,
    author_groups,
    check_validation_set,
    cv_folds,
    originals,
    sorted_folds,
)
from styleclf.data.fold_balance import design_warnings
from styleclf.data.fold_search import even_folds, validation_groups
from styleclf.data.groups import BY_AUTHOR, FOLD_NAME, FOLDS_BY, left_out_folds, with_groups
from styleclf.data.label_sets import check_single_labels, images_of_groups
from styleclf.evaluation import (
    GROUP,
    LABEL_SEPARATOR,
    VAL,
    group_names_by_row,
    has_several_labels,
    labels_of,
    noun_for_labels,
)

_MAX_SHARE = 0.5  # of a style's images in the validation set, itself excluded
_LEGAL_FOLD = f"{VAL}|0|[1-9][0-9]*"


def make_design(
    annotation: pd.DataFrame,
    n_folds: int = 4,  # for cross-validation
    val_share: float = 0.05,  # of the images of each style
    *,
    authorless: Collection[str] = (),  # styles that have no authors by their nature, of which nothing is said
    group: Sequence[str] | str = BY_AUTHOR,  # columns of which no value stands in two folds
    leave_out: str | None = None,  # a column each of whose values is a fold, in place of `n_folds` folds
    seed: int = 0,
) -> pd.DataFrame:
    """The annotation with a column `fold`: `'val'`, `'0'`, `'1'`, …

    The validation set takes about `val_share` of every style from the authors with the fewest images. A style gives no
    author that would leave it fewer than `n_folds`, or take it beyond three times its share. The other authors are
    dealt to folds that are even in the images of every style and, as far as that allows, in its authors. Names that may
    be one author's in two spellings stay together, whether or not they are merged: see `proposed_merges`.

    The design depends on the seed, not on the order of the rows. Warns if next to no author is known, of every style
    that a fold or the validation set lacks, and of a validation set that is too small to say anything.

    `group` and `leave_out` make other folds: see `with_groups` and `left_out_folds`. The latter leaves the validation
    set as it is.

    Raises:
        ValueError: missing columns, `n_folds` < 2, `val_share` outside [0, 0.5), fewer authors than folds, or columns
            by which no folds can be made.

    >>> authors = ["gris", "leger", "boucher", "fragonard"]
    >>> annotation = pd.DataFrame({"label": ["cubism", "cubism", "rococo", "rococo"], "author": authors})
    >>> design = make_design(annotation.assign(filename=authors), n_folds=2, val_share=0)
    >>> design.groupby("fold")["label"].apply(list).tolist()
    [['cubism', 'rococo'], ['cubism', 'rococo']]
    """
    _check_request(annotation, n_folds, val_share, seed)
    group = (group,) if isinstance(group, str) else group
    if leave_out is not None and tuple(group) != BY_AUTHOR:
        raise ValueError(f"group ({','.join(group)}) and leave_out ({leave_out}) each say what a fold is: give one")
    if FOLD_NAME in annotation:  # of an earlier design
        annotation = annotation.drop(columns=[FOLD_NAME, FOLDS_BY])
    annotation = with_groups(annotation, group)
    filenames = annotation["filename"].to_numpy(dtype=object)
    by_name = np.argsort(filenames, kind="stable")
    rng = np.random.default_rng(seed)
    folds = _folds_by_name(annotation.iloc[by_name], n_folds, val_share, rng=rng)
    in_order_of_rows = pd.Series(folds, index=by_name).sort_index()
    design = annotation.assign(fold=in_order_of_rows.to_numpy())
    if leave_out is not None:
        design = left_out_folds(design, leave_out)
    sentences = design_warnings(design, authorless)
    if val_share and VAL not in folds:
        noun = noun_for_labels(design["label"])
        sentences.append(f"no {noun} has an author to spare for validation: the design has folds only")
    for sentence in sentences:
        warnings.warn(sentence, stacklevel=2)
    return design


def read_design(
    path: str | Path,
    fold: str | None = None,  # whose images alone are wanted
    *,
    several_labels: bool = False,
) -> pd.DataFrame:
    """Read design.csv: an annotation with its `fold` as str; only the images of `fold`, if it is given.

    With `several_labels` an image may have more than one, 'fauvism|portrait'. Warns of files outside the images folder.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is not an annotation, has no image, one without label, an illegal fold, fewer than two folds or
            not the fold asked for, an author or two copies of a file stand in two folds, or an image has several labels
            where these were not asked for.

    >>> write_table(design, folder / "design.csv")
    >>> sorted(read_design(folder / "design.csv")["fold"].unique())
    ['0', '1', '2', '3', 'val']
    """
    check_path(path, "the design")
    check_design_file(path)
    design = read_annotation(path)
    for column in ("label", "author"):  # in which somebody may have typed since
        design[column] = design[column].str.strip()
    if not several_labels:
        check_single_labels(design, str(path))
    elif has_several_labels(design["label"]):
        design["label"] = design["label"].map(labels_of).str.join(LABEL_SEPARATOR)
    outside = names_outside(design["filename"])
    if outside:
        n_files = count_of(len(outside), "file")
        files = f"{n_files} outside the images folder, such as {outside[0]}"
        warnings.warn(f"{path} names {files}: images are read there, and nothing is written there", stacklevel=2)
    if "fold" not in design:
        raise ValueError(
            f"{path} has no column fold, it is no design yet: recipes/design.py --csv {path} makes one of it"
        )
    _check_labels_and_folds(design, path)
    if FOLD_NAME not in design:
        _check_groups(design, path)
    if fold is None:
        return design
    if fold == VAL:
        check_validation_set(design)
    _, positions = AuthorSplitter(fold)(design)
    return design.iloc[positions].reset_index(drop=True)


def _check_labels_and_folds(design: pd.DataFrame, path: str | Path) -> None:
    """Raise ValueError for no image, an image without label, an illegal fold, and fewer than two folds."""
    if design.empty:
        raise ValueError(f"{path} names no image: make the design again")
    nameless = design["filename"][design["label"] == ""]
    if len(nameless):
        example = nameless.iat[0]
        images = count_of(len(nameless), "image")
        raise ValueError(f"{path} has no label for {images}, such as {example}")
    is_legal = design["fold"].str.fullmatch(_LEGAL_FOLD)
    illegal_folds = design["fold"][~is_legal]
    if len(illegal_folds):
        fold = illegal_folds.iat[0]
        raise ValueError(f"{path} has {fold!r} as fold: write val or a whole number from 0")
    if len(cv_folds(design)) < 2:
        raise ValueError(f"{path} has fewer than two folds besides {VAL}: make the design again")


def check_design_file(path: str | Path) -> None:
    """Raise FileNotFoundError, which says how to come by a design, for a path that is not a file."""
    path = Path(path)
    if path.is_dir():
        raise FileNotFoundError(f"{path} is a folder, and not a design: name design.csv in it")
    if not path.is_file():
        raise FileNotFoundError(f"no design at {path}: make one with recipes/design.py, or name the one that there is")


def _check_groups(design: pd.DataFrame, path: str | Path) -> None:
    """Raise ValueError if a group of the design at `path`, or two copies of a file, stand in two folds."""
    names = group_names_by_row(design)
    folds_of_names = design["fold"].iloc[names.index]
    kind = "group" if GROUP in design else "author"
    _check_together(folds_of_names, names, f"{path} has the {kind}")
    _check_together(design["fold"], originals(design), f"{path} has copies of")


def lacks_validation_set(path: str | Path) -> bool:
    """Whether a file is a design of which no image is in the validation set; not where it cannot be read."""
    try:
        folds = pd.read_csv(path, usecols=["fold"], dtype=str)["fold"]
    except (OSError, ValueError):
        return False
    return len(folds) > 0 and VAL not in set(folds)


def read_without_validation(path: str | Path, fold: str | None = None) -> pd.DataFrame:
    """What `read_design` reads, without the validation set.

    Raises what `read_design` raises, and ValueError if `fold` is the validation set.
    """
    if fold == VAL:
        raise ValueError(f"{VAL} stays closed, or it would show how it is judged: name another fold")
    return _without_validation(read_design(path, fold))


def _without_validation(design: pd.DataFrame) -> pd.DataFrame:
    """The design without its validation set."""
    folds = design["fold"].astype(str)
    in_folds = folds.isin(cv_folds(design))
    return design[in_folds].reset_index(drop=True)


def design_digest(design: pd.DataFrame) -> str:
    """A short fingerprint of which image is in which style and fold, whatever the order of rows."""
    columns = design[["filename", "label", "author", "fold"]]
    rows = columns.fillna("").astype(str)
    text = rows.sort_values("filename").to_csv(index=False)
    content = text.encode("utf-8", "surrogateescape")
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _check_request(
    annotation: pd.DataFrame,
    n_folds: int,
    val_share: float,
    seed: int,
) -> None:
    if not isinstance(annotation, pd.DataFrame):
        advice = "give a table, as annotate and read_annotation return it"
        raise ValueError(f"{short_repr(annotation)} is not an annotation: {advice}")
    missing = [name for name in ("label", "author", "filename") if name not in annotation]
    if missing:
        columns = ", ".join(annotation)
        names = ", ".join(missing)
        raise ValueError(f"the annotation lacks the columns {names}; it has {columns}")
    if annotation.empty:
        raise ValueError("the annotation has no rows: there is nothing to design")
    check_whole(n_folds, "n_folds", least=2)
    check_whole(seed, "seed", least=0)
    is_number = isinstance(val_share, numbers.Real)
    if not is_number or not 0 <= val_share < _MAX_SHARE:
        raise ValueError(f"val_share is {val_share}: give a share from 0 to less than {_MAX_SHARE}")


def _folds_by_name(
    table: pd.DataFrame,  # an annotation, sorted by filename
    n_folds: int,
    val_share: float,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """`(n,)` str: the fold of every image."""
    groups = author_groups(table if GROUP in table else with_one_spelling(table))
    new_numbers = rng.permutation(groups.max() + 1)
    groups = new_numbers[groups]  # so that ties, which the lower number wins, are broken at random
    counts = images_of_groups(groups, table["label"])  # (n_groups, n_styles)
    _check_enough_authors(len(counts), n_folds, "groups" if GROUP in table else "authors")
    in_validation = validation_groups(counts, n_folds, val_share)
    folds = even_folds(counts[~in_validation], n_folds, rng)
    fold_of_group = np.full(len(counts), VAL, dtype=object)
    fold_of_group[~in_validation] = folds.astype(str)
    return fold_of_group[groups]


def _check_enough_authors(
    n_authors: int,
    n_folds: int,
    noun: str,  # authors, or groups
) -> None:
    if n_authors >= n_folds:
        return
    if n_authors == 1:
        shortage = f"there is only 1: add images by other {noun}"
        if noun == "authors":  # which a year or a number in front of all file names is not
            shortage += ", or name the styles without any (authorless)"
    else:
        shortage = f"there are only {n_authors}: lower n_folds"
    raise ValueError(f"{n_folds} folds need {n_folds} {noun}, but {shortage}")


def _check_together(
    folds: pd.Series,  # (n,)
    names: pd.Series,  # (n,) what must stand together, '' for nothing
    subject: str,  # in the message
) -> None:
    """Raise ValueError if images that share a name, unless it is '', stand in two folds: `(n,)` folds and names."""
    folds = folds.reset_index(drop=True)
    names = names.reset_index(drop=True)
    n_folds = folds[names != ""].groupby(names).nunique()
    torn_names = n_folds.index[n_folds > 1]
    if len(torn_names):
        name = torn_names[0]
        places = " and ".join(sorted_folds(folds[names == name]))
        raise ValueError(f"{subject} {name!r} in the folds {places}: put them all into one")
