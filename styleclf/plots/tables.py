"""What figures read off the tables they are given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from styleclf.evaluation import probas_of, targets, true_ranks, vocab_of


def need_columns(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Raise ValueError if `table`, called `name`, has no rows or lacks one of `columns`."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"{name} lacks the column {missing[0]!r}: it has {', '.join(map(str, table.columns))}")
    if len(table) == 0:
        raise ValueError(f"{name} has no rows, so there is nothing to draw")


def checked_vocab(predictions: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The styles of the `proba_` columns; ValueError if `columns`, `proba_` columns or rows are missing."""
    need_columns(predictions, columns, "predictions")
    vocab = vocab_of(predictions)
    if not vocab:
        raise ValueError(f"predictions has no proba_<style> column: it has {', '.join(map(str, predictions.columns))}")
    return vocab


def ranks(predictions: pd.DataFrame, vocab: Sequence[str]) -> np.ndarray:
    """How many styles are likelier than the true one, (n,) int."""
    return true_ranks(probas_of(predictions), targets(predictions["label"], vocab))


def confusion_counts(predictions: pd.DataFrame) -> np.ndarray:
    """How many images of each true style (rows) got each prediction (columns), (n_styles, n_styles) int."""
    vocab = vocab_of(predictions)
    counts = np.zeros((len(vocab), len(vocab)), dtype=int)
    np.add.at(counts, (targets(predictions["label"], vocab), targets(predictions["pred"], vocab)), 1)
    return counts
