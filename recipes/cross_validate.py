"""Train the same configuration without each fold in turn, and judge it on painters it has never seen, all of them.

python recipes/cross_validate.py --images data/sample --design runs/design/design.csv --out runs/cross_validate
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from fastcore.meta import delegates

from styleclf.common import Count, Remembered, UsedWithout
from styleclf.settings import Logbook, run
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: Remembered = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    jobs: Count = 1,  # folds trained at a time
    dask: str | None = None,  # address of a Dask cluster that trains them, such as tcp://host:8786, or local
    one_vs_rest: str | None = None,  # tell only this style from all others
    beside: str | None = None,  # with it, folder of a cross-validation of all styles to set it beside
    target: str = "style",  # or year: when works were made, as ordered decades
    hierarchy: Annotated[str | None, UsedWithout("one_vs_rest")] = None,  # table style,parent: judged at each level
    track: str = "none",  # or mlflow: log run and folds there, too
    out: str = "runs/cross_validate",  # folder for tables, figures and folds; finished folds in it are kept
    **kwargs,
):
    """Cross-validate: every fold judged by a model that never saw its authors."""
    logbook = Logbook(out, locals(), design, alone="a cross-validation")

    from styleclf.data import read_paintings
    from styleclf.runs import CrossValidationQuestions, Tracker, judged_cross_validation
    from styleclf.training import settled_body

    tracker = Tracker(track)
    questions = CrossValidationQuestions(target, one_vs_rest, beside, hierarchy=hierarchy)
    paintings = read_paintings(design, images, one_vs_rest=one_vs_rest, several_labels=True)
    body = settled_body(kwargs)  # the same for every fold
    result = judged_cross_validation(paintings, kwargs, questions, out=out, jobs=jobs, dask=dask)
    logbook.close(*result.files, text=result.text, seconds=result.seconds, body=body)
    tracker.log(out, sorted(logbook.out.glob("fold-*")))


if __name__ == "__main__":
    run(main)
