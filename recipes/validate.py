"""Open the hard validation set, at the very end, for the configuration that a cross-validation has judged.

python recipes/validate.py --cv runs/cross_validate
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.common import Remembered
from styleclf.settings import Logbook, run, saved_flags
from styleclf.training import fitted_learner


def main(
    cv: str = "runs/cross_validate",  # folder of recipes/cross_validate.py: design, settings, predictions, folds
    images: Remembered = "data/sample",  # folder of style folders, if it is not where it was then
    ensemble: bool = False,  # average the models of its folds instead of training one on all folds
    calibrate: bool = False,  # temperature and sets of styles by its out-of-fold predictions go into model.pkl
    closed: bool = False,  # leave the validation set closed: only train on all folds, calibrate and export
    out: str | None = None,  # folder for tables, figures and model.pkl; default: validation/ in that folder
):
    """Train on all folds, open the validation set, and set train, test and val beside chance."""
    if closed and ensemble:
        raise ValueError("--closed exports one model of all folds: leave out --ensemble")
    logbook = Logbook(out or f"{cv}/validation", locals(), f"{cv}/design.csv", alone="a validation")
    flags = saved_flags(cv, fitted_learner)
    logbook.settings |= flags

    from styleclf.data import read_paintings
    from styleclf.runs import check_validation, loaded_folds, write_final_model, write_validation

    paintings = read_paintings(f"{cv}/design.csv", images, several_labels=True)
    check_validation(paintings, cv, closed=closed)
    if ensemble:
        learners = loaded_folds(paintings.rows, cv)
    else:
        learners = [fitted_learner(paintings.rows, paintings.folder, "val", **flags)]
    if closed:
        text = write_final_model(learners, cv, out=logbook.out, calibrate=calibrate)
        logbook.close("model.pkl", text=text)
        return
    text = write_validation(learners, paintings, cv, out=logbook.out, calibrate=calibrate, export=not ensemble)
    logbook.close("metrics.csv", "predictions.csv", "figures", text=text)


if __name__ == "__main__":
    run(main)
