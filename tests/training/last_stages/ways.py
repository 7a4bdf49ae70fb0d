"""Ways to train the last stages, and what all of them have in common."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from styleclf.data import Paintings
from styleclf.inference import Backbone

ARCH = "tf_efficientnet_lite0"
BEFORE_STAGES = 4  # the block whose maps are kept
CLEAN = "clean"  # the view without random changes


class Way(NamedTuple):
    """A way to train the last stages."""

    first: int = 6  # block from which on is trained
    views: tuple[str, ...] = ("0", CLEAN, "0")  # one an epoch
    n_runs: int = 1  # each with another order of images; their weights are averaged (Wortsman et al. 2022)
    rate: float = 3e-4  # at the peak
    decay: float = 1.0  # of the rate, from one stage to the stage before
    mixing: float = 0.0  # beta's parameter, in mixing channel statistics of maps within a style (Zhou et al. 2021)
    teacher: float = 0.0  # share of a teacher's probabilities in the targets, by probes that never saw the painter


WAYS = {
    "last": Way(),
    "two": Way(first=5),
    "two-decay": Way(first=5, decay=0.6),
    "mixing": Way(mixing=0.3),
    "teacher": Way(teacher=0.5),
    "soup": Way(views=("0", CLEAN), n_runs=3),
    "small-first": Way(views=("small", "0", CLEAN)),
}


class Contest(NamedTuple):
    """What all ways have in common."""

    paintings: Paintings
    targs: np.ndarray  # (n,) positions of the styles
    vocab: list[str]
    backbone: Backbone
    folder: Path
    teachers: list[Path]  # features (n, d) of bodies side by side
