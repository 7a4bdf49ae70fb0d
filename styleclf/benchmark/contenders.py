"""Four ways to train the same network on the same fold, each as its user would write it.

Every contender is given the task and its turns, and returns what its watch tells. Imports are inside: they are part of
the time it takes.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from styleclf.benchmark.alternation import Turns
from styleclf.benchmark.task import BenchmarkTask, prepare

if TYPE_CHECKING:
    from fastai.learner import Learner
    from torch import nn

_ANCESTOR_RATES = (1e-4, 1e-5)  # at the beginning and at the end
_ANCESTOR_EMBEDDING = 16


def _plain_fastai(task: BenchmarkTask, turns: Turns) -> dict:
    """fastai without styleclf, as its documentation teaches it."""
    prepare(task)
    from styleclf.benchmark.stopwatch import watch_training

    learn = fastai_learner(task)
    with watch_training(learn, turns) as watch:
        if task.pretrained:
            learn.fine_tune(task.fastai_epochs)
        else:
            learn.fit_one_cycle(task.fastai_epochs)
    return watch.outcome(_predictions(learn, task), "fp16" if task.device == "cuda" else "fp32")


def fastai_learner(task: BenchmarkTask) -> "Learner":
    """`ImageDataLoaders`, `Resize`, `aug_transforms`, `vision_learner`: a frozen body if its weights are pretrained."""
    from fastai.vision.all import CategoryBlock, ImageDataLoaders, Normalize, Resize, aug_transforms, vision_learner

    from styleclf.models import image_stats, load_weights

    train, test = task.parts()
    table = pd.concat([train.assign(is_valid=False), test.assign(is_valid=True)], ignore_index=True)
    dls = ImageDataLoaders.from_df(
        table,
        path=task.images,
        fn_col="filename",
        label_col="label",
        valid_col="is_valid",
        y_block=CategoryBlock(vocab=_vocab_of(task)),
        item_tfms=Resize(task.size),
        batch_tfms=[*aug_transforms(), Normalize.from_stats(*image_stats(task.arch))],
        bs=min(task.bs, len(train)),
    )
    learn = vision_learner(dls, task.arch, pretrained=task.weights == "imagenet", path=".")
    if task.weights not in ("imagenet", "none"):
        load_weights(learn.model[0].model, task.weights)
        learn.freeze()
    return learn.to_fp16() if task.device == "cuda" else learn


def _ancestor(task: BenchmarkTask, turns: Turns) -> dict:
    """The ancestor's recipe: the 1000-way layer kept, every image changed by itself, all trained, decaying rate."""
    prepare(task)
    import torch
    from fastai.callback.schedule import ParamScheduler, SchedExp
    from fastai.optimizer import OptimWrapper
    from fastai.torch_core import default_device, defaults
    from fastai.vision.all import CrossEntropyLossFlat, DataLoaders, Learner
    from torch.utils.data import DataLoader
    from torchvision.transforms import (
        ColorJitter,
        Compose,
        Normalize,
        RandomErasing,
        RandomHorizontalFlip,
        RandomRotation,
        Resize,
        ToTensor,
    )

    from styleclf.benchmark.stopwatch import watch_training

    for_model = [Resize((task.size, task.size)), Normalize(*_ancestor_stats(task))]
    changes = [RandomRotation(45), RandomHorizontalFlip(0.5), ColorJitter(0.25, 0.25, 0.25, hue=0.0)]
    training = Compose([*changes, ToTensor(), RandomErasing(0.5), *for_model])  # erasing needs tensors
    testing = Compose([ToTensor(), *for_model])
    train_rows, test_rows = task.parts()
    train, test = PilItems(task, train_rows, training), PilItems(task, test_rows, testing)
    dls = DataLoaders(
        DataLoader(train, min(task.bs, len(train)), shuffle=True, drop_last=True, num_workers=defaults.cpus),
        DataLoader(test, task.bs, num_workers=defaults.cpus),
    )
    learn = Learner(
        dls,
        _ancestor_model(task, len(train.vocab)).to(default_device()),
        CrossEntropyLossFlat(),
        opt_func=lambda params, **hypers: OptimWrapper(params, torch.optim.Adam, **hypers),
        wd=0,
    )
    with watch_training(learn, turns) as watch:
        learn.fit(task.ancestor_epochs, _ANCESTOR_RATES[0], cbs=ParamScheduler({"lr": SchedExp(*_ANCESTOR_RATES)}))
    return watch.outcome(_predictions(learn, task), "fp32")


