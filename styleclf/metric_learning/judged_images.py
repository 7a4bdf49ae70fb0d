"""The images that embeddings are judged on: their directions, styles and authors."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.data import author_groups
from styleclf.evaluation import N_RESAMPLES, AuthorBootstrap
from styleclf.metric_learning.directions import check_unit_rows


class JudgedImages(NamedTuple):
    """Images that embeddings are judged on, one row each."""

    units: np.ndarray  # (n, d) of length 1
    targs: np.ndarray  # (n,) numbers of their styles
    groups: np.ndarray  # (n,) numbers of their authors; an image without author is its own group, with its copies
    has_author: np.ndarray  # (n,) bool

    @classmethod
    def of(
        cls,
        units: np.ndarray,  # (n, d) of length 1
        table: pd.DataFrame,  # n rows
    ) -> "JudgedImages":
        """The images of embeddings `(n, d)` and their table with `label, author`.

        With the columns `filename, copy_of` of a design, byte-identical copies are of one group.
        """
        targs = _numbers_from_zero(table["label"].to_numpy(dtype=str))
        authors = table["author"].fillna("")
        if "filename" not in table:
            table = table.assign(filename=np.arange(len(table)))
        has_author = authors.to_numpy() != ""
        return cls(units.astype(float), targs, author_groups(table), has_author)

    def part(self, rows: np.ndarray) -> "JudgedImages":
        """The images for which `rows (n,)` is true, their styles numbered anew."""
        targs = _numbers_from_zero(self.targs[rows])
        units = self.units[rows]
        return JudgedImages(units, targs, self.groups[rows], self.has_author[rows])

    @property
    def n_styles(self) -> int:
        """Number of styles."""
        return int(self.targs.max()) + 1

    @property
    def sizes(self) -> dict[str, int]:
        """Numbers of images and of named authors, as columns of a table."""
        authors = np.unique(self.groups[self.has_author])
        return {"n_images": len(self.targs), "n_authors": len(authors)}

    def bootstrap(self, n_resamples: int = N_RESAMPLES, seed: int = 0) -> AuthorBootstrap:
        """Redrawn authors, for intervals."""
        return AuthorBootstrap(self.groups, self.targs, n_resamples=n_resamples, seed=seed)


def _numbers_from_zero(values: np.ndarray) -> np.ndarray:
    """The values as numbers from 0, in their order."""
    return np.unique(values, return_inverse=True)[1]


def check_judged(units: np.ndarray, table: pd.DataFrame) -> None:
    """Raise ValueError for embeddings that are not of length 1, and a table that does not fit or lacks columns."""
    check_unit_rows(units, "embeddings to judge")
    needs = "label, author and withheld are needed, one row per embedding"
    for column in ("label", "author", "withheld"):
        if column not in table:
            raise ValueError(f"the table of the images lacks the column {column!r}: {needs}")
    if len(table) != len(units):
        numbers = f"{len(table)} rows for {len(units)} embeddings"
        raise ValueError(f"the table of the images has {numbers}: {needs}")
    n_states = table.groupby("label")["withheld"].nunique()
    if (n_states > 1).any():
        style = n_states.idxmax()
        raise ValueError(f"some images of {style} are withheld and some are not: withhold all of the style or none")
