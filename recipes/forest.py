"""Put a tuned random forest in the neural head's place, and tell which of them is better on painters never seen.

python recipes/forest.py --cv runs/cross_validate --out runs/forest
"""

from styleclf.settings import among, file_digest, run, save_settings, saved_settings
from styleclf.training import fitted_learner


def main(
    cv: str = "runs/cross_validate",  # folder of recipes/cross_validate.py: design, settings, predictions, folds
    trials: int = 40,  # forests tried on embeddings, and again on frozen features; a restart does those that are left
    calibrate: str = "sigmoid",  # or isotonic, temperature, none: forests, by out-of-fold predictions
    validate: bool = False,  # judge on the validation set too: do so once, at the very end
    seed: int = 0,  # of trials and forests
    jobs: int | None = None,  # trees grown at a time; default: one a processor core
    out: str = "runs/forest",  # folder for tables, figures, study.db and forest.pkl
):
    """Tune forests on embeddings and on frozen features, set them beside neural heads, export one."""
    settings, chosen = dict(locals()), saved_settings(cv)

    import time
    from pathlib import Path

    import pandas as pd

    from styleclf.data import Paintings, read_design, without_validation
    from styleclf.evaluation import read_run
    from styleclf.forest import (
        EMBEDDINGS,
        FOREST,
        FROZEN,
        all_cells,
        calibrator_of,
        cells_by_name,
        check_request,
        claim_sentence,
        comparison_sentences,
        export_forest,
        exported_sentence,
        fine_tuned_features,
        fit_forest,
        frozen_features,
        measure_models,
        measured_text,
        network_of_all_folds,
        predictions_by_head,
        reliability,
        study_storage,
        trials_table,
        tuned_forest,
    )
    from styleclf.inference import predict_and_embed
    from styleclf.output import spoken_seconds, write_table
    from styleclf.plots import plot_reliability, plot_two_by_two, save_figure
    from styleclf.runs import open_validation_set

    check_request(trials, calibrate, jobs)
    start, cv, out = time.monotonic(), Path(cv), Path(out)
    design, images, how = read_design(cv / "design.csv"), chosen["images"], among(chosen, fitted_learner)
    network, source = read_run(cv), file_digest(cv / "predictions.csv")
    seen = {EMBEDDINGS: fine_tuned_features(design, images, cv), FROZEN: frozen_features(design, images, **how)}
    storage = study_storage(out)
    studies = {name: tuned_forest(each, trials, storage, name, source, seed, jobs) for name, each in seen.items()}
    cells = all_cells(seen, studies, network, calibrate, seed, jobs, how)

    learn = network_of_all_folds(design, images, cv, out, **how)
    trained = predict_and_embed(learn, Paintings(without_validation(design), images))
    fitted = fit_forest(trained, studies[EMBEDDINGS].best_trial.params, seed, jobs)
    calibrator = calibrator_of(cells[EMBEDDINGS][FOREST], calibrate)
    parts = {"train": predictions_by_head(trained, fitted, calibrator)}
    parts["test"] = {name: cells[EMBEDDINGS][name] for name in parts["train"]}
    if validate:
        parts["val"] = open_validation_set(
            design,
            lambda rows: predictions_by_head(predict_and_embed(learn, Paintings(rows, images)), fitted, calibrator),
            cv,
        )
    export_forest(learn, fitted, calibrator, cells[EMBEDDINGS], out / "forest.pkl")

    table = measure_models(cells_by_name(cells), "cv")
    heads = pd.concat([measure_models(models, part) for part, models in parts.items()])
    write_table(pd.concat([trials_table(study) for study in studies.values()]), out / "trials.csv")
    write_table(table, out / "two_by_two.csv")
    write_table(heads, out / "heads.csv")
    save_figure(plot_two_by_two(table), out / "figures/two_by_two.png")
    save_figure(plot_reliability(reliability(cells[EMBEDDINGS])), out / "figures/reliability.png")
    seconds = round(time.monotonic() - start, 1)
    save_settings(out, settings, cv / "design.csv", seconds=seconds)
    print(f"\ndone in {spoken_seconds(seconds)}; out-of-fold, 95 % intervals in brackets\n{measured_text(table)}")
    print(f"\n{measured_text(heads)}\n")
    print(*map(claim_sentence, studies.values()), *comparison_sentences(cells), exported_sentence(heads), sep="\n")
    print(f"\n{out / 'forest.pkl'}  {out / 'two_by_two.csv'}  {out / 'figures'}")


if __name__ == "__main__":
    run(main)
