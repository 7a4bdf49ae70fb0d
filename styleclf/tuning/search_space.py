"""What is searched, and from where: ranges and choices around the default configuration."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.data import VAL, cv_folds, design_digest
from styleclf.evaluation import targets
from styleclf.training import loss_name

_TRAINING_ONLY = ("n_frozen", "lr_max", "wd", "label_smoothing", "augment", "probe_share")  # the probe needs none
_PRETRAINED_ONLY = ("n_frozen", "probe_share")
SEARCHED = " to search"
Settings = dict[str, object]  # keywords of `fitted_learner`


class Range(NamedTuple):
    """Numbers to search among, whole ones if its ends are."""

    low: float
    high: float
    log: bool = False


def create_search_space(
    base: Settings,  # the default configuration
    archs: Sequence[str] = (),  # to try beside the default one
    epochs_max: int | None = None,  # by default those of `base`
    searched: Sequence[str] = (),  # only these; by default all
) -> dict[str, Range | list]:
    """What is searched: a range of numbers, or a list to choose from, for each setting, in the order of drawing.

    Raises ValueError for an unknown name, or where a setting excludes the search.
    """
    from styleclf.training import peak_rates

    pretrained = str(base["weights"]) != "none"
    peak = peak_rates(base["lr_max"], pretrained)
    most = base["epochs"] if epochs_max is None else epochs_max
    space = {
        "arch": list(dict.fromkeys([base["arch"], *archs])),
        "features": list(dict.fromkeys([base["features"], "style", "pooled"])),
        "embedding_size": Range(2, 64, log=True),
        "epochs": Range(0 if pretrained else 1, most),
        "n_frozen": Range(0, 2),
        "lr_max": Range(peak / 10, peak * 10, log=True),
        "wd": Range(1e-4, 0.3, log=True),
        "label_smoothing": Range(0.0, 0.3),
        "augment": Range(0.0, 2.0),
        "probe_share": Range(0.0, 1.0),
    }
    unknown = [name for name in searched if name not in space]
    if unknown:
        raise ValueError(f"{unknown[0]!r} cannot be searched: choose from {', '.join(space)}")
    if base["minutes"] is not None:
        raise ValueError("minutes would choose the epochs of every trial: leave it out, and limit epochs_max instead")
    if most < space["epochs"].low:
        raise ValueError(f"epochs_max must be {space['epochs'].low} or more, not {most}")
    if archs and searched and "arch" not in searched:
        raise ValueError("there are archs to try, but arch is not among what is searched")
    left_out = set() if pretrained else {*_PRETRAINED_ONLY}
    return {name: among for name, among in space.items() if name in (searched or space) and name not in left_out}


@dataclass(frozen=True)
class TuningTask:
    """What a study is about."""

    design: pd.DataFrame
    images: str | Path
    base: Settings  # the default configuration, and what is not searched
    space: dict[str, Range | list]
    places: Settings = field(default_factory=dict)  # further settings of recipes, for best.ini: where images are, …

    @property
    def targs(self) -> np.ndarray:
        """`(n,)` positions of the styles of the design's images."""
        return targets(self.design["label"], sorted(self.design["label"].unique()))

    def in_fold(self, fold: str) -> np.ndarray:
        """`(n,)` which images of the design are in the fold."""
        return (self.design["fold"].astype(str) == fold).to_numpy()

    def without(self, fold: str) -> "TuningTask":
        """The same with one fold closed as the validation set is: its images are neither trained nor judged on."""
        return replace(self, design=self.design.assign(fold=np.where(self.in_fold(fold), VAL, self.design["fold"])))

    def default(self) -> Settings:
        """The searched values of the default configuration."""
        from styleclf.training import peak_rates

        values = {"lr_max": peak_rates(self.base["lr_max"], str(self.base["weights"]) != "none")}
        values = self.base | values
        return {name: values[name] for name in self.space if is_used(name, values["epochs"])}

    def fingerprint(self) -> dict:
        """What must be the same for a study to go on, as JSON gives it back."""
        space = {f"{name}{SEARCHED}": among for name, among in self.space.items()}
        return json.loads(json.dumps({"design": design_digest(self.design), **self.base, **space}, default=str))


def is_used(name: str, epochs: int) -> bool:
    """Whether a training of so many epochs depends on the setting."""
    return epochs > 0 or name not in _TRAINING_ONLY


def check_default(task: TuningTask) -> None:
    """Decode the images, and raise what the default configuration, and so every trial, would raise before it trains."""
    from styleclf.data import get_dls
    from styleclf.models import check_arch
    from styleclf.training import check_training, style_learner

    base = task.base
    for arch in task.space.get("arch", []):
        check_arch(arch)
    data = {name: base[name] for name in ("arch", "size", "fit", "bs", "augment", "cache")}
    dls = get_dls(task.design, task.images, cv_folds(task.design)[0], **data)
    model = [base[name] for name in ("arch", "weights", "embedding_size", "features")]
    loss = loss_name(base["loss"], task.design)
    learn = style_learner(dls, *model, loss, True, base["label_smoothing"], base["wd"], base["precision"])
    check_training(learn, *(base[name] for name in ("epochs", "schedule", "n_frozen", "probe_share")))


def settings_of(task: TuningTask, params: dict) -> Settings:
    """The whole configuration of a trial; drawn numbers with three digits, which is more than they matter to."""
    if params == task.default():
        return task.base | params
    return task.base | {name: _round_setting(value) for name, value in params.items()}


def _round_setting(value: object) -> object:
    """A float with three significant digits; anything else as it is."""
    return float(f"{value:.3g}") if isinstance(value, float) else value
