"""Callbacks of a training: frozen statistics, growing images, its history, and lines where no bar can be drawn."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import fastai.callback.schedule  # noqa: F401  (gives every learner its bar, fine_tune and lr_find)
import pandas as pd
from fastai.callback.core import Callback, CancelValidException
from fastai.callback.progress import ProgressCallback, ShowGraphCallback
from fastai.callback.tracker import TrackerCallback
from fastai.learner import Learner

from styleclf.common import foretell_by_epoch, is_quiet, on_terminal, say, time_left
from styleclf.inference import kept_batch, precision_of
from styleclf.models import freeze_batchnorm
from styleclf.training.label_probe import fit_probe_of
from styleclf.training.time_budget import shrink_to

_COLUMN_ORDER = {"epoch": 0, "train_loss": 1, "test_loss": 2, "seconds": 9}
_METRIC_ORDER = 5  # between losses and seconds
_SPOKEN_METRICS = {"test_top_2_accuracy": "top-2", "test_mean_average_precision": "average precision"}


class FrozenBatchNorm(Callback):
    """Keeps the running statistics of pretrained batch normalisation: some hundred paintings estimate them worse."""

    order = -4  # right after fastai has put the model into training mode

    def before_train(self) -> None:
        """Put the body's batch normalisation into evaluation mode."""
        freeze_batchnorm(self.model[0])


class ProbeFirst(Callback):
    """Fits the probe before anything else is fitted, whichever of fastai's verbs is the first: fine_tune, fit, lr_find.

    A pretrained body knows more than the steps of a first epoch could teach a random neck and head.
    """

    order = 5  # before whatever notes the state of the model

    def __init__(self) -> None:
        super().__init__()
        self.is_done = False

    def before_fit(self) -> None:
        """Fit the probe, unless that was done, or the images are not those of a design."""
        columns = getattr(self.dls.train_ds.items, "columns", ())
        if self.is_done or not {"label", "author"}.issubset(columns) or self._only_predicts():
            return
        start = time.monotonic()
        scores = fit_probe_of(self.model, self.dls, precision_of(self.learn))
        history_of(self.learn).add_probe(scores, time.monotonic() - start)
        self.is_done = True

    def _only_predicts(self) -> bool:
        """Whether fastai, which calls `before_fit` then as well, makes predictions, for which it holds this lock."""
        return self.learn.lock.locked()


class GrowingImages(Callback):
    """Trains every epoch on images of its size."""

    def __init__(self, sizes: Sequence[int]) -> None:
        super().__init__()
        self.sizes = sizes

    def before_epoch(self) -> None:
        """Set the size of this epoch."""
        last = len(self.sizes) - 1
        shrink_to(self.dls, self.sizes[min(self.epoch, last)])


class History(Callback):
    """Every epoch of every fit, as rows of one table."""

    order = 51  # after the recorder

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, float]] = []

    def before_fit(self) -> None:
        """Stay out of the learning rate finder, and name to fastai's trackers what they watch."""
        self.run = not hasattr(self.learn, "lr_finder")
        for tracker in _trackers(self.learn):
            _name_watched(tracker, self.recorder.metric_names[1:-1], self.learn)

    def before_epoch(self) -> None:
        """Start the clock."""
        self.start = time.monotonic()
        self.trained = False

    def before_train(self) -> None:
        """Refuse to train on nothing, which fastai does in silence."""
        check_has_images(self.learn)

    def before_validate(self) -> None:
        """Refuse to judge on nothing."""
        if not len(self.dl):
            check_has_images(self.learn)

    def after_train(self) -> None:
        """Mark an epoch of training: fastai calls `after_epoch` after a mere prediction as well."""
        self.trained = True

    def after_epoch(self) -> None:
        """Add the epoch's row."""
        if not self.trained:
            return
        seconds = time.monotonic() - self.start
        _, *columns, _ = self.recorder.metric_names  # without epoch and time
        names = [column.replace("valid_", "test_") for column in columns]
        values = self.recorder.values[-1]  # the test set has none if it was left alone
        self.add(dict(zip(names, values, strict=False)), seconds)
        foretell_by_epoch(self.epoch + 1, self.n_epoch, seconds=seconds)

    def add_probe(self, scores: Mapping[str, float], seconds: float) -> None:
        """Add the state after the probe as a row: epoch 0 if it comes first. `scores` are what `fit_probe` returns."""
        probe_first = getattr(self.learn, "probe_first", None)
        if probe_first is not None:
            probe_first.is_done = True
        values = {name: score for name, score in scores.items() if name.startswith("train_")}
        values |= self._test_values()
        self.add(values, seconds, first=0)

    def _test_values(self) -> dict[str, float]:
        """Loss and metrics on the test images; where their features are kept, the body is spared its work."""
        model = self.learn.model
        batch = kept_batch(model[0], self.dls, self.dls.valid_ds, precision=precision_of(self.learn))
        try:
            if batch is not None:
                self.learn.model = model[1:]
            # not fastai's `no_bar`: it would put another bar in place of the one that a fit has begun with
            with self.learn.no_logging(), self.learn.removed_cbs(_watchers(self.learn)):
                values = self.learn.validate(dl=None if batch is None else [batch])
        finally:
            self.learn.model = model
        names = ["loss", *self.learn.metrics.attrgot("name")]
        test_names = [f"test_{name}" for name in names]
        return dict(zip(test_names, values, strict=False))

    def add(self, values: Mapping[str, float], seconds: float, first: int = 1) -> None:
        """Add a row. Epochs are numbered on through all trainings; the very first has the number `first`."""
        epoch: float = first
        if self.rows:
            epoch = self.rows[-1]["epoch"] + 1
        row = {"epoch": epoch, **values, "seconds": round(seconds, 2)}
        self.rows.append(row)

    def table(self) -> pd.DataFrame:
        """Columns `epoch, train_loss, test_loss, …, seconds`; training values are those under augmentation."""
        table = pd.DataFrame(self.rows)
        return table[sorted(table, key=_column_order)]


