"""The learner: model, loss and callbacks around `dls`; its history; export and load."""

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fastai.callback.schedule  # noqa: F401  (gives every learner its bar, fine_tune and lr_find)
import numpy as np
import pandas as pd
import torch
from fastai.callback.core import Callback, CancelValidException
from fastai.data.core import DataLoaders
from fastai.data.transforms import Normalize
from fastai.learner import Learner, load_learner
from fastai.metrics import AccumMetric

from styleclf.features import kept_batch
from styleclf.losses import SCALE, class_weights, create_loss
from styleclf.metric_losses import METRIC_LOSSES, NO_JOINT, cosine_head, metric_callbacks, use_diverse_batches
from styleclf.metrics import top_1_accuracy, top_2_accuracy
from styleclf.models import CosineHead, Features, create_model, freeze_batchnorm, image_stats, parameter_groups
from styleclf.output import on_terminal, spoken_seconds, whole_file
from styleclf.precision import FittingPrecision, Precision, set_layout


def style_learner(
    dls: DataLoaders,
    arch: str = "resnet18",  # any name of timm
    weights: str | Path = "imagenet",  # 'imagenet', a file of weights for the body, or 'none'
    embedding_size: int = 16,
    features: Features = "style",  # 'pooled' for a model of timm that does not show its stages
    loss: str = "cross_entropy",  # focal; with a cosine head arcface, subcenter, cosface, proxyanchor, triplet, supcon
    class_weighting: bool = True,  # let every style count alike in the loss
    label_smoothing: float = 0.1,
    margin: float | None = None,  # degrees for arcface and subcenter, cosine for others; default: what suits the loss
    scale: float = SCALE,  # of the cosines of a cosine head
    joint: str = NO_JOINT,  # or triplet, supcon: on embeddings, beside the loss
    joint_weight: float = 0.3,
    wd: float = 0.01,
    precision: Precision = "auto",
    path: str | Path = ".",  # where fastai saves and exports to
) -> Learner:
    """A fastai `Learner` that classifies the styles of `dls.vocab`; a body with pretrained weights starts frozen.

    Metrics are class-weighted top-1 and top-2 accuracy; `learn.history.table()` holds every epoch of every fit.
    Where a loss compares images, `dls` get batches that hold as many of every style, by different authors.
    Warns if `dls` normalise images in another way than the architecture was trained with.

    Raises what `create_model`, `create_loss`, `metric_callbacks` and `use_diverse_batches` raise.
    """
    warn_of_other_stats(dls, arch)
    vocab = list(dls.vocab)
    watching = metric_callbacks(loss, margin, scale, joint, joint_weight)
    comparing = loss in METRIC_LOSSES or joint != NO_JOINT
    if comparing:
        use_diverse_batches(dls)
    model = create_model(
        arch, len(vocab), embedding_size, features, weights, cosine_head(loss, embedding_size, len(vocab), scale)
    )
    set_layout(model)
    weighted = class_weighting and not comparing  # such batches are balanced already
    weight = class_weights(dls.train_ds.items["label"], vocab).to(dls.device) if weighted else None
    pretrained = str(weights) != "none"
    cbs = [FittingPrecision(precision), History(), *([FrozenBatchNorm()] if pretrained else []), *watching]
    on_logits = "cross_entropy" if loss in METRIC_LOSSES else loss
    learn = Learner(
        dls,
        model,
        create_loss(on_logits, weight, label_smoothing, margin=margin, scale=scale),
        splitter=parameter_groups,
        cbs=cbs,
        metrics=[AccumMetric(top_1_accuracy, flatten=False), AccumMetric(top_2_accuracy, flatten=False)],
        wd=wd,
        path=path,
        train_bn=False,
    )
    learn.recorder.train_metrics = True
    learn.pretrained = pretrained
    if pretrained:
        learn.freeze_to(2)  # the body
    return learn


def arcface_learner(dls: DataLoaders, arch: str = "resnet18", embedding_size: int = 64, **how: object) -> Learner:
    """A learner whose embeddings tell styles by their direction alone: `style_learner` with loss='arcface'.

    Its head is cosine, its loss has a margin on the angle to the true style (arXiv 1801.07698), which grows while the
    training warms up. `how` are other keywords of `style_learner`, such as `margin` (degrees) and `scale`.
    """
    return style_learner(dls, arch, embedding_size=embedding_size, **{"loss": "arcface", **how})


class FrozenBatchNorm(Callback):
    """Keeps the running statistics of pretrained batch normalisation: some hundred paintings estimate them worse."""

    order = -4  # right after fastai has put the model into training mode

    def before_train(self) -> None:
        """Put the body's batch normalisation into evaluation mode."""
        freeze_batchnorm(self.model[0])


