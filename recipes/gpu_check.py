"""Check a GPU within minutes: does it compute what a processor does, how fast, and what happens where its memory ends?

python recipes/gpu_check.py --out runs/gpu_check
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.common import CountOrNone, Names, PixelsOrNone, PositiveNumber, Seed
from styleclf.settings import Logbook, run


def main(
    device: str = "auto",  # cuda, mps or cpu; auto: a GPU if there is one, else the processor, with tiny networks
    archs: Names = Names("auto"),  # architectures of timm, by commas; auto: four usual ones, on a processor tiny ones
    size: PixelsOrNone = None,  # pixels a side; default: 224, on a processor 64
    n_images: CountOrNone = None,  # noise pictures in an epoch; default: what takes seconds
    bs: CountOrNone = None,  # images in a batch; default: what suits the device
    minutes: PositiveNumber = 7,  # after which no further check is begun
    seed: Seed = 0,  # of weights and pictures
    out: str = "runs/gpu_check",  # folder for table and settings
):
    """Measure precision, rates, memory, gradients and occlusion on noise and on the practice set; write one table."""
    logbook = Logbook(out, locals(), alone="a check of the GPU")

    from pathlib import Path

    from styleclf.benchmark import check_device, device_check_text, device_plan
    from styleclf.common import write_table, write_text

    plan = device_plan(device, archs, size=size, n_images=n_images, bs=bs, minutes=minutes, seed=seed)
    table = check_device(plan)
    text = device_check_text(table, plan)
    write_table(table, Path(out) / "gpu_check.csv")
    write_text(text, Path(out) / "gpu_check.md")
    logbook.close("gpu_check.csv", "gpu_check.md", text=text, device=plan.device)
    n_failed = int((table["verdict"] == "failed").sum())
    if n_failed:
        raise ValueError(f"{n_failed} checks failed: {Path(out) / 'gpu_check.md'} says which, and why")


if __name__ == "__main__":
    run(main)
