"""Train a style classifier on all folds but one, judge it on that one, draw and export it.

python recipes/train.py --images data/sample --design runs/design/design.csv --fold 0 --arch resnet18 --out runs/train
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from fastcore.meta import delegates

from styleclf.flags import Names, Remembered
from styleclf.settings import Logbook, run
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: Remembered = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # test fold; the others are trained on
    league: str | None = None,  # folder of a league, whose winner is trained: its arch, weights, features and size
    one_vs_rest: str | None = None,  # tell only this style from all others
    validate: bool = False,  # judge on the validation set too: do so once, at the very end
    keep_epochs: str = "0,1,best,last",  # whose embeddings go to evolution.npz: numbers, best on test, last; or none
    track: str = "none",  # or mlflow: log the run there, too
    out: str = "runs/train",  # folder for tables, figures and model.pkl
    **kwargs,
):
    """Train a style classifier, judge it on unseen authors, draw and export it."""
    logbook = Logbook(out, locals(), design, alone="a training")

    from pathlib import Path

    from styleclf.data import VAL, judged_on, read_paintings
    from styleclf.league import league_settings
    from styleclf.runs import Tracker, openings_file
    from styleclf.training import KeptEmbeddings, settled_body

    tracker = Tracker(track)
    kept = KeptEmbeddings(Names(keep_epochs))
    paintings = read_paintings(design, images, one_vs_rest=one_vs_rest)
    folder_of_design = Path(design).parent
    if validate or fold == VAL:
        openings_file(folder_of_design, paintings.rows)  # can they be counted there?
    kwargs |= league_settings(league) if league else {}
    body = settled_body(kwargs)
    learn = fitted_learner(paintings.rows, images, fold, kept.watching, **kwargs)
    seconds = logbook.seconds

    # not before: what is imported to judge and draw is not on the clock of --minutes
    from styleclf.evaluation import metrics_text, read_run
    from styleclf.models import resolve_precision
    from styleclf.runs import write_precision_recall, write_run

    metrics = write_run(
        learn, paintings, fold, folder=out, validate=validate, record=folder_of_design, seed=kwargs["seed"], kept=kept
    )
    if one_vs_rest:
        write_precision_recall({f"{one_vs_rest} against the rest": read_run(out)}, one_vs_rest, out)
    device = learn.dls.device
    precision = resolve_precision(kwargs["precision"], device)
    facts = dict(seconds=seconds, device=str(device), precision_used=precision, body=body)
    text = f"{judged_on(paintings.rows)}; 95 % intervals in brackets\n{metrics_text(metrics)}"
    logbook.close("metrics.csv", "figures", "model.pkl", text=text, **facts)
    tracker.log(out)


if __name__ == "__main__":
    run(main)
