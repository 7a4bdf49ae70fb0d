"""The evolution of embeddings: those of chosen epochs of a training, kept while it runs, at next to no cost."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from styleclf.common import read_arrays, say, whole_file
from styleclf.training.flag_types import KEEP_EPOCHS

if TYPE_CHECKING:
    from fastai.callback.core import Callback
    from fastai.learner import Learner
    from torch import Tensor, nn

    from styleclf.inference import DesignPredictions

_DIMENSIONS = {"embeddings": "epochs images numbers", "epoch": "epochs", "filename": "images", "part": "images"}
_WORDS = ("best", "last", "none")  # that stand for epochs
_AFTER_HISTORY = 52  # order of a callback that reads the row of the epoch


class Evolution(NamedTuple):
    """Embeddings of the same images at several epochs, in the order of the training."""

    embeddings: np.ndarray  # (n_epochs, n, d) float32, NaN where an image has none
    epoch: np.ndarray  # (n_epochs,) str: '0' after the probe, '1', '5 (best)', 'last'
    filename: np.ndarray  # (n,) str
    part: np.ndarray  # (n,) str: 'train' or 'test'


class KeptEmbeddings:
    """Keeps the embeddings of training and test images at chosen epochs, for an `Evolution`.

    `keep_epochs` are numbers, 0 after the probe; 'best', with the highest top-2 accuracy on the test fold; 'last', the
    learner as it is in the end, averaged with its probe; or 'none'. 'best' looks at the test fold, so it is there to be
    looked at: nothing may be chosen by it.

    No image passes through the network for this: embeddings are noted where a training computes them anyway. From epoch
    1 on, training images are as they were trained on: changed at random, at that epoch's size, each by the weights of
    its moment; the few that were left over for an incomplete batch have none in that epoch. Test images are always seen
    without changes, by the weights at the end of the epoch. At epoch 0 training images have embeddings if the cache
    keeps their features; these and the last ones are those of unchanged images.

    Raises ValueError for any other word.

    >>> KeptEmbeddings(["0", "first"])
    Traceback (most recent call last):
        ...
    ValueError: keep_epochs must be numbers of epochs, best, last or none, not 'first'
    """

    def __init__(self, keep_epochs: Sequence[str] | None = KEEP_EPOCHS) -> None:
        self.epochs: list[str] = []  # as they were asked for
        self.numbers: set[int] = set()  # of those that have one
        for name in keep_epochs or ():
            if name.isdecimal():
                self.numbers.add(int(name))
            elif name not in _WORDS:
                raise ValueError(f"keep_epochs must be numbers of epochs, best, last or none, not {name!r}")
            if name != "none":
                self.epochs.append(name)
        self.by_epoch: dict[int, dict[str, np.ndarray]] = {}  # embeddings by epoch and part
        self.filenames: dict[str, list[str]] = {}  # by part
        self.batches: dict[bool, list[Tensor]] = {}  # embeddings of this epoch, by whether they are trained on
        self.positions: list[int] = []  # of training images, in the order of their batches

    @contextmanager
    def watching(self, learn: "Learner") -> Iterator["KeptEmbeddings"]:
        """Keep embeddings of what `learn`, from `style_learner`, trains in the block.

        The training is the same as without. After the block nothing of this is left in the learner, even if it fails.
        """
        if not self.epochs:
            yield self
            return
        from fastai.callback.core import Callback

        loader = learn.dls.train
        get_idxs = loader.get_idxs

        def _note_embeddings(neck: "nn.Module", inputs: tuple, output: "Tensor") -> None:
            self.batches[learn.training].append(output.detach())

        def _get_and_note_idxs() -> list[int]:
            positions = get_idxs()
            self.positions = positions
            return positions

        self.filenames = {
            "train": learn.dls.train_ds.items["filename"].tolist(),
            "test": learn.dls.valid_ds.items["filename"].tolist(),
        }
        self._begin_epoch()
        by_epochs = Callback(before_epoch=self._begin_epoch, after_epoch=partial(self._end_epoch, learn.model))
        by_epochs.order = _AFTER_HISTORY
        hook = learn.model[1].register_forward_hook(_note_embeddings)
        try:
            loader.get_idxs = _get_and_note_idxs
            with learn.added_cbs(by_epochs):
                yield self
        finally:
            loader.get_idxs = get_idxs
            hook.remove()

    def _begin_epoch(self, _: "Callback | None" = None) -> None:
        """Forget the batches of the epoch before."""
        self.batches = {True: [], False: []}
        self.positions = []

    def _end_epoch(self, model: "nn.Sequential", events: "Callback") -> None:
        """Keep the epoch's embeddings, and forget those that are neither asked for nor of the best epoch so far.

        `model` is the whole one: where the cache keeps its features, a probe is judged without the body.
        """
        from styleclf.training.callbacks import history_of

        history = history_of(events.learn)
        n_train = len(self.filenames["train"])
        n_test = len(self.filenames["test"])
        if history.trained:
            epoch = int(history.rows[-1]["epoch"])
            train_batches = self.batches[True]
            train_positions = self.positions
        elif history.rows:
            return  # a mere prediction
        else:
            epoch = 0
            train_batches = _probe_embeddings(model, events.learn)
            train_positions = list(range(n_train))
        neck: Any = model[1]
        width = neck[-1].out_features
        self.by_epoch[epoch] = {
            "train": _scatter_rows(train_batches, train_positions, (n_train, width)),
            "test": _scatter_rows(self.batches[False], range(n_test), (n_test, width)),
        }
        self._forget_epochs(history.table())

    def _forget_epochs(self, history: pd.DataFrame) -> None:
        """Forget all epochs but those asked for and the best one; all stay as long as none was judged."""
        best = self.best_epoch(history)
        if best is None:
            return
        for epoch in list(self.by_epoch):
            if epoch != best and epoch not in self.numbers:
                del self.by_epoch[epoch]

    def best_epoch(self, history: pd.DataFrame) -> int | None:
        """The kept epoch with the highest test top-2 accuracy, of equals the lowest loss; None if none was judged."""
        if "test_top_2_accuracy" not in history:
            return None
        is_kept = history["epoch"].isin(list(self.by_epoch))
        judged = history[is_kept].dropna(subset="test_top_2_accuracy")
        best_first = judged.sort_values(["test_top_2_accuracy", "test_loss"], ascending=[False, True])
        return int(best_first["epoch"].iloc[0]) if len(best_first) else None

    def evolution(self, history: pd.DataFrame, last: Mapping[str, "DesignPredictions"]) -> Evolution:
        """The embeddings of the epochs asked for; a line names those that the training did not have.

        `history` is the learner's table, `last` its predictions for 'train' and 'test' in the end, as `predict_parts`
        returns them. Without a part 'test', for a learner trained on all folds, the validation set stays out of this,
        too.
        """
        parts = [part for part in self.filenames if part in last]
        filenames = [self.filenames[part] for part in parts]
        names = []
        columns = []  # embeddings of all parts, by epoch
        for epoch, name in self.named_epochs(history).items():
            embeddings = [self.by_epoch[epoch][part] for part in parts]
            names.append(name)
            columns.append(np.concatenate(embeddings))
        if "last" in self.epochs:
            embeddings = [_embeddings_of(last[part], self.filenames[part]) for part in parts]
            names.append("last")
            columns.append(np.concatenate(embeddings))
        all_filenames = np.concatenate(filenames)
        no_epochs = np.empty((0, len(all_filenames), 0), dtype=np.float32)
        return Evolution(
            embeddings=np.stack(columns) if columns else no_epochs,
            epoch=np.array(names, dtype=str),
            filename=all_filenames,
            part=np.repeat(parts, list(map(len, filenames))),
        )

    def named_epochs(self, history: pd.DataFrame) -> dict[int, str]:
        """The names of the epochs that were asked for and kept, in their order."""
        names = {number: str(number) for number in self.numbers}
        missing = [str(number) for number in sorted(self.numbers - self.by_epoch.keys())]
        if "best" in self.epochs:
            best = self.best_epoch(history)
            if best is None:
                missing.append("best")
            else:
                names[best] = f"{best} (best)"
        if missing and self.epochs != list(KEEP_EPOCHS):  # else nobody asked for them
            epochs = ", ".join(missing)
            say(f"no embeddings of epoch {epochs} are kept: the training did not have it")
        kept_epochs = sorted(names.keys() & self.by_epoch.keys())
        return {epoch: names[epoch] for epoch in kept_epochs}


def _probe_embeddings(model: "nn.Sequential", learn: "Learner") -> list["Tensor"]:
    """Embeddings of the training images where the cache keeps the body's features: one batch, or none."""
    from styleclf.inference import kept_batch, precision_of  # takes seconds

    body, neck, _ = model
    batch = kept_batch(body, learn.dls, learn.dls.train_ds, precision=precision_of(learn))
    if batch is None:
        return []
    features, _ = batch
    device = next(neck.parameters()).device
    embeddings = neck.forward(features.to(device))  # a plain call would be noted as well
    return [embeddings.detach()]


