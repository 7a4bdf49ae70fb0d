"""How each style fares: its recall, its painters and what they are worth, and what it is taken for."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.evaluation import Estimate, confusion_counts, confusion_shares, recall_table, report_table, vocab_of

_FEW_PAINTERS = 5.0  # painters that count alike: a style with fewer says little about painters to come
_N_CONFUSIONS = 4


class StyleRow(NamedTuple):
    """One style of the table; shares from 0 to 1."""

    style: str
    recall: Estimate
    precision: float
    f1: float
    top_2: float
    n_images: int
    n_painters: int
    effective_painters: float  # so many painters with equally many pictures; NaN where none is named
    taken_for: str
    style_id: str = ""  # in a controlled vocabulary


class Cell(NamedTuple):
    """A cell of the confusion matrix."""

    anchor: str  # the name of its pictures' place on the page
    true: str
    predicted: str
    n_images: int
    n_true: int  # pictures of the true style
    percent: float  # of these

    @property
    def shade(self) -> float:
        """How dark the cell is, 0..1: the root of its share, so that small numbers are visible, too."""
        return float(np.sqrt(self.percent / 100))

    @property
    def is_right(self) -> bool:
        """Whether it stands on the diagonal."""
        return self.true == self.predicted


def effective_number(authors: pd.Series) -> float:
    """How many painters with equally many pictures these pictures are worth; NaN where no painter is named.

    (sum of n)² / sum of n² over painters with n pictures each (Kish 1965, the effective sample size of weights).

    >>> effective_number(pd.Series(["gris", "gris", "gris", "braque"]))
    1.6
    """
    names = authors.fillna("")
    sizes = names[names != ""].value_counts().to_numpy(dtype=float)
    if len(sizes) == 0:
        return np.nan
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def style_rows(predictions: pd.DataFrame) -> list[StyleRow]:
    """The styles that have pictures, best recognised first. Raises ValueError as `recall_table` does."""
    recalls = recall_table(predictions)
    report = report_table(predictions)
    rows = []
    for recall in recalls.itertuples():
        of_style = report.loc[recall.label]
        is_style = predictions["label"] == recall.label
        pictures = predictions[is_style]
        row = StyleRow(
            style=recall.label,
            recall=Estimate(recall.recall, recall.lo, recall.hi),
            precision=float(of_style["precision"]),
            f1=float(of_style["f1"]),
            top_2=float(of_style["top_2_accuracy"]),
            n_images=int(of_style["images"]),
            n_painters=int(of_style["authors"]),
            effective_painters=effective_number(pictures["author"]),
            taken_for=_most_often_taken_for(pictures),
            style_id=_style_id(pictures),
        )
        rows.append(row)
    return rows


def _style_id(pictures: pd.DataFrame) -> str:
    """The id of a style, of its pictures; '' for none."""
    if "label_id" not in pictures:
        return ""
    return str(pictures["label_id"].fillna("").iat[0])


def _most_often_taken_for(pictures: pd.DataFrame) -> str:
    """The commonest wrong style of pictures of one style with its number, or nothing."""
    is_wrong = pictures["pred"] != pictures["label"]
    mistakes = pictures["pred"][is_wrong].value_counts()
    for style, n in mistakes.items():
        return f"{style} {n:,}"
    return ""


def weak_styles_sentence(rows: list[StyleRow]) -> str:
    """Which styles need more painters first; nothing where all have enough, or nobody is named."""
    weak = []
    for row in rows:
        if row.effective_painters < _FEW_PAINTERS:
            weak.append(f"{row.style} ({row.effective_painters:.1f})")
    if not weak:
        return ""
    subject = "This style is" if len(weak) == 1 else "These styles are"
    styles = ", ".join(weak)
    return (
        f"{subject} judged by too few painters to say much about the next one (effective painters in brackets): "
        f"{styles}. More painters help more than more pictures by the same ones."
    )


def confusion_cells(predictions: pd.DataFrame) -> list[list[Cell]]:
    """The confusion matrix, one row per true style that has pictures."""
    vocab = vocab_of(predictions)
    counts = confusion_counts(predictions)
    percents = 100 * confusion_shares(counts)
    matrix = []
    for i, true in enumerate(vocab):
        n_true = int(counts[i].sum())
        if n_true == 0:
            continue
        row = []
        for j, predicted in enumerate(vocab):
            cell = Cell(
                f"cell-{i}-{j}",
                true,
                predicted,
                n_images=int(counts[i, j]),
                n_true=n_true,
                percent=float(percents[i, j]),
            )
            row.append(cell)
        matrix.append(row)
    return matrix


def largest_confusions(matrix: list[list[Cell]]) -> list[Cell]:
    """The wrong cells with most pictures, by number and then by percent."""
    wrong = []
    for row in matrix:
        for cell in row:
            if cell.n_images and not cell.is_right:
                wrong.append(cell)
    confusions = sorted(wrong, key=lambda cell: (-cell.n_images, -cell.percent))
    return confusions[:_N_CONFUSIONS]
