"""Measure styleclf beside plain fastai and the program it grew out of, the ancestor: how soon, how good, at what cost.

python recipes/benchmark.py --images data/sample --arch resnet18 --out runs/benchmark
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.benchmark import ContenderNames, MeasurementNames
from styleclf.common import Count, CountFromZero, Decimals, Names, Numbers, PixelsOrNone, Seed, ShareOrNone, among
from styleclf.settings import Logbook, run


def main(
    images: str = "data/sample",  # folder of style folders; data/sample is painted where it is missing
    fold: str = "0",  # test fold; the others are trained on
    arch: str = "resnet18",  # any architecture of timm
    weights: str = "imagenet",  # imagenet, none, or a file of weights for the body
    weights_imagenet: str | None = None,  # for the ancestor, a file of weights with the 1000-way layer
    stats_imagenet: Decimals | None = None,  # mean and deviation it expects, such as 0.5,0.5; else the architecture's
    contenders: ContenderNames = Names("all"),  # all, none, or some of fastai,ancestor,probe,finetune
    fastai_epochs: CountFromZero = 3,  # of plain fastai, after one with a frozen body
    ancestor_epochs: CountFromZero = 12,  # of the ancestor's recipe
    epochs: CountFromZero = 6,  # of styleclf's fine-tuning
    target: ShareOrNone = None,  # top-2 to be reached; default: what plain fastai ends with
    further: MeasurementNames = Names("all"),  # all, none, or training,decoding,prediction,occlusion,imports,scaling
    originals: str | None = None,  # folder of large images to decode; default: the images themselves
    rate_images: Count = 512,  # images in an epoch of the training loops that are timed; a GPU needs more
    scaling: Numbers = Numbers("1,4,16"),  # how many times the images are repeated
    scaling_images: Count = 128,  # images that are repeated
    repeats: Count = 3,  # rounds of each measurement, of which the median counts
    size: PixelsOrNone = None,  # pixels a side; default: what suits the body
    bs: Count = 32,  # images in a batch
    precision: str = "auto",  # of styleclf: auto, fp32, bf16 or fp16
    devices: Names = Names("auto"),  # auto: cuda or mps if there is one, else cpu; or several: cpu,cuda
    seed: Seed = 0,  # of design, weights, batches and random changes
    out: str = "runs/benchmark",  # folder for tables and figure
):
    """Train by turns in every way, measure what can be measured apart, write tables and a figure."""
    logbook = Logbook(out, locals(), f"{out}/design.csv", alone="a benchmark")

    from styleclf.benchmark import (
        BenchmarkTask,
        benchmark_tasks,
        find_images,
        measurement_plan,
        write_benchmark_report,
        write_contest,
        write_measurements,
    )

    options = among(logbook.settings, BenchmarkTask)
    tasks = benchmark_tasks(find_images(images), devices, **options)
    plan = measurement_plan(
        tasks[0],
        further,
        originals,
        rate_images=rate_images,
        factors=scaling,
        scaling_images=scaling_images,
        repeats=repeats,
    )
    contest = write_contest(tasks, contenders, out, target=target)
    measurements = write_measurements(tasks, plan, out)
    report = write_benchmark_report(tasks[0], contest, measurements, plan=plan, folder=out)
    files = ("benchmark.md", "benchmark.csv", "further.csv", "figures")
    logbook.close(*files, text=report, devices=[task.device for task in tasks])


if __name__ == "__main__":
    run(main)
