"""Tables of predictions: `filename, label, author, fold, pred, proba_<style>…`, and what is read off them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def vocab_of(predictions: pd.DataFrame) -> list[str]:
    """The styles, in the order of the `proba_<style>` columns."""
    return [name.removeprefix("proba_") for name in predictions.columns if name.startswith("proba_")]


def probas_of(predictions: pd.DataFrame) -> np.ndarray:
    """The probabilities `(n, n_styles)` of a table with `proba_<style>` columns."""
    return predictions[[f"proba_{style}" for style in vocab_of(predictions)]].to_numpy(dtype=float)


def prediction_columns(probas: np.ndarray, vocab: Sequence[str]) -> pd.DataFrame:
    """Columns `pred, proba_<style>…` of probabilities `(n, n_styles)`."""
    table = pd.DataFrame(probas, columns=[f"proba_{style}" for style in vocab])
    table.insert(0, "pred", [vocab[i] for i in probas.argmax(axis=1)])
    return table


def targets(labels: Sequence[str], vocab: Sequence[str]) -> np.ndarray:
    """`(n,)` positions of the labels in `vocab`. Raises ValueError for an empty list or an unknown label."""
    targs = pd.Index(vocab).get_indexer(pd.Index(labels))
    if len(targs) == 0:
        raise ValueError("there are no images to judge")
    if (targs < 0).any():
        raise ValueError(f"label {list(labels)[int(np.argmin(targs))]!r} is none of the styles {', '.join(vocab)}")
    return targs


def true_ranks(probas: np.ndarray, targs: np.ndarray) -> np.ndarray:
    """`(n,)` how many styles come before the true one, 0 for a right first guess; ties go by the order of styles.

    A true style without a probability (NaN, of a training that diverged) comes after all.
    """
    own = probas[np.arange(len(targs)), targs][:, None]
    before = np.arange(probas.shape[1]) < targs[:, None]
    ranks = ((probas > own) | ((probas == own) & before)).sum(axis=1)
    return np.where(np.isnan(own[:, 0]), probas.shape[1], ranks)
