"""See which body knows most about painters it has never seen, at what cost, and under which licence.

python recipes/league.py --images data/sample --design runs/design/design.csv --archs rapid --out runs/league
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import (
    CountFromZero,
    FitName,
    PixelsOrNone,
    PositiveNumberOrNone,
    PrecisionName,
    Range,
    Remembered,
    Seed,
    UsedWith,
)
from styleclf.settings import Logbook, run

Rapid = Annotated[str, UsedWith("archs", ("rapid", "all"))]
Quality = Annotated[str, UsedWith("archs", ("quality", "all"))]
Paintings = Annotated[int, Range(least=50, most=6000)]  # the probes work on a table of all by all


def main(
    images: Remembered = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py; no body is judged on its validation set
    archs: str = "rapid",  # rapid, quality or all, or names, also as arch=weights and side by side as arch+arch
    rapid: Rapid = "resnet18",  # that list; settings.ini has it with its evidence
    quality: Quality = "resnet50",  # that one, too
    features: str = "style",  # style: pooled and statistics of the stages; or pooled
    size: PixelsOrNone = None,  # pixels a side for all; default: those that each body was made for
    fit: FitName = "squash",  # squash, crop or pad images to a square
    draws: CountFromZero = 0,  # fresh draws of author-grouped folds to judge on; 0: the design's folds
    together: CountFromZero = 2,  # of the best bodies are judged side by side as well, in all combinations
    most: Paintings = 3000,  # paintings; of more, so many are drawn within the styles
    onnx: bool = True,  # try whether bodies can be written as ONNX graphs, where onnx is installed
    minutes: PositiveNumberOrNone = None,  # be done by then; what is left goes on when the command is given again
    precision: PrecisionName = "auto",  # auto, fp32, bf16 or fp16
    seed: Seed = 0,  # of the first draw; the next ones have the next numbers
    out: str = "runs/league",  # folder for table and figure; bodies that are finished in it are kept
):
    """Judge bodies on the same unseen painters, and recommend one."""
    logbook = Logbook(out, locals(), design, alone="a league")

    from styleclf.benchmark import LeagueRules, hold_contest, listed_entries, write_league
    from styleclf.data import read_paintings

    entries = listed_entries(archs, {"rapid": rapid, "quality": quality})
    rules = LeagueRules(draws, seed, features, fit, precision, size=size, n_most=most, onnx=onnx, n_together=together)
    contest = hold_contest(entries, read_paintings(design, images), out, rules=rules, minutes=minutes)
    logbook.close("league.csv", "figures", text=write_league(contest, out))


if __name__ == "__main__":
    run(main)
