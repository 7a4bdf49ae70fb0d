"""Annotation -> design: a hard validation set and cross-validation folds, with no author in two of them.

A painter's hand is easier to learn than a style. Whoever is in the training part must not be in the test part too,
whatever styles they worked in, and neither may a copy of one of its files.
"""

import hashlib
import warnings
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.catalog import read_annotation

VAL = "val"
UNUSED = "unused"  # where images stand that are neither trained nor judged on: their pixels stay in one cache
MOST_VAL = 3  # a style gives to validation at most so many times the share asked for, or one image
AUTHOR_WEIGHT = 0.003  # of even numbers of authors, against 1 for even numbers of images
SIZE_WEIGHT = 0.001  # of folds of one size, whatever the styles
N_STARTS = 8  # the search ends in a local optimum: the best of so many is kept
LEAST_GAIN = 1e-13  # whatever is smaller is rounding
N_SHUFFLES = 100


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


def author_groups(annotation: pd.DataFrame) -> np.ndarray:
    """Which images must stay together: `(n,)` int, numbered from 0 in the order of the rows.

    Two images share a group if a chain of equal authors and byte-identical files joins them, across styles. An image
    without author is its own group unless it has copies.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(annotation)
    author = annotation["author"].fillna("")
    copy_of = annotation["copy_of"].fillna("") if "copy_of" in annotation else pd.Series("", index=annotation.index)
    original, _ = pd.factorize(copy_of.where(copy_of != "", annotation["filename"]))
    painter, _ = pd.factorize(author)
    images, named = np.arange(n), (author != "").to_numpy()
    # nodes: the images, then the originals, then the painters
    ends = np.concatenate([n + original, 2 * n + painter[named]])
    starts = np.concatenate([images, images[named]])
    graph = coo_array((np.ones(len(starts)), (starts, ends)), shape=(3 * n, 3 * n))
    return pd.factorize(connected_components(graph, directed=False)[1][:n])[0]


class AuthorSplitter:
    """A fastai `splitter` for one fold of a design: `items -> (train_idxs, valid_idxs)`, two lists of positions.

    `items` is a design, or a list of its rows. The train part is the other folds, without the validation set and
    whatever is marked unused; for `AuthorSplitter('val')` it is all the folds. Raises ValueError where the design has
    no such fold.
    """

    def __init__(self, fold: str | int) -> None:
        self.fold = str(fold)

    def __call__(self, items: pd.DataFrame | Iterable[Mapping]) -> tuple[list[int], list[int]]:
        folds = _folds_of(items)
        if self.fold not in folds:
            raise ValueError(f"the design has no fold {self.fold!r}: choose from {', '.join(_in_order(folds))}")
        valid = folds == self.fold
        return np.flatnonzero(~valid & ~np.isin(folds, (VAL, UNUSED))).tolist(), np.flatnonzero(valid).tolist()

    def __repr__(self) -> str:
        return f"AuthorSplitter({self.fold!r})"


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


def read_unvalidated(path: str | Path, fold: str | None = None) -> pd.DataFrame:
    """What `read_design` reads, without its validation set. Raises ValueError if that is named, and what it raises."""
    if fold == VAL:
        raise ValueError(f"{VAL} stays closed, or it would show how it is judged: name another fold")
    return unvalidated(read_design(path, fold))


def unvalidated(design: pd.DataFrame) -> pd.DataFrame:
    """The design without its validation set."""
    return design[design["fold"].astype(str).isin(cv_folds(design))].reset_index(drop=True)


def cv_folds(design: pd.DataFrame) -> list[str]:
    """The folds for cross-validation, by number."""
    return [fold for fold in _in_order(design["fold"].astype(str)) if fold not in (VAL, UNUSED)]


def design_digest(design: pd.DataFrame) -> str:
    """A short fingerprint of which image is in which style and fold, whatever the order of rows."""
    rows = design[["filename", "label", "author", "fold"]].fillna("").astype(str).sort_values("filename")
    return hashlib.blake2b(rows.to_csv(index=False).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def design_table(design: pd.DataFrame) -> pd.DataFrame:
    """Numbers of named authors and of images: a row a style, columns `('authors' | 'images', fold)`, `'val'` last."""
    named = design[design["author"].fillna("") != ""]
    authors = named.groupby(["label", "fold"])["author"].nunique().unstack(fill_value=0)
    images = _images(design)
    authors = authors.reindex(index=images.index, columns=images.columns, fill_value=0)
    return pd.concat({"authors": authors, "images": images}, axis=1)


def few_author_warnings(design: pd.DataFrame) -> list[str]:
    """A sentence for every style that some fold or the validation set lacks, and what that means.

    An image without author counts as an author here.
    """
    folds = cv_folds(design)
    n_authors = pd.Series(author_groups(design)).groupby(design["label"].to_numpy()).nunique()
    sentences = []
    for style, images in _images(design).iterrows():
        lacking = [fold for fold in folds if images[fold] == 0]
        if lacking:
            sentences.append(_lacking_sentence(style, n_authors[style], lacking, folds))
        if images.get(VAL) == 0:
            sentences.append(
                f"{style} could spare none of its {_counted(n_authors[style], 'author')} for validation: "
                "scores on the validation set say nothing about this style"
            )
    return sentences


def fold_imbalance(design: pd.DataFrame) -> float:
    """Mean over styles of the standard deviation of the folds' shares of the style's images; 0 is even.

    The validation set does not count. A share is the fold's part of the style, in 0..1; deviations divide by the number
    of folds.
    """
    rest = design[design["fold"] != VAL]
    return float(_imbalances(_images(rest).to_numpy()).mean())


def imbalance_comparison(design: pd.DataFrame, seed: int = 0) -> pd.Series:
    """`fold_imbalance` of a design beside that of two other ways to fold the same images, named in the index.

    The one is scikit-learn's `StratifiedGroupKFold` with the same groups. The other shuffles the authors of each style
    100 times, deals them out in turn, and keeps the best for each style alone. It may put an author of two styles into
    two folds, which a design may not.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    rest = design[design["fold"] != VAL]
    groups, n_folds = author_groups(rest), len(cv_folds(rest))
    stratified = rest.assign(fold="")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of styles with fewer images than folds
        splits = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed).split(rest, rest["label"], groups)
        for fold, (_, test) in enumerate(splits):
            stratified.iloc[test, stratified.columns.get_loc("fold")] = str(fold)
    return pd.Series(
        {
            "this design": fold_imbalance(design),
            "StratifiedGroupKFold": fold_imbalance(stratified),
            f"best of {N_SHUFFLES} shuffles of each style": _best_shuffles(rest["label"], groups, n_folds, seed),
        },
        name="imbalance",
    )


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


