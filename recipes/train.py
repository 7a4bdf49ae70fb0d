"""Train a style classifier on all folds but one, judge it on that one, draw and export it.

python recipes/train.py --images data/sample --design runs/design/design.csv --fold 0 --arch resnet18 --out runs/train
"""

from fastcore.meta import delegates

from styleclf.settings import run, save_settings
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: str = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # test fold; the others are trained on
    one_vs_rest: str | None = None,  # tell only this style from all others
    validate: bool = False,  # judge on the validation set too: do so once, at the very end
    keep_epochs: str = "0,1,best,last",  # whose embeddings go to evolution.npz: numbers, best on test, last; or none
    track: str = "none",  # or mlflow: log the run there, too
    out: str = "runs/train",  # folder for tables, figures and model.pkl
    **kwargs,
):
    """Train a style classifier, judge it on unseen authors, draw and export it."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.data import against_rest, read_design
    from styleclf.runs import Tracker
    from styleclf.training import KeptEmbeddings

    start, out, table, tracker = time.monotonic(), Path(out), read_design(design), Tracker(track)
    kept = KeptEmbeddings(keep_epochs)
    if one_vs_rest:
        table = against_rest(table, one_vs_rest)
    learn = fitted_learner(table, images, fold, kept.watching, **kwargs)
    seconds = round(time.monotonic() - start, 1)

    # not before: what is imported to judge and draw is not on the clock of --minutes
    from styleclf.evaluation import metrics_text, read_run
    from styleclf.models import resolve_precision
    from styleclf.output import spoken_seconds
    from styleclf.runs import write_precision_recall, write_run

    metrics = write_run(learn, table, images, fold, out, validate, kwargs["seed"], kept)
    if one_vs_rest:
        write_precision_recall({f"{one_vs_rest} against the rest": read_run(out)}, one_vs_rest, out)
    used = resolve_precision(kwargs["precision"], learn.dls.device)
    save_settings(out, settings, design, seconds=seconds, device=str(learn.dls.device), precision_used=used)
    tracker.log(out)
    print(f"\ntrained in {spoken_seconds(seconds)}; 95 % intervals in brackets\n{metrics_text(metrics)}")
    print(f"\n{out / 'metrics.csv'}  {out / 'figures'}  {out / 'model.pkl'}")


if __name__ == "__main__":
    run(main)
