"""The evolution of embeddings: those of chosen epochs of a training, kept while it runs, at next to no cost."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from styleclf.flags import names
from styleclf.output import whole_file

if TYPE_CHECKING:
    from fastai.callback.core import Callback
    from fastai.learner import Learner
    from torch import Tensor, nn

    from styleclf.inference import Predicted

_KEEP_EPOCHS = "0,1,best,last"
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
    """

    def __init__(self, keep_epochs: str | None = _KEEP_EPOCHS) -> None:
        self.wanted = [name for name in names(keep_epochs) if name != "none"]
        wrong = [name for name in self.wanted if not (name.isdecimal() or name in ("best", "last"))]
        if wrong:
            raise ValueError(f"keep_epochs must be numbers of epochs, best, last or none, not {wrong[0]!r}")
        self.numbers = {int(name) for name in self.wanted if name.isdecimal()}
        self.kept: dict[int, dict[str, np.ndarray]] = {}  # by epoch and part
        self.filenames: dict[str, list[str]] = {}  # by part

    @contextmanager
    def watching(self, learn: "Learner") -> Iterator["KeptEmbeddings"]:
        """Keep embeddings of what `learn`, from `style_learner`, trains in the block.

        The training is the same as without. After the block nothing of this is left in the learner, even if it fails.
        """
        if not self.wanted:
            yield self
            return
        from fastai.callback.core import Callback

        def note(neck: object, inputs: tuple, output: "Tensor") -> None:
            self.seen[learn.training].append(output.detach())

        parts = {"train": learn.dls.train_ds, "test": learn.dls.valid_ds}
        self.filenames = {part: ds.items["filename"].tolist() for part, ds in parts.items()}
        self.begin_epoch()
        by_epochs = Callback(before_epoch=self.begin_epoch, after_epoch=partial(self.end_epoch, learn.model))
        by_epochs.order = _AFTER_HISTORY
        loader, get_idxs = learn.dls.train, learn.dls.train.get_idxs
        hook = learn.model[1].register_forward_hook(note)
        try:
            loader.get_idxs = self.noted(get_idxs)
            with learn.added_cbs(by_epochs):
                yield self
        finally:
            loader.get_idxs = get_idxs
            hook.remove()

    def begin_epoch(self, _: "Callback | None" = None) -> None:
        """Forget what was seen before."""
        self.seen: dict[bool, list[Tensor]] = {True: [], False: []}  # embeddings of batches, by whether they train
        self.order: list[int] = []  # positions of training images

    def noted(self, get_idxs: Callable[[], list[int]]) -> Callable[[], list[int]]:
        """The loader's `get_idxs`, but what it says is noted as well."""

        def noted() -> list[int]:
            self.order = get_idxs()
            return self.order

        return noted

    def end_epoch(self, model: "nn.Sequential", events: "Callback") -> None:
        """Keep the epoch's embeddings, and forget those that are neither wanted nor of the best epoch so far.

        `model` is the whole one: where the cache keeps its features, a probe is judged without the body.
        """
        history, n_train, n_test = events.learn.history, len(self.filenames["train"]), len(self.filenames["test"])
        if history.rows and not history.trained:
            return  # a mere prediction
        train = self.seen[True] if history.trained else _probe_embeddings(model, events.learn)
        order = self.order if history.trained else range(n_train)
        width = model[1][-1].out_features
        self.kept[history.rows[-1]["epoch"] if history.trained else 0] = {
            "train": _scatter_rows(train, order, (n_train, width)),
            "test": _scatter_rows(self.seen[False], range(n_test), (n_test, width)),
        }
        best = self.best_epoch(history.table())
        self.kept = {i: kept for i, kept in self.kept.items() if i in self.numbers or best in (i, None)}

    def best_epoch(self, history: pd.DataFrame) -> int | None:
        """The kept epoch with the highest test top-2 accuracy, of equals the lowest loss; None if none was judged."""
        if "test_top_2_accuracy" not in history:
            return None
        judged = history[history["epoch"].isin(list(self.kept))].dropna(subset="test_top_2_accuracy")
        order = judged.sort_values(["test_top_2_accuracy", "test_loss"], ascending=[False, True])
        return int(order["epoch"].iloc[0]) if len(order) else None

    def evolution(self, history: pd.DataFrame, last: Mapping[str, "Predicted"]) -> Evolution:
        """What was kept, and of the wanted epochs those that there were; a line tells which there were not.

        `history` is the learner's table, `last` what it says in the end of 'train' and 'test', as `predict_parts` has
        it. Without a part 'test', for a learner trained on all folds, the validation set stays out of this, too.
        """
        parts = [part for part in self.filenames if part in last]
        columns = {
            name: np.concatenate([self.kept[epoch][part] for part in parts])
            for epoch, name in self.named_epochs(history).items()
        }
        if "last" in self.wanted:
            columns["last"] = np.concatenate([_embeddings_of(last[part], self.filenames[part]) for part in parts])
        filenames = np.concatenate([self.filenames[part] for part in parts])
        return Evolution(
            np.stack(list(columns.values())) if columns else np.empty((0, len(filenames), 0), dtype=np.float32),
            np.array(list(columns), dtype=str),
            filenames,
            np.repeat(parts, [len(self.filenames[part]) for part in parts]),
        )

    def named_epochs(self, history: pd.DataFrame) -> dict[int, str]:
        """The names of the wanted epochs that were kept, in their order."""
        found, best = {number: str(number) for number in self.numbers}, self.best_epoch(history)
        lost = [found[number] for number in sorted(self.numbers - self.kept.keys())]
        if "best" in self.wanted and best is None:
            lost.append("best")
        elif "best" in self.wanted:
            found[best] = f"{best} (best)"
        if lost:
            print(f"no embeddings of epoch {', '.join(lost)} are kept: the training had none")
        return {epoch: found[epoch] for epoch in sorted(found.keys() & self.kept.keys())}


