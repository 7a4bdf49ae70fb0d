"""Predictions as lines on the screen, one per picture."""

import os
from collections.abc import Sequence

import numpy as np
import pandas as pd

from styleclf.common import screen_width, shown_name, without_middle
from styleclf.evaluation import NONE_OF_THESE, probas_of, vocab_of, year_text

_N_LIKELIEST = 3  # styles named for an image
_GAP = "  "
_SHORTEST_NAME = 32  # letters left of a long name, where answers leave no room for more


def sets_text(predictions: pd.DataFrame) -> str:
    """One line per image: its prediction set."""
    sets = predictions["set"].replace("", NONE_OF_THESE)
    return _lines_text(predictions["filename"], sets.tolist())


def top_3_text(predictions: pd.DataFrame) -> str:
    """One line per image: its three likeliest styles with percentages, after "none of these" where that applies.

    Before them stands a wider word or several labels, where these are the answer; behind them the year, if it is known.
    """
    vocab = vocab_of(predictions)
    answers = predictions.get("answer", predictions["pred"])
    all_probas = probas_of(predictions)
    years = _year_texts(predictions)
    texts = []
    for answer, probas, year in zip(answers, all_probas, years, strict=True):
        likeliest = _likeliest_text(probas, vocab)
        text = _answer_text(answer, likeliest, vocab)
        texts.append(f"{text}{year}")
    return _lines_text(predictions["filename"], texts)


def _likeliest_text(probas: np.ndarray, vocab: list[str]) -> str:
    """The three likeliest styles with percentages, likeliest first."""
    order = np.argsort(-probas, kind="stable")
    likeliest = order[:_N_LIKELIEST]
    texts = [f"{vocab[i]} {probas[i]:.0%}" for i in likeliest]
    return "   ".join(texts)


def _answer_text(answer: str, likeliest: str, vocab: list[str]) -> str:
    """The likeliest styles, after the answer where that is another one than the first of them."""
    if answer == NONE_OF_THESE:
        return f"{NONE_OF_THESE} (nearest: {likeliest})"
    if not answer:
        return f"no label (nearest: {likeliest})"
    if answer not in vocab:  # the name of several styles, by a hierarchy, or several labels
        return f"{answer} ({likeliest})"
    return likeliest


def _year_texts(predictions: pd.DataFrame) -> list[str]:
    """When each image was made, with the range, where predictions say so."""
    if "year" not in predictions:
        return [""] * len(predictions)
    ranges = predictions[["year", "year_lo", "year_hi"]]
    texts = []
    for year, earliest, latest in ranges.to_numpy():
        text = year_text(year, earliest, latest)
        texts.append(f"   {text}")
    return texts


def _lines_text(filenames: Sequence[str] | pd.Series, answers: Sequence[str]) -> str:
    """A line per image: its name and the answer.

    Where a line would be wider than the screen, the folder of all images is said once, before them, and names lose
    their middle.
    """
    room = screen_width() - len(_GAP) - max(map(len, answers), default=0)
    names = list(map(shown_name, filenames))
    lines = []
    if max(map(len, names), default=0) > room:
        folder = _common_folder(names)
        names = [without_middle(name[len(folder) :], max(room, _SHORTEST_NAME)) for name in names]
        lines += [f"in {folder}"] if folder else []
    width = max(map(len, names), default=0)
    for name, answer in zip(names, answers, strict=True):
        lines.append(f"{name:<{width}}{_GAP}{answer}")
    return "\n".join(lines)


def _common_folder(names: Sequence[str]) -> str:
    """The folder that all names begin with, as far as it is the same, with the slash behind it; '' if there is none."""
    beginning = os.path.commonprefix(names)  # noqa: RUF071 - only what stands before a slash counts
    return beginning[: beginning.rfind("/") + 1]
