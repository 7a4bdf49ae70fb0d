"""Put a tuned random forest in the neural head's place, and tell which of them is better on painters never seen.

python recipes/forest.py --cv runs/cross_validate --out runs/forest
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.common import Count, CountOrNone, Remembered, Seed
from styleclf.settings import Logbook, run, saved_flags
from styleclf.training import fitted_learner


def main(
    cv: str = "runs/cross_validate",  # folder of recipes/cross_validate.py: design, settings, predictions, folds
    images: Remembered = "data/sample",  # folder of style folders, if it is not where it was then
    trials: Count = 40,  # forests tried on embeddings, and again on frozen features; a restart does those that are left
    calibrate: str = "sigmoid",  # or isotonic, temperature, none: forests, by out-of-fold predictions
    validate: bool = False,  # judge on the validation set too: do so once, at the very end
    seed: Seed = 0,  # of trials and forests
    jobs: CountOrNone = None,  # trees grown at a time; default: one a processor core
    out: str = "runs/forest",  # folder for tables, figures, study.db and forest.pkl
):
    """Tune forests on embeddings and on frozen features, set them beside neural heads, export one."""
    logbook = Logbook(out, locals(), f"{cv}/design.csv", alone="forests")
    flags = saved_flags(cv, fitted_learner)

    from styleclf.data import read_paintings
    from styleclf.forest import ForestOptions, write_forests

    options = ForestOptions(trials, calibrate, seed, jobs=jobs)
    paintings = read_paintings(f"{cv}/design.csv", images)
    text = write_forests(paintings, cv, options, flags=flags, out=out, validate=validate)
    logbook.close("forest.pkl", "two_by_two.csv", "figures", text=text)


if __name__ == "__main__":
    run(main)
