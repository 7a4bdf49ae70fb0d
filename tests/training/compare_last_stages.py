"""Is fine-tuning the last stages worth its time on painters never seen? Ways to do so, on the same folds and views.

python -m tests.training.compare_last_stages --images FOLDER --design design.csv --weights FILE --out FOLDER

The output of a frozen early body depends on no fold. So a few views of every image, changed at random as in a training,
pass through it once and are kept, as maps before the last stages and as style features. Every fold and every way of
training the last stages starts from these. Predictions of every fold are kept, so that a run can be resumed; `--table`
prints paired differences from the probe with 95 % intervals from resampling authors, by style and by source. Works for
EfficientNets of timm only, whose stages are `blocks`. The validation set is left out.
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
    """Print what every way gains, and what one candidate gains in each group of images."""
    folds = list(folds_of(contest, arguments.folds))
    table = gains_table(contest, arguments.ways, folds)
    print(table.to_string(index=False))
    groupings = groupings_of(contest.paintings.rows, arguments.sources)
    candidate = arguments.candidate
    for way in arguments.ways:
        finished = finished_folds(contest, way, folds)
        gains = gains_of(contest, way, candidate, folds=finished)
        for grouping in groupings:
            gains_of_groups = gains_by(gains, grouping)
            print(f"\n{way}, {candidate}\n{gains_of_groups}")


def groupings_of(rows: pd.DataFrame, sources_file: Path | None) -> list[pd.Series]:
    """Groups of images: by style and, where a table of sources is given, by source and by both."""
    styles = rows["label"]
    if sources_file is None:
        return [styles]
    table = pd.read_csv(sources_file).set_index("filename")
    sources = rows["filename"].map(table["source"])
    styles_of_sources = styles + " of " + sources
    return [styles, sources, styles_of_sources]


def parsed_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", required=True)
    parser.add_argument("--design", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=224, help="pixels a side of clean views")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[], help="features (n, d) of other bodies, .npy")
    parser.add_argument("--ways", nargs="*", default=["last"], choices=WAYS)
    parser.add_argument("--folds", nargs="*", default=["301:0"], help="draw:fold")
    parser.add_argument("--views-only", nargs="*", default=[], help="names of views to compute, without any training")
    parser.add_argument("--table", action="store_true", help="print what finished folds gain")
    parser.add_argument("--candidate", default="average 0.5", help="shown by style and source")
    parser.add_argument("--sources", type=Path, help="table of filename and source")
    return parser.parse_args()


def main() -> None:
    """Train what the command line asks for, or print what was gained."""
    arguments = parsed_arguments()
    contest = contest_of(arguments)
    for view in arguments.views_only:
        kept_view(contest, view)
    if arguments.table:
        print_tables(contest, arguments)
    elif not arguments.views_only:
        train_folds(contest, arguments.ways, arguments.folds)


if __name__ == "__main__":
    main()
