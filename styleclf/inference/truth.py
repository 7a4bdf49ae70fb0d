"""Predictions beside the truth, where folders name it: what was answered, how often that is right, and by chance."""

from collections.abc import Collection, Mapping
from pathlib import Path, PurePath

import numpy as np
import pandas as pd

from styleclf.data import author_in_name, author_name
from styleclf.evaluation import TOO_FEW, labels_of, metrics_table, vocab_of
from styleclf.inference.predict import sets_text, top_3_text
from styleclf.output import count_of

_N_LEVELS = 2  # folders above a file that may name its style: its own, and that above, as in style/author/title.jpg
_SCORES = {"top_1_accuracy": "first guess", "top_2_accuracy": "one of two guesses"}
_PART = "test"


def answers_of(predictions: pd.DataFrame) -> pd.Series:
    """What was answered for every picture: a style, or 'none of these' or a group's name where the model has them."""
    return predictions.get("answer", predictions["pred"])


def summary_text(predictions: pd.DataFrame) -> str:
    """How often what was answered, the commonest first.

    >>> summary_text(pd.DataFrame({"pred": ["rococo", "cubism", "rococo"]}))
    '2 rococo, 1 cubism'
    """
    numbers = answers_of(predictions).value_counts(sort=False)
    commonest_first = sorted(numbers.items(), key=_rank_of)
    return ", ".join(f"{n:,} {answer}" for answer, n in commonest_first)


def _rank_of(item: tuple[str, int]) -> tuple[int, str]:
    """The key by which answers are sorted: by number downwards, then by name."""
    answer, n = item
    return -n, answer


def predictions_text(predictions: pd.DataFrame, unreadable: Mapping[Path, str]) -> str:
    """Predictions for the screen: a line for every picture, those not predicted, how many of what, and how right.

    `predictions` are those of `predict_table`, and `unreadable` its reasons by file.
    """
    lines = [sets_text(predictions) if "set" in predictions else top_3_text(predictions)]
    for path, reason in unreadable.items():
        lines.append(f"not predicted: {path} ({reason})")
    lines += ["", summary_text(predictions), truth_text(predictions)]
    return "\n".join(lines).strip("\n")


def with_truth(predictions: pd.DataFrame) -> pd.DataFrame:
    """The predictions with the columns `label` and `author`, '' where folder and name do not say them.

    A style is named by a file's folder or the one above that, in any case of letters; the author stands in the name
    before the first underscore. Without a single named style the predictions are returned as they are.
    """
    vocab = vocab_of(predictions)
    labels = [style_in_path(filename, vocab) for filename in predictions["filename"]]
    if not any(labels):
        return predictions
    authors = [author_name(author_in_name(filename)) for filename in predictions["filename"]]
    return predictions.assign(label=labels, author=authors)


def style_in_path(path: str, vocab: Collection[str]) -> str:
    """The style that the folders of a file name; '' if they name none.

    >>> style_in_path("my/Cubism/juan-gris/guitar.jpg", ["cubism", "rococo"]), style_in_path("cubism.jpg", ["cubism"])
    ('cubism', '')
    """
    by_name = {style.casefold(): style for style in vocab}
    folders = PurePath(path).parts[:-1]
    for folder in reversed(folders[-_N_LEVELS:]):
        if folder.casefold() in by_name:
            return by_name[folder.casefold()]
    return ""


def truth_text(predictions: pd.DataFrame) -> str:
    """How right the predictions are where folders name the truth, as `with_truth` gives it; '' where none does.

    With 95 % intervals from resampling authors, and what chance would reach. Every style counts alike.
    """
    if "label" not in predictions:
        return ""
    named = predictions[predictions["label"] != ""]
    scores = metrics_table(named.drop(columns="answer", errors="ignore"), _PART).set_index("metric")
    n_right = 0
    for answer, label in zip(named["pred"], named["label"], strict=True):
        n_right += label in labels_of(answer)  # several, of a learner of several labels
    n_painters = int(scores["n_authors"].iloc[0])
    painters = f"by {count_of(n_painters, 'painter')}" if n_painters else "whose painters are not named"
    lie = "lies" if len(named) == 1 else "lie"
    lines = [
        f"{count_of(len(named), 'picture')} {painters} {lie} in folders that name the style: {n_right:,} named rightly"
    ]
    n_none = int((answers_of(named) != named["pred"]).sum())
    if n_none:
        lines[0] += f"; {n_none:,} got another answer than the likeliest style"
    for metric, words in _SCORES.items():
        lines.append(f"{words} right: {_score_text(scores.loc[metric])}")
    lines.append("Every style counts alike. Pictures and painters that the model learned from flatter these numbers.")
    return "\n".join(lines)


def _score_text(row: pd.Series) -> str:
    """A score with its interval and the chance beside it."""
    interval = TOO_FEW
    if not np.isnan(row["lo"]):
        interval = f"95 % interval {row['lo']:.2f} to {row['hi']:.2f}"
    return f"{row['value']:.2f} ({interval}), by chance {row['chance']:.2f}"
