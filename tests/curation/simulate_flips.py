"""What the doctor finds where labels are wrong on purpose: those of whole painters, or of single images.

.venv/bin/python -m tests.curation.simulate_flips --images data/sample --arch resnet18 --draws 20

prints, for 5 % of the labels flipped, the precision at a recall of 0.5 of the doctor's ranking and of cleanlab's, and
their paired difference, with 95 % intervals from resampling painters; how many labels are expected to be wrong beside
how many are; and what share of labels is doubted where none was flipped. Needs `pip install 'styleclf[doctor]'`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.curation.doubts import expected_number, label_doubts
from styleclf.curation.quick_probe import main_components, quick_out_of_fold
from styleclf.data import Paintings, annotate, author_groups, make_design
from styleclf.evaluation import AuthorBootstrap, prediction_columns
from tests.curation.study import study_parser

SHARE = 0.05  # of the labels that are flipped
RECALL = 0.5
_CLEANLAB = ("self_confidence", "normalized_margin")


class Collection(NamedTuple):
    """A design without its validation set, and features of its images."""

    rows: pd.DataFrame
    components: np.ndarray  # (n, k)

    @property
    def styles(self) -> np.ndarray:
        return np.unique(self.rows["label"])

    @property
    def targs(self) -> np.ndarray:
        return np.searchsorted(self.styles, self.rows["label"].to_numpy(dtype=object))


def read_collection(images: str, arch: str, weights: str, authorless: str) -> Collection:
    """The images of a folder, with features that are computed once and kept."""
    from styleclf.inference import Backbone

    styles = tuple(filter(None, authorless.split(",")))
    annotation, _ = annotate(images, authorless=styles, progress=False)
    design = make_design(annotation, authorless=styles)
    paintings = Paintings(design, images).without_validation()
    features = Backbone(arch, weights).cached_features(paintings.paths())
    return Collection(paintings.rows, main_components(features))


def flip_single(collection: Collection, rng: np.random.Generator) -> np.ndarray:
    """`(n,)` targets, of which some that are drawn at random are another style."""
    targs = collection.targs.copy()
    rows = rng.choice(len(targs), round(SHARE * len(targs)), replace=False)
    n_styles = len(collection.styles)
    steps = rng.integers(1, n_styles, len(rows))
    targs[rows] = (targs[rows] + steps) % n_styles
    return targs


def flip_painters(collection: Collection, rng: np.random.Generator) -> np.ndarray:
    """`(n,)` targets, of which all works of some painters are one style that is none of theirs."""
    targs = collection.targs.copy()
    authors = collection.rows["author"].to_numpy(dtype=object)
    most = 1.2 * SHARE * len(targs)
    n_flipped = 0
    for author in rng.permutation([name for name in np.unique(authors) if name]):
        works = np.flatnonzero(authors == author)
        others = np.setdiff1d(np.arange(len(collection.styles)), targs[works])
        if n_flipped + len(works) > most or not len(others):
            continue
        targs[works] = rng.choice(others)
        n_flipped += len(works)
        if n_flipped >= SHARE * len(targs):
            break
    return targs


FLIPS: dict[str, Callable] = {"painters": flip_painters, "images": flip_single}


def predictions_of(collection: Collection, targs: np.ndarray) -> pd.DataFrame:
    """Out-of-fold predictions of models that have learned the wrong labels along with the right ones."""
    folds = collection.rows["fold"].to_numpy()
    groups = author_groups(collection.rows)
    n_styles = len(collection.styles)
    probas = quick_out_of_fold(collection.components, targs, folds, groups=groups, n_styles=n_styles)
    table = collection.rows[["filename", "author", "fold"]].assign(label=collection.styles[targs])
    columns = prediction_columns(probas, list(collection.styles))
    return pd.concat([table.reset_index(drop=True), columns], axis=1)


def rankings(predictions: pd.DataFrame, targs: np.ndarray) -> dict[str, np.ndarray]:
    """Doubts `(n,)` by the doctor and by cleanlab, which ranks images one by one."""
    from cleanlab.rank import get_label_quality_scores

    probas = predictions.filter(like="proba_").to_numpy()
    doubts = {"doctor": label_doubts(predictions).images["doubt"].to_numpy()}
    for method in _CLEANLAB:
        doubts[f"cleanlab {method}"] = 1 - get_label_quality_scores(targs, probas, method=method)
    return doubts


def precision_at_recall(
    doubts: np.ndarray,  # (n,)
    is_wrong: np.ndarray,  # (n,) bool
    counts: np.ndarray | None = None,  # (m, n) how much every image counts
    recall: float = RECALL,
) -> np.ndarray:
    """`(m,)` share of wrong labels among the most doubtful, of which so many are looked at that `recall` is reached."""
    if counts is None:
        counts = np.ones((1, len(doubts)))
    order = np.argsort(-doubts, kind="stable")
    looked_at = counts[:, order].cumsum(axis=1)
    wrong = (counts[:, order] * is_wrong[order]).cumsum(axis=1)
    is_reached = wrong >= recall * wrong[:, -1:] - 1e-9
    first = is_reached.argmax(axis=1)
    rows = np.arange(len(counts))
    with np.errstate(invalid="ignore"):
        return wrong[rows, first] / looked_at[rows, first]


def simulate(collection: Collection, kind: str, n_draws: int, seed: int, n_resamples: int = 500) -> pd.DataFrame:
    """`ranking, precision, lo, hi`, and the doctor's expected and true numbers of wrong labels, over all draws."""
    truth = collection.targs
    bootstrap = AuthorBootstrap(author_groups(collection.rows), truth, n_resamples=n_resamples)
    counts = bootstrap.counts_with_value
    scores: dict[str, list] = {}
    numbers = []
    for draw in range(n_draws):
        rng = np.random.default_rng(seed + draw)
        targs = FLIPS[kind](collection, rng)
        is_wrong = targs != truth
        predictions = predictions_of(collection, targs)
        for name, doubts in rankings(predictions, targs).items():
            scores.setdefault(name, []).append(precision_at_recall(doubts, is_wrong, counts))
        expected = expected_number(label_doubts(predictions).images)
        numbers.append((expected, is_wrong.sum()))
    means = {name: np.nanmean(of_draws, axis=0) for name, of_draws in scores.items()}
    rows = [(name, *bootstrap.estimate(mean)) for name, mean in means.items()]
    for name in list(means)[1:]:
        rows.append((f"doctor - {name}", *bootstrap.estimate(means["doctor"] - means[name])))
    table = pd.DataFrame(rows, columns=["ranking", "precision", "lo", "hi"])
    expected, wrong = np.mean(numbers, axis=0)
    return table.assign(expected=expected, wrong=wrong)


