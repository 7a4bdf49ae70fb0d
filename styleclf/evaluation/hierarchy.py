"""Styles in a hierarchy, `rococo < baroque-and-after < european`: what an image is at each of its levels.

A table with one row per name says to what each belongs. Level 1 has the names that belong to nothing, and every
further level what belongs to those of the level before; a style whose own way is shorter stays itself on the deeper
ones. So every level parts all styles: each is in exactly one of its classes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from styleclf.common import suggestion
from styleclf.evaluation.metrics import estimate_texts, metrics_table
from styleclf.evaluation.predictions import prediction_columns, probas_of, vocab_of

HIERARCHY_COLUMNS = ("style", "parent")
ANY_STYLE = "any style"  # what the names of level 1 belong to
_MAIN_METRIC = "top_1_accuracy"
_MOST_NAMES = 6  # of a level, in a line of text


@dataclass(frozen=True)
class Hierarchy:
    """The way from the widest name down to each style, which comes last: `{"rococo": ("european", "rococo")}`."""

    paths: Mapping[str, tuple[str, ...]]

    @classmethod
    def of_table(
        cls,
        rows: pd.DataFrame,  # `style, parent`, all text; an empty parent for the widest names
        styles: Collection[str],
        source: str = "the hierarchy",  # of the table, in messages
    ) -> "Hierarchy":
        """The hierarchy that a table describes, for the styles of a design.

        Raises ValueError for a name with two parents, a circle, a name that is neither a style nor a parent, a style
        that is not in the table, and a style that is a parent as well.

        >>> rows = pd.DataFrame({"style": ["rococo", "baroque"], "parent": ["european", "european"]})
        >>> Hierarchy.of_table(rows, ["baroque", "rococo"]).paths["rococo"]
        ('european', 'rococo')
        """
        parents = _parents_of(rows, source)
        _check_names(parents, styles, source)
        paths = {}
        for style in sorted(styles):
            path = _path_of(style, parents, source)
            paths[style] = path
        return cls(paths)

    @property
    def n_levels(self) -> int:
        """How many levels there are; the last one has the styles."""
        return max(map(len, self.paths.values()))

    def class_at(
        self,
        style: str,
        level: int,  # from 1
    ) -> str:
        """What a style is at a level, from 1 for the widest names.

        >>> hierarchy = Hierarchy({"rococo": ("european", "rococo"), "ukiyo-e": ("ukiyo-e",)})
        >>> hierarchy.class_at("rococo", 1), hierarchy.class_at("ukiyo-e", 2)
        ('european', 'ukiyo-e')
        """
        path = self.paths[style]
        position = min(level, len(path)) - 1
        return path[position]

    def classes_at(self, level: int) -> list[str]:
        """The sorted names of a level."""
        names = [self.class_at(style, level) for style in self.paths]
        return sorted(set(names))

    def table(self) -> pd.DataFrame:
        """The rows `style, parent` that describe it."""
        parents: dict[str, str] = {}
        for path in self.paths.values():
            parent = ""
            for name in path:
                parents[name] = parent
                parent = name
        rows = sorted(parents.items())
        columns = list(HIERARCHY_COLUMNS)
        return pd.DataFrame(rows, columns=columns)


def _parents_of(
    rows: pd.DataFrame,
    source: str,
) -> dict[str, str]:
    """What each name belongs to, '' for nothing. Raises ValueError for a name with two parents."""
    parents: dict[str, str] = {}
    names = rows["style"].str.strip()
    parent_names = rows["parent"].str.strip()
    for name, parent in zip(names, parent_names, strict=True):
        if not name:
            raise ValueError(f"{source} has a row without style, of the parent {parent!r}: name a style, or remove it")
        earlier = parents.setdefault(name, parent)
        if earlier != parent:
            first = earlier or "nothing"
            second = parent or "nothing"
            raise ValueError(f"{source} says that {name} belongs to {first} and to {second}: leave one of the two rows")
    return parents


def _check_names(
    parents: Mapping[str, str],
    styles: Collection[str],
    source: str,
) -> None:
    """Raise ValueError unless the styles are just the names that nothing belongs to."""
    all_parents = set(parents.values())
    for style in sorted(styles):
        if style not in parents:
            raise ValueError(f"{source} lacks the style {style}: add a row for it, with an empty parent if it has none")
        if style in all_parents:
            advice = f"call the wider name something else, such as '{style} and after'"
            raise ValueError(f"{source} makes {style}, which is a style of the images, a parent of others: {advice}")
    for name in parents:
        if name not in styles and name not in all_parents:
            advice = suggestion(name, styles)
            raise ValueError(f"{source} names {name!r}, which is neither a style of the images nor a parent: {advice}")


def _path_of(
    style: str,
    parents: Mapping[str, str],
    source: str,
) -> tuple[str, ...]:
    """The names from the widest one down to a style. Raises ValueError for a circle."""
    way_up: list[str] = []
    name = style
    while name:
        if name in way_up:
            start = way_up.index(name)
            names = [*way_up[start:], name]
            circle = " < ".join(names)
            raise ValueError(f"{source} goes round in a circle, {circle}: remove one of these rows")
        way_up.append(name)
        name = parents.get(name, "")
    way_up.reverse()
    return tuple(way_up)


def predictions_at(
    predictions: pd.DataFrame,
    hierarchy: Hierarchy,
    level: int,  # from 1
) -> pd.DataFrame:
    """The table of predictions with the classes of a level in place of styles, their probabilities added up."""
    classes = hierarchy.classes_at(level)
    vocab = vocab_of(predictions)
    positions = []
    columns = ["pred"]
    for style in vocab:
        class_name = hierarchy.class_at(style, level)
        positions.append(classes.index(class_name))
        columns.append(f"proba_{style}")
    one_hot = np.eye(len(classes))
    membership = one_hot[positions]
    probas = probas_of(predictions) @ membership
    of_classes = prediction_columns(probas, classes)
    of_classes.index = predictions.index
    labels = [hierarchy.class_at(style, level) for style in predictions["label"]]
    known_columns = predictions.drop(columns=columns, errors="ignore")
    known_columns = known_columns.assign(label=labels)
    return pd.concat([known_columns, of_classes], axis=1)


def level_table(
    predictions: pd.DataFrame,
    hierarchy: Hierarchy,
) -> pd.DataFrame:
    """Every metric at every level that has two classes or more: `level, n_classes` and what `metrics_table` has."""
    tables = []
    last_level = hierarchy.n_levels
    for level in range(1, last_level + 1):
        classes = hierarchy.classes_at(level)
        n_classes = len(classes)
        if n_classes > 1:
            at_level = predictions_at(predictions, hierarchy, level)
            part = f"level {level}"
            metrics = metrics_table(at_level, part)
            metrics.insert(0, "level", level)
            metrics.insert(1, "n_classes", n_classes)
            tables.append(metrics)
    return pd.concat(tables, ignore_index=True)


def level_sentences(
    levels: pd.DataFrame,
    hierarchy: Hierarchy,
) -> list[str]:
    """One line per level of `level_table`: its classes, and how often the likeliest one is right."""
    main = levels[levels["metric"] == _MAIN_METRIC]
    sentences = []
    scores = estimate_texts(main)
    for row, score in zip(main.itertuples(), scores, strict=True):
        classes = hierarchy.classes_at(row.level)
        names = shortened_names(classes)
        level = f"level {row.level}, {names}"
        chance = f"chance {row.chance:.2f}"
        sentences.append(f"{level}: top-1 {score}, {chance}")
    return sentences


def shortened_names(names: Sequence[str]) -> str:
    """Names as words, of many the first ones and how many there are.

    >>> shortened_names(["asian", "european"])
    'asian or european'
    """
    if len(names) > _MOST_NAMES:
        examples = names[: _MOST_NAMES - 1]
        first_names = ", ".join(examples)
        return f"{len(names)} classes ({first_names}, …)"
    *first, last = names
    if not first:
        return last
    first_names = ", ".join(first)
    return f"{first_names} or {last}"
