"""The clock and the course of one training, whatever trains it: a fastai callback beside the learner's own."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from fastai.callback.core import Callback
from fastai.callback.progress import ProgressCallback
from fastai.learner import Learner

from styleclf.benchmark.alternation import Turns
from styleclf.evaluation import metrics_table, top_k_accuracy

_MIB = 2**20  # bytes
_KIB_PER_MIB = 1024
_SHORTEST_LOOP = 1e-9  # seconds


class Stopwatch(Callback):
    """Counts images and seconds of training, scores every validation with the clock stopped, ends a turn per epoch.

    `curve` has a row `seconds, top_1, top_2` for every validation; `rates` the images per second of every epoch's
    training loop.
    """

    order = 60  # after the recorder and the history

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.turns = turns
        self.curve: list[dict[str, float]] = []
        self.rates: list[float] = []
        self.n_images = 0
        self.loop_seconds = 0.0
        self.first_batch: float | None = None  # seconds until the network saw its first images
        self.epoch_done = False

    def note_first_batch(self, *_: object) -> None:
        """Note when images reach the network for the first time."""
        if self.first_batch is None:
            self.first_batch = self.turns.seconds

    def before_train(self) -> None:
        """Begin an epoch's loop."""
        self.loop_start = self.turns.seconds
        self.loop_images = 0

    def before_validate(self) -> None:
        """Stop the clock."""
        self.turns.pause()
        self.pred_batches: list[torch.Tensor] = []
        self.targ_batches: list[torch.Tensor] = []

    def after_batch(self) -> None:
        """Count the images trained on, or keep the predictions."""
        targs = self.yb[0]
        if self.training:
            self.loop_images += len(targs)
        else:
            preds = self.pred.detach().as_subclass(torch.Tensor)
            self.pred_batches.append(preds.float().cpu())
            plain_targs = targs.as_subclass(torch.Tensor)
            self.targ_batches.append(plain_targs.cpu())

    def after_train(self) -> None:
        """End an epoch's loop."""
        seconds = self.turns.seconds - self.loop_start
        self.rates.append(self.loop_images / max(seconds, _SHORTEST_LOOP))
        self.n_images += self.loop_images
        self.loop_seconds += seconds
        self.epoch_done = True

    def after_validate(self) -> None:
        """Score, end the turn if an epoch has ended, and let the clock go on."""
        if self.pred_batches:
            self._add_scores()
        if self.epoch_done:
            self.epoch_done = False
            self.turns.end_turn(self._epoch_news())
        self.turns.resume()

    def _add_scores(self) -> None:
        """Add the scores of the validation that has ended to the curve."""
        preds = torch.cat(self.pred_batches).numpy()
        targs = torch.cat(self.targ_batches).numpy()
        point = {"seconds": self.turns.seconds}
        for k in (1, 2):
            point[f"top_{k}"] = top_k_accuracy(preds, targs, k)
        self.curve.append(point)

    def _epoch_news(self) -> str:
        """A line about the epoch that has ended."""
        seconds = f"{self.turns.seconds:.0f} s"
        news = f"epoch {len(self.rates)} done after {seconds}"
        if self.curve:
            top_2 = self.curve[-1]["top_2"]
            news += f", top-2 {top_2:.3f}"
        return news

    def outcome(self, predictions: pd.DataFrame, precision: str) -> dict[str, Any]:
        """Everything measured of a training that has ended; `predictions` are those of its test images."""
        scores = _scores_with_intervals(predictions)
        total = self.turns.seconds
        rate = self.n_images / self.loop_seconds if self.loop_seconds else float("nan")
        last_point = {"seconds": total, "top_1": scores["top_1"], "top_2": scores["top_2"]}
        return {
            "precision": precision,
            "n_epochs": len(self.rates),
            "first_batch_s": self.first_batch,
            "images_per_s": rate,
            "total_s": total,
            **peak_memory(),
            **scores,
            "curve": [*self.curve, last_point],
        }


def _scores_with_intervals(predictions: pd.DataFrame) -> dict[str, float]:
    """`top_1, top_1_lo, top_1_hi` and the same of top 2."""
    metrics = metrics_table(predictions, "test").set_index("metric")
    scores = {}
    for k in (1, 2):
        row = metrics.loc[f"top_{k}_accuracy"]
        scores[f"top_{k}"] = row["value"]
        scores[f"top_{k}_lo"] = row["lo"]
        scores[f"top_{k}_hi"] = row["hi"]
    return scores


@contextmanager
def watch_training(learn: Learner, turns: Turns) -> Iterator[Stopwatch]:
    """A stopwatch for the trainings in the block; after it the clock stands still."""
    stopwatch = Stopwatch(turns)
    hook = learn.model[0].register_forward_pre_hook(stopwatch.note_first_batch)
    if hasattr(learn, "progress"):
        learn.remove_cb(ProgressCallback)  # bars of several processes would overwrite one another
    try:
        with learn.added_cbs([stopwatch]), learn.no_logging():
            yield stopwatch
    finally:
        hook.remove()
        turns.pause()


def peak_memory() -> dict[str, float]:
    """The most MiB this process has held so far: `memory_mib`, and on a GPU `gpu_mib`; NaN if it cannot be measured.

    Processes that load images for it are not counted.
    """
    gpu = float("nan")
    if torch.cuda.is_available():
        gpu = torch.cuda.max_memory_allocated() / _MIB or gpu
    return {"memory_mib": _peak_resident_mib(), "gpu_mib": gpu}


def _peak_resident_mib() -> float:
    """The most MiB of this process that were in memory."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would start from what the parent held
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / _KIB_PER_MIB
    try:
        import resource
    except ImportError:  # on Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS, in KiB elsewhere
    return peak / (_MIB if sys.platform == "darwin" else _KIB_PER_MIB)
