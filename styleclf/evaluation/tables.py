"""Checks of a table before it is read: its columns, its rows, and the styles that it has probabilities of."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from styleclf.evaluation.predictions import probas_of, targets_of, true_ranks, vocab_of


def check_columns(
    table: pd.DataFrame,
    columns: Sequence[str],  # that it has to have
    name: str,  # of the table in messages
) -> None:
    """Raise ValueError if `table`, called `name` in the message, has no rows or lacks one of `columns`."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        present = _column_names(table)
        raise ValueError(f"{name} lacks the column {missing[0]!r}: it has {present}")
    if len(table) == 0:
        raise ValueError(f"{name} has no rows, so there is nothing to show")


def rows_of_metrics(
    table: pd.DataFrame,
    metrics: Collection[str],
    name: str,  # of the table in messages
) -> pd.DataFrame:
    """The rows whose `metric` is one of `metrics`; ValueError if `table`, called `name`, has none of them."""
    rows = table[table["metric"].isin(metrics)]
    if rows.empty:
        present = sorted(set(table["metric"]))
        metric_names = ", ".join(metrics)
        raise ValueError(f"{name} holds none of {metric_names}, but {present}")
    return rows


def in_fixed_order(predictions: pd.DataFrame) -> pd.DataFrame:
    """The rows in an order that depends on what they say, not on where they stand, so that draws fall on them alike."""
    columns = ["label", "author"]
    if "filename" in predictions.columns:
        columns.append("filename")
    else:
        columns += [f"proba_{style}" for style in vocab_of(predictions)]
    authors = predictions["author"].fillna("")
    return predictions.assign(author=authors).sort_values(columns, kind="stable")


def checked_vocab(predictions: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """The styles of the `proba_<style>` columns; ValueError if these, one of `columns`, or all rows are missing."""
    check_columns(predictions, columns, "predictions")
    vocab = vocab_of(predictions)
    if not vocab:
        raise ValueError(f"predictions has no proba_<style> column: it has {_column_names(predictions)}")
    return vocab


def ranks_of(predictions: pd.DataFrame) -> np.ndarray:
    """`(n,)` how many styles are likelier than the true one, as `true_ranks` counts them."""
    targs = targets_of(predictions)
    return true_ranks(probas_of(predictions), targs)


def _column_names(table: pd.DataFrame) -> str:
    return ", ".join(map(str, table.columns))
