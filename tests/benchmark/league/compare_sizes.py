"""Is a larger image worth its time to a probe? Bodies at several sizes, alone and side by side, on the same folds.

python -m tests.benchmark.league.compare_sizes --images FOLDER --design design.csv --draws 6 --seed 301 \
    tf_efficientnet_lite0@224=FILE tf_efficientnet_lite0@320=FILE \
    tf_efficientnet_lite0@224=FILE+tf_efficientnet_lite0@320=FILE

prints class-weighted top-1 and top-2 on painters never seen, judged as a league judges, and what each entry gains on
the first one, in points with 95 % intervals from resampling authors. The validation set is left out.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from styleclf.benchmark.league.judging import judge_coordinates
from styleclf.benchmark.league.kernels import FeatureKernel, joined_kernel, kernel_of
from styleclf.benchmark.league.rules import LeagueTask
from styleclf.common import write_table
from styleclf.data import author_groups
from styleclf.inference import Backbone
from styleclf.models import BESIDE
from tests.benchmark.league.comparison import Gains, add_task_flags, task_of


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


def sized_bodies(entry: str) -> list[SizedBody]:
    """The bodies of an entry, which stand side by side in it."""
    return [sized_body(text) for text in entry.split(BESIDE)]


def compared(
    task: LeagueTask,
    entries: Sequence[Sequence[SizedBody]],
    kernels: Mapping[SizedBody, FeatureKernel],
) -> pd.DataFrame:
    """The table of `Gains` of the entries, whose column of names is `entry`."""
    groups = author_groups(task.paintings.rows)
    gains = Gains(task, "entry")
    for bodies in entries:
        kernel = joined_kernel([kernels[body] for body in bodies])
        coordinates = kernel.coordinates()
        judgement = judge_coordinates(coordinates, task.targs, task.draws, groups=groups, progress=False)
        name = " + ".join(map(str, bodies))
        gains.add(name, judgement.hits)
    return gains.table()


def computed_kernels(task: LeagueTask, entries: Sequence[Sequence[SizedBody]]) -> dict[SizedBody, FeatureKernel]:
    """The products of all paintings as each body sees them at its size; prints what they took."""
    kernels: dict[SizedBody, FeatureKernel] = {}
    for bodies in entries:
        for body in bodies:
            if body not in kernels:
                start = time.process_time()
                kernels[body] = kernel_of_body(task, body)
                seconds = time.process_time() - start
                print(f"{body}: {seconds:.0f} s of processor time", flush=True)
    return kernels


def kernel_of_body(task: LeagueTask, body: SizedBody) -> FeatureKernel:
    """The products of all paintings as a body sees them at its size."""
    backbone = Backbone(body.arch, body.weights, size=body.size)
    features = backbone.cached_features(task.paintings.paths(), progress=False)
    widths = backbone.body().widths()  # type: ignore[operator]
    return kernel_of(features, widths)


def main() -> None:
    """Compare the entries of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="+", type=sized_bodies)
    add_task_flags(parser, seed=301, out="runs/compare-sizes")
    arguments = parser.parse_args()
    task = task_of(arguments)
    kernels = computed_kernels(task, arguments.entries)
    table = compared(task, arguments.entries, kernels)
    write_table(table, arguments.out / "sizes.csv")


if __name__ == "__main__":
    main()
