"""A bundle or a learner, asked in one way: what it says of pictures, and what it looks at."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from styleclf.light import NONE_OF_THESE, LightModel, PicturePrediction, is_bundle_path, open_model

if TYPE_CHECKING:
    from fastai.learner import Learner

_N_LIKELIEST = 3  # styles named for a picture
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
        arrays = self.model.predict_files(paths)
        answers: list[PicturePrediction | str] = []
        for position, path in enumerate(paths):
            if position in arrays.unreadable:
                answers.append(arrays.unreadable[position])
            else:
                answers.append(self.model.described(arrays, position, path))
        return answers


class LearnerEngine(Engine):
    """An exported learner, or the learner of a bundle, by torch."""

    def __init__(self, learn: "Learner") -> None:
        from styleclf.inference import learner_parts, novelty_of

        parts = learner_parts(learn)
        self.learn = learn
        self.styles = parts.vocab
        self.embedding_size = parts.embedding_size
        self._novelty = novelty_of(learn)
        self._thresholds = _thresholds_of(learn)

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

        arrays = probas_and_embeddings(self.learn, paths, progress=False)
        answers: list[PicturePrediction | str] = []
        for position, path in enumerate(paths):
            if position in arrays.unreadable:
                answers.append(arrays.unreadable[position])
            else:
                answers.append(self._described(arrays, position, path))
        return answers

    def _described(self, arrays: Any, position: int, path: Path) -> PicturePrediction:
        """What the arrays of `FilePredictions` say of one picture, as `LightModel.described` has it."""
        probas = arrays.probas[position]
        order = np.argsort(-probas, kind="stable")
        likeliest = [(self.styles[i], float(probas[i])) for i in order[:_N_LIKELIEST]]
        novelty = arrays.novelty[position]
        is_new = self._novelty is not None and bool(self._novelty.is_new(novelty))
        answer, _ = likeliest[0]
        style_set = None
        if self._thresholds is not None:
            is_member = (probas >= self._thresholds) | (probas == probas.max())
            style_set = [self.styles[i] for i in order if is_member[i] and not is_new]
        return PicturePrediction(
            path=path,
            probas=probas,
            embedding=arrays.embeddings[position],
            likeliest=likeliest,
            style_set=style_set,
            novelty=float(novelty),
            answer=NONE_OF_THESE if is_new else answer,
        )

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
        return LightEngine(open_model(path))

    from styleclf.bundle import open_learner

    return LearnerEngine(open_learner(path))


def _has_torch() -> bool:
    """Whether the packages are installed that learners need."""
    return all(find_spec(package) for package in _PACKAGES_OF_LEARNERS)