def _val_groups(counts: np.ndarray, n_folds: int, share: float) -> np.ndarray:
    """(n_groups,) bool: the groups for validation, the smallest first."""
    in_val = np.zeros(len(counts), dtype=bool)
    if share == 0:
        return in_val
    images, groups_left = counts.sum(0), (counts > 0).sum(0)
    wanted = np.maximum(1, np.round(share * images))
    most = np.maximum(1, MOST_VAL * share * images)
    taken = np.zeros_like(images)
    for group in np.argsort(counts.sum(1), kind="stable"):
        more = counts[group]
        own = more > 0
        closer = np.abs(taken + more - wanted).sum() < np.abs(taken - wanted).sum()
        first = (taken[own] == 0).any()
        spared = (groups_left[own] > n_folds).all() and (taken + more <= most)[own].all()
        if (closer or first) and spared:
            in_val[group] = True
            taken += more
            groups_left -= own
    return in_val


def _even_folds(counts: np.ndarray, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """(n_groups,) int: a fold for each group.

    Groups with the same counts are interchangeable, so the search only knows how many of each kind a fold holds.
    """
    kinds, kind_of = np.unique(counts, axis=0, return_inverse=True)
    kind_of = kind_of.ravel()
    vectors = _vectors(kinds, np.bincount(kind_of))
    starts = (_dealt(vectors, kind_of, n_folds, rng) for _ in range(N_STARTS))
    held = min((_improved(vectors, start) for start in starts), key=lambda held: _unevenness(vectors, held))
    folds = np.empty(len(counts), dtype=int)
    folds[np.argsort(kind_of, kind="stable")] = np.repeat(np.tile(np.arange(n_folds), len(kinds)), held.T.ravel())
    return folds


def _vectors(kinds: np.ndarray, n_of_kind: np.ndarray) -> np.ndarray:
    """(n_kinds, 2 n_styles + 1): what one group adds to its fold, in shares of each style's images and authors.

    The sum of a column over all folds is given, so folds are even in it when the sum of its squares is least.
    The last column, of all images, is positive for every group: that leaves no fold empty, because a group that
    moves to an empty fold makes the sum less.
    """
    parts = ((1, kinds), (AUTHOR_WEIGHT, kinds > 0), (SIZE_WEIGHT, kinds.sum(1, keepdims=True)))
    return np.hstack([weight**0.5 * part / (n_of_kind @ part) for weight, part in parts])


def _unevenness(vectors: np.ndarray, held: np.ndarray) -> float:
    return float(((held @ vectors) ** 2).sum())


def _dealt(vectors: np.ndarray, kind_of: np.ndarray, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """(n_folds, n_kinds) groups held: the largest first, give or take, each where it adds least to the unevenness."""
    sums = np.zeros((n_folds, vectors.shape[1]))
    held = np.zeros((n_folds, len(vectors)), dtype=int)
    size = np.linalg.norm(vectors, axis=1)[kind_of] * rng.uniform(0.5, 1, len(kind_of))
    for kind in kind_of[np.argsort(-size)]:
        fold = np.argmin(sums @ vectors[kind])
        sums[fold] += vectors[kind]
        held[fold, kind] += 1
    return held


def _improved(vectors: np.ndarray, held: np.ndarray) -> np.ndarray:
    """The groups held once no move of a group, and no exchange of two, makes the folds more even."""
    vectors = np.vstack([vectors, np.zeros(vectors.shape[1])])  # to move a group is to exchange it for nobody
    held = np.hstack([held, np.ones((len(held), 1), dtype=int)])
    products = vectors @ vectors.T
    pulls = held @ products  # (n_folds, n_kinds + 1) product of each kind with all that a fold holds
    while True:
        change, (here, there), (one, other) = min(
            _best_exchange(products, held, pulls, pair) for pair in combinations(range(len(held)), 2)
        )
        if change > -LEAST_GAIN:
            return held[:, :-1]
        held[[here, there], [one, other]] -= 1
        held[[there, here], [one, other]] += 1
        held[:, -1] = 1
        pulls[here] += products[other] - products[one]
        pulls[there] += products[one] - products[other]


def _best_exchange(
    products: np.ndarray, held: np.ndarray, pulls: np.ndarray, pair: tuple[int, int]
) -> tuple[float, tuple[int, int], tuple[int, int]]:
    """The least half change of unevenness by exchanging two kinds between two folds, the folds, and the kinds."""
    ones, others = (np.flatnonzero(held[fold]) for fold in pair)
    # with d what leaves the first fold on balance, and D how much more the second holds: |d|^2 + d . D
    squares, pull = np.diag(products), pulls[pair[1]] - pulls[pair[0]]
    change = np.add.outer((squares + pull)[ones], (squares - pull)[others]) - 2 * products[np.ix_(ones, others)]
    one, other = np.unravel_index(np.argmin(change), change.shape)
    return float(change[one, other]), pair, (int(ones[one]), int(others[other]))


# Describing


def _folds_of(items: pd.DataFrame | Iterable[Mapping]) -> np.ndarray:
    folds = items["fold"] if isinstance(items, pd.DataFrame) else [row["fold"] for row in items]
    return np.array([str(fold) for fold in folds], dtype=object)


def _in_order(folds: Iterable[str]) -> list[str]:
    """The folds without repeats, by number, and validation last."""
    return sorted(set(folds), key=lambda fold: (fold == VAL, len(fold), fold))


def _images(design: pd.DataFrame) -> pd.DataFrame:
    """Images of each style (rows) in each fold (columns)."""
    images = design.groupby(["label", "fold"]).size().unstack(fill_value=0)
    return images[_in_order(design["fold"])]


def _lacking_sentence(style: str, n_authors: int, lacking: list[str], folds: list[str]) -> str:
    where = f"fold {lacking[0]} has" if len(lacking) == 1 else f"folds {', '.join(lacking[:-1])} and {lacking[-1]} have"
    start = f"{style} has {_counted(n_authors, 'author')} for {len(folds)} folds: {where} no image of it"
    having = [fold for fold in folds if fold not in lacking]
    if not having:
        return f"{start}, so no model learns it"
    if len(having) == 1:
        return f"{start}, so the model tested on fold {having[0]} never learns it and no other is tested on it"
    return f"{start}, so its scores come from the other {len(having)} alone"


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _imbalances(images: np.ndarray) -> np.ndarray:
    """(..., n_folds) images -> (...) standard deviation of the folds' shares."""
    return (images / images.sum(-1, keepdims=True)).std(-1)


def _best_shuffles(labels: pd.Series, groups: np.ndarray, n_folds: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    best = []
    for sizes in pd.crosstab(labels.to_numpy(), groups).to_numpy():
        sizes = sizes[sizes > 0]
        dealt = np.zeros((N_SHUFFLES, -(-len(sizes) // n_folds) * n_folds))  # filled up with empty authors
        dealt[:, : len(sizes)] = rng.permuted(np.tile(sizes, (N_SHUFFLES, 1)), axis=1)
        best.append(_imbalances(dealt.reshape(N_SHUFFLES, -1, n_folds).sum(1)).min())
    return float(np.mean(best))
