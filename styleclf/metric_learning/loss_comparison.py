"""Three models of the same images: a frozen body, a training by cross-entropy, and one by a metric loss."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from styleclf.common import spoken_seconds
from styleclf.data import Paintings, judged_rows, training_rows, without_styles
from styleclf.embeddings import plotly_script
from styleclf.inference import Backbone
from styleclf.metric_learning.retrieval import calculator_class
from styleclf.metric_learning.spaces import Space, frozen_space, learner_space
from styleclf.training import export_learner, fitted_learner, metric_callbacks

_PLAIN_LOSS = {"loss": "cross_entropy", "joint": "none", "margin": None}
_BODY_FLAGS = ("arch", "weights", "features", "size", "fit", "precision", "image_mean", "image_std")


class LossComparison(NamedTuple):
    """Embeddings of the same images by three models, and what they took."""

    spaces: dict[str, Space]  # by the model's name: 'frozen features', 'cross-entropy', and the loss
    judged: Paintings  # the images to judge on, with a column `withheld`
    train: Paintings
    seconds: dict[str, float]  # that each model took

    def spoken_seconds(self) -> str:
        """The seconds as a sentence."""
        durations = []
        for model, seconds in self.seconds.items():
            duration = spoken_seconds(seconds)
            durations.append(f"{model}: {duration}")
        return ", ".join(durations)


def train_for_comparison(
    paintings: Paintings,
    fold: str,
    withhold: Sequence[str],  # styles that no training sees
    *,
    loss: str,
    model_file: str | Path,  # where the learner trained by that loss is exported to
    **flags: Any,  # of `fitted_learner`
) -> LossComparison:
    """Train by cross-entropy and by another loss, alike in all else, and embed with both and with the frozen body.

    Raises ValueError for cross-entropy alone, losses that do not go together, a style or fold that the design does not
    have, where fewer than two styles are left or a package is missing, and what `fitted_learner` raises.
    """
    if loss == _PLAIN_LOSS["loss"] and flags["joint"] == _PLAIN_LOSS["joint"]:
        raise ValueError(f"{loss} without a joint loss is what it would be compared with: name another loss, or joint")
    metric_callbacks(loss, margin=None, scale=1, joint=flags.get("joint", "none"))  # do they go together?
    plotly_script()  # like the calculator, needed only at the end: if it is missing, say so before the trainings
    calculator_class()
    without_withheld = without_styles(paintings.rows, withhold)
    judged = paintings.with_rows(judged_rows(paintings.rows, fold, withhold))
    train = paintings.with_rows(training_rows(paintings.rows, fold, withhold))
    backbone = Backbone(**{name: flags[name] for name in _BODY_FLAGS})
    seconds = {}
    start = time.monotonic()
    spaces = {"frozen features": frozen_space(judged, train, backbone)}
    seconds["frozen features"] = _seconds_since(start)

    start = time.monotonic()
    learn = fitted_learner(without_withheld, paintings.folder, fold, **{**flags, **_PLAIN_LOSS})
    spaces["cross-entropy"] = learner_space(learn, judged, train)
    seconds["cross-entropy"] = _seconds_since(start)

    start = time.monotonic()
    name = loss if flags["joint"] == "none" else f"{loss} with {flags['joint']}"
    learn = fitted_learner(without_withheld, paintings.folder, fold, **flags, loss=loss)
    export_learner(learn, model_file)  # first: what follows may fail
    spaces[name] = learner_space(learn, judged, train)
    seconds[name] = _seconds_since(start)
    return LossComparison(spaces, judged, train, seconds)


def _seconds_since(start: float) -> float:
    return round(time.monotonic() - start, 1)
