"""Measure styleclf beside plain fastai and the ancestor's recipe: how soon, how fast, how good, and at what cost.

python recipes/benchmark.py --images data/sample --arch resnet18 --out runs/benchmark
"""

from styleclf.flags import numbers
from styleclf.settings import run, save_settings


def main(
    images: str = "auto",  # folder of style folders; auto: ../shared/wikiart11 if it is there, else the practice set
    fold: str = "0",  # test fold; the others are trained on
    arch: str = "resnet18",  # any architecture of timm
    weights: str = "imagenet",  # imagenet, none, or a file of weights for the body
    weights_imagenet: str | None = None,  # for the ancestor, a file of weights with the 1000-way layer
    stats_imagenet: str | None = None,  # mean and deviation that file expects, such as 0.5,0.5; else the architecture's
    contenders: str = "all",  # all, none, or some of fastai,ancestor,probe,finetune
    fastai_epochs: int = 3,  # of plain fastai, after one with a frozen body
    ancestor_epochs: int = 12,  # of the ancestor's recipe
    epochs: int = 6,  # of styleclf's fine-tuning
    target: float | None = None,  # top-2 to be reached; default: what plain fastai ends with
    further: str = "all",  # all, none, or some of training,decoding,prediction,occlusion,imports,scaling
    originals: str = "../shared/originals",  # folder of large images to decode; if missing, the images themselves
    rate_images: int = 512,  # images in an epoch of the training loops that are timed; a GPU needs more
    scaling: str = "1,4,16",  # how many times the images are repeated
    scaling_images: int = 128,  # images that are repeated
    repeats: int = 3,  # rounds of each measurement, of which the median counts
    size: int = 224,  # pixels a side
    bs: int = 32,  # images in a batch
    precision: str = "auto",  # of styleclf: auto, fp32, bf16 or fp16
    devices: str = "auto",  # auto: cuda or mps if there is one, else cpu; or several: cpu,cuda
    seed: int = 0,  # of design, weights, batches and random changes
    out: str = "runs/benchmark",  # folder for tables and figure
):
    """Train by turns in every way, measure what can be measured apart, write tables and a figure."""
    settings = dict(locals())

    from pathlib import Path

    from styleclf.benchmark import (
        CONTENDERS,
        PARTS,
        BenchmarkTask,
        check_task,
        files_to_decode,
        find_images,
        markdown,
        measure_parts,
        notes,
        parse_choice,
        parse_devices,
        plot_benchmark,
        run_contest,
    )
    from styleclf.data import annotate, make_design
    from styleclf.explain import check_captum
    from styleclf.output import whole_file, write_table
    from styleclf.plots import save_figure

    out, images = Path(out), find_images(images)
    parts = parse_choice(further, PARTS, "--further")
    names = parse_choice(contenders, CONTENDERS, "--contenders")
    if "occlusion" in parts:
        check_captum("--further occlusion")
    factors = numbers(scaling, "--scaling", int)
    design = make_design(annotate(images)[0], seed=seed)
    given = dict(size=size, bs=bs, precision=precision, seed=seed, weights_imagenet=weights_imagenet)
    given |= dict(fastai_epochs=fastai_epochs, ancestor_epochs=ancestor_epochs, epochs=epochs)
    given["stats_imagenet"] = numbers(stats_imagenet, "--stats-imagenet", float) or None
    tasks = [BenchmarkTask(design, images, fold, arch, weights, device=d, **given) for d in parse_devices(devices)]
    check_task(tasks[0], rate_images=rate_images, scaling_images=scaling_images, repeats=repeats)
    files, decoded = files_to_decode(originals, tasks[0])
    write_table(design, out / "design.csv")

    results, curves = run_contest(tasks, names, target)
    for name, table in {"benchmark": results, "curves": curves}.items():
        write_table(table, out / f"{name}.csv")
    measured = measure_parts(tasks, parts, files, rate_images, factors, scaling_images, repeats)
    write_table(measured, out / "further.csv")
    report = markdown(tasks[0], results, measured, notes(tasks[0], names), decoded)
    with whole_file(out / "benchmark.md") as aside:
        aside.write_text(report, encoding="utf-8")
    if len(results) or "training" in parts:
        save_figure(plot_benchmark(results, curves, measured), out / "figures/benchmark.png")
    save_settings(out, settings, out / "design.csv", devices=[task.device for task in tasks])
    print(f"\n{report}\n{out / 'benchmark.md'}  {out / 'benchmark.csv'}  {out / 'further.csv'}  {out / 'figures'}")


if __name__ == "__main__":
    run(main)
