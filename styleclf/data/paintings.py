"""The paintings: the rows of a design and the folder that their filenames start from, which belong together."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.data.design import read_design
from styleclf.data.images.spellings import spelled_as_on_disk
from styleclf.data.one_vs_rest import against_rest
from styleclf.evaluation import VAL, has_several_labels

_YEARS_TABLE = "date_metrics.csv"  # what a cross-validation of years leaves


@dataclass(frozen=True)
class Paintings:
    """Rows of a design (`filename, label, author, fold, …`) and the folder of their files.

    >>> rows = pd.DataFrame({"filename": ["cubism/gris_guitar.jpg"], "label": ["cubism"], "fold": ["0"]})
    >>> Paintings(rows, "my/paintings").paths()[0].as_posix()
    'my/paintings/cubism/gris_guitar.jpg'
    """

    rows: pd.DataFrame
    folder: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", Path(self.folder))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def folds(self) -> pd.Series:
        """`(n,)` the fold of every painting, as text."""
        return self.rows["fold"].astype(str)

    def paths(self) -> list[Path]:
        """The `n` image files, in the order of the rows, with their accents composed as on disk."""
        return [spelled_as_on_disk(self.folder / filename) for filename in self.rows["filename"]]

    def where(self, mask: np.ndarray | pd.Series) -> "Paintings":
        """Those paintings for which `mask (n,)` is true, with their rows numbered anew."""
        rows = self.rows[np.asarray(mask)]
        rows = rows.reset_index(drop=True)
        return self.with_rows(rows)

    def with_rows(self, rows: pd.DataFrame) -> "Paintings":
        """Other rows, from the same folder."""
        return Paintings(rows, self.folder)

    def without_validation(self) -> "Paintings":
        """All paintings but those of the validation set."""
        return self.where(self.folds != VAL)


def read_paintings(
    design: str | Path,
    images: str | Path,
    *,
    one_vs_rest: str | None = None,
    several_labels: bool = False,
) -> Paintings:
    """The paintings of design.csv, their files in the folder `images`; `one_vs_rest` leaves a style and 'rest'.

    With `several_labels` an image may have more than one label, unless one stands against the rest. Raises ValueError
    for the folder of a run of years, and what `read_design` and `against_rest` raise.
    """
    _check_is_of_styles(Path(design))
    rows = read_design(design, several_labels=several_labels)
    if one_vs_rest:
        _check_one_label(rows, str(design))
        rows = against_rest(rows, one_vs_rest)
    return Paintings(rows, Path(images))


def _check_is_of_styles(design: Path) -> None:
    """Raise ValueError for the folder of a run that has learned years, and so has no design of its own."""
    folder = design.parent
    if not design.exists() and (folder / _YEARS_TABLE).is_file():
        raise ValueError(f"{folder} is about years, and this is about styles: name a cross-validation of styles")


def _check_one_label(rows: pd.DataFrame, design: str) -> None:
    """Raise ValueError where one style should stand against the rest and images have several labels."""
    if has_several_labels(rows["label"]):
        advice = "leave out one_vs_rest, and read its row in labels.csv"
        raise ValueError(f"{design} gives several labels, each of which stands against the rest already: {advice}")
