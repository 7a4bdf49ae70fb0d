"""Occlude every image of a design, and show the patches that each style lives on: what it looks like to the model.

python recipes/maps.py --model runs/train/model.pkl --images data/sample --design runs/design/design.csv --out runs/maps
"""

from styleclf.settings import file_digest, run, save_settings


def main(
    model: str = "runs/train/model.pkl",  # written by recipes/train.py; open only files you trust
    images: str = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py; its validation set stays closed
    fold: str | None = None,  # only the images of this fold, such as the one that the model has not seen; default: all
    window: int | None = None,  # pixels a side of what is covered, and of a patch; default: a quarter of the image
    stride: int | None = None,  # pixels from window to window; default: half a window
    baseline: str = "zeros",  # what covers a part: zeros (the mean colour of all), mean (of the image), or blur
    precision: str | None = None,  # fp32, bf16 or fp16; default: that of the model
    n: int = 8,  # patches shown of each style, from as many painters
    out: str = "runs/maps",  # folder for maps, patches.csv and figure; what is there already is not made again
):
    """Write occlusion maps of all images but the validation set, and a sheet of each style's patches."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.data import read_without_validation
    from styleclf.explain import best_patches, occlude_all, patch_windows, read_losses, write_patches
    from styleclf.inference import picture_of
    from styleclf.output import spoken_seconds
    from styleclf.training import load_style_learner

    start, out, learn = time.monotonic(), Path(out), load_style_learner(model)
    rows, picture = read_without_validation(design, fold), picture_of(learn)
    how = dict(window=window, stride=stride, baseline=baseline, precision=precision)
    files = occlude_all(learn, rows, images, out / "maps", file_digest(model), **how)
    windows = patch_windows(picture.size, window, stride)
    patches = best_patches(*read_losses(files), rows, learn.dls.vocab, windows, n)
    write_patches(patches, images, out, picture.fit)
    seconds = round(time.monotonic() - start, 1)
    save_settings(out, settings, design, seconds=seconds)
    print(f"{len(rows)} images, {spoken_seconds(seconds)}: {out / 'maps'}  {out / 'figures/patches.png'}")


if __name__ == "__main__":
    run(main)
