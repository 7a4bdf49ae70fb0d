"""Four ways to train the same network on the same fold, each as its user would write it.

Every contender is given the task and its turns, and returns what its stopwatch has measured. Imports are inside the
functions: they are part of the time that a contender takes.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from styleclf.benchmark.alternation import Turns
from styleclf.benchmark.task import BenchmarkTask, prepare

if TYPE_CHECKING:
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from torch import nn

_ANCESTOR_FIRST_RATE = 1e-4
_ANCESTOR_LAST_RATE = 1e-5
_ANCESTOR_EMBEDDING = 16  # numbers between its 1000-way layer and the styles


# Plain fastai


def _plain_fastai(task: BenchmarkTask, turns: Turns) -> dict:
    """fastai without styleclf, as its documentation teaches it."""
    prepare(task)
    from styleclf.benchmark.stopwatch import watch_training

    learn = fastai_learner(task)
    with watch_training(learn, turns) as stopwatch:
        if task.pretrained:
            learn.fine_tune(task.fastai_epochs)
        else:
            learn.fit_one_cycle(task.fastai_epochs)
    precision = "fp16" if task.device == "cuda" else "fp32"
    return stopwatch.outcome(_predictions(learn, task), precision)


def fastai_learner(task: BenchmarkTask) -> "Learner":
    """`ImageDataLoaders`, `Resize`, `aug_transforms`, `vision_learner`: a frozen body if its weights are pretrained."""
    from fastai.vision.all import CategoryBlock, ImageDataLoaders, Normalize, Resize, aug_transforms, vision_learner

    from styleclf.models import image_stats, load_weights

    train, test = task.parts()
    parts = [train.assign(is_valid=False), test.assign(is_valid=True)]
    table = pd.concat(parts, ignore_index=True)
    normalize = Normalize.from_stats(*image_stats(task.arch))
    dls = ImageDataLoaders.from_df(
        table,
        path=task.images,
        fn_col="filename",
        label_col="label",
        valid_col="is_valid",
        y_block=CategoryBlock(vocab=_vocab_of(task)),
        item_tfms=Resize(task.size),
        batch_tfms=[*aug_transforms(), normalize],
        bs=min(task.bs, len(train)),
    )
    is_pretrained = task.weights == "imagenet"
    learn = vision_learner(dls, task.arch, pretrained=is_pretrained, path=".")
    if task.weights not in ("imagenet", "none"):
        load_weights(learn.model[0].model, task.weights)
        learn.freeze()
    return learn.to_fp16() if task.device == "cuda" else learn


# The ancestor's recipe


def _ancestor(task: BenchmarkTask, turns: Turns) -> dict:
    """The ancestor's recipe: the 1000-way layer kept, every image changed by itself, all trained, decaying rate."""
    prepare(task)
    from fastai.callback.schedule import ParamScheduler, SchedExp

    from styleclf.benchmark.stopwatch import watch_training

    learn = _ancestor_learner(task)
    decay = ParamScheduler({"lr": SchedExp(_ANCESTOR_FIRST_RATE, _ANCESTOR_LAST_RATE)})
    with watch_training(learn, turns) as stopwatch:
        learn.fit(task.ancestor_epochs, _ANCESTOR_FIRST_RATE, cbs=decay)
    return stopwatch.outcome(_predictions(learn, task), "fp32")


def _ancestor_learner(task: BenchmarkTask) -> "Learner":
    """A learner with the ancestor's network, changes of images and optimiser."""
    import torch
    from fastai.optimizer import OptimWrapper
    from fastai.torch_core import default_device
    from fastai.vision.all import CrossEntropyLossFlat, Learner

    def adam(params: object, **hypers: object) -> OptimWrapper:
        """torch's Adam for a fastai learner."""
        return OptimWrapper(params, torch.optim.Adam, **hypers)

    dls = _ancestor_loaders(task)
    n_styles = len(_vocab_of(task))
    model = _ancestor_model(task, n_styles).to(default_device())
    return Learner(dls, model, CrossEntropyLossFlat(), opt_func=adam, wd=0)


def _ancestor_loaders(task: BenchmarkTask) -> "DataLoaders":
    """torch's loaders with the changes of images that the ancestor made."""
    from fastai.torch_core import defaults
    from fastai.vision.all import DataLoaders
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

    normalize = Normalize(*_ancestor_stats(task))
    for_model = [Resize((task.size, task.size)), normalize]
    jitter = ColorJitter(0.25, 0.25, 0.25, hue=0.0)
    changes = [RandomRotation(45), RandomHorizontalFlip(0.5), jitter]
    train_tfms = Compose([*changes, ToTensor(), RandomErasing(0.5), *for_model])  # erasing needs tensors
    test_tfms = Compose([ToTensor(), *for_model])
    train_rows, test_rows = task.parts()
    train = PilItems(task, train_rows, train_tfms)
    test = PilItems(task, test_rows, test_tfms)
    n_workers = defaults.cpus
    bs = min(task.bs, len(train))
    train_loader = DataLoader(train, bs, shuffle=True, drop_last=True, num_workers=n_workers)  # type: ignore[arg-type, var-annotated]
    test_loader = DataLoader(test, task.bs, num_workers=n_workers)  # type: ignore[arg-type, var-annotated]
    return DataLoaders(train_loader, test_loader)


