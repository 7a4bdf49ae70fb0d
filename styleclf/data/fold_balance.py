"""How even the folds of a design are, in images and in authors, beside other ways to fold the same images."""

import warnings
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from styleclf.common import count_of, typed_command
from styleclf.data.authors import author_groups, cv_folds, people_by_row, sorted_folds
from styleclf.data.groups import FOLD_NAME, FOLDS_BY, unbalanced_sentences
from styleclf.data.label_sets import images_of_groups, rows_by_label
from styleclf.evaluation import GROUP, VAL, noun_for_labels

_N_SHUFFLES = 100
_FEW_NAMED = 0.1  # of all images: with authors of fewer, folds protect nothing
_LARGE_ERROR = 0.2  # of an accuracy, half the width of its interval
_ADVICE = (
    "name them in the files (author_title.jpg), by folders (design.py --layout style/author) or in a table "
    "(design.py --csv TABLE)"
)


def design_table(design: pd.DataFrame) -> pd.DataFrame:
    """Numbers of named authors and of images: one row per style, columns `('authors' | 'images', fold)`, `'val'` last.

    >>> design = pd.DataFrame({"label": ["cubism"] * 3, "author": ["gris", "gris", ""], "fold": ["0", "0", "1"]})
    >>> design_table(design).loc["cubism"].tolist()
    [1, 0, 2, 1]
    """
    design = rows_by_label(design)
    images = _images_table(design)
    people = people_by_row(design)
    with_people = design[["label", "fold"]].iloc[people.index]
    with_people = with_people.assign(author=people.to_numpy())
    n_authors = with_people.groupby(["label", "fold"])["author"].nunique()
    authors = n_authors.unstack(fill_value=0)
    authors = authors.reindex(index=images.index, columns=images.columns, fill_value=0)
    return pd.concat({"authors": authors, "images": images}, axis=1)


def design_warnings(design: pd.DataFrame, authorless: Collection[str] = ()) -> list[str]:
    """Sentences on what the folds of a design cannot say.

    First, if next to no author is known; then styles without authors, styles that some fold or the validation set
    lacks, and a validation set that is too small. Of styles that are `authorless` by their nature, in any case of
    letters, it is not said that they have no authors.
    """
    sentences = unknown_painters_warnings(design, authorless)
    if FOLD_NAME in design:
        sentences += unbalanced_sentences(design)
    else:
        sentences += few_author_warnings(design)
    sentences += small_validation_warnings(design)
    return sentences


def unknown_painters_warnings(design: pd.DataFrame, authorless: Collection[str] = ()) -> list[str]:
    """A sentence if so few authors are known that folds cannot keep painters apart, or on the styles without any."""
    if not _keeps_painters_apart(design):
        if FOLDS_BY in design:
            return [
                f"next to no painter is known ({_known_painters(design)}), so painters are kept apart only as far as "
                f"the folds by {_folds_by(design)} do"
            ]
        return [
            f"NEXT TO NO PAINTER IS KNOWN ({_known_painters(design)}), so the folds cannot keep painters apart, and "
            f"accuracies will be those of random folds, too high for painters never seen: {_ADVICE}"
        ]
    by_label = rows_by_label(design)
    last_author = by_label["author"].fillna("").groupby(by_label["label"].to_numpy()).max()
    by_nature = {style.casefold() for style in authorless}
    styles_without = last_author.index[last_author == ""]
    nameless = [style for style in styles_without if style.casefold() not in by_nature]
    if not nameless:
        return []
    names = ", ".join(nameless)
    styles = typed_command(",".join(nameless))  # in quotes where they have spaces
    say_so = f"design.py --authorless {styles}"
    return [
        f"no author is known in {names}, so pictures by one hand may stand in several folds there: "
        f"if there are authors, {_ADVICE}; if there are none, say so ({say_so})"
    ]


def judged_on(design: pd.DataFrame) -> str:
    """Whom the folds of a design judge on, as titles of numbers begin: painters only where these are known.

    >>> judged_on(pd.DataFrame({"label": "cubism", "author": ["gris", "leger"], "fold": ["0", "1"]}))
    'judged on painters it has never seen'
    """
    if FOLDS_BY in design:
        return _judged_on_groups(design)
    if not _keeps_painters_apart(design):
        return (
            "judged on pictures it has never seen, but perhaps by painters it has seen: next to no painter is known "
            f"({_known_painters(design)}), so these numbers are too high for new painters"
        )
    n_nameless = len(design) - _count_named(design)
    if not n_nameless:
        return "judged on painters it has never seen"
    n_images = count_of(len(design), "image")
    of_all = f"{n_nameless:,} of {n_images}"
    return f"judged on painters it has never seen ({of_all} name none: of these only the pictures are new to it)"


