"""Callbacks of a training: frozen statistics, its history, and lines where no bar can be drawn."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import fastai.callback.schedule  # noqa: F401  (gives every learner its bar, fine_tune and lr_find)
import pandas as pd
from fastai.callback.core import Callback, CancelValidException
from fastai.learner import Learner

from styleclf.inference import kept_batch
from styleclf.models import freeze_batchnorm
from styleclf.output import on_terminal, spoken_seconds


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
        batch = kept_batch(model[0], self.dls, self.dls.valid_ds, precision=self.learn.fitting_precision.precision)
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


class SkipValidation(Callback):
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
def epoch_lines(learn: Learner) -> Iterator[Learner]:
    """Replace fastai's bar and table by lines where nobody watches a terminal."""
    if on_terminal() or not hasattr(learn, "progress"):
        yield learn
        return
    lines = EpochLines()
    with learn.no_logging(), learn.no_bar(), learn.added_cbs([lines]):
        yield learn
