"""What a training leaves in its folder.

metrics.csv, history.csv, predictions.csv, embeddings.npz and novelty.csv of unseen images, figures/, model.pkl
evolution.npz, embeddings of train and test images at several epochs, where they were kept
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner

from styleclf.common import read_arrays, whole_file, with_progress, write_table
from styleclf.data import VAL, Paintings, style_against_rest
from styleclf.evaluation import design_columns, label_table, precision_recall
from styleclf.inference import DesignPredictions, predict_and_embed
from styleclf.plots import plot_precision_recall, run_figures, save_figure
from styleclf.runs.judging import judge_parts, predict_parts
from styleclf.training import KeptEmbeddings, export_learner, history_of, learn_novelty, write_evolution

EMBEDDINGS_FILE = "embeddings.npz"
NOVELTY_TABLE = "novelty.csv"


def write_run(
    learn: Learner,
    paintings: Paintings,
    fold: str,  # the test fold the learner was not trained on
    *,
    folder: str | Path,
    validate: bool = False,  # open the validation set as well
    record: str | Path | None = None,  # folder of design.csv, where openings are counted; default: the run's own
    seed: int = 0,  # of the examples in figures
    kept_embeddings: KeptEmbeddings | None = None,  # of the training, for evolution.npz
) -> pd.DataFrame:
    """Judge a trained learner and write everything into its folder; returns the metrics, as `judge` does."""
    folder = Path(folder)
    history = history_of(learn).table()
    learn_novelty(learn)
    parts = predict_parts(learn, paintings, fold, validate=validate, record=record or folder)
    metrics, predictions = judge_parts(parts)
    write_table(history, folder / "history.csv")
    write_table(metrics, folder / "metrics.csv")
    write_table(predictions, folder / "predictions.csv")

    part = parts.get("test") or parts["val"]  # figures and embeddings do not mix the validation set into a test fold
    write_embeddings(part.embeddings, part.table["filename"], folder / EMBEDDINGS_FILE)
    _write_novelty(part, folder)
    if kept_embeddings is not None and kept_embeddings.epochs:
        write_evolution(kept_embeddings.evolution(history, parts), folder / "evolution.npz")
    else:
        (folder / "evolution.npz").unlink(missing_ok=True)  # of an earlier training
    export_learner(learn, folder / "model.pkl")
    figures = run_figures(history, metrics, part.table, images=paintings.folder, seed=seed)
    for name, figure in with_progress(figures.items(), len(figures), "figures"):
        save_figure(figure, folder / f"figures/{name}.png")
    return metrics


def write_label_run(
    learn: Learner,
    paintings: Paintings,
    fold: str,  # the test fold the learner was not trained on
    *,
    folder: str | Path,
) -> None:
    """Write what `write_run` writes into a fold's folder, for a learner that gives several labels to an image.

    Without figures and embeddings over time; `metrics.csv` is what `label_table` returns, with labels from the
    probability 0.5 on, because thresholds are learned from the folds together.
    """
    folder = Path(folder)
    learn_novelty(learn)
    in_fold = paintings.where(paintings.folds == str(fold))
    predictions = predict_and_embed(learn, in_fold)
    write_table(history_of(learn).table(), folder / "history.csv")
    write_table(label_table(predictions.table, "test"), folder / "metrics.csv")
    write_table(predictions.table, folder / "predictions.csv")
    write_embeddings(predictions.embeddings, predictions.table["filename"], folder / EMBEDDINGS_FILE)
    _write_novelty(predictions, folder)
    export_learner(learn, folder / "model.pkl")


def _write_novelty(predictions: DesignPredictions, folder: Path) -> None:
    """Write the novelty of a fold's images, if its learner has a novelty model."""
    if predictions.novelty is None or np.isnan(predictions.novelty).any():
        (folder / NOVELTY_TABLE).unlink(missing_ok=True)  # of an earlier training
        return
    table = design_columns(predictions.table).assign(novelty=predictions.novelty)
    write_table(table, folder / NOVELTY_TABLE)


def write_precision_recall(models: Mapping[str, pd.DataFrame], style: str, folder: str | Path) -> pd.DataFrame:
    """Write precision_recall.csv, its curves and their figure; returns the average precisions.

    `models` are predictions by name, of one style against the rest or of many styles, for the same images; those of
    the validation set are left out. Raises what `precision_recall` raises.
    """
    folder = Path(folder)
    out_of_fold = {name: table[table["fold"] != VAL] for name, table in models.items()}
    scores, curves = precision_recall(out_of_fold, style)
    write_table(scores, folder / "precision_recall.csv")
    write_table(curves, folder / "precision_recall_curves.csv")
    save_figure(plot_precision_recall(scores, curves, style), folder / "figures/precision_recall.png")
    return scores


def write_against_rest(
    predictions: pd.DataFrame,
    design: pd.DataFrame,
    out: str | Path,
    *,
    beside: Mapping[str, pd.DataFrame] | None = None,  # predictions of others by name
) -> str:
    """Write the precision and recall of one style against the rest; returns what to tell, '' where all stand alike."""
    style = style_against_rest(design)
    if not style:
        return ""
    models = {f"{style} against the rest": predictions} | dict(beside or {})
    scores = write_precision_recall(models, style, out)
    table = scores.to_string(index=False, float_format="{:.3f}".format)
    return f"average precision\n{table}"


def write_embeddings(embeddings: np.ndarray, filenames: Sequence[str] | pd.Series, path: Path) -> None:
    """Write embeddings `(n, d)` with the names of their images `(n,)` as an .npz file that appears whole."""
    with whole_file(path) as aside:
        np.savez(aside, embeddings=embeddings, filename=np.asarray(filenames, dtype=str))


def read_embeddings(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """`(embeddings (n, d), filename (n,))` from a file that `write_embeddings` wrote.

    Raises OSError where there is none, ValueError where it is damaged or has embeddings that are no numbers.
    """
    arrays = read_arrays(path, {"embeddings": "images numbers", "filename": "images"}, ["embeddings"])
    return arrays["embeddings"], arrays["filename"]