class PilItems:
    """A data set for torch's loaders: `(changed image, position of its style)`, opened from its file each time."""

    def __init__(self, task: BenchmarkTask, rows: pd.DataFrame, transform: Callable) -> None:
        self.vocab = _vocab_of(task)
        self.paths = [task.images / filename for filename in rows["filename"]]
        self.targs = [self.vocab.index(label) for label in rows["label"]]
        self.transform = transform

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> tuple:
        from PIL import Image

        return self.transform(Image.open(self.paths[i]).convert("RGB")), self.targs[i]


def _ancestor_model(task: BenchmarkTask, n_out: int) -> "nn.Module":
    """Pretrained network with its 1000-way layer, then 16, then the styles; that layer is random if no file has it."""
    from timm.models import load_state_dict

    from styleclf.models import create_model

    if lacks_1000(task):
        model = create_model(task.arch, n_out, _ANCESTOR_EMBEDDING, features="imagenet", weights="none")
        model[0].load_state_dict(load_state_dict(task.weights), strict=False)
        return model
    weights = task.weights_imagenet or task.weights
    return create_model(task.arch, n_out, _ANCESTOR_EMBEDDING, features="imagenet", weights=weights)


def lacks_1000(task: BenchmarkTask) -> bool:
    """Whether the ancestor must start from a file of the body alone, because no other was given."""
    from timm import create_model
    from timm.models import load_state_dict

    if task.weights_imagenet or task.weights in ("imagenet", "none") or not Path(task.weights).is_file():
        return False
    found = load_state_dict(task.weights)
    whole, body = (create_model(task.arch, **options).state_dict() for options in ({}, {"num_classes": 0}))
    return set(body) <= set(found) and not set(whole) <= set(found)


def _ancestor_stats(task: BenchmarkTask) -> tuple:
    """Mean and deviation a channel that the ancestor's weights expect."""
    from styleclf.models import image_stats

    if task.weights_imagenet and task.stats_imagenet:
        return tuple((value,) * 3 for value in task.stats_imagenet)
    return image_stats(task.arch)


def _styleclf_probe(task: BenchmarkTask, turns: Turns) -> dict:
    """styleclf without fine-tuning."""
    return _styleclf_training(task, turns, epochs=0)


def _styleclf_fine_tune(task: BenchmarkTask, turns: Turns) -> dict:
    """styleclf with its defaults."""
    return _styleclf_training(task, turns, task.epochs)


def _styleclf_training(task: BenchmarkTask, turns: Turns, epochs: int) -> dict:
    """What `recipes/train.py` does, up to the predictions of the test fold."""
    prepare(task)
    from styleclf.benchmark.stopwatch import watch_training
    from styleclf.inference import predict_design
    from styleclf.models import resolve_precision
    from styleclf.training import train

    learn = styleclf_learner(task)
    with watch_training(learn, turns) as watch:
        train(learn, epochs)
    found = predict_design(learn, task.parts()[1], task.images, progress=False)
    return watch.outcome(found, resolve_precision(task.precision, learn.dls.device))


def styleclf_learner(task: BenchmarkTask, cache: bool = True) -> "Learner":
    """`get_dls` and `style_learner`; decoded images go to the task's own folder, or nowhere."""
    from styleclf.data import get_dls
    from styleclf.training import style_learner

    folder = task.cache if cache else False
    dls = get_dls(task.design, task.images, task.fold, arch=task.arch, size=task.size, bs=task.bs, cache=folder)
    return style_learner(dls, task.arch, task.weights, precision=task.precision)


def _vocab_of(task: BenchmarkTask) -> list[str]:
    """All styles of the design, sorted."""
    return sorted(task.design["label"].unique())


def _predictions(learn: "Learner", task: BenchmarkTask) -> pd.DataFrame:
    """`label, author, pred, proba_<style>…` of the test fold, by fastai's own `get_preds`."""
    from styleclf.evaluation import prediction_columns

    with learn.no_bar(), learn.no_logging():
        probas, _ = learn.get_preds(dl=learn.dls.valid)
    known = task.parts()[1][["label", "author"]].reset_index(drop=True)
    return pd.concat([known, prediction_columns(probas.float().numpy(), _vocab_of(task))], axis=1)


class Contender(NamedTuple):
    """How a way to train is called, in words and on the command line, and what does it."""

    name: str
    function: Callable[[BenchmarkTask, Turns], dict]
    epochs: Callable[[BenchmarkTask], int]


CONTENDERS = {
    "fastai": Contender("plain fastai", _plain_fastai, lambda task: task.fastai_epochs + task.pretrained),
    "ancestor": Contender("ancestor's recipe", _ancestor, lambda task: task.ancestor_epochs),
    "probe": Contender("styleclf probe", _styleclf_probe, lambda task: 0),
    "finetune": Contender("styleclf fine-tune", _styleclf_fine_tune, lambda task: task.epochs),
}
