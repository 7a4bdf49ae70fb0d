"""Train a style classifier on all folds but one, judge it on that one, draw and export it.

python recipes/train.py --images data/sample --design runs/design/design.csv --fold 0 --arch resnet18 --out runs/train
"""

from styleclf.settings import numbers, run, save_settings


def main(
    images: str = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # test fold; the others are trained on
    arch: str = "resnet18",  # any architecture of timm
    weights: str = "imagenet",  # imagenet, none, or a file of weights for the body
    features: str = "style",  # style: pooled and statistics of the stages; pooled; imagenet keeps the 1000-way layer
    embedding_size: int = 16,  # numbers in an embedding
    epochs: int = 6,  # of fine-tuning; 0 stops after the probe of pretrained features
    minutes: float | None = None,  # choose epochs and sizes so that all is done by then
    lr_max: float | None = None,  # peak learning rate; default: 3e-4 from pretrained weights, 3e-3 from scratch
    schedule: str = "one_cycle",  # or exponential: decay from lr_max to a final rate
    n_frozen: int = 1,  # parameter groups of a pretrained body kept as they are: 1 the early half, 0 none
    train_sizes: str | None = None,  # pixels a side that training goes through, such as 160,192; default: what suits
    mirrored: bool = False,  # let the probe see mirror images as well: twice its time
    probe_share: float = 0.5,  # of the probe in the average with the fine-tuned weights
    loss: str = "cross_entropy",  # or focal
    label_smoothing: float = 0.1,  # share of each target spread over all styles
    wd: float = 0.01,  # weight decay
    size: int = 224,  # pixels a side
    fit: str = "squash",  # squash, crop or pad images to a square
    bs: int = 32,  # images in a batch
    cache: bool = True,  # keep decoded images in data/.cache, or where STYLECLF_CACHE says
    precision: str = "auto",  # auto, fp32, bf16 or fp16
    validate: bool = False,  # judge on the validation set too: do so once, at the very end
    seed: int = 0,  # of weights, batches and random changes
    out: str = "runs/train",  # folder for tables, figures and model.pkl
):
    """Train a style classifier, judge it on unseen authors, draw and export it."""
    settings, steps = dict(locals()), numbers(train_sizes, "--train-sizes", int)

    import time
    from pathlib import Path

    start = time.monotonic()  # the imports that follow take their time, too
    from fastai.torch_core import set_seed

    from styleclf.data import get_dls
    from styleclf.learner import export_learner, style_learner
    from styleclf.metrics import metrics_text
    from styleclf.output import spoken_seconds, write_table
    from styleclf.plots import run_figures, save_figure
    from styleclf.precision import resolved
    from styleclf.splits import read_design
    from styleclf.training import train
    from styleclf.validate import judge

    out, table = Path(out), read_design(design)
    set_seed(seed)
    dls = get_dls(table, images, fold, arch, size, fit, bs, cache=cache)
    learn = style_learner(dls, arch, weights, embedding_size, features, loss, True, label_smoothing, wd, precision)
    used = resolved(precision, dls.device)
    print(f"{arch} on {dls.device} in {used}: {len(dls.train_ds)} images to train on, {len(dls.valid_ds)} to test on")
    left = minutes and 60 * minutes - (time.monotonic() - start)
    history = train(learn, epochs, lr_max, schedule, 1e-6, n_frozen, steps or None, probe_share, mirrored, left)
    seconds = round(time.monotonic() - start, 1)
    metrics, predictions = judge(learn, table, images, fold, validate)

    for name, each in {"history": history, "metrics": metrics, "predictions": predictions}.items():
        write_table(each, out / f"{name}.csv")
    export_learner(learn, out / "model.pkl")
    shown = predictions[predictions["fold"] == fold]  # the figures do not mix the validation set into the test fold
    for name, figure in run_figures(history, metrics, shown, images, seed).items():
        save_figure(figure, out / f"figures/{name}.png")
    save_settings(out, settings, design, seconds=seconds, device=str(dls.device), precision_used=used)
    print(f"\ntrained in {spoken_seconds(seconds)}; 95 % intervals in brackets\n{metrics_text(metrics)}")
    print(f"\n{out / 'metrics.csv'}  {out / 'figures'}  {out / 'model.pkl'}")


if __name__ == "__main__":
    run(main)
