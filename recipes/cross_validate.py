"""Train the same configuration without each fold in turn, and judge it on painters it has never seen, all of them.

python recipes/cross_validate.py --images data/sample --design runs/design/design.csv --out runs/cross_validate
"""

from fastcore.meta import delegates

from styleclf.settings import run, save_settings
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: str = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    jobs: int = 1,  # folds trained at a time
    dask: str | None = None,  # address of a Dask cluster that trains them, such as tcp://host:8786, or local
    one_vs_rest: str | None = None,  # tell only this style from all others
    beside: str | None = None,  # with it, folder of a cross-validation of all styles to set it beside
    track: str = "none",  # or mlflow: log run and folds there, too
    out: str = "runs/cross_validate",  # folder for tables, figures and folds; finished folds in it are kept
    **kwargs,
):
    """Cross-validate: every fold judged by a model that never saw its authors."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.data import against_rest, read_design
    from styleclf.evaluation import metrics_text, read_run
    from styleclf.output import spoken_seconds, write_table
    from styleclf.plots import cv_figures, save_figure
    from styleclf.runs import Tracker, calibration_table, cross_validate, joblib_backend, write_precision_recall

    start, out, table, tracker = time.monotonic(), Path(out), read_design(design), Tracker(track)
    if beside and not one_vs_rest:
        raise ValueError("--beside goes with --one-vs-rest; recipes/compare.py compares runs of all styles")
    models = {"all styles": read_run(beside)} if beside else {}
    if one_vs_rest:
        table = against_rest(table, one_vs_rest)
    with joblib_backend(dask, jobs):
        metrics, predictions = cross_validate(table, images, out, jobs, **kwargs)
    seconds = round(time.monotonic() - start, 1)

    calibration = calibration_table(predictions)
    tables = {"design": table, "metrics": metrics, "predictions": predictions, "calibration": calibration}
    for name, each in tables.items():
        write_table(each, out / f"{name}.csv")
    for name, figure in cv_figures(metrics, predictions).items():
        save_figure(figure, out / f"figures/{name}.png")
    save_settings(out, settings, design, seconds=seconds)
    tracker.log(out, sorted(out.glob("fold-*")))
    print(f"\ndone in {spoken_seconds(seconds)}; 95 % intervals in brackets\n{metrics_text(metrics)}")
    if one_vs_rest:
        models = {f"{one_vs_rest} against the rest": predictions} | models
        scores = write_precision_recall(models, one_vs_rest, out)
        print(f"\naverage precision\n{scores.to_string(index=False, float_format='{:.3f}'.format)}")
    print(f"\n{out / 'metrics.csv'}  {out / 'predictions.csv'}  {out / 'figures'}")


if __name__ == "__main__":
    run(main)
