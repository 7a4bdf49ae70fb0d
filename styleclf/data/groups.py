"""Groups of any kind: which columns keep images together, and collections that are left out of training one by one.

By default a group is an author's images. With other columns, such as author and collection, a group is what a chain of
equal values joins: no value of any of these columns stands in two folds. An image without any value stands alone.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from styleclf.common import count_of
from styleclf.data.annotation.column_map import missing_column_sentence
from styleclf.data.authors import author_groups, joined_rows
from styleclf.data.label_sets import rows_by_label
from styleclf.evaluation import GROUP, VAL, label_vocab, noun_for_labels, people_by_row

FOLDS_BY = "folds_by"  # the column of a design that names the columns by which its folds were made
FOLD_NAME = "fold_name"  # of a design whose folds are the values of one column: that value
NOT_KNOWN = "not known"  # the fold of images without a value
BY_AUTHOR = ("author",)
_MOST_SHARE = 0.5  # of a style, or of all images, in one group
_MOST_FOLDS = 30  # each is trained once
_N_EXAMPLES = 5


def with_groups(annotation: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The annotation with a column `group`, a name for every group of images that share a value, '' for those alone.

    A column `folds_by` names the columns, and `author` alone leaves everything as it is.

    Raises ValueError for a column that is not there, is empty or has one value everywhere, and for a group that holds
    most of a style or of all images, though no author does, so that no folds could be even.

    >>> rows = pd.DataFrame({"filename": list("abcd"), "label": list("xyxy"), "author": ["gris", "leger", "", "gris"]})
    >>> with_groups(rows.assign(source=["met", "tate", "", "met"]), ["author", "source"])["group"].tolist()
    ['author gris and 1 more', 'author leger and 1 more', '', 'author gris and 1 more']
    """
    if tuple(columns) == BY_AUTHOR:
        return annotation
    values = {}
    for column in columns:
        values[column] = values_by_row(annotation, column)
    groups = joined_rows(annotation, list(values.values()))
    design = annotation.copy()
    design[GROUP] = _group_names(groups, values)
    design[FOLDS_BY] = ",".join(values)
    _check_balance(design)
    return design


def values_by_row(annotation: pd.DataFrame, column: str) -> pd.Series:
    """The values of a column without blanks, indexed by the position of the row; of `author` every person.

    Raises ValueError for a column that is not there, is empty everywhere, or has one value everywhere.
    """
    if column not in annotation:
        raise ValueError(missing_column_sentence(column, annotation.columns, "the annotation"))
    values = people_by_row(annotation) if column == "author" else _texts_by_row(annotation[column])
    images = f"all {len(annotation):,} images"
    if values.empty:
        raise ValueError(f"the column {column!r} is empty for {images}: name another one")
    is_everywhere = len(values) == len(annotation)
    n_different = values.nunique()
    if is_everywhere and n_different == 1:
        value = values.iat[0]
        problem = f"{images} have {value!r} as {column}"
        raise ValueError(f"{problem}: that is one group, which cannot be dealt to folds, so name another column")
    return values


def _texts_by_row(column: pd.Series) -> pd.Series:
    """The texts of a column that are not blank, indexed by the position of the row."""
    texts = column.fillna("").astype(str)
    texts = texts.str.strip()
    texts = texts.reset_index(drop=True)
    return texts[texts != ""]


def _group_names(
    groups: np.ndarray,  # (n,)
    values: Mapping[str, pd.Series],  # of each column, by positions of rows
) -> np.ndarray:
    """`(n,)` a name for every group: its most frequent value, and how many more there are; '' for images alone."""
    tables = []
    for column, texts in values.items():
        table = pd.DataFrame({"group": groups[texts.index]})
        table["value"] = f"{column} " + texts.to_numpy()
        tables.append(table)
    pairs = pd.concat(tables)
    counts = pairs.value_counts().reset_index()
    order = ["group", "count", "value"]
    by_merit = counts.sort_values(order, ascending=[True, False, True])
    names = {}
    for number, values_of_group in by_merit.groupby("group")["value"]:
        name = values_of_group.iat[0]
        n_more = len(values_of_group) - 1
        if n_more:
            name = f"{name} and {n_more} more"
        names[number] = name
    names_by_row = pd.Series(groups).map(names)
    return names_by_row.fillna("").to_numpy()


