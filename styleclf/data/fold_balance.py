"""How even the folds of a design are, in images and in authors, beside other ways to fold the same images."""

import warnings

import numpy as np
import pandas as pd

from styleclf.data.authors import VAL, _in_order, author_groups, cv_folds

_N_SHUFFLES = 100


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


def _fold_imbalance(design: pd.DataFrame) -> float:
    """Mean over styles of the standard deviation of the folds' shares of the style's images; 0 is even.

    The validation set does not count. A share is the fold's part of the style, in 0..1; deviations divide by the number
    of folds.
    """
    rest = design[design["fold"] != VAL]
    return float(_imbalances(_images(rest).to_numpy()).mean())


def imbalance_comparison(design: pd.DataFrame, seed: int = 0) -> pd.Series:
    """`_fold_imbalance` of a design beside that of two other ways to fold the same images, named in the index.

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
            "this design": _fold_imbalance(design),
            "StratifiedGroupKFold": _fold_imbalance(stratified),
            f"best of {_N_SHUFFLES} shuffles of each style": _best_shuffles(rest["label"], groups, n_folds, seed),
        },
        name="imbalance",
    )


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
        dealt = np.zeros((_N_SHUFFLES, -(-len(sizes) // n_folds) * n_folds))  # filled up with empty authors
        dealt[:, : len(sizes)] = rng.permuted(np.tile(sizes, (_N_SHUFFLES, 1)), axis=1)
        best.append(_imbalances(dealt.reshape(_N_SHUFFLES, -1, n_folds).sum(1)).min())
    return float(np.mean(best))