def _judged_on_groups(design: pd.DataFrame) -> str:
    """Whom a design judges on whose folds are not those of authors."""
    columns = _folds_by(design)
    subject = "painters and" if _keeps_painters_apart(design) else "pictures, and"
    if FOLD_NAME in design:
        return f"judged on {subject} one {columns} after another that it has never seen"
    n_alone = int((design[GROUP] == "").sum())
    of_all = f"{n_alone:,} of {count_of(len(design), 'image')}"
    alone = f" ({of_all} have none: of these only the pictures are new to it)" if n_alone else ""
    return f"judged on {subject} groups by {columns} that it has never seen{alone}"


def _folds_by(design: pd.DataFrame) -> str:
    """The columns by which the folds of a design were made, in words."""
    columns = str(design[FOLDS_BY].iat[0])
    return columns.replace(",", " and ")


def _keeps_painters_apart(design: pd.DataFrame) -> bool:
    """Whether enough authors are known for folds to keep painters apart."""
    is_enough = _count_named(design) >= _FEW_NAMED * len(design)
    return is_enough and people_by_row(design).nunique() >= len(cv_folds(design))


def _known_painters(design: pd.DataFrame) -> str:
    """How many images name an author, and how many authors these are."""
    n_named = _count_named(design)
    n_authors = people_by_row(design).nunique()
    images = count_of(len(design), "image")
    authors = count_of(n_authors, "author")
    return f"{n_named:,} of {images} name one, {authors} in all"


def _count_named(design: pd.DataFrame) -> int:
    """How many images name an author."""
    authors = design["author"].fillna("")
    return int((authors != "").sum())


def few_author_warnings(design: pd.DataFrame) -> list[str]:
    """A sentence for every style that some fold or the validation set lacks, and what that means."""
    noun = noun_for_labels(design["label"])
    design = rows_by_label(design)
    folds = cv_folds(design)
    sentences = []
    for style, images in _images_table(design).iterrows():
        of_style = design[design["label"] == style]
        authors = _authors_phrase(of_style)
        empty_folds = [fold for fold in folds if images[fold] == 0]
        if empty_folds:
            consequence = _empty_folds_sentence(empty_folds, folds)
            sentences.append(f"{style} has {authors} for {consequence}")
        if images.get(VAL) == 0:
            sentences.append(
                f"{style} could spare none of its {authors} for validation: "
                f"scores on the validation set say nothing about this {noun}"
            )
    return sentences


def small_validation_warnings(design: pd.DataFrame) -> list[str]:
    """A sentence if an accuracy on the validation set may be far off.

    The error is 1.96 standard errors of a share of 1/2 among as many independent draws as there are groups.
    """
    in_validation = design[design["fold"] == VAL]
    if in_validation.empty:
        return []
    n_groups = len(np.unique(author_groups(in_validation)))
    deviation = 0.5 / np.sqrt(n_groups)
    error = min(0.5, 1.96 * deviation)
    if error <= _LARGE_ERROR:
        return []
    images = count_of(len(in_validation), "image")
    by_authors = f"by {_authors_phrase(in_validation)}"
    if not _count_named(in_validation):
        by_authors = "whose authors are not known"
    points = f"{100 * error:.0f} points"
    return [
        f"the validation set has only {images}, {by_authors}: an accuracy on it may be {points} off and says next to "
        "nothing; rely on cross-validation, or raise val_share"
    ]


def _authors_phrase(rows: pd.DataFrame) -> str:
    """How many authors and images without author there are, such as '2 authors and 3 images without author'."""
    people = people_by_row(rows)
    n_nameless = len(rows) - _count_named(rows)
    phrases = []
    if people.nunique() == 1:
        phrases.append(f"1 author ({people.iat[0]})")
    elif len(people):
        phrases.append(count_of(people.nunique(), "author"))
    if n_nameless:
        phrases.append(f"{count_of(n_nameless, 'image')} without author")
    return " and ".join(phrases)


