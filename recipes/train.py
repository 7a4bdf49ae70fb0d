"""Train a style classifier on all folds but one, judge it on that one, draw and export it.

python recipes/train.py --images data/sample --design runs/design/design.csv --fold 0 --arch resnet18 --out runs/train
"""

from fastcore.meta import delegates

from styleclf.fitting import fitted_learner
from styleclf.settings import run, save_settings


@delegates(fitted_learner)
def main(
    images: str = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # test fold; the others are trained on
    validate: bool = False,  # judge on the validation set too: do so once, at the very end
    out: str = "runs/train",  # folder for tables, figures and model.pkl
    **kwargs,
):
    """Train a style classifier, judge it on unseen authors, draw and export it."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.splits import read_design

    start, out, table = time.monotonic(), Path(out), read_design(design)
    learn = fitted_learner(table, images, fold, **kwargs)
    seconds = round(time.monotonic() - start, 1)

    # not before: what is imported to judge and draw is not on the clock of --minutes
    from styleclf.learner import export_learner
    from styleclf.metrics import metrics_text
    from styleclf.output import spoken_seconds, write_table
    from styleclf.plots import run_figures, save_figure
    from styleclf.precision import resolved
    from styleclf.validate import judge

    metrics, predictions = judge(learn, table, images, fold, validate)
    history, used = learn.history.table(), resolved(kwargs["precision"], learn.dls.device)
    for name, each in {"history": history, "metrics": metrics, "predictions": predictions}.items():
        write_table(each, out / f"{name}.csv")
    export_learner(learn, out / "model.pkl")
    shown = predictions[predictions["fold"] == fold]  # the figures do not mix the validation set into the test fold
    for name, figure in run_figures(history, metrics, shown, images, kwargs["seed"]).items():
        save_figure(figure, out / f"figures/{name}.png")
    save_settings(out, settings, design, seconds=seconds, device=str(learn.dls.device), precision_used=used)
    print(f"\ntrained in {spoken_seconds(seconds)}; 95 % intervals in brackets\n{metrics_text(metrics)}")
    print(f"\n{out / 'metrics.csv'}  {out / 'figures'}  {out / 'model.pkl'}")


if __name__ == "__main__":
    run(main)
