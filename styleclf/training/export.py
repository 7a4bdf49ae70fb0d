"""Exported learners: written whole, loaded with one sentence for a file that is not one."""

import errno
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from types import SimpleNamespace
from typing import Any, cast

import cloudpickle
import fastai.callback.schedule  # noqa: F401  (gives every learner its bar, fine_tune and lr_find)
import torch
from fastai.learner import Learner, load_learner
from torch import nn

from styleclf.common import check_path, whole_file
from styleclf.data import ImagePath
from styleclf.inference import keep_profile, keep_style_ids, learner_parts, novelty_of
from styleclf.models import CosineHead
from styleclf.training.novelty import learn_novelty
from styleclf.training.origin import keep_origin, note_temperature


def set_temperature(learn: Learner, temperature: float) -> None:
    """Divide the logits of a learner by a number above 0, for good, by changing the weights of its head in place.

    Raises ValueError for a learner that styleclf has not made.
    """
    head = learner_parts(learn).head
    note_temperature(learn, temperature)
    if isinstance(head, CosineHead):
        head.scale /= temperature
        return
    linear = cast(nn.Linear, cast(nn.Sequential, head)[1])
    with torch.no_grad():
        linear.weight.div_(temperature)
        linear.bias.div_(temperature)


def export_learner(learn: Learner, path: str | Path) -> Path:
    """Write the learner without its images, for `load_style_learner` and fastai's `load_learner`; it appears whole.

    The file can be read on any system and names no folder of this one; rows of a design are then looked for from the
    current folder on. `learn.export` of a learner by `style_learner` or `load_bundle` does the same.

    With it goes what sizes and sharpness its training images had, so that `unlike_training` can tell of others,
    hashes of their painters, ids of its styles, and what `learn_novelty` learns of them, unless it has been learned
    before.

    Raises ValueError for a learner that styleclf has not made, and for what is not the path of a file.

    >>> export_learner(learn, folder / "model.pkl").name
    'model.pkl'
    """
    learner_parts(learn)
    check_path(path, "path")
    keep_profile(learn)
    keep_origin(learn)
    keep_style_ids(learn)
    if novelty_of(learn) is None:
        learn_novelty(learn)
    path = Path(path)
    dls = learn.dls
    try:
        with whole_file(path) as aside, _without_folders(learn):
            learn.export(aside.absolute(), pickle_module=_PORTABLE)
    finally:
        learn.dls = dls  # fastai leaves it empty when writing fails
    return path


class _PortablePickler(cloudpickle.Pickler):
    """fastai's pickler, but for paths: those of one system cannot be read on another."""

    def reducer_override(self, value: Any) -> Any:
        """How a value is pickled: a path as its text."""
        if isinstance(value, PurePath):
            return path_of_text, (value.as_posix(),)
        return super().reducer_override(value)


_MISSING_NAME = re.compile(r"attribute '(\w+)' on <module '(styleclf[\w.]*)'")  # in what Python says of a lost class
_OF_CUT_FILES = "PytorchStreamReader"  # who reads the file, in what torch says of one that has no end
_PORTABLE = SimpleNamespace(__name__="portable", Pickler=_PortablePickler)  # what torch takes for a pickle module


def path_of_text(text: str) -> Path:
    """A path of whichever system reads it; exported learners refer to this function by name."""
    return Path(text)


@contextmanager
def _without_folders(learn: Learner) -> Iterator[None]:
    """Have a learner forget where it was made and where its images are: that is nobody's business elsewhere."""
    places: list[tuple[Any, str, Path]] = [
        (learn, "path", learn.path),
        (learn.dls, "path", learn.dls.path),
    ]
    for transform in learn.dls.valid_ds.tls[0].tfms.fs:
        if isinstance(transform, ImagePath):
            places.append((transform, "images", transform.images))
    try:
        for owner, name, _ in places:
            setattr(owner, name, Path())
        yield
    finally:
        for owner, name, folder in places:
            setattr(owner, name, folder)


def load_style_learner(path: str | Path, cpu: bool = True) -> Learner:
    """Load an exported learner. Only load files you trust: unpickling runs what is in them.

    Raises FileNotFoundError where there is no file, ValueError for a file that is not an exported learner or needs a
    package that is not installed.

    >>> file = export_learner(learn, folder / "model.pkl")
    >>> probas, unreadable = predict_files(load_style_learner(file), pictures, progress=False)
    >>> probas.shape
    (2, 8)
    """
    check_path(path, "the exported learner")
    if not Path(path).is_file():
        raise FileNotFoundError(f"no exported learner at {path}: recipes/train.py writes one, model.pkl")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="load_learner")
            learn = load_learner(path, cpu=cpu)
    except UnboundLocalError as error:  # fastai swallows the ImportError and then misses its result
        raise ValueError(f"{path} {_missing_module(path)}") from error
    except Exception as error:  # unpickling a foreign file can raise anything
        missing_name = _MISSING_NAME.search(str(error))
        if missing_name:
            name, module = missing_name.groups()
            raise ValueError(f"{path} {_of_other_version(f'{module}.{name}')}") from error
        if _is_of_cut_file(error):
            raise ValueError(f"{path} is empty or cut off: copy it again, or train anew") from error
        raise ValueError(f"{path} is not an exported learner, or one of another version: {error}") from error
    if not isinstance(learn, Learner):
        raise ValueError(f"{path} holds a {type(learn).__name__}, not an exported learner")
    return learn


def _of_other_version(name: str) -> str:
    """What is wrong with a learner that refers to a module, class or function that is gone."""
    advice = "open it with the version that made it, or train anew"
    return f"refers to {name}, which this version of styleclf lacks: {advice}"


def _is_of_cut_file(error: Exception) -> bool:
    """Whether torch has failed because a file ends too early, or before it has begun."""
    is_beyond_end = getattr(error, "errno", None) == errno.EINVAL
    return is_beyond_end or isinstance(error, EOFError) or _OF_CUT_FILES in str(error)


def _missing_module(path: str | Path) -> str:
    """Which module a learner refers to that cannot be imported."""
    try:
        torch.load(path, map_location="cpu", weights_only=False)
    except ImportError as error:
        if str(error.name).startswith("styleclf"):
            return _of_other_version(str(error.name))
        return f"needs {error.name}, which is not installed: install it"
    return "needs a package that is not installed"
