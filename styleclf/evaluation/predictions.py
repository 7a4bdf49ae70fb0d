"""Tables of predictions, `filename, label, author, fold, pred, proba_<style>…`, and what is read from them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.common import check_path, read_table
from styleclf.evaluation.joint_works import GROUP
from styleclf.evaluation.labels import labels_of

VAL = "val"  # the fold of the validation set, which nothing is chosen by
_TOLERANCE = 1e-3  # of a probability, above 1 or below 0: what rounding does
_COLUMNS = ("filename", "label", "author", "fold", "pred")  # beside the probabilities
_DESIGN_COLUMNS = ("filename", "label", "author", "fold")  # which a table of predictions repeats
_FURTHER_COLUMNS = ("label_id", GROUP, "folds_by", "fold_name")  # likewise, where the design has them
_ADVICE = "remove it, and run its recipe again"  # which leaves alone what is there


def read_run(folder: str | Path) -> pd.DataFrame:
    """The predictions in a run's folder: `filename, label, author, fold, pred, proba_<style>…`.

    Raises OSError if there are none, and ValueError if they lack columns, know one style alone, hold what is not a
    probability, or name a style that they have no probabilities of.

    >>> write_table(predictions, folder / "predictions.csv")
    >>> read_run(folder).columns[:5].tolist()
    ['filename', 'label', 'author', 'fold', 'pred']
    """
    check_path(folder, "the folder of a run")
    file = Path(folder) / "predictions.csv"
    if not file.is_file():
        _refuse_run_of_years(Path(folder))
        if Path(folder).is_file():
            raise FileNotFoundError(f"{folder} is a file: name the folder of the run, such as {Path(folder).parent}")
        raise FileNotFoundError(f"{folder} holds no predictions.csv: name the folders of finished runs")
    texts = dict.fromkeys(("label", "author", "fold", "pred", "pred_id", *_FURTHER_COLUMNS), str)
    table = read_table(file, dtype=texts)
    missing = [name for name in _COLUMNS if name not in table]
    if not vocab_of(table):
        missing.append("proba_<style>")
    if missing:
        raise ValueError(f"{file} lacks the column {missing[0]}: it is not a table of predictions")
    _check_images(table, file)
    if len(vocab_of(table)) < 2:
        advice = "name a run of several styles"
        raise ValueError(f"{file} knows one style alone, so that there is nothing to judge: {advice}")
    for style in vocab_of(table):
        name = f"proba_{style}"
        table[name] = _checked_probas(table, name, file)
    for column in ("label", "pred"):
        _check_styles(table, column, file)
    return table


def _refuse_run_of_years(folder: Path) -> None:
    """Raise ValueError for the folder of a run that has learned years, and so has no predictions of styles."""
    table = folder / "date_metrics.csv"
    if table.is_file():
        raise ValueError(f"{folder} is about years, and this is about styles: open {table}, or name a run of styles")


def _check_images(table: pd.DataFrame, file: Path) -> None:
    """Raise ValueError for a table without images, or with an image twice in one fold."""
    if table.empty:
        raise ValueError(f"{file} has no rows, so that there is nothing to judge: {_ADVICE}")
    is_twice = table.duplicated(["filename", "fold"])
    if is_twice.any():
        filename = table["filename"][is_twice].iloc[0]
        raise ValueError(f"{file} has {filename} more than once in one fold: {_ADVICE}")


def _checked_probas(
    table: pd.DataFrame,
    name: str,  # of the column
    file: Path,  # that it comes from
) -> pd.Series:
    """A column of probabilities as numbers. Raises ValueError, with the image, for one that is not a probability."""
    numbers = pd.to_numeric(table[name], errors="coerce")
    is_wrong = ~numbers.between(-_TOLERANCE, 1 + _TOLERANCE)
    if is_wrong.any():
        wrong_rows = table.loc[is_wrong, ["filename", name]]
        filename, value = wrong_rows.iloc[0]
        fault = f"{str(value)!r} as {name} of {filename}"
        advice = f"if the training diverged, lower lr_max; otherwise {_ADVICE}"
        raise ValueError(f"{file} has {fault}, which is not a probability: {advice}")
    return numbers.astype(float)


def _check_styles(
    table: pd.DataFrame,
    column: str,  # label or pred
    file: Path,  # that it comes from
) -> None:
    """Raise ValueError, with the image, for a cell that names no style, or one that has no probabilities."""
    vocab = vocab_of(table)
    for cell in table[column].unique():
        styles = labels_of(cell)
        is_missing = column == "label" and not styles  # a model of several labels may predict none
        if is_missing or not set(styles) <= set(vocab):
            is_here = table[column] == cell
            filename = table["filename"][is_here].iloc[0]
            fault = f"{cell!r} as {column} of {filename}"
            known_styles = ", ".join(vocab)
            raise ValueError(f"{file} has {fault}, and its styles are {known_styles}: {_ADVICE}")


def design_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """What a table of predictions repeats of a design's rows, numbered anew."""
    further_columns = [name for name in _FURTHER_COLUMNS if name in rows]
    return rows[[*_DESIGN_COLUMNS, *further_columns]].reset_index(drop=True)


