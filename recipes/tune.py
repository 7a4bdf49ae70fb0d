"""Tune a training: look for the configuration that recognises most styles of unseen authors, over all folds.

python recipes/tune.py --images data/sample --design runs/design/design.csv --trials 30 --out runs/tune
"""

from fastcore.meta import delegates

from styleclf.flags import names
from styleclf.settings import run, save_settings
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: str = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    trials: int = 30,  # of the whole study; a restart does those that are left
    archs: str = "",  # architectures to try beside --arch, such as resnet34,convnext_tiny
    epochs_max: int | None = None,  # most epochs of a trial; default: those of --epochs
    search: str = "",  # search only these, such as lr_max,wd; default: all that can be
    storage: str | None = None,  # database to share, such as postgresql+psycopg://me@host/db; default: a file in --out
    study: str = "tune",  # its name in the database
    nested: bool = False,  # judge tuning itself too: a study without each fold, so many times the work
    track: str = "none",  # or mlflow: log the study and every training of it there, too
    out: str = "runs/tune",  # folder for trials.csv, best.ini, figures and study.db
    **kwargs,
):
    """Tune a training over the folds of a design; the validation set stays closed."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.data import read_design
    from styleclf.plots import save_figure, tuning_figures
    from styleclf.runs import Tracker
    from styleclf.tuning import (
        KEPT,
        TuningTask,
        create_search_space,
        importances,
        nested_score,
        nested_text,
        run_study,
        summary,
        trials_table,
    )

    start, out, tracker = time.monotonic(), Path(out), Tracker(track)
    space = create_search_space(kwargs, names(archs), epochs_max, names(search))
    task = TuningTask(read_design(design), images, kwargs, space, places={"images": images, "design": design})
    found = run_study(task, trials, out, storage, study, kwargs["seed"], keep=tracker.on)
    for name, figure in tuning_figures(trials_table(found, task), importances(found)).items():
        save_figure(figure, out / f"figures/{name}.png")
    settings.pop("storage")  # it may hold a password
    save_settings(out, settings, design, seconds=round(time.monotonic() - start, 1))
    tracker.log(out, sorted((out / KEPT).glob("*")))
    print(f"\n{summary(found, task, out)}\n\n{out / 'trials.csv'}  {out / 'best.ini'}  {out / 'figures'}")
    if nested:
        print(f"\n{nested_text(found, nested_score(found, task, trials))}")


if __name__ == "__main__":
    run(main)
