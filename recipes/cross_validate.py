"""Train the same configuration without each fold in turn, and judge it on painters it has never seen, all of them.

python recipes/cross_validate.py --images data/sample --design runs/design/design.csv --out runs/cross_validate
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from fastcore.meta import delegates

from styleclf.flags import Count, Remembered, UsedWithout
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
    logbook = Logbook(out, locals(), design)

    from styleclf.data import judged_on, read_hierarchy, read_paintings
    from styleclf.evaluation import metrics_text, read_run
    from styleclf.runs import (
        Tracker,
        cross_validate,
        cross_validate_target,
        joblib_backend,
        write_cross_validation,
        write_hierarchy,
        write_novelty,
        write_precision_recall,
    )
    from styleclf.training import settled_body

    if beside and not one_vs_rest:
        raise ValueError("--beside goes with --one-vs-rest; recipes/compare.py compares runs of all styles")
    tracker = Tracker(track)
    paintings = read_paintings(design, images, one_vs_rest=one_vs_rest, several_labels=True)
    tree = read_hierarchy(hierarchy, set(paintings.rows["label"])) if hierarchy and not one_vs_rest else None
    models = {"all styles": read_run(beside)} if beside else {}
    body = settled_body(kwargs)  # the same for every fold
    with joblib_backend(dask, jobs):
        text = cross_validate_target(target, paintings, kwargs, out=out, jobs=jobs)
        if text:
            logbook.close("figures", text=text, body=body)
            return
        metrics, predictions = cross_validate(paintings.rows, images, out, jobs=jobs, **kwargs)
    seconds = logbook.seconds
    write_cross_validation(metrics, predictions, paintings.rows, out=out)
    novelty = write_novelty(paintings, kwargs, out=out)
    text = f"{judged_on(paintings.rows)}; 95 % intervals in brackets\n{metrics_text(metrics)}\n\n{novelty}".rstrip()
    if tree:
        text += f"\n\n{write_hierarchy(predictions, tree, out=out)}"
    if one_vs_rest:
        models = {f"{one_vs_rest} against the rest": predictions} | models
        scores = write_precision_recall(models, one_vs_rest, out)
        text += f"\n\naverage precision\n{scores.to_string(index=False, float_format='{:.3f}'.format)}"
    logbook.close("metrics.csv", "predictions.csv", "figures", text=text, seconds=seconds, body=body)
    tracker.log(out, sorted(logbook.out.glob("fold-*")))


if __name__ == "__main__":
    run(main)
