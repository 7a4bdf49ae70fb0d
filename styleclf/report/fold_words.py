"""How the folds of a cross-validation were made, in words: by painters, by groups of any kind, or by collections."""

import pandas as pd

from styleclf.data import FOLD_NAME, FOLDS_BY
from styleclf.evaluation import GROUP


def columns_of_folds(predictions: pd.DataFrame) -> list[str]:
    """The columns of a design by which its folds were made; none where it was by painters alone."""
    if FOLDS_BY not in predictions:
        return []
    columns = predictions[FOLDS_BY].dropna()
    return str(columns.iat[0]).split(",") if len(columns) else []


def column_left_out(predictions: pd.DataFrame) -> str:
    """The column of which every fold is one value, such as `source`; '' where folds are not made so."""
    return " or ".join(columns_of_folds(predictions)) if FOLD_NAME in predictions else ""


def way_of_folds(predictions: pd.DataFrame, noun: str) -> str:
    """How the folds were made, and what the model of each learned from; `noun`: who was dealt where painters were."""
    n_folds = predictions["fold"].nunique()
    columns = " or ".join(columns_of_folds(predictions))
    clause = "for every fold a model learned from the others alone"
    if column_left_out(predictions):
        return f"Each of {n_folds} folds is one {columns}, and {clause}, without the painters of that fold"
    if columns:
        return f"Groups of pictures that share {columns} were dealt to {n_folds} folds, and {clause}"
    return f"The {noun} were dealt to {n_folds} folds, and {clause}"


def unit_of(predictions: pd.DataFrame) -> str:
    """What was resampled and is counted beside pictures: a painter, or a group."""
    return "group" if GROUP in predictions else "painter"
