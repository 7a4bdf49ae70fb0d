"""A bundle or a learner, asked in one way: what it says of pictures, and what it looks at."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from styleclf.light import (
    Descriptions,
    LightModel,
    LightPredictions,
    PicturePrediction,
    is_bundle_path,
    open_model,
    wider_answers,
)

if TYPE_CHECKING:
    from fastai.learner import Learner

    from styleclf.inference import FilePredictions

_MAP_SIDE = 900  # pixels of the longer side of a picture under its map
_SQUARES = 8  # a side, of which each is covered in turn
_PACKAGES_OF_LEARNERS = ("torch", "fastai", "timm")


class Engine(ABC):
    """A model that may be asked from several threads at once."""

    styles: list[str]
    embedding_size: int
    no_maps: str = ""  # why there are no occlusion maps, a sentence; '' where there are

    @abstractmethod
    def fingerprint(self) -> str:
        """A text that is another one for another model."""

    @abstractmethod
    def predictions(self, paths: Sequence[Path]) -> list[PicturePrediction | str]:
        """What is said of each image file, or in a few words why it cannot be read."""

    def occlusion(self, path: Path, style: str) -> Image.Image:
        """A picture under the map of what in it supports a style (blue) and what hinders it (red).

        Raises ValueError where there are no maps, OSError for a file that cannot be read.
        """
        raise ValueError(f"{path} gets no map of {style}: {self.no_maps}")


class LightEngine(Engine):
    """A bundle by onnxruntime."""

    no_maps = "Maps need torch: open the model without --light where styleclf[train] is installed."

    def __init__(self, model: LightModel) -> None:
        self.model = model
        self.styles = model.styles
        self.embedding_size = model.manifest.embedding_size

    def fingerprint(self) -> str:
        """The digests of the bundle's files."""
        return " ".join(self.model.manifest.files.values())

    def predictions(self, paths: Sequence[Path]) -> list[PicturePrediction | str]:
        """What is said of each image file, or why it cannot be read."""
        predictions = self.model.predict_files(paths)
        return _answers_for(predictions, paths, self.model.descriptions)


class LearnerEngine(Engine):
    """An exported learner, or the learner of a bundle, by torch."""

    def __init__(self, learn: "Learner") -> None:
        from styleclf.inference import learner_parts

        parts = learner_parts(learn)
        self.learn = learn
        self.styles = parts.vocab
        self.embedding_size = parts.embedding_size
        self._descriptions = _descriptions_of(learn)

    def fingerprint(self) -> str:
        """A digest of the weights."""
        digest = hashlib.sha256()
        for name, value in self.learn.model.state_dict().items():
            digest.update(name.encode())
            digest.update(value.float().cpu().numpy().tobytes())
        return digest.hexdigest()

    def predictions(self, paths: Sequence[Path]) -> list[PicturePrediction | str]:
        """What is said of each image file, or why it cannot be read."""
        from styleclf.inference import probas_and_embeddings

        predictions = probas_and_embeddings(self.learn, paths, progress=False)
        return _answers_for(predictions, paths, self._descriptions)

    def occlusion(self, path: Path, style: str) -> Image.Image:
        """A picture under its map."""
        from styleclf.data import open_rgb
        from styleclf.explain import MapOptions, explanations, maps_on_pictures
        from styleclf.inference import picture_of
        from styleclf.plots import paint_map

        options = MapOptions(squares=_SQUARES)
        result = explanations(self.learn, [path], "occlusion", target=style, options=options)
        picture = open_rgb(path, _MAP_SIDE)
        picture.thumbnail((_MAP_SIDE, _MAP_SIDE))
        fit = picture_of(self.learn).fit
        picture_map = maps_on_pictures(result.attr, [picture], fit)[0]
        return paint_map(picture, picture_map)


def _answers_for(
    predictions: "LightPredictions | FilePredictions",
    paths: Sequence[Path],
    descriptions: Descriptions,
) -> list[PicturePrediction | str]:
    """What predictions say of each image file, or why it cannot be read."""
    answers: list[PicturePrediction | str] = []
    for position, path in enumerate(paths):
        if position in predictions.unreadable:
            answers.append(predictions.unreadable[position])
        else:
            answers.append(descriptions.of(predictions, position, path))
    return answers


def _descriptions_of(learn: "Learner") -> Descriptions:
    """What a learner says in words."""
    from styleclf.evaluation import rule_facts
    from styleclf.inference import novelty_of, rule_of

    styles = list(learn.dls.vocab)
    rule = rule_of(learn)
    wider = None
    if rule is not None:
        facts = rule_facts(rule)
        wider = wider_answers(facts, styles)
    return Descriptions(
        styles=styles,
        novelty=novelty_of(learn),
        thresholds=_thresholds_of(learn),
        wider=wider,
    )


def _thresholds_of(learn: "Learner") -> Any:
    """The learner's thresholds of sets, a number or `(n_styles,)`; None of a learner without."""
    from styleclf.inference import threshold_of

    try:
        return threshold_of(learn, "")
    except ValueError:  # it was not calibrated
        return None


def open_engine(path: str | Path, *, light: bool = False) -> Engine:
    """The model at a path: a bundle by torch where that is installed, else, or if it is to be `light`, without.

    Raises FileNotFoundError where there is none, and ValueError for one that cannot be opened so.
    """
    is_light = light or not _has_torch()
    if not is_bundle_path(path):
        if not Path(path).is_file():
            raise FileNotFoundError(f"no model at {path}: recipes/train.py and recipes/export.py write one")
        if is_light:
            raise ValueError(
                f"{path} needs torch: make a bundle of it by recipes/export.py, which opens with --light anywhere"
            )
    if is_light:
        model = open_model(path)
        check_one_style(path, model.manifest.label_thresholds, dates=model.manifest.years is not None)
        return LightEngine(model)

    from styleclf.bundle import open_learner
    from styleclf.inference import label_thresholds_of, years_of

    learn = open_learner(path)
    thresholds = label_thresholds_of(learn)
    dates = years_of(learn) is not None
    check_one_style(path, thresholds, dates=dates)
    return LearnerEngine(learn)


def check_one_style(path: str | Path, label_thresholds: np.ndarray | None, *, dates: bool = False) -> None:
    """Raise ValueError for a model that dates or gives several labels to a picture: people are asked for one style."""
    if dates:
        advice = "recipes/predict.py and python -m styleclf.light take it as --dates"
        raise ValueError(f"{path} dates pictures, and the app asks for one style: {advice}")
    if label_thresholds is not None:
        advice = "recipes/predict.py and python -m styleclf.light predict with it"
        raise ValueError(f"{path} gives several labels to a picture, and the app asks for one style: {advice}")


def _has_torch() -> bool:
    """Whether the packages are installed that learners need."""
    return all(find_spec(package) for package in _PACKAGES_OF_LEARNERS)