def false_alarms(collection: Collection, n_resamples: int = 500) -> dict[str, float]:
    """Of labels as they are: how many are expected to be wrong, and the share that is doubted, with its interval."""
    predictions = predictions_of(collection, collection.targs)
    doubts = label_doubts(predictions)
    is_doubted = (doubts.images["doubt"] >= 0.5).to_numpy(dtype=float)
    bootstrap = AuthorBootstrap(author_groups(collection.rows), collection.targs, n_resamples=n_resamples)
    share = bootstrap.of(lambda counts: counts @ is_doubted / counts.sum(axis=1))
    n_painters = int((doubts.painters["doubt"] >= 0.5).sum())
    expected = expected_number(doubts.images)
    return {"n": len(is_doubted), "expected": expected, "doubted": is_doubted.sum(), "painters": n_painters} | {
        "share": share.value,
        "lo": share.lo,
        "hi": share.hi,
    }


def main() -> None:
    parser = study_parser(__doc__, draws=20, seed=1000)
    parser.add_argument("--authorless", default="photo,cartoon")
    arguments = parser.parse_args()
    collection = read_collection(arguments.images, arguments.arch, arguments.weights, arguments.authorless)
    print("labels as they are:", {name: round(float(value), 3) for name, value in false_alarms(collection).items()})
    for kind in FLIPS:
        table = simulate(collection, kind, arguments.draws, arguments.seed)
        print(f"\n{kind} flipped\n{table.round(3).to_string(index=False)}", flush=True)


if __name__ == "__main__":
    main()