def check_has_images(learn: Learner) -> None:
    """Raise ValueError for a learner without images to train on, as `load_learner` and `load_bundle` give it."""
    if not len(learn.dls.train_ds):
        advice = "give it some first, learn.dls = get_dls(design, images, …)"
        raise ValueError(f"this learner has no images to train on, as it comes from a file: {advice}")


def _trackers(learn: Learner) -> list[TrackerCallback]:
    """The callbacks that watch a number from epoch to epoch, such as SaveModelCallback and EarlyStoppingCallback."""
    return list(learn.cbs.filter(lambda callback: isinstance(callback, TrackerCallback)))


def _watchers(learn: Learner) -> list[Callback]:
    """Those trackers, and the bar."""
    bars = learn.cbs.filter(lambda callback: isinstance(callback, ProgressCallback))
    return [*_trackers(learn), *bars]


def _name_watched(tracker: TrackerCallback, names: Sequence[str], learn: Learner) -> None:
    """Have a tracker watch a metric of the test images by its bare name, too, which fastai calls valid_….

    Raises ValueError for what no epoch has, and where the test images are left alone.
    """
    if f"valid_{tracker.monitor}" in names:
        tracker.monitor = f"valid_{tracker.monitor}"
    kind = type(tracker).__name__
    if tracker.monitor not in names:
        raise ValueError(f"{kind} cannot watch {tracker.monitor!r}: an epoch has {', '.join(names)}")
    skips_validation = any(isinstance(callback, SkipValidation) for callback in learn.cbs)
    if skips_validation and tracker.monitor.startswith("valid_"):
        raise ValueError(f"{kind} cannot watch {tracker.monitor!r}: the validation set is closed while training")


def _column_order(name: str) -> int:
    return _COLUMN_ORDER.get(name, _METRIC_ORDER)


def history_of(learn: Learner) -> History:
    """The history of a learner. Raises ValueError for one that styleclf has not made."""
    history = getattr(learn, "history", None)  # a callback, which fastai makes an attribute
    if not isinstance(history, History):
        raise ValueError("this learner keeps no history of its epochs: make one with style_learner")
    return history


class SkipValidation(Callback):
    """Leaves the test images alone at the end of epochs: for training on all folds while validation stays closed."""

    def before_validate(self) -> None:
        """Skip them."""
        raise CancelValidException


class EpochLines(Callback):
    """Prints one line per epoch with the time that is left: for logs, where a bar cannot be redrawn."""

    order = 52  # after History

    def before_fit(self) -> None:
        """Start the clock."""
        self.start = time.monotonic()

    def after_epoch(self) -> None:
        """Print the line."""
        history = history_of(self.learn)
        if not history.trained:
            return
        n_done = self.epoch + 1
        seconds_per_epoch = (time.monotonic() - self.start) / n_done
        seconds_left = seconds_per_epoch * (self.n_epoch - n_done)
        row = history.rows[-1]
        line = f"epoch {n_done} of {self.n_epoch}: train loss {row['train_loss']:.3f}, "
        if "test_loss" in row:
            line += f"test loss {row['test_loss']:.3f}, "
        for name, words in _SPOKEN_METRICS.items():
            if name in row:
                line += f"test {words} {row[name]:.3f}, "
        say(f"{line}{time_left(seconds_left)}")


@contextmanager
def epoch_lines(learn: Learner) -> Iterator[Learner]:
    """Replace fastai's bar and table by lines where nobody watches a terminal, and by nothing with `--quiet`."""
    draws_bars = on_terminal() and not is_quiet()
    if draws_bars or not hasattr(learn, "progress"):
        yield learn
        return
    graphs = learn.cbs.filter(is_graph)
    with learn.removed_cbs(graphs), learn.no_logging(), learn.no_bar(), learn.added_cbs([EpochLines()]):
        yield learn


def is_graph(callback: Callback | type[Callback]) -> bool:
    """Whether a callback is fastai's graph of losses, which is drawn at its bar and cannot be without one."""
    return callback is ShowGraphCallback or isinstance(callback, ShowGraphCallback)
