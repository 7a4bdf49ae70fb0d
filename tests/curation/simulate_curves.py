"""How often the 90 % interval of the accuracy with all painters, predicted from half of them, holds that accuracy.

python -m tests.curation.simulate_curves --images FOLDER --design design.csv --arch resnet18 --draws 100

draws half of the painters of every style, predicts from their works alone what `collect_next.py` would tell a curator
who had no others, and compares that with the accuracy of all. With `--by-style` the recall of every style is predicted
as well, and compared with that of all painters of this style beside half of the others. The validation set stays
closed. Draws that `--out` has already are kept.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from styleclf.common import check_made_alike, read_json, read_table, with_progress, write_json, write_table
from styleclf.curation.learning_curves import MORE_PAINTERS, Collection, CurveStep, expected_score, last_steps
from styleclf.curation.quick_probe import main_components, quick_out_of_fold
from styleclf.data import author_groups, read_paintings
from styleclf.inference import Backbone
from tests.curation.study import add_design, study_parser

COLUMNS = ["draw", "style", "n_half", "n_more", "with_half", "predicted", "lo", "hi", "truth"]


class Draw(NamedTuple):
    """Half of the painters, and the curves that their works give."""

    number: int
    is_half: np.ndarray  # (n,) bool: whose works are by these painters
    steps: list[CurveStep]


def is_by_half(collection: Collection, rng: np.random.Generator) -> np.ndarray:
    """`(n,)` bool: the works of half of the painters of every style, one more where their number is odd."""
    groups = author_groups(collection.rows)
    styles = pd.Series(collection.targs).groupby(groups).agg(lambda targs: targs.mode().iat[0])
    half_of_painters: list[int] = []
    for _, painters in styles.groupby(styles):
        n_half = (len(painters) + 1) // 2
        numbers = painters.index.to_numpy()
        half_of_painters.extend(rng.choice(numbers, n_half, replace=False))
    return np.isin(groups, half_of_painters)


def draws_of(rows: pd.DataFrame, features: np.ndarray, numbers: Sequence[int], *, by_style: bool) -> Iterator[Draw]:
    """Halves of the painters, and the last steps of their learning curves, as `collect_next.py` has them."""
    everything = Collection(rows, features)
    for number in with_progress(numbers, len(numbers), "draws", True):
        is_half = is_by_half(everything, np.random.default_rng(number))
        half = everything.where(is_half)
        collection = Collection(half.rows, main_components(half.components))
        steps = last_steps(collection, by_style=by_style, works=False, seed=number, progress=False)
        painters = [step for step in steps if step.kind == MORE_PAINTERS]
        yield Draw(number, is_half, painters)


def accuracy(collection: Collection) -> float:
    """The mean recall of all styles, out of fold."""
    return float(np.mean(list(recalls(collection).values())))


def recall_with_all(collection: Collection, style: str, draw: Draw) -> float:
    """The recall of a style with all of its painters beside those of the other styles in the draw."""
    is_style = collection.targs == collection.styles.index(style)
    is_used = draw.is_half | is_style
    return recalls(collection.where(is_used))[style]


def recalls(collection: Collection) -> dict[str, float]:
    """The recall of every style, out of fold."""
    targs = collection.targs
    styles = collection.styles
    folds = collection.rows["fold"].to_numpy()
    groups = author_groups(collection.rows)
    probas = quick_out_of_fold(collection.components, targs, folds, groups=groups, n_styles=len(styles))
    is_right = probas.argmax(axis=1) == targs
    recall_of_style = {}
    for number, style in enumerate(styles):
        is_of_style = targs == number
        recall_of_style[style] = float(is_right[is_of_style].mean())
    return recall_of_style


def units_of(collection: Collection, style: str) -> int:
    """How many painters a style has, nameless pictures counting as one each; '' for all styles."""
    groups = author_groups(collection.rows)
    if style:
        groups = groups[collection.targs == collection.styles.index(style)]
    return len(np.unique(groups))


def rows_of(collection: Collection, draw: Draw, truth_of_all: float) -> list[tuple]:
    """What a draw predicts for all styles, and for each of its curves, beside the truth; `COLUMNS`."""
    rows = []
    for step in draw.steps:
        n_missing = units_of(collection, step.style) - step.n_units
        n_more = min(n_missing, step.n_units)  # a painter of two styles can leave one of them less than half
        score_with_half = float(step.values[0])
        prediction = expected_score(step, n_more, seed=draw.number)
        truth = recall_with_all(collection, step.style, draw) if step.style else truth_of_all
        rows.append((draw.number, step.style, step.n_units, n_more, score_with_half, *prediction, truth))
    return rows


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """By style how many draws were `held` by their interval, with means of predictions, truths and widths."""
    is_held = table["truth"].between(table["lo"], table["hi"])
    width = table["hi"] - table["lo"]
    measured = table.assign(held=is_held, width=width, draws=1)
    by_style = measured.groupby("style", sort=True)
    sums = by_style[["held", "draws"]].sum()
    means = by_style[["n_half", "n_more", "with_half", "predicted", "truth", "width"]].mean()
    return sums.join(means.round(3))


def earlier_draws(file: Path, made_with: dict[str, Any]) -> pd.DataFrame:
    """The draws that an interrupted study has left; what they are made with is written down for the next one."""
    beside = file.with_name("made_with.json")
    if beside.is_file():
        check_made_alike(read_json(beside), made_with, f"{file} was made", advice="choose another --out")
    write_json(made_with, beside)
    if not file.is_file():
        return pd.DataFrame(columns=COLUMNS)
    table = read_table(file, COLUMNS)
    numbers = [column for column in COLUMNS if column != "style"]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce")  # of too few painters there is no estimate
    return table


def missing_draws(table: pd.DataFrame, numbers: range) -> list[int]:
    """The numbers of the draws that are still to be made."""
    are_made = set(table["draw"])
    return [number for number in numbers if number not in are_made]


def main() -> None:
    parser = study_parser(__doc__, draws=100, seed=2000)
    add_design(parser)
    parser.add_argument("--by-style", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("runs/simulate-curves"))
    arguments = parser.parse_args()
    paintings = read_paintings(arguments.design, arguments.images).without_validation()
    backbone = Backbone(arguments.arch, arguments.weights)
    features = backbone.cached_features(paintings.paths())
    everything = Collection(paintings.rows, main_components(features))
    truth = accuracy(everything)
    file = arguments.out / "draws.csv"
    made_with = {"truth": round(truth, 6), "by_style": arguments.by_style}
    table = earlier_draws(file, made_with)
    numbers = missing_draws(table, range(arguments.seed, arguments.seed + arguments.draws))
    for draw in draws_of(paintings.rows, features, numbers, by_style=arguments.by_style):
        rows = pd.DataFrame(rows_of(everything, draw, truth), columns=COLUMNS)
        table = rows if table.empty else pd.concat([table, rows], ignore_index=True)
        write_table(table, file)
    print(coverage(table).to_string())


if __name__ == "__main__":
    main()