class PilItems:
    """A data set for torch's loaders: `(changed image, position of its style)`, opened from its file each time."""

    def __init__(
        self,
        task: BenchmarkTask,
        rows: pd.DataFrame,
        transform: Callable,
    ) -> None:
        self.vocab = _vocab_of(task)
        self.paths = task.paths(rows)
        self.targs = [self.vocab.index(label) for label in rows["label"]]
        self.transform = transform

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> tuple:
        from PIL import Image

        from styleclf.data import readable_formats

        file = Image.open(self.paths[i], formats=readable_formats())
        image = file.convert("RGB")
        return self.transform(image), self.targs[i]


def _ancestor_model(task: BenchmarkTask, n_out: int) -> "nn.Module":
    """Pretrained network with its 1000-way layer, then 16, then the styles; that layer is random if no file has it."""
    from timm.models import load_state_dict

    from styleclf.models import create_model

    weights = task.weights_imagenet or task.weights
    if not lacks_1000(task):
        return create_model(task.arch, n_out, _ANCESTOR_EMBEDDING, features="imagenet", weights=weights)
    model = create_model(task.arch, n_out, _ANCESTOR_EMBEDDING, features="imagenet", weights="none")
    model[0].load_state_dict(load_state_dict(task.weights), strict=False)
    return model


def lacks_1000(task: BenchmarkTask) -> bool:
    """Whether the ancestor must start from a file of the body alone, because it was given no other."""
    from timm import create_model
    from timm.models import load_state_dict

    has_no_file = task.weights in ("imagenet", "none") or not Path(task.weights).is_file()
    if task.weights_imagenet or has_no_file:
        return False
    names_in_file = set(load_state_dict(task.weights))
    names_of_network = set(create_model(task.arch).state_dict())
    names_of_body = set(create_model(task.arch, num_classes=0).state_dict())
    return names_of_body <= names_in_file and not names_of_network <= names_in_file


def _ancestor_stats(task: BenchmarkTask) -> tuple:
    """Mean and deviation per channel that the ancestor's weights expect."""
    from styleclf.models import image_stats

    if not (task.weights_imagenet and task.stats_imagenet):
        return image_stats(task.arch)
    mean, deviation = task.stats_imagenet
    return (mean,) * 3, (deviation,) * 3


# styleclf


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
    with watch_training(learn, turns) as stopwatch:
        train(learn, epochs)
    _, test = task.parts()
    predictions = predict_design(learn, test, task.images, progress=False)
    return stopwatch.outcome(predictions, resolve_precision(task.precision, learn.dls.device))


def styleclf_learner(task: BenchmarkTask, cache: bool = True) -> "Learner":
    """`get_dls` and `style_learner`; decoded images go to the task's own folder, or nowhere."""
    from styleclf.data import get_dls
    from styleclf.training import style_learner

    folder = task.cache if cache else False
    dls = get_dls(
        task.design,
        task.images,
        task.fold,
        arch=task.arch,
        size=task.size,
        bs=task.bs,
        cache=folder,
    )
    return style_learner(dls, task.arch, task.weights, precision=task.precision)


# All of them


def _vocab_of(task: BenchmarkTask) -> list[str]:
    """All styles of the design, sorted."""
    return sorted(task.design["label"].unique())


def _predictions(learn: "Learner", task: BenchmarkTask) -> pd.DataFrame:
    """`label, author, pred, proba_<style>…` of the test fold, by fastai's own `get_preds`."""
    from styleclf.evaluation import prediction_columns

    with learn.no_bar(), learn.no_logging():
        probas, _ = learn.get_preds(dl=learn.dls.valid)
    _, test = task.parts()
    truth = test[["label", "author"]].reset_index(drop=True)
    predictions = prediction_columns(probas.float().numpy(), _vocab_of(task))
    return pd.concat([truth, predictions], axis=1)


class Contender(NamedTuple):
    """A way to train: its name in words, what does it, and how many epochs that takes."""

    name: str
    function: Callable[[BenchmarkTask, Turns], dict]
    epochs: Callable[[BenchmarkTask], int]


CONTENDERS = {
    "fastai": Contender("plain fastai", _plain_fastai, lambda task: task.fastai_epochs + task.pretrained),
    "ancestor": Contender("ancestor's recipe", _ancestor, lambda task: task.ancestor_epochs),
    "probe": Contender("styleclf probe", _styleclf_probe, lambda task: 0),
    "finetune": Contender("styleclf fine-tune", _styleclf_fine_tune, lambda task: task.epochs),
}