def _probe_embeddings(model: "nn.Sequential", learn: "Learner") -> list["Tensor"]:
    """Embeddings of the training images where the cache keeps the body's features: one batch, or none."""
    from styleclf.inference import kept_batch  # takes seconds

    body, neck = model[:2]
    batch = kept_batch(body, learn.dls, learn.dls.train_ds, precision=learn.fitting_precision.precision)
    if batch is None:
        return []
    return [neck.forward(batch[0].to(next(neck.parameters()).device)).detach()]  # a plain call would be noted as well


def _scatter_rows(batches: Sequence["Tensor"], positions: Sequence[int], shape: tuple[int, int]) -> np.ndarray:
    """Batches of embeddings, one after another, at their positions in an array `shape` float32, NaN elsewhere."""
    found = np.full(shape, np.nan, dtype=np.float32)
    if batches:
        seen = np.concatenate([batch.float().cpu().numpy() for batch in batches])
        found[list(positions)[: len(seen)]] = seen
    return found


def _embeddings_of(predicted: "Predicted", filenames: Sequence[str]) -> np.ndarray:
    """The embeddings `(n, d)` of these images."""
    return pd.DataFrame(predicted.embeddings, index=predicted.table["filename"]).loc[filenames].to_numpy(np.float32)


def styles_of(evolution: Evolution, design: pd.DataFrame) -> list[str]:
    """The style `(n,)` of every image, as a design has it. Raises ValueError for one that is of other images."""
    styles = dict(zip(design["filename"], design["label"], strict=True))
    lost = [name for name in evolution.filename if name not in styles]
    if lost:
        raise ValueError(f"the design has no image {lost[0]}: it is not the one that was trained on")
    return [styles[name] for name in evolution.filename]


def write_evolution(evolution: Evolution, path: str | Path) -> None:
    """Write the arrays of an evolution as .npz that appears whole."""
    with whole_file(path) as aside:
        np.savez(aside, **evolution._asdict())


def read_evolution(path: str | Path) -> Evolution:
    """What `write_evolution` wrote. Raises FileNotFoundError where there is none, ValueError for another file."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"no evolution at {path}: recipes/train.py --keep-epochs {_KEEP_EPOCHS} writes one")
    try:
        with np.load(path) as found:
            return Evolution(*(found[name] for name in Evolution._fields))
    except (KeyError, ValueError, BadZipFile) as error:
        raise ValueError(f"{path} holds no evolution of embeddings: {error}") from error
