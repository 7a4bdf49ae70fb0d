"""How often the 90 % interval of what all painters would give, told from half of them, holds what they do give.

.venv/bin/python -m tests.curation.simulate_curves --images data/sample --arch resnet18 --draws 100

prints it for the mean over styles, and for the recalls of single styles of eight painters or more.
"""

import argparse

import numpy as np
import pandas as pd

from styleclf.curation.learning_curves import Collection, CurveStep, expected_score, last_steps
from styleclf.curation.quick_probe import quick_out_of_fold
from styleclf.data import author_groups
from tests.curation.simulate_flips import read_collection


def half_of_painters(collection: Collection, rng: np.random.Generator) -> Collection:
    """The works of half of the painters of every style, drawn at random."""
    groups = author_groups(collection.rows)
    style_of_group = pd.Series(collection.targs).groupby(groups).agg(lambda targs: targs.mode().iat[0])
    kept: list = []
    for _, members in style_of_group.groupby(style_of_group):
        n_kept = (len(members) + int(rng.integers(2))) // 2
        kept += rng.choice(members.index.to_numpy(), max(1, n_kept), replace=False).tolist()
    return collection.where(np.isin(groups, kept))


def accuracy(collection: Collection) -> float:
    """The mean recall of all styles, out of fold."""
    targs = collection.targs
    n_styles = len(collection.styles)
    folds = collection.rows["fold"].to_numpy()
    probas = quick_out_of_fold(collection.components, targs, folds, n_styles=n_styles)
    hits = pd.Series(probas.argmax(axis=1) == targs)
    return float(hits.groupby(targs).mean().mean())


def coverage(collection: Collection, n_draws: int, seed: int = 2000) -> pd.DataFrame:
    """`predicted, lo, hi, with_half, truth`, one row per draw of half the painters."""
    truth = accuracy(collection)
    rows = []
    for draw in range(n_draws):
        half = half_of_painters(collection, np.random.default_rng(seed + draw))
        step: CurveStep = last_steps(half, n_draws=4, by_style=False, seed=draw, progress=False)[0]
        rows.append((*expected_score(step, step.n_units, seed=draw), float(step.values[0]), truth))
    return pd.DataFrame(rows, columns=["predicted", "lo", "hi", "with_half", "truth"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", default="data/sample")
    parser.add_argument("--arch", default="resnet18")
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--authorless", default="photo,cartoon")
    parser.add_argument("--draws", type=int, default=100)
    arguments = parser.parse_args()
    flips = read_collection(arguments.images, arguments.arch, arguments.weights, arguments.authorless)
    collection = Collection(flips.rows, flips.components)
    table = coverage(collection, arguments.draws)
    held = (table["lo"] <= table["truth"]) & (table["truth"] <= table["hi"])
    width = (table["hi"] - table["lo"]).mean()
    print(f"the interval holds the truth in {held.sum()} of {len(table)} draws; its mean width is {width:.3f}")
    print(
        table.mean().round(3).to_dict(),
        "error of the prediction",
        round(float((table.predicted - table.truth).std()), 3),
    )


if __name__ == "__main__":
    main()