def with_pred_ids(
    table: pd.DataFrame,  # with a column `pred`
    ids: Mapping[str, str],  # of styles
) -> pd.DataFrame:
    """The table with the id of every predicted style beside it, in `pred_id`, if any style has one.

    >>> with_pred_ids(pd.DataFrame({"pred": ["cubism", "rococo"]}), {"cubism": "Q42934"})["pred_id"].to_list()
    ['Q42934', '']
    """
    if not ids:
        return table
    position = list(table.columns).index("pred") + 1
    pred_ids = table["pred"].map(ids).fillna("")
    table = table.copy()
    table.insert(position, "pred_id", pred_ids)
    return table


def vocab_of(predictions: pd.DataFrame) -> list[str]:
    """The styles, in the order of the `proba_<style>` columns."""
    return [name.removeprefix("proba_") for name in predictions.columns if name.startswith("proba_")]


def probas_of(predictions: pd.DataFrame) -> np.ndarray:
    """The probabilities `(n, n_styles)` of a table with `proba_<style>` columns."""
    columns = [f"proba_{style}" for style in vocab_of(predictions)]
    return predictions[columns].to_numpy(dtype=float)


def prediction_columns(probas: np.ndarray, vocab: Sequence[str]) -> pd.DataFrame:
    """Columns `pred, proba_<style>…` of probabilities `(n, n_styles)`."""
    columns = [f"proba_{style}" for style in vocab]
    table = pd.DataFrame(probas, columns=columns)
    preds = probas.argmax(axis=1)
    styles = [vocab[pred] for pred in preds]
    table.insert(0, "pred", styles)
    return table


def targets(
    labels: Sequence[str],  # of every image
    vocab: Sequence[str],  # styles in the order of their probabilities
) -> np.ndarray:
    """`(n,)` positions of the labels in `vocab`. Raises ValueError for an empty list or an unknown label."""
    styles = pd.Index(vocab)
    targs = styles.get_indexer(pd.Index(labels))
    if len(targs) == 0:
        raise ValueError("there are no images to judge")
    if (targs < 0).any():
        position = int(np.argmin(targs))
        unknown = list(labels)[position]
        styles_text = ", ".join(vocab)
        raise ValueError(f"label {unknown!r} is not one of the styles {styles_text}")
    return targs


def targets_of(predictions: pd.DataFrame) -> np.ndarray:
    """`targets` of the labels of predictions, by the order of their own styles."""
    vocab = vocab_of(predictions)
    return targets(predictions["label"], vocab)


def probas_of_truth(
    probas: np.ndarray,  # (n, n_styles)
    targs: np.ndarray,  # (n,) positions of the true styles
) -> np.ndarray:
    """`(n,)` what is said of every image's true style, a probability or whether it is in a set."""
    images = np.arange(len(targs))
    return probas[images, targs]


def true_ranks(
    probas: np.ndarray,  # (n, n_styles)
    targs: np.ndarray,  # (n,) positions of the true styles
) -> np.ndarray:
    """`(n,)` how many styles come before the true one, 0 for a right first guess; ties go by the order of styles.

    A true style without a probability (NaN, from a training that diverged) comes after all others.

    >>> true_ranks(np.array([[0.2, 0.5, 0.3], [0.4, 0.4, 0.2]]), np.array([2, 1])).tolist()
    [1, 1]
    """
    n_styles = probas.shape[1]
    true_probas = probas_of_truth(probas, targs)
    threshold = true_probas[:, None]
    is_likelier = probas > threshold
    is_tied = probas == threshold
    comes_first = np.arange(n_styles) < targs[:, None]
    ranks = (is_likelier | (is_tied & comes_first)).sum(axis=1)
    return np.where(np.isnan(true_probas), n_styles, ranks)
