"""Charts of a report as numbers for a template, which draws them in the page's own colours."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from styleclf.evaluation import reliability_table

_FEW = 5  # pictures: a range of fewer says next to nothing
_MOST_TICKS = 8
_METRIC = "top_2_accuracy"
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


class Tick(NamedTuple):
    """A mark on an axis."""

    place: float  # of the width or height, 0..1
    text: str


class Line(NamedTuple):
    """A line of a chart; places are shares of width and height, from the lower left corner."""

    name: str
    points: list[tuple[float, float]]
    is_pale: bool = False

    @property
    def end(self) -> tuple[float, float]:
        """Its last point."""
        return self.points[-1]


class Dot(NamedTuple):
    """A share with its interval, at a place."""

    x: float
    y: float
    lo: float
    hi: float
    n_images: int
    is_rare: bool  # of so few pictures that it says next to nothing


@dataclass(frozen=True)
class Chart:
    """Lines and dots between two axes."""

    description: str  # in words, for whoever does not see it
    x_label: str
    y_label: str
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    lines: Sequence[Line] = ()
    dots: Sequence[Dot] = ()


def reliability_chart(predictions: pd.DataFrame) -> Chart:
    """How often predictions are right, by how sure they are."""
    dots = []
    for row in reliability_table(predictions).itertuples():
        interval = (row.lo, row.hi)
        is_rare = row.n_images < _FEW
        dots.append(Dot(row.confidence, row.right, *interval, n_images=row.n_images, is_rare=is_rare))
    diagonal = Line("right as often as it says", [(0.0, 0.0), (1.0, 1.0)], is_pale=True)
    ticks = [Tick(share, f"{100 * share:.0f} %") for share in _SHARES]
    return Chart(
        "Share of right predictions by how sure they are; the same numbers stand in the table below.",
        "how sure it is",
        "how often it is right",
        ticks,
        ticks,
        lines=[diagonal],
        dots=dots,
    )


def learning_chart(histories: Mapping[str, pd.DataFrame]) -> Chart | None:
    """Top-2 accuracy by epoch of every training, on its training pictures (pale) and its test pictures.

    None where no training has two epochs.
    """
    last_epoch = 0
    for table in histories.values():
        last_epoch = max(last_epoch, int(table["epoch"].max()))
    if last_epoch == 0:
        return None
    lines = []
    for part, is_pale in (("train", True), ("test", False)):
        for name, table in histories.items():
            points = _curve(table, f"{part}_{_METRIC}", last_epoch)
            if len(points) > 1:
                lines.append(Line(name, points, is_pale))
    if not lines:
        return None
    step = math.ceil(last_epoch / _MOST_TICKS)
    x_ticks = []
    for epoch in range(0, last_epoch + 1, step):
        x_ticks.append(Tick(epoch / last_epoch, str(epoch)))
    y_ticks = [Tick(share, f"{share:.2f}") for share in _SHARES]
    description = "Top-2 accuracy by epoch, on training pictures (pale) and on test pictures."
    return Chart(description, "epoch", "top-2 accuracy", x_ticks, y_ticks, lines=lines)


def _curve(table: pd.DataFrame, column: str, last_epoch: float) -> list[tuple[float, float]]:
    """The points of a column by epoch, without those that were not judged."""
    if column not in table:
        return []
    rows = table[table[column].notna()]
    places = rows["epoch"] / last_epoch
    return list(zip(places, rows[column], strict=True))
