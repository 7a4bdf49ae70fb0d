"""A user's table `style,parent`, which says what each style belongs to."""

import difflib
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from styleclf.common import note
from styleclf.data.annotation.tables import read_text_table
from styleclf.evaluation import HIERARCHY_COLUMNS, Hierarchy, has_several_labels

_LEAST_LIKENESS = 0.75  # of difflib, for two names that may be one


def read_hierarchy(path: str | Path, styles: Collection[str]) -> Hierarchy:
    """The hierarchy of the styles that a table `style,parent` describes; notes parents that may be slips of the pen.

    Raises FileNotFoundError where there is no table, ValueError for one that is no table of these columns, and what
    `Hierarchy.of_table` raises.
    """
    if has_several_labels(styles):
        raise ValueError(f"{path} is for one style per image, and the design gives several labels: use one of the two")
    rows = read_text_table(path, HIERARCHY_COLUMNS)
    hierarchy = Hierarchy.of_table(rows, styles, str(path))
    _note_misspelt_parents(rows, path)
    return hierarchy


def _note_misspelt_parents(rows: pd.DataFrame, path: str | Path) -> None:
    """Note every parent without a row of its own that may be another name of the table, misspelt."""
    styles = rows["style"].str.strip()
    parents = rows["parent"].str.strip()
    names = {*styles, *parents} - {""}
    orphans = names.difference(styles)
    for parent in sorted(orphans):
        names.remove(parent)  # what is like it is noted once
        similar = _name_one_letter_off(parent, names)
        if similar:
            advice = f"if they are one, correct it, and if they are two, add a row for {parent!r} with an empty parent"
            note(f"{path} has the parents {parent!r} and {similar!r}, which are nearly the same: {advice}")


def _name_one_letter_off(name: str, names: Collection[str]) -> str | None:
    """The first of `names` that is `name` but for a letter, their order, or capitals; None if there is none."""
    for candidate in sorted(names):
        if _are_one_letter_off(name.casefold(), candidate.casefold()):
            return candidate
    return None


def _are_one_letter_off(first: str, second: str) -> bool:
    """Whether two names may be one, misspelt; names with other digits, such as years, are two.

    >>> _are_one_letter_off("european", "europaen"), _are_one_letter_off("before 1850", "before 1950")
    (True, False)
    """
    missing = Counter(first) - Counter(second)
    surplus = Counter(second) - Counter(first)
    n_differing = max(missing.total(), surplus.total())
    has_other_digits = any(map(str.isdigit, missing + surplus))
    if n_differing > 1 or has_other_digits:
        return False
    return difflib.SequenceMatcher(None, first, second).ratio() >= _LEAST_LIKENESS
