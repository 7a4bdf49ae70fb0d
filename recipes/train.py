"""Train a style classifier on all folds but one, judge it on that one, draw and export it.

python recipes/train.py --images data/sample --design runs/design/design.csv --fold 0 --arch resnet18 --out runs/train
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from fastcore.meta import delegates

from styleclf.common import Names, Remembered
from styleclf.settings import Logbook, run
from styleclf.training import KEEP_EPOCHS, fitted_learner


@delegates(fitted_learner)
def main(
    images: Remembered = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # test fold; the others are trained on
    league: str | None = None,  # folder of a league, whose winner is trained: its arch, weights, features and size
    one_vs_rest: str | None = None,  # tell only this style from all others
    validate: bool = False,  # judge on the validation set too: do so once, at the very end
    keep_epochs: Names = Names(KEEP_EPOCHS),  # in evolution.npz: numbers, best on the test fold, last; or none
    track: str = "none",  # or mlflow: log the run there, too
    out: str = "runs/train",  # folder for tables, figures and model.pkl
    **kwargs,
):
    """Train a style classifier, judge it on unseen authors, draw and export it."""
    logbook = Logbook(out, locals(), design, alone="a training")

    from pathlib import Path

    from styleclf.benchmark import league_settings
    from styleclf.data import read_paintings
    from styleclf.runs import Tracker, judged_training
    from styleclf.training import settled_body

    tracker = Tracker(track)
    paintings = read_paintings(design, images, one_vs_rest=one_vs_rest)
    kwargs |= league_settings(league) if league else {}
    body = settled_body(kwargs)
    record = Path(design).parent  # where openings of the validation set are counted
    result = judged_training(
        paintings, fold, kwargs, out=out, record=record, validate=validate, keep_epochs=keep_epochs
    )
    logbook.close(*result.files, text=result.text, seconds=result.seconds, body=body, **result.facts)
    tracker.log(out)


if __name__ == "__main__":
    run(main)