def _scatter_rows(batches: Sequence["Tensor"], positions: Sequence[int], shape: tuple[int, int]) -> np.ndarray:
    """Batches of embeddings, one after another, at their positions in an array `shape` float32, NaN elsewhere."""
    rows = np.full(shape, np.nan, dtype=np.float32)
    if batches:
        embeddings = np.concatenate([batch.float().cpu().numpy() for batch in batches])
        in_batches = list(positions)[: len(embeddings)]
        rows[in_batches] = embeddings
    return rows


def _embeddings_of(predictions: "DesignPredictions", filenames: Sequence[str]) -> np.ndarray:
    """The embeddings `(n, d)` of these images."""
    by_filename = pd.DataFrame(predictions.embeddings, index=predictions.table["filename"])
    return by_filename.loc[filenames].to_numpy(np.float32)


def styles_of(evolution: Evolution, design: pd.DataFrame) -> list[str]:
    """The style `(n,)` of every image, as a design has it. Raises ValueError for a design of other images."""
    style_by_filename = dict(zip(design["filename"], design["label"], strict=True))
    styles = []
    for filename in evolution.filename:
        if filename not in style_by_filename:
            raise ValueError(f"the design has no image {filename}: it is not the one that was trained on")
        styles.append(style_by_filename[filename])
    return styles


def write_evolution(evolution: Evolution, path: str | Path) -> None:
    """Write the arrays of an evolution as .npz that appears whole."""
    with whole_file(path) as aside:
        np.savez(aside, **evolution._asdict())


def read_evolution(path: str | Path) -> Evolution:
    """The evolution that `write_evolution` wrote.

    Raises FileNotFoundError where there is none, ValueError for another file.

    >>> no_embeddings = np.zeros((1, 2, 3), np.float32)
    >>> evolution = Evolution(no_embeddings, np.array(["0"]), np.array(["a.jpg", "b.jpg"]), np.array(["train", "test"]))
    >>> write_evolution(evolution, folder / "evolution.npz")
    >>> read_evolution(folder / "evolution.npz").filename.tolist()
    ['a.jpg', 'b.jpg']
    """
    if not Path(path).is_file():
        flag = ",".join(KEEP_EPOCHS)
        raise FileNotFoundError(f"no evolution at {path}: recipes/train.py --keep-epochs {flag} writes one")
    evolution = Evolution(**read_arrays(path, _DIMENSIONS))
    if not np.isfinite(evolution.embeddings).any():
        raise ValueError(f"{path} is damaged, none of its embeddings are numbers: train again and keep epochs")
    return evolution
