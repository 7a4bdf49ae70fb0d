"""Explain what an exported learner sees: maps of what in an image supports its style, over images that it knows least.

python recipes/explain.py --model runs/train/model.pkl --images data/sample --design runs/design/design.csv --pick wrong
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import (
    Count,
    CountFromZero,
    CountOrNone,
    Names,
    PrecisionNameOrNone,
    Remembered,
    Seed,
    UsedWith,
    UsedWithout,
)
from styleclf.settings import Logbook, run

Picking = Annotated[str, UsedWithout("files")]
Sliding = Annotated[CountOrNone, UsedWith("method", ("sliding_occlusion", "all"))]


def main(
    *files: str,  # images to explain; none: those that --pick finds in a fold of the design
    model: str = "runs/train/model.pkl",  # written by recipes/train.py; open only files you trust
    images: Remembered = "data/sample",  # folder of style folders
    design: Remembered = "runs/design/design.csv",  # made by recipes/design.py
    fold: Remembered = "0",  # of the design, the one that the model has not seen
    pick: Picking = "top-2",  # right only at the second guess; or top-1, wrong, or confident: right and surest
    n: Annotated[Count, UsedWithout("files")] = 8,  # images picked
    method: Names = Names("occlusion"),  # or sliding_occlusion, integrated_gradients, …, or several by commas, or all
    target: str | None = None,  # pred, true or a style; default: true in a design, else pred
    baseline: str = "zeros",  # what covers a part: zeros (the mean colour of all), mean (of the image), or blur
    squares: Annotated[Count, UsedWith("method", ("occlusion", "all"))] = 4,  # of occlusion: so many a side
    window: Sliding = None,  # of sliding occlusion: pixels a side; default: a seventh of the image
    stride: Sliding = None,  # of sliding occlusion: pixels from window to window; default: half a window
    precision: PrecisionNameOrNone = None,  # of occlusion: fp32, bf16 or fp16; default: that of the model
    evidence: CountFromZero = 0,  # so many nearest training paintings by others beside each, mapped by the first method
    faithfulness: CountFromZero = 0,  # judge the methods, too, by so many images of the fold; 64 tell more than chance
    seed: Seed = 0,  # of what is picked, and of noise
    out: str = "runs/explain",  # folder for explained.csv, maps, overlays and figures
):
    """Explain images by one method or all: figures, maps as .npz, and pictures under their maps."""
    logbook = Logbook(out, locals(), design if evidence or not files else None, alone="explanations")

    from styleclf.bundle import open_learner
    from styleclf.data import read_paintings
    from styleclf.explain import FoldQuestions, MapOptions, explain_images, methods_of

    methods = methods_of(method)
    options = MapOptions(baseline, squares, window, stride, precision=precision, seed=seed)
    learn = open_learner(model)
    questions = None
    if faithfulness or evidence or not files:
        paintings = read_paintings(design, images)
        questions = FoldQuestions(paintings, fold, evidence, faithfulness, pick=pick, n_picked=n)
    text = explain_images(learn, methods, files, out=out, target=target, options=options, questions=questions)
    logbook.close("explained.csv", "overlays", "figures", text=text)


if __name__ == "__main__":
    run(main)
