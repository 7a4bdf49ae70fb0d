"""Tune a training: look for the configuration that recognises most styles of unseen authors, over all folds.

python recipes/tune.py --images data/sample --design runs/design/design.csv --trials 30 --out runs/tune
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from fastcore.meta import delegates

from styleclf.common import Count, CountFromZeroOrNone, Names, Remembered
from styleclf.settings import Logbook, run
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: Remembered = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    trials: Count = 30,  # of the whole study; a restart does those that are left
    archs: Names = Names(),  # architectures to try beside --arch, such as resnet34,convnext_tiny
    epochs_max: CountFromZeroOrNone = None,  # most epochs of a trial; default: those of --epochs
    search: Names = Names(),  # search only these, such as lr_max,wd; default: all that can be
    storage: str | None = None,  # database to share, such as postgresql+psycopg://me@host/db; default: a file in --out
    study: str = "tune",  # its name in the database
    nested: bool = False,  # judge tuning itself too: a study without each fold, so many times the work
    track: str = "none",  # or mlflow: log the study and every training of it there, too
    out: str = "runs/tune",  # folder for trials.csv, best.ini, figures and study.db
    **kwargs,
):
    """Tune a training over the folds of a design; the validation set stays closed."""
    logbook = Logbook(out, locals(), design)

    from styleclf.data import read_paintings
    from styleclf.runs import Tracker
    from styleclf.tuning import TuningTask, create_search_space, nested_text, run_study, study_summary

    tracker = Tracker(track)
    space = create_search_space(kwargs, archs=archs, epochs_max=epochs_max, searched=search)
    paintings = read_paintings(design, images)
    task = TuningTask(paintings, kwargs, space, places={"images": images, "design": design})
    result = run_study(
        task,
        trials,
        out,
        storage=storage,
        name=study,
        seed=kwargs["seed"],
        keep=tracker.on,
        nested=nested,
    )
    logbook.settings.pop("storage")  # it may hold a password
    logbook.close("trials.csv", "best.ini", "figures", text=study_summary(result, task, logbook.out))
    tracker.log(out, sorted(logbook.out.glob("trials/*")))
    if nested:
        print(f"\n{nested_text(result, task, trials)}")


if __name__ == "__main__":
    run(main)