def _check_balance(design: pd.DataFrame) -> None:
    """Raise ValueError for a group that holds most of all images or of a style, unless a single author does."""
    rows = design[[GROUP, "label", FOLDS_BY]]
    rows = rows.reset_index(drop=True)
    by_author = design.drop(columns=GROUP)
    rows["author"] = author_groups(by_author)
    _check_share(rows, "images")
    noun = noun_for_labels(rows["label"])
    for label, of_label in rows_by_label(rows).groupby("label"):
        _check_share(of_label, f"images of the {noun} {label}")


def _check_share(
    rows: pd.DataFrame,  # `group, author, folds_by`
    subject: str,  # what they are, in words
) -> None:
    """Raise ValueError if the largest group holds most of the rows and no single author does."""
    n_most = _MOST_SHARE * len(rows)
    in_groups = rows.loc[rows[GROUP] != "", GROUP]
    counts = in_groups.value_counts()
    author_counts = rows["author"].value_counts()
    n_by_author = author_counts.max()
    if counts.empty or n_by_author > n_most:
        return
    n_largest = counts.max()
    if n_largest <= n_most:
        return
    name = counts.index[0]
    columns = rows[FOLDS_BY].iat[0]
    share = f"{n_largest:,} of {len(rows):,} {subject}"
    problem = f"the group {name!r} holds {share}, and a group stays in one fold"
    advice = "leave out one collection at a time, design.py --leave-out COLUMN"
    if "," in columns:
        advice = f"group by fewer columns, or {advice}"
    raise ValueError(f"folds by {columns} cannot be balanced: {problem}: {advice}")


# Collections left out one by one


def left_out_folds(design: pd.DataFrame, column: str) -> pd.DataFrame:
    """The design with a fold for every value of a column, the validation set as it is; `fold_name` says which value.

    Images without a value are a fold of their own. Training without a fold leaves out its authors, too, wherever else
    their images are: see `trained_on`.

    Raises ValueError for a column that is not there, is empty or has one value everywhere, has more than 30 values, or
    where every style has one value only; and for the column of folds.
    """
    if column == "fold":
        raise ValueError(
            "the folds of a design are no collections that could be left out: name a column such as source"
        )
    values = values_by_row(design, column)
    rows = range(len(design))
    names = pd.Series(NOT_KNOWN, index=rows)
    names[values.index] = values
    folds = design["fold"].astype(str)
    folds = folds.reset_index(drop=True)
    is_open = folds != VAL
    number_of_name = _fold_numbers(names[is_open], column)
    new_folds = names.map(number_of_name).where(is_open, VAL)
    new_names = names.where(is_open, VAL)
    left_out = design.drop(columns=GROUP, errors="ignore")
    left_out["fold"] = new_folds.to_numpy()
    left_out[FOLDS_BY] = column
    left_out[FOLD_NAME] = new_names.to_numpy()
    cells = left_out["label"]
    if len(single_styles(left_out)) == len(label_vocab(cells)):
        noun = noun_for_labels(cells)
        problem = f"every {noun} has one {column} only, so whichever is left out, none of its {noun}s can be learned"
        raise ValueError(f"{problem}: nothing can be judged")
    return left_out


def _fold_numbers(names: pd.Series, column: str) -> dict[str, str]:
    """The fold of every name, in alphabetical order, `NOT_KNOWN` last. Raises ValueError for too many."""
    choices = sorted(names.unique(), key=_name_order)
    if len(choices) > _MOST_FOLDS:
        examples = ", ".join(choices[:_N_EXAMPLES])
        n_values = count_of(len(choices), "value")
        problem = f"the column {column!r} has {n_values} ({examples}, …)"
        advice = f"name a column with at most {_MOST_FOLDS}"
        raise ValueError(f"{problem}, and each would be a fold, trained once: {advice}")
    numbers = {}
    for number, name in enumerate(choices):
        numbers[name] = str(number)
    return numbers