class History(Callback):
    """Every epoch of every fit, as rows of one table."""

    order = 51  # after the recorder

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, float]] = []

    def before_fit(self) -> None:
        """Stay out of the learning rate finder."""
        self.run = not hasattr(self.learn, "lr_finder")

    def before_epoch(self) -> None:
        """Start the clock."""
        self.start, self.trained = time.monotonic(), False

    def after_train(self) -> None:
        """Tell an epoch of training from one of mere prediction, for which fastai calls `after_epoch` as well."""
        self.trained = True

    def after_epoch(self) -> None:
        """Add the epoch's row."""
        if not self.trained:
            return
        names = [name.replace("valid_", "test_") for name in self.recorder.metric_names[1:-1]]
        values = dict(zip(names, self.recorder.values[-1], strict=False))  # none of the test set if it was left alone
        self.add(values, time.monotonic() - self.start)

    def add_probe(self, found: dict[str, float], seconds: float) -> None:
        """Add the state after the probe as a row: epoch 0 if it comes first. Kept features spare the body its work."""
        names, model = ["loss", *self.learn.metrics.attrgot("name")], self.learn.model
        batch = kept_batch(model[0], self.dls, self.dls.valid_ds, self.learn.fitting_precision.precision)
        try:
            if batch is not None:
                self.learn.model = model[1:]
            with self.learn.no_bar(), self.learn.no_logging():
                judged = self.learn.validate(dl=batch and [batch])
        finally:
            self.learn.model = model
        judged = dict(zip((f"test_{name}" for name in names), judged, strict=False))
        self.add({name: found[name] for name in found if name.startswith("train_")} | judged, seconds, first=0)

    def add(self, values: dict[str, float], seconds: float, first: int = 1) -> None:
        """Add a row; epochs are numbered through."""
        epoch = self.rows[-1]["epoch"] + 1 if self.rows else first
        self.rows.append({"epoch": epoch, **values, "seconds": round(seconds, 2)})

    def table(self) -> pd.DataFrame:
        """Columns `epoch, train_loss, test_loss, …, seconds`; training values are those under augmentation."""
        table = pd.DataFrame(self.rows)
        order = {"epoch": 0, "train_loss": 1, "test_loss": 2, "seconds": 9}
        return table[sorted(table, key=lambda name: order.get(name, 5))]


class Unjudged(Callback):
    """Leaves the test images alone at the end of epochs: for training on all folds while validation stays closed."""

    def before_validate(self) -> None:
        """Skip them."""
        raise CancelValidException


class EpochLines(Callback):
    """Prints one line an epoch with the time that is left: for logs, where a bar cannot be redrawn."""

    order = 52  # after History

    def before_fit(self) -> None:
        """Start the clock."""
        self.start = time.monotonic()

    def after_epoch(self) -> None:
        """Print the line."""
        if not self.history.trained:
            return
        row, done = self.history.rows[-1], self.epoch + 1
        left = (time.monotonic() - self.start) / done * (self.n_epoch - done)
        judged = "test_loss" in row
        test = f"test loss {row['test_loss']:.3f}, test top-2 {row['test_top_2_accuracy']:.3f}, " if judged else ""
        line = f"epoch {done} of {self.n_epoch}: train loss {row['train_loss']:.3f}, {test}{spoken_seconds(left)} left"
        print(line, flush=True)


@contextmanager
def told_by_lines(learn: Learner) -> Iterator[Learner]:
    """Replace fastai's bar and table by lines where nobody watches a terminal."""
    if on_terminal() or not hasattr(learn, "progress"):
        yield learn
        return
    lines = EpochLines()
    with learn.no_logging(), learn.no_bar(), learn.added_cbs([lines]):
        yield learn


def warn_of_other_stats(dls: DataLoaders, arch: str) -> None:
    """Warn if `dls` normalise in another way than the architecture's weights expect."""
    norms = [tfm for tfm in dls.valid.after_batch.fs if isinstance(tfm, Normalize)]
    expected = image_stats(arch)
    if not norms:
        warnings.warn(f"dls do not normalise images, but {arch} expects it: make them with get_dls", stacklevel=3)
    elif not all(
        np.allclose(np.ravel(t.cpu()), s, atol=1e-3)
        for t, s in zip((norms[0].mean, norms[0].std), expected, strict=True)
    ):
        warnings.warn(
            f"dls normalise with mean {_rounded(norms[0].mean)} and deviation {_rounded(norms[0].std)}, "
            f"but {arch} expects {expected[0]} and {expected[1]}: make them with get_dls(…, arch={arch!r}), "
            "unless your weights want it so",
            stacklevel=3,
        )


def _rounded(stat: torch.Tensor) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in np.ravel(stat.cpu()))


def set_temperature(learn: Learner, temperature: float) -> None:
    """Divide the logits of a learner by a number above 0, for good: its head's weights or scale are, in place."""
    head = learn.model[2]
    if isinstance(head, CosineHead):
        head.scale /= temperature
        return
    with torch.no_grad():
        head[1].weight.div_(temperature)
        head[1].bias.div_(temperature)


def export_learner(learn: Learner, path: str | Path) -> Path:
    """Write the learner without its images, for `load_style_learner` and fastai's `load_learner`; it appears whole."""
    path, dls = Path(path), learn.dls
    try:
        with whole_file(path) as aside:
            learn.export(aside.absolute())
    finally:
        learn.dls = dls  # fastai leaves it empty when writing fails
    return path


def load_style_learner(path: str | Path, cpu: bool = True) -> Learner:
    """Load an exported learner. Only load files you trust: unpickling runs what is in them.

    Raises FileNotFoundError, or ValueError for a file that is no exported learner or needs what is not installed.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"no exported learner at {path}: recipes/train.py writes one, model.pkl")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="load_learner")
            learn = load_learner(path, cpu=cpu)
    except UnboundLocalError as error:  # fastai swallows the ImportError and then misses its result
        raise ValueError(f"{path} needs a package that is not installed: {error.__context__ or error}") from error
    except Exception as error:  # unpickling a foreign file can raise anything
        raise ValueError(f"{path} is no exported learner, or one of another version: {error}") from error
    if not isinstance(learn, Learner):
        raise ValueError(f"{path} holds a {type(learn).__name__}, not an exported learner")
    return learn
