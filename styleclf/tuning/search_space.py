"""What is searched, and from where: ranges and choices around the default configuration."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, cast

import numpy as np

from styleclf.common import as_json, check_one_of
from styleclf.data import VAL, Paintings, cv_folds, design_digest
from styleclf.evaluation import targets
from styleclf.training import loss_name

_TRAINING_ONLY = ("n_frozen", "lr_max", "wd", "label_smoothing", "augment", "probe_share")  # the probe needs none
_PRETRAINED_ONLY = ("n_frozen", "probe_share")
_N_DIGITS = 3  # significant ones of a drawn number
SEARCHED_SUFFIX = " to search"  # of names in a study's fingerprint
Settings = dict[str, Any]  # keywords of `fitted_learner`


class SearchRange(NamedTuple):
    """Numbers to search among, whole ones if its ends are."""

    low: float
    high: float
    log: bool = False


Space = dict[str, SearchRange | list[Any]]  # a range, or a list to choose from, by the name of a setting


def create_search_space(
    base: Settings,  # the default configuration
    *,
    archs: Sequence[str] = (),  # to try beside the default one
    epochs_max: int | None = None,  # by default those of `base`
    searched: Sequence[str] = (),  # only these; by default all
) -> Space:
    """What is searched: a range of numbers, or a list to choose from, for each setting, in the order of drawing.

    Raises ValueError for an unknown name, or where a setting excludes the search.
    """
    epochs = _epochs_range(base, epochs_max)
    space = _whole_space(base, archs, epochs)
    for name in searched:
        check_one_of(name, space, "what is searched")
    if base["minutes"] is not None:
        raise ValueError("minutes would choose the epochs of every trial: leave it out, and limit epochs_max instead")
    if epochs.high < epochs.low:
        raise ValueError(f"epochs_max must be {epochs.low} or more, not {epochs.high}")
    if archs and searched and "arch" not in searched:
        raise ValueError("there are archs to try, but arch is not among what is searched")
    names = [name for name in space if name in (searched or space)]
    if not _is_pretrained(base):
        names = [name for name in names if name not in _PRETRAINED_ONLY]
    return {name: space[name] for name in names}


def _epochs_range(base: Settings, epochs_max: int | None) -> SearchRange:
    """The epochs to search among: with pretrained weights a probe alone is a training, too."""
    lowest = 0 if _is_pretrained(base) else 1
    return SearchRange(lowest, base["epochs"] if epochs_max is None else epochs_max)


def _whole_space(base: Settings, archs: Sequence[str], epochs: SearchRange) -> Space:
    """Every setting that can be searched."""
    peak = _peak_rate(base)
    return {
        "arch": list(dict.fromkeys([base["arch"], *archs])),
        "features": list(dict.fromkeys([base["features"], "style", "pooled"])),
        "embedding_size": SearchRange(2, 64, log=True),
        "epochs": epochs,
        "n_frozen": SearchRange(0, 2),
        "lr_max": SearchRange(peak / 10, peak * 10, log=True),
        "wd": SearchRange(1e-4, 0.3, log=True),
        "label_smoothing": SearchRange(0.0, 0.3),
        "augment": SearchRange(0.0, 2.0),
        "probe_share": SearchRange(0.0, 1.0),
    }


def _is_pretrained(base: Settings) -> bool:
    """Whether trainings begin with weights that somebody has trained."""
    return str(base["weights"]) != "none"


def _peak_rate(base: Settings) -> float:
    """The peak learning rate of the default configuration."""
    from styleclf.training import peak_rates

    return cast(float, peak_rates(base["lr_max"], _is_pretrained(base)))


@dataclass(frozen=True)
class TuningTask:
    """What a study is about."""

    paintings: Paintings
    base: Settings  # the default configuration, and what is not searched
    space: Space
    places: Settings = field(default_factory=dict)  # further settings of recipes, for best.ini: where images are, …

    @property
    def targs(self) -> np.ndarray:
        """`(n,)` positions of the styles of the paintings."""
        labels = self.paintings.rows["label"]
        return targets(labels, sorted(labels.unique()))

    @property
    def folds(self) -> list[str]:
        """The names of the folds, without the validation set."""
        return cv_folds(self.paintings.rows)

    def in_fold(self, fold: str) -> np.ndarray:
        """`(n,)` which of the paintings are in the fold."""
        return (self.paintings.folds == fold).to_numpy()

    def without(self, fold: str) -> "TuningTask":
        """The same with one fold closed as the validation set is: its images are neither trained nor judged on."""
        rows = self.paintings.rows
        rows = rows.assign(fold=np.where(self.in_fold(fold), VAL, rows["fold"]))
        return replace(self, paintings=self.paintings.with_rows(rows))

    def default(self) -> Settings:
        """The searched values of the default configuration."""
        values = self.base | {"lr_max": _peak_rate(self.base)}
        return {name: values[name] for name in self.space if is_used(name, values["epochs"])}

    def fingerprint(self) -> dict[str, Any]:
        """What must be the same for a study to go on, as JSON gives it back."""
        made_with = {"design": design_digest(self.paintings.rows), **self.base}
        for name, choices in self.space.items():
            made_with[f"{name}{SEARCHED_SUFFIX}"] = choices
        return as_json(made_with)


def is_used(name: str, epochs: int) -> bool:
    """Whether a training of so many epochs depends on the setting."""
    return epochs > 0 or name not in _TRAINING_ONLY


def check_default(task: TuningTask) -> None:
    """Decode the images, and raise what the default configuration, and so every trial, would raise before it trains."""
    from styleclf.data import get_dls
    from styleclf.models import body_source, check_arch, weights_at_hand
    from styleclf.training import check_training, style_learner

    base = task.base
    design = task.paintings.rows
    for arch in cast(list[str], task.space.get("arch", [])):
        check_arch(arch)
    weights = weights_at_hand(base["weights"], base["arch"])
    source = body_source(base["arch"], weights, image_mean=base["image_mean"], image_std=base["image_std"])
    dls = get_dls(
        design,
        task.paintings.folder,
        task.folds[0],
        arch=base["arch"],
        size=base["size"],
        weights=weights,
        stats=source.stats,
        fit=base["fit"],
        bs=base["bs"],
        augment=base["augment"],
        cache=base["cache"],
    )
    learn = style_learner(
        dls,
        base["arch"],
        weights,
        stats=source.stats,
        embedding_size=base["embedding_size"],
        features=base["features"],
        loss=loss_name(base["loss"], design),
        label_smoothing=base["label_smoothing"],
        wd=base["wd"],
        precision=base["precision"],
    )
    check_training(
        learn, base["epochs"], schedule=base["schedule"], n_frozen=base["n_frozen"], probe_share=base["probe_share"]
    )


def settings_of(task: TuningTask, params: Settings) -> Settings:
    """The whole configuration of a trial; drawn numbers have three digits, which is more than they matter to."""
    if params == task.default():
        return task.base | params
    return task.base | {name: _round_setting(value) for name, value in params.items()}


def _round_setting(value: object) -> object:
    """A float with three significant digits; anything else as it is."""
    return float(f"{value:.{_N_DIGITS}g}") if isinstance(value, float) else value
