"""What is said of a picture with certain probabilities: styles, set, labels, a wider word, a year, or none of these."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from styleclf.evaluation import NONE_OF_THESE, NoveltyModel, YearAnswers, year_text
from styleclf.light.answers import WiderAnswers

_N_LIKELIEST = 3  # styles named for a picture
_SEPARATOR = "|"  # of several labels, as in tables of designs


class PicturePrediction(NamedTuple):
    """What is said of one picture."""

    path: Path
    probas: np.ndarray  # (n_styles,) float32
    embedding: np.ndarray  # (embedding_size,) float32
    likeliest: list[tuple[str, float]]  # three styles with their probabilities
    style_set: list[str] | None  # all styles that it may be, likeliest first; None of a model without thresholds
    novelty: float  # about 1 where no style claims the picture; NaN of a model that was not taught to say so
    answer: str  # the likeliest style, a wider word, 'fauvism|portrait', 'c. 1890 (1850 to 1925)', or 'none of these'
    level: int | None = None  # of the answer in the hierarchy; None of a model without one
    labels: list[str] | None = None  # all that are given; None of a model of one style per picture
    years: tuple[float, float, float] | None = None  # year, earliest, latest; None of a model that does not date


class PredictedArrays(Protocol):
    """Arrays of predictions of `n` pictures, by either runtime."""

    @property
    def probas(self) -> np.ndarray:
        """`(n, n_styles)`."""

    @property
    def embeddings(self) -> np.ndarray:
        """`(n, embedding_size)`."""

    @property
    def novelty(self) -> np.ndarray:
        """`(n,)`."""


@dataclass(frozen=True)
class Descriptions:
    """All that a model says in words, whichever runtime computes its numbers."""

    styles: list[str]  # in the order of the probabilities
    novelty: NoveltyModel | None = None
    thresholds: np.ndarray | float | None = None  # from which probability on a style is in the set
    label_thresholds: np.ndarray | None = None  # (n_styles,) of a model that gives several labels to a picture
    wider: WiderAnswers | None = None
    years: YearAnswers | None = None  # of a model whose labels are decades

    def of(self, arrays: PredictedArrays, position: int, path: str | Path) -> PicturePrediction:
        """What the predictions say of one of their pictures."""
        probas = arrays.probas[position]
        novelty = arrays.novelty[position]
        order = np.argsort(-probas, kind="stable")
        likeliest = []
        for i in order[:_N_LIKELIEST]:
            likeliest.append((self.styles[i], float(probas[i])))
        pred, _ = likeliest[0]
        labels = self._labels(probas)
        years = self._years(probas)
        answer, level = self._answer(probas, pred, labels)
        style_set = self._style_set(probas, order)
        if years is not None:
            answer = year_text(*years)
        if self.novelty is not None and self.novelty.is_new(novelty):
            answer = NONE_OF_THESE
            level = None if level is None else 0
            style_set = None if style_set is None else []
        return PicturePrediction(
            path=Path(path),
            probas=probas,
            embedding=arrays.embeddings[position],
            likeliest=likeliest,
            style_set=style_set,
            novelty=float(novelty),
            answer=answer,
            level=level,
            labels=labels,
            years=years,
        )

    def _labels(self, probas: np.ndarray) -> list[str] | None:
        """All labels that reach their thresholds, as `evaluation.with_labels` has them."""
        if self.label_thresholds is None:
            return None
        is_enough = probas >= self.label_thresholds
        positions = np.flatnonzero(is_enough)
        return [self.styles[i] for i in positions]

    def _years(self, probas: np.ndarray) -> tuple[float, float, float] | None:
        """The year with its range, of a model that dates."""
        if self.years is None:
            return None
        ((year, earliest, latest),) = self.years.ranges(probas[None]).tolist()
        return year, earliest, latest

    def _answer(
        self,
        probas: np.ndarray,
        pred: str,
        labels: list[str] | None,
    ) -> tuple[str, int | None]:
        """The answer for a picture that is not new, and its level where there is a hierarchy."""
        if labels is not None:
            return _SEPARATOR.join(labels), None
        if self.wider is None:
            return pred, None
        return self.wider.answer(probas, self.styles)

    def _style_set(self, probas: np.ndarray, order: np.ndarray) -> list[str] | None:
        """The styles from their thresholds on, and the likeliest, as `evaluation.prediction_sets` has them."""
        if self.thresholds is None:
            return None
        is_enough = probas >= self.thresholds
        is_likeliest = probas == probas.max()
        members = is_enough | is_likeliest
        return [self.styles[i] for i in order if members[i]]
