"""Which pictures a report shows: those behind every cell of the confusion matrix, and the surest mistakes."""

from collections.abc import Mapping
from operator import attrgetter
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from styleclf.common import written_painter, written_title
from styleclf.evaluation import probas_of, vocab_of
from styleclf.report.styles import Cell

_N_GUESSES = 3
_N_MISTAKES = 24
_MOST_OF_A_PAINTER = 2  # of the surest mistakes: one painter's must not fill the page
_MOST_OF_A_CELL = 12
_MOST_PICTURES = 900  # behind all cells together


class Guess(NamedTuple):
    """A style that a picture may be of."""

    style: str
    percent: float
    is_true: bool


class ShownPicture(NamedTuple):
    """A picture with what is said of it; `uri` is empty where it cannot be shown."""

    uri: str
    filename: str
    author: str
    title: str
    true: str
    guesses: tuple[Guess, ...]  # the likeliest first

    @property
    def description(self) -> str:
        """The picture in words, for whoever does not see it."""
        by = f" by {self.author}" if self.author else ""
        first = self.guesses[0]
        guess = f"predicted {first.style} with {first.percent:.0f} percent"
        true = f"{self.true}, " if self.true else ""
        return f"{self.title}{by}: {true}{guess}"


def surest_mistakes(predictions: pd.DataFrame) -> list[str]:
    """Names of wrongly predicted files, the surest first, of every painter a few at most."""
    confidence = probas_of(predictions).max(axis=1)
    table = predictions.assign(confidence=confidence)
    wrong = table[table["pred"] != table["label"]]
    rows = wrong.sort_values(["confidence", "filename"], ascending=[False, True])
    names = []
    n_shown: dict[str, int] = {}
    for row in rows.itertuples():
        painter = row.author or row.filename
        number = n_shown.get(painter, 0) + 1
        n_shown[painter] = number
        if number <= _MOST_OF_A_PAINTER:
            names.append(row.filename)
    return names[:_N_MISTAKES]


def files_of_cells(predictions: pd.DataFrame, matrix: list[list[Cell]]) -> dict[str, list[str]]:
    """Names of the files to show behind every cell by its anchor, the surest first; the fewer, the more cells are."""
    table = predictions.assign(confidence=probas_of(predictions).max(axis=1))
    rows = table.sort_values(["confidence", "filename"], ascending=[False, True])
    by_cell = {}
    for key, of_cell in rows.groupby(["label", "pred"], sort=False):
        by_cell[key] = of_cell["filename"].tolist()
    n_affordable = max(1, _MOST_PICTURES // len(by_cell))
    n_per_cell = min(_MOST_OF_A_CELL, n_affordable)
    files = {}
    for row in matrix:
        for cell in row:
            names = by_cell.get((cell.true, cell.predicted), [])
            files[cell.anchor] = names[:n_per_cell]
    return files


def described_pictures(
    predictions: pd.DataFrame, filenames: list[str], uris: Mapping[str, str]
) -> dict[str, ShownPicture]:
    """Pictures with their three likeliest styles, by filename."""
    vocab = vocab_of(predictions)
    rows = predictions.drop_duplicates("filename").set_index("filename")
    rows = rows.loc[list(dict.fromkeys(filenames))]
    pictures = {}
    for name, row in zip(rows.index, rows.to_dict("records"), strict=True):
        author = row["author"] or ""
        pictures[name] = ShownPicture(
            uri=uris.get(name, ""),
            filename=name,
            author=written_painter(author),
            title=_title(name, author),
            true=row["label"],
            guesses=_likeliest(row, vocab),
        )
    return pictures


def _likeliest(row: Mapping[str, Any], vocab: list[str]) -> tuple[Guess, ...]:
    """The likeliest styles of a picture; ties go by the order of styles."""
    guesses = []
    for style in vocab:
        is_true = style == row["label"]
        guesses.append(Guess(style, 100 * row[f"proba_{style}"], is_true))
    likeliest_first = sorted(guesses, key=attrgetter("percent"), reverse=True)
    return tuple(likeliest_first[:_N_GUESSES])


def _title(filename: str, author: str) -> str:
    """What of a file's name is the picture's title.

    >>> _title("cubism/gris_the-guitar.jpg", "gris")
    'The guitar'
    """
    stem = PurePosixPath(filename).stem
    before, separator, after = stem.partition("_")
    if separator and before.lower() == author.lower():
        stem = after
    return written_title(stem) or stem
