"""Is a larger image worth its time to a probe? Bodies at several sizes, alone and side by side, on the same folds.

python -m tests.benchmark.league.compare_sizes --images FOLDER --design design.csv --draws 6 --seed 301 \
    tf_efficientnet_lite0@224=FILE tf_efficientnet_lite0@320=FILE \
    tf_efficientnet_lite0@224=FILE+tf_efficientnet_lite0@320=FILE

prints class-weighted top-1 and top-2 on painters never seen, judged as a league judges, and what each entry gains on
the first one, in points with 95 % intervals from resampling authors. The validation set is left out.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.benchmark.league.judging import KS, judge_coordinates
from styleclf.benchmark.league.kernels import FeatureKernel, joined_kernel, kernel_of
from styleclf.benchmark.league.rules import LeagueRules, LeagueTask, league_task
from styleclf.data import author_groups, read_paintings
from styleclf.evaluation import AuthorBootstrap, mean_over_styles
from styleclf.inference import Backbone


class SizedBody(NamedTuple):
    """A body and the pixels a side of the images that it looks at."""

    arch: str
    size: int
    weights: str

    def __str__(self) -> str:
        return f"{self.arch}@{self.size}"


def sized_body(text: str) -> SizedBody:
    """The body that a text such as 'resnet18@256=FILE' names.

    >>> str(sized_body("resnet18@256=my/weights.safetensors"))
    'resnet18@256'
    """
    name, _, weights = text.partition("=")
    arch, _, size = name.partition("@")
    return SizedBody(arch, int(size), weights or "imagenet")


def sized_kernel(task: LeagueTask, sized: SizedBody) -> FeatureKernel:
    """The products of all paintings as the body sees them at its size."""
    backbone = Backbone(sized.arch, sized.weights, size=sized.size)
    features = backbone.cached_features(task.paintings.paths(), progress=False)
    widths = backbone.body().widths()  # type: ignore[operator]
    return kernel_of(features, widths)


def compared(task: LeagueTask, entries: Sequence[str], kernels: dict[str, FeatureKernel]) -> pd.DataFrame:
    """One row per entry: `entry, top_1, top_2`, and points above the first entry with the ends of their intervals."""
    groups = author_groups(task.paintings.rows)
    bootstrap = AuthorBootstrap(groups, task.targs)
    n_styles = task.targs.max() + 1
    rows = []
    first_scores: dict[int, np.ndarray] = {}
    for entry in entries:
        kernel = joined_kernel([kernels[text] for text in entry.split("+")])
        judgement = judge_coordinates(kernel.coordinates(), task.targs, task.draws, groups=groups, progress=False)
        row: dict[str, object] = {"entry": " + ".join(str(sized_body(text)) for text in entry.split("+"))}
        for k in KS:
            scores = mean_over_styles(judgement.hits[k], task.targs, n_styles, counts=bootstrap.counts_with_value)
            first_scores.setdefault(k, scores)
            gain = bootstrap.estimate(100 * (scores - first_scores[k]))
            row |= {f"top_{k}": scores[0], f"gain_{k}": gain.value, f"gain_{k}_lo": gain.lo, f"gain_{k}_hi": gain.hi}
        rows.append(row)
        print(pd.DataFrame([row]).round(4).to_string(index=False, header=len(rows) == 1), flush=True)
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="+")
    parser.add_argument("--images", required=True)
    parser.add_argument("--design", required=True)
    parser.add_argument("--draws", type=int, default=6)
    parser.add_argument("--seed", type=int, default=301)
    parser.add_argument("--out", type=Path, default=Path("runs/compare-sizes"))
    arguments = parser.parse_args()
    paintings = read_paintings(arguments.design, arguments.images)
    task = league_task(paintings, arguments.out, LeagueRules(arguments.draws, arguments.seed))
    kernels = {}
    for text in dict.fromkeys("+".join(arguments.entries).split("+")):
        start = time.process_time()
        sized = sized_body(text)
        kernels[text] = sized_kernel(task, sized)
        print(f"{sized}: {time.process_time() - start:.0f} s of processor time", flush=True)
    table = compared(task, arguments.entries, kernels)
    arguments.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(arguments.out / "sizes.csv", index=False)


if __name__ == "__main__":
    main()
