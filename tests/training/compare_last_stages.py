"""Is fine-tuning the last stages worth its time on painters never seen? Ways to do so, on the same folds and views.

python -m tests.training.compare_last_stages --images FOLDER --design design.csv --weights FILE --out FOLDER

What a frozen early body makes of an image depends on no fold: a few views of every image, changed at random as in a
training, pass through it once and are kept, as maps before the last stages and as style features. Every fold and every
way of training the last stages goes on from there. Predictions of every fold are kept, so that a run can be resumed;
`--table` prints paired differences from the probe with 95 % intervals from resampling authors, by style and by source.
EfficientNets of timm alone, whose stages are `blocks`. The validation set is left out.
"""

import argparse
from pathlib import Path

import pandas as pd

from styleclf.data import VAL, Paintings
from styleclf.evaluation import targets
from styleclf.inference import Backbone
from tests.training.last_stages.folds import folds_of, train_folds
from tests.training.last_stages.gains import finished_folds, gains_by, gains_of, gains_table
from tests.training.last_stages.views import kept_view
from tests.training.last_stages.ways import ARCH, WAYS, Contest


def contest_of(arguments: argparse.Namespace) -> Contest:
    """What the command line describes."""
    design = pd.read_csv(arguments.design, dtype=str, keep_default_na=False)
    rows = design[design["fold"] != VAL].reset_index(drop=True)
    paintings = Paintings(rows, Path(arguments.images))
    vocab = sorted(rows["label"].unique())
    targs = targets(rows["label"], vocab)
    backbone = Backbone(ARCH, arguments.weights, "style", size=arguments.size)
    arguments.out.mkdir(parents=True, exist_ok=True)
    return Contest(paintings, targs, vocab, backbone, arguments.out, arguments.teachers)


def print_tables(contest: Contest, arguments: argparse.Namespace) -> None:
    """Print what every way gains, and for one candidate where."""
    folds = list(folds_of(contest, arguments.folds))
    table = gains_table(contest, arguments.ways, folds)
    print(table.to_string(index=False))
    rows = contest.paintings.rows
    groupings = [rows["label"]]
    if arguments.sources:
        table_of_sources = pd.read_csv(arguments.sources).set_index("filename")
        sources = rows["filename"].map(table_of_sources["source"])
        groupings += [sources, rows["label"] + " of " + sources]
    for way in arguments.ways:
        finished = finished_folds(contest, way, folds)
        gains = gains_of(contest, way, arguments.candidate, folds=finished)
        for grouping in groupings:
            print(f"\n{way}, {arguments.candidate}\n{gains_by(gains, grouping)}")


def main() -> None:
    """Train what is asked for, or print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", required=True)
    parser.add_argument("--design", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=224, help="pixels a side of clean views")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[], help="features (n, d) of other bodies, .npy")
    parser.add_argument("--ways", nargs="*", default=["last"], choices=WAYS)
    parser.add_argument("--folds", nargs="*", default=["301:0"], help="draw:fold")
    parser.add_argument("--views-only", nargs="*", default=[])
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--candidate", default="average 0.5", help="shown by style and source")
    parser.add_argument("--sources", type=Path, help="table of filename and source")
    arguments = parser.parse_args()
    contest = contest_of(arguments)
    for view in arguments.views_only:
        kept_view(contest, view)
    if arguments.table:
        print_tables(contest, arguments)
    elif not arguments.views_only:
        train_folds(contest, arguments.ways, arguments.folds)


if __name__ == "__main__":
    main()
