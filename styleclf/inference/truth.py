"""Predictions beside the truth, where folders name it: how often an answer is right, and how often by chance."""

from collections.abc import Collection, Mapping
from pathlib import Path, PurePath

import pandas as pd

from styleclf.common import count_of, shown_name
from styleclf.data import author_in_name, author_name
from styleclf.evaluation import labels_of, metrics_table, named_interval, vocab_of
from styleclf.inference.answer_lines import sets_text, top_3_text

_N_LEVELS = 2  # folders above a file that may name its style: its own, and that above, as in style/author/title.jpg
_SCORES = {"top_1_accuracy": "first guess", "top_2_accuracy": "one of two guesses"}
_PART = "test"


def answers_of(predictions: pd.DataFrame) -> pd.Series:
    """The answer for every picture: a style, or 'none of these' or a group's name where the model has them."""
    return predictions.get("answer", predictions["pred"])


def summary_text(predictions: pd.DataFrame) -> str:
    """How often each answer was given, the commonest first.

    >>> summary_text(pd.DataFrame({"pred": ["rococo", "cubism", "rococo"]}))
    '2 rococo, 1 cubism'
    """
    answers = answers_of(predictions)
    numbers = answers.value_counts(sort=False)
    commonest_first = sorted(numbers.items(), key=_rank_of)
    texts = [f"{n:,} {answer}" for answer, n in commonest_first]
    return ", ".join(texts)


def _rank_of(item: tuple[str, int]) -> tuple[int, str]:
    """The key by which answers are sorted: by number downwards, then by name."""
    answer, n = item
    return -n, answer


def predictions_text(predictions: pd.DataFrame, unreadable: Mapping[Path, str]) -> str:
    """Predictions for the screen: a line per picture, those not predicted, how many of each style, and how many right.

    `predictions` are those of `predict_table`, and `unreadable` its reasons by file.
    """
    has_sets = "set" in predictions
    pictures = sets_text(predictions) if has_sets else top_3_text(predictions)
    lines = [pictures]
    for path, reason in unreadable.items():
        lines.append(f"not predicted: {shown_name(str(path))} ({reason})")
    summary = summary_text(predictions)
    truth = truth_text(predictions)
    text = "\n".join([*lines, "", summary, truth])
    return text.strip("\n")


def with_truth(predictions: pd.DataFrame) -> pd.DataFrame:
    """The predictions with the columns `label` and `author`, '' where folder and name do not say them.

    A style is named by a file's folder or the one above that, in any case of letters; the author stands in the name
    before the first underscore. Without a single named style the predictions are returned as they are.
    """
    vocab = vocab_of(predictions)
    labels = [style_in_path(filename, vocab) for filename in predictions["filename"]]
    if not any(labels):
        return predictions
    authors = []
    for filename in predictions["filename"]:
        name = author_in_name(filename)
        authors.append(author_name(name))
    return predictions.assign(label=labels, author=authors)


def style_in_path(path: str, vocab: Collection[str]) -> str:
    """The style that the folders of a file name; '' if they name none.

    >>> style_in_path("my/Cubism/juan-gris/guitar.jpg", ["cubism", "rococo"]), style_in_path("cubism.jpg", ["cubism"])
    ('cubism', '')
    """
    by_name = {style.casefold(): style for style in vocab}
    folders = PurePath(path).parts[:-1]
    nearest_folders = folders[-_N_LEVELS:]
    for folder in reversed(nearest_folders):
        name = folder.casefold()
        if name in by_name:
            return by_name[name]
    return ""


def truth_text(predictions: pd.DataFrame) -> str:
    """How right the predictions are where folders name the truth, as `with_truth` gives it; '' where none does.

    With 95 % intervals from resampling authors, and what chance would reach. Every style counts alike.
    """
    if "label" not in predictions:
        return ""
    is_named = predictions["label"] != ""
    rows = predictions[is_named]
    scores = metrics_table(rows.drop(columns="answer", errors="ignore"), _PART).set_index("metric")
    n_painters = int(scores["n_authors"].iloc[0])
    count = _count_text(rows, n_painters)
    lines = [count, "with every style counting alike:"]
    for metric, words in _SCORES.items():
        score = _score_text(scores.loc[metric])
        lines.append(f"{words} right: {score}")
    lines.append("Pictures and painters that the model learned from flatter these numbers.")
    return "\n".join(lines)


def _count_text(rows: pd.DataFrame, n_painters: int) -> str:
    """How many pictures' styles are known, how many of them were named rightly, and how many got another answer."""
    pictures = count_of(len(rows), "picture")
    painters = "whose painters are not named"
    if n_painters:
        painters = f"by {count_of(n_painters, 'painter')}"
    verb = "lies" if len(rows) == 1 else "lie"
    n_right = _n_right(rows)
    text = f"{pictures} {painters} {verb} in folders that name the style: {n_right:,} named rightly"
    got_another = answers_of(rows) != rows["pred"]
    n_others = int(got_another.sum())
    if n_others:
        text += f"; {n_others:,} got another answer than the likeliest style"
    return text


def _n_right(rows: pd.DataFrame) -> int:
    """How many pictures were given their style, by a learner of several labels among others."""
    n_right = 0
    for pred, label in zip(rows["pred"], rows["label"], strict=True):
        n_right += label in labels_of(pred)
    return n_right


def _score_text(row: pd.Series) -> str:
    """A score with its interval and the chance beside it."""
    value, lo, hi, chance = row[["value", "lo", "hi", "chance"]]
    interval = named_interval(lo, hi)
    return f"{value:.2f} ({interval}), by chance {chance:.2f}"
