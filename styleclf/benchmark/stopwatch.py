"""The clock and the course of one training, whatever trains it: a fastai callback beside the learner's own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import torch
from fastai.callback.core import Callback
from fastai.callback.progress import ProgressCallback
from fastai.learner import Learner

from styleclf.benchmark.alternation import Turns
from styleclf.evaluation import metrics_table, top_k_accuracy

_MIB = 2**20


class Watch(Callback):
    """Counts images and seconds of training, scores every validation with the clock stopped, ends a turn an epoch.

    `curve` has a row `seconds, top_1, top_2` for every validation; `rates` the images per second of every epoch's
    training loop.
    """

    order = 60  # after the recorder and the history

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.turns, self.curve, self.rates = turns, [], []
        self.n_images, self.loop_seconds, self.first_batch, self.epoch_done = 0, 0.0, None, False

    def note_first_batch(self, *_: object) -> None:
        """Note when images reach the network for the first time."""
        if self.first_batch is None:
            self.first_batch = self.turns.seconds

    def before_train(self) -> None:
        """Begin an epoch's loop."""
        self.loop_start, self.loop_images = self.turns.seconds, 0

    def before_validate(self) -> None:
        """Stop the clock."""
        self.turns.pause()
        self.pred_batches, self.targ_batches = [], []

    def after_batch(self) -> None:
        """Count the images trained on, or keep the predictions."""
        if self.training:
            self.loop_images += len(self.yb[0])
        else:
            self.pred_batches.append(self.pred.detach().as_subclass(torch.Tensor).float().cpu())
            self.targ_batches.append(self.yb[0].as_subclass(torch.Tensor).cpu())

    def after_train(self) -> None:
        """End an epoch's loop."""
        seconds = self.turns.seconds - self.loop_start
        self.rates.append(self.loop_images / max(seconds, 1e-9))
        self.n_images, self.loop_seconds = self.n_images + self.loop_images, self.loop_seconds + seconds
        self.epoch_done = True

    def after_validate(self) -> None:
        """Score, end the turn if this was an epoch's end, and let the clock go on."""
        if self.pred_batches:
            preds, targs = torch.cat(self.pred_batches).numpy(), torch.cat(self.targ_batches).numpy()
            scores = {f"top_{k}": top_k_accuracy(preds, targs, k) for k in (1, 2)}
            self.curve.append({"seconds": self.turns.seconds, **scores})
        if self.epoch_done:
            self.epoch_done = False
            top_2 = f", top-2 {self.curve[-1]['top_2']:.3f}" if self.curve else ""
            self.turns.over(f"epoch {len(self.rates)} done after {self.turns.seconds:.0f} s{top_2}")
        self.turns.resume()

    def outcome(self, predictions: pd.DataFrame, precision: str) -> dict:
        """Everything that is told of a training that is over, whose test images have these predictions."""
        found = metrics_table(predictions, "test").set_index("metric")
        scores = {f"top_{k}{end}": found.loc[f"top_{k}_accuracy", column]
                  for k in (1, 2) for end, column in (("", "value"), ("_lo", "lo"), ("_hi", "hi"))}  # fmt: skip
        total = self.turns.seconds
        last = {"seconds": total, "top_1": scores["top_1"], "top_2": scores["top_2"]}
        return {
            "precision": precision,
            "n_epochs": len(self.rates),
            "first_batch_s": self.first_batch,
            "images_per_s": self.n_images / self.loop_seconds if self.loop_seconds else float("nan"),
            "total_s": total,
            **peak_memory(),
            **scores,
            "curve": [*self.curve, last],
        }


@contextmanager
def watch_training(learn: Learner, turns: Turns) -> Iterator[Watch]:
    """A watch over the trainings of the block; after it the clock stands still."""
    watch = Watch(turns)
    hook = learn.model[0].register_forward_pre_hook(watch.note_first_batch)
    if hasattr(learn, "progress"):
        learn.remove_cb(ProgressCallback)  # bars of several processes would overwrite one another
    try:
        with learn.added_cbs([watch]), learn.no_logging():
            yield watch
    finally:
        hook.remove()
        turns.pause()


def peak_memory() -> dict[str, float]:
    """The most MiB this process has held so far: `memory_mib`, and on a GPU `gpu_mib`; NaN where it cannot be told.

    Processes that load images for it are not counted.
    """
    gpu = torch.cuda.max_memory_allocated() / _MIB if torch.cuda.is_available() else 0
    return {"memory_mib": _resident_peak(), "gpu_mib": gpu or float("nan")}


def _resident_peak() -> float:
    """The most MiB of this process that were in memory."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would start from what the parent held
        found = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        if found:
            return int(found[0]) / 1024
    try:
        import resource
    except ImportError:  # not on Windows
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (_MIB if sys.platform == "darwin" else 1024)