def _name_order(name: str) -> tuple[bool, str]:
    """The key by which names of folds are sorted."""
    return name == NOT_KNOWN, name


def check_folds_by_painter(design: pd.DataFrame, user: str) -> None:
    """Raise ValueError for a design whose folds are collections, for a `user` that splits features by folds alone.

    Such a user would learn from painters of the test fold, whose works are in other collections as well.
    """
    if FOLD_NAME in design:
        column = design[FOLDS_BY].iat[0]
        advice = "make the design again, without design.py --leave-out"
        raise ValueError(f"{user} needs folds by painter, but those of this design are values of {column}: {advice}")


def check_styles_can_be_judged(design: pd.DataFrame, user: str) -> None:
    """Raise ValueError for fewer than two styles that have images in two folds or more, for a `user` that judges folds.

    A style of one fold is judged where it was not learned, and where one style alone is learned, every guess is that.
    """
    n_folds = rows_by_label(_in_folds(design)).groupby("label")["fold"].nunique()
    n_judged = int((n_folds > 1).sum())
    if n_judged < 2:
        styles = count_of(len(n_folds), "style")
        minimum = "two styles with images in two folds or more"
        raise ValueError(f"{user} needs {minimum}, and {n_judged} of {styles} has them: make a design of more painters")


def single_styles(design: pd.DataFrame) -> dict[str, str]:
    """The styles that are in one fold alone, besides the validation set, each with the name of that fold."""
    singles = {}
    in_folds = rows_by_label(_in_folds(design))
    for style, rows in in_folds.groupby("label"):
        names = rows[FOLD_NAME].unique()
        if len(names) == 1:
            singles[str(style)] = str(names[0])
    return singles


def _in_folds(design: pd.DataFrame) -> pd.DataFrame:
    """The rows besides the validation set."""
    folds = design["fold"].astype(str)
    return design[folds != VAL]


def unbalanced_sentences(design: pd.DataFrame) -> list[str]:
    """What a design whose folds are values of a column cannot say."""
    column = design[FOLDS_BY].iat[0]
    sentences = []
    singles = single_styles(design)
    if singles:
        noun = noun_for_labels(design["label"])
        styles = styles_text(singles, noun)
        consequence = f"left out, none of its images can be recognised, and {noun} and {column} cannot be told apart"
        sentences.append(f"{styles} in one {column} only: {consequence}")
    n_unknown = int((design[FOLD_NAME] == NOT_KNOWN).sum())
    if n_unknown:
        images = count_of(n_unknown, "image")
        sentences.append(
            f"{images} without {column} are a fold of their own, {NOT_KNOWN!r}; each may be of a {column} that is left "
            "out, and is trained on all the same"
        )
    return sentences


def styles_text(singles: Mapping[str, str], noun: str = "style") -> str:
    """Styles with the names of their only folds, such as '1 style (rococo of met)'; `noun` is what they are called."""
    places = [f"{style} of {name}" for style, name in singles.items()]
    details = ", ".join(places)
    styles = count_of(len(singles), noun)
    return f"{styles} ({details})"


def left_out_text(design: pd.DataFrame) -> str:
    """Lines for the screen: which fold is which value, and how many images of how many styles it has."""
    lines = []
    noun = noun_for_labels(design["label"])
    for name, rows in _in_folds(design).groupby(FOLD_NAME):
        fold = rows["fold"].iat[0]
        vocab = label_vocab(rows["label"])
        images = count_of(len(rows), "image")
        styles = count_of(len(vocab), noun)
        lines.append(f"fold {fold} is {name}: {images} of {styles}")
    return "\n".join(lines)
