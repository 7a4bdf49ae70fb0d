"""Predictions as lines on the screen, one per picture."""

import numpy as np
import pandas as pd

from styleclf.evaluation import NONE_OF_THESE, file_lines, probas_of, vocab_of, year_text

_N_LIKELIEST = 3  # styles named for an image


def sets_text(predictions: pd.DataFrame) -> str:
    """One line per image: its prediction set."""
    sets = predictions["set"].replace("", NONE_OF_THESE)
    return file_lines(predictions["filename"], sets.tolist())


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
    return file_lines(predictions["filename"], texts)


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
