"""Occlude every image of a design, and show the patches that each style lives on: what it looks like to the model.

python recipes/maps.py --model runs/train/model.pkl --images data/sample --design runs/design/design.csv --out runs/maps
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.common import Count, CountOrNone, PrecisionNameOrNone, Remembered
from styleclf.settings import Logbook, file_digest, run


def main(
    model: str = "runs/train/model.pkl",  # written by recipes/train.py; open only files you trust
    images: Remembered = "data/sample",  # folder of style folders
    design: Remembered = "runs/design/design.csv",  # made by recipes/design.py; its validation set stays closed
    fold: str | None = None,  # only the images of this fold, such as the one that the model has not seen; default: all
    window: CountOrNone = None,  # pixels a side of what is covered, and of a patch; default: a quarter of the image
    stride: CountOrNone = None,  # pixels from window to window; default: half a window
    baseline: str = "zeros",  # what covers a part: zeros (the mean colour of all), mean (of the image), or blur
    precision: PrecisionNameOrNone = None,  # fp32, bf16 or fp16; default: that of the model
    n: Count = 8,  # patches shown of each style, from as many painters
    out: str = "runs/maps",  # folder for maps, patches.csv and figure; what is there already is not made again
):
    """Write occlusion maps of all images but the validation set, and a sheet of each style's patches."""
    logbook = Logbook(out, locals(), design)

    from styleclf.bundle import open_learner
    from styleclf.data import Paintings, read_without_validation
    from styleclf.explain import MapOptions, occlude_all, write_best_patches

    learn = open_learner(model)
    paintings = Paintings(read_without_validation(design, fold), images)
    options = MapOptions(baseline, window=window, stride=stride, precision=precision)
    files = occlude_all(learn, paintings, logbook.out / "maps", model=file_digest(model), options=options)
    write_best_patches(learn, paintings, files, options=options, n=n, out=out)
    logbook.close("maps", "figures/patches.png", text=f"{len(paintings)} images")


if __name__ == "__main__":
    run(main)
