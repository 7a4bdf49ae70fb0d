"""Open the hard validation set, at the very end, for the configuration that a cross-validation has judged.

python recipes/validate.py --cv runs/cross_validate
"""

from styleclf.settings import among, run, save_settings, saved_settings
from styleclf.training import fitted_learner


def main(
    cv: str = "runs/cross_validate",  # folder of recipes/cross_validate.py: design, settings, predictions, folds
    ensemble: bool = False,  # average the models of its folds instead of training one on all folds
    calibrate: bool = False,  # temperature and sets of styles by its out-of-fold predictions go into model.pkl
    out: str | None = None,  # folder for tables, figures and model.pkl; default: validation/ in that folder
):
    """Train on all folds, open the validation set, and set train, test and val beside chance."""
    settings, chosen = dict(locals()), saved_settings(cv)

    import time
    from pathlib import Path

    from styleclf.data import read_design
    from styleclf.evaluation import coverage_sentence, coverage_table, metrics_text, read_run
    from styleclf.output import spoken_seconds, write_table
    from styleclf.plots import plot_confusion, plot_metrics, plot_reliability, save_figure
    from styleclf.runs import calibrate_learners, loaded_folds, validate
    from styleclf.training import export_learner

    start, cv, out = time.monotonic(), Path(cv), Path(out or Path(cv) / "validation")
    design, images, how = read_design(cv / "design.csv"), chosen["images"], among(chosen, fitted_learner)
    learners = loaded_folds(design, cv) if ensemble else [fitted_learner(design, images, "val", **how)]
    test = calibrate_learners(learners, read_run(cv)) if calibrate else read_run(cv)
    metrics, predictions = validate(learners, design, images, test, cv)
    seconds = round(time.monotonic() - start, 1)

    write_table(metrics, out / "metrics.csv")
    write_table(predictions, out / "predictions.csv")
    save_figure(plot_metrics(metrics), out / "figures/metrics.png")
    save_figure(plot_confusion(predictions), out / "figures/confusion.png")
    if not ensemble:
        export_learner(learners[0], out / "model.pkl")
    save_settings(out, settings | how, cv / "design.csv", seconds=seconds)
    print(
        f"\ndone in {spoken_seconds(seconds)}; test: out-of-fold; 95 % intervals in brackets\n{metrics_text(metrics)}"
    )
    if calibrate:
        sets = coverage_table(predictions, learners[0].set_threshold)
        write_table(sets, out / "sets.csv")
        save_figure(plot_reliability({"test": test, "val": predictions}), out / "figures/reliability.png")
        print(f"\n{coverage_sentence(sets)}")
    print(f"\n{out / 'metrics.csv'}  {out / 'predictions.csv'}  {out / 'figures'}")


if __name__ == "__main__":
    run(main)
