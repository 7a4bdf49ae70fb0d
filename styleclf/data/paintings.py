"""The paintings: the rows of a design and the folder that their filenames start from, which belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Number
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.common import check_path, short_repr
from styleclf.data.design import read_design
from styleclf.data.images.spellings import spelled_as_on_disk
from styleclf.data.one_vs_rest import against_rest
from styleclf.evaluation import VAL, has_several_labels

_SETTINGS_FILE = "settings.json"  # of any run
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
        check_rows(self.rows)
        check_path(self.folder, "images")
        object.__setattr__(self, "folder", Path(self.folder))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def folds(self) -> pd.Series:
        """`(n,)` the fold of every painting, as text. Raises ValueError where there is none."""
        check_design_columns(self.rows, ("fold",))
        check_cells(self.rows, "fold", (str, Number))
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


def check_rows(rows: object) -> None:
    """Raise ValueError, with what was received, for what is not a table with a column `filename` of texts."""
    if not isinstance(rows, pd.DataFrame):
        advice = "give a table, as read_design and make_design return it"
        raise ValueError(f"{short_repr(rows)} is not a design: {advice}")
    if "filename" not in rows:
        raise ValueError(f"the design lacks the column filename; it has {', '.join(map(str, rows))}")
    is_text = rows["filename"].map(lambda name: isinstance(name, str))
    if not is_text.all():
        filename = rows["filename"][~is_text].iloc[0]
        raise ValueError(f"the design has {filename} as filename, which is not text: read it with read_design")


def check_design_columns(rows: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise ValueError, with those that there are, for a design that lacks one of the columns."""
    for column in columns:
        if column not in rows:
            present = ", ".join(map(str, rows))
            raise ValueError(f"the design lacks the column {column}; it has {present}: make_design adds the folds")


def check_cells(rows: pd.DataFrame, column: str, kinds: type | tuple[type, ...]) -> None:
    """Raise ValueError, with its image, for a cell of a design that is of none of these kinds, or is empty."""
    for filename, cell in zip(rows["filename"], rows[column], strict=True):
        if not isinstance(cell, kinds) or cell != cell:  # NaN is a number that differs from itself
            raise ValueError(f"the design has {cell!r} as {column} of {filename}: read it with read_design")


def check_images_are_there(paths: Sequence[Path]) -> None:
    """Raise FileNotFoundError where the first image of a design is not there, and say how many others are not."""
    if not paths or paths[0].is_file():
        return
    first = paths[0]
    n_missing = sum(not path.is_file() for path in paths)
    if n_missing == len(paths):
        raise FileNotFoundError(f"no image at {first}: give the folder from which the design was made")
    missing = f"{n_missing:,} of {len(paths):,} images cannot be found, such as {first}"
    raise FileNotFoundError(f"{missing}: bring them back, or make the design again")


def read_paintings(
    design: str | Path,
    images: str | Path,
    *,
    one_vs_rest: str | None = None,
    several_labels: bool = False,
) -> Paintings:
    """The paintings of design.csv, their files in the folder `images`; `one_vs_rest` leaves a style and 'rest'.

    With `several_labels` an image may have more than one label, unless one stands against the rest. Raises ValueError
    for the folder of a run of years, FileNotFoundError where neither design nor images are there, and what
    `read_design` and `against_rest` raise.
    """
    _check_is_of_styles(Path(design))
    _check_is_cross_validation(Path(design))
    _check_either_is_there(Path(design), Path(images))
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


def _check_is_cross_validation(design: Path) -> None:
    """Raise FileNotFoundError for the design in the folder of a run that has none, such as a training."""
    folder = design.parent
    if not design.exists() and (folder / _SETTINGS_FILE).is_file():
        advice = "name a cross-validation, which has one"
        raise FileNotFoundError(f"{folder} is the folder of a run without {design.name}: {advice}")


def _check_either_is_there(design: Path, images: Path) -> None:
    """Raise FileNotFoundError where neither a design nor the folder of its images is there: both are to be named."""
    if not design.exists() and not images.is_dir():
        advice = "name the folder of your pictures, and the design that recipes/design.py makes of it"
        raise FileNotFoundError(f"no folder of images at {images}, and no design at {design}: {advice}")


def _check_one_label(rows: pd.DataFrame, design: str) -> None:
    """Raise ValueError where one style should stand against the rest and images have several labels."""
    if has_several_labels(rows["label"]):
        advice = "leave out one_vs_rest, and read its row in labels.csv"
        raise ValueError(f"{design} gives several labels, each of which stands against the rest already: {advice}")