def imbalance_comparison(design: pd.DataFrame, seed: int = 0) -> pd.Series:
    """The imbalance of a design beside that of two other ways to fold the same images, named in the index.

    Imbalance is the mean over styles of the standard deviation of the folds' shares of the style's images, in 0..1; 0
    is even. The validation set does not count.

    The first comparison is scikit-learn's `StratifiedGroupKFold` with the same groups. The second shuffles the authors
    of each style 100 times, deals them out in turn, and takes the best for each style alone. It may put an author of
    two styles into two folds, which a design may not.
    """
    rows = design[design["fold"] != VAL]
    groups = author_groups(rows)
    n_folds = len(cv_folds(rows))
    stratified_rows = _stratified_design(rows, groups, n_folds, seed=seed)
    noun = noun_for_labels(design["label"])
    best_shuffles = f"best of {_N_SHUFFLES} shuffles of each {noun}"
    imbalances = {
        "this design": _fold_imbalance(design),
        "StratifiedGroupKFold": _fold_imbalance(stratified_rows),
        best_shuffles: _shuffled_imbalance(rows["label"], groups, n_folds, seed=seed),
    }
    return pd.Series(imbalances, name="imbalance")


def _fold_imbalance(design: pd.DataFrame) -> float:
    """Mean over styles of the standard deviation of the folds' shares of the style's images; 0 is even.

    The validation set does not count. A share is the fold's part of the style, in 0..1; deviations divide by the number
    of folds.
    """
    rows = design[design["fold"] != VAL]
    images = _images_table(rows_by_label(rows)).to_numpy()
    return float(_share_deviations(images).mean())


def _share_deviations(images: np.ndarray) -> np.ndarray:
    """`(..., n_folds)` images -> `(...)` standard deviation of the folds' shares."""
    shares = images / images.sum(axis=-1, keepdims=True)
    return shares.std(axis=-1)


def _stratified_design(
    rows: pd.DataFrame,  # a design without its validation set
    groups: np.ndarray,  # (n,)
    n_folds: int,
    *,
    seed: int,
) -> pd.DataFrame:
    """The same images with the folds of scikit-learn's `StratifiedGroupKFold`."""
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    folds = np.full(len(rows), "", dtype=object)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of styles with fewer images than folds
        splits = splitter.split(rows, rows["label"], groups)
        for fold, (_, test) in enumerate(splits):
            folds[test] = str(fold)
    return rows.assign(fold=folds)


def _shuffled_imbalance(
    labels: pd.Series,  # (n,)
    groups: np.ndarray,  # (n,)
    n_folds: int,
    *,
    seed: int,
) -> float:
    """Mean over styles of the least imbalance among random deals of the style's authors."""
    rng = np.random.default_rng(seed)
    least = []
    for counts in images_of_groups(groups, labels).T:
        sizes = counts[counts > 0]
        n_authors = len(sizes)
        n_rounds = int(np.ceil(n_authors / n_folds))
        copies = np.tile(sizes, (_N_SHUFFLES, 1))
        deals = np.zeros((_N_SHUFFLES, n_rounds * n_folds))  # filled up with empty authors
        shuffles = rng.permuted(copies, axis=1)
        deals[:, :n_authors] = shuffles
        rounds = deals.reshape(_N_SHUFFLES, n_rounds, n_folds)
        images = rounds.sum(axis=1)
        least.append(_share_deviations(images).min())
    return float(np.mean(least))


def _images_table(design: pd.DataFrame) -> pd.DataFrame:
    """Images of each style (rows) in each fold (columns)."""
    sizes = design.groupby(["label", "fold"]).size()
    images = sizes.unstack(fill_value=0)
    return images[sorted_folds(design["fold"])]


def _empty_folds_sentence(
    empty: Sequence[str],  # folds without an image of the style
    folds: Sequence[str],  # all of them
) -> str:
    """What it means that some folds have no image of a style."""
    *first, last = empty
    subject = f"fold {last} has"
    if first:
        first_ones = ", ".join(first)
        subject = f"folds {first_ones} and {last} have"
    start = f"{len(folds)} folds: {subject} no image of it"
    filled_folds = [fold for fold in folds if fold not in empty]
    if not filled_folds:
        return f"{start}, so no model learns it"
    if len(filled_folds) == 1:
        return f"{start}, so the model tested on fold {filled_folds[0]} never learns it and no other is tested on it"
    return f"{start}, so its scores come from the other {len(filled_folds)} alone"
