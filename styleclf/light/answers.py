"""The answer that a bundle's hierarchy allows: a style, or where several are likely the name that they share.

What `styleclf.evaluation.AnswerRule` does for tables of predictions, without pandas.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from styleclf.common import is_number

ANY_STYLE = "any style"  # what the widest names belong to
_MOST_LEVELS = 50
_MOST_CHARACTERS = 1_000  # of a name
_LARGEST_SUM = 1.001  # of probabilities, which are rounded


class WiderAnswers(NamedTuple):
    """The way from the widest name down to each style, and the probability that an answer must exceed."""

    paths: Mapping[str, tuple[str, ...]]  # style -> names, the style itself last
    threshold: float

    def answer(
        self,
        probas: np.ndarray,  # (n_styles,)
        styles: Sequence[str],  # in the order of `probas`
    ) -> tuple[str, int]:
        """The narrowest name that is likely enough, and its level: 1 for the widest names, 0 for "any style".

        >>> answers = WiderAnswers({"baroque": ("european", "baroque"), "rococo": ("european", "rococo")}, 0.6)
        >>> answers.answer(np.array([0.5, 0.5]), ["baroque", "rococo"])
        ('european', 1)
        """
        way: tuple[str, ...] = ()
        while True:
            sums = self._sums_below(way, probas, styles)
            if not sums:
                break
            names = sorted(sums)
            likeliest = max(names, key=sums.__getitem__)  # of classes that are equally likely the first by name
            if sums[likeliest] <= self.threshold:
                break
            way = (*way, likeliest)
        name = way[-1] if way else ANY_STYLE
        return name, len(way)

    def _sums_below(
        self,
        way: tuple[str, ...],
        probas: np.ndarray,
        styles: Sequence[str],
    ) -> dict[str, float]:
        """The probability of each name of the next level that a way leads to; nothing below a style."""
        sums: dict[str, float] = {}
        depth = len(way)
        for style, proba in zip(styles, probas, strict=True):
            path = self.paths[style]
            if path[:depth] == way and len(path) > depth:
                name = path[depth]
                sums[name] = sums.get(name, 0.0) + float(proba)
        return sums


def wider_answers(values: Mapping[str, Any], styles: Sequence[str]) -> WiderAnswers:
    """The answers that a table of JSON describes, `paths` and `threshold`.

    Raises ValueError, KeyError or TypeError where it is none of a hierarchy of these styles.
    """
    threshold = _threshold(values["threshold"])
    lists = values["paths"]
    are_of_styles = isinstance(lists, dict) and set(lists) == set(styles)
    if not are_of_styles:
        raise ValueError("the paths of its answers are not those of its styles")
    paths = {}
    for style in styles:
        paths[style] = _path(lists[style], style)
    _check_parents(paths)
    return WiderAnswers(paths, threshold)


def _threshold(value: object) -> float:
    """What an answer must exceed; infinite for null, where there were too few painters to learn it from."""
    if value is None:
        return np.inf
    if not is_number(value) or not 0 <= value <= _LARGEST_SUM:
        raise ValueError(f"the threshold of its answers is {value!r:.40}")
    return float(value)


def _path(names: object, style: str) -> tuple[str, ...]:
    """The names from the widest one down to a style."""
    subject = f"the path to {style!r:.40}"
    if not isinstance(names, list) or not 0 < len(names) <= _MOST_LEVELS:
        raise ValueError(f"{subject} is not a list of 1 to {_MOST_LEVELS} names")
    for name in names:
        if not isinstance(name, str) or not 0 < len(name) <= _MOST_CHARACTERS:
            raise ValueError(f"{subject} has the name {name!r:.40}")
    last_name = names[-1]
    if last_name != style:
        raise ValueError(f"{subject} ends at {last_name!r:.40}")
    return tuple(names)


def _check_parents(paths: Mapping[str, tuple[str, ...]]) -> None:
    """Raise ValueError for a name that belongs to two names, or a style that others belong to."""
    parents: dict[str, str] = {}
    for path in paths.values():
        parent = ANY_STYLE
        for name in path:
            earlier_parent = parents.setdefault(name, parent)
            if parent != earlier_parent or parent in paths:
                raise ValueError(f"the name {name!r:.40} is in two places of its hierarchy")
            parent = name
