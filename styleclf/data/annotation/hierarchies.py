"""A user's table `style,parent`, which says what each style belongs to."""

from collections.abc import Collection
from pathlib import Path

from styleclf.data.annotation.tables import read_text_table
from styleclf.evaluation import HIERARCHY_COLUMNS, Hierarchy, has_several_labels


def read_hierarchy(path: str | Path, styles: Collection[str]) -> Hierarchy:
    """The hierarchy of the styles that a table `style,parent` describes.

    Raises FileNotFoundError where there is no table, ValueError for one that is no table of these columns, and what
    `Hierarchy.of_table` raises.
    """
    if has_several_labels(styles):
        raise ValueError(f"{path} is for one style per image, and the design gives several labels: use one of the two")
    rows = read_text_table(path, HIERARCHY_COLUMNS)
    return Hierarchy.of_table(rows, styles, str(path))
