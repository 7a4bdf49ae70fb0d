"""How forests are tuned, fitted and calibrated."""

from dataclasses import dataclass

from styleclf.common import check_one_of
from styleclf.evaluation import CALIBRATION_METHODS

NO_CALIBRATION = "none"


@dataclass(frozen=True)
class ForestOptions:
    """What all forests of a comparison have in common. Raises ValueError for values that cannot be used.

    >>> ForestOptions(trials=0)
    Traceback (most recent call last):
        ...
    ValueError: trials must be 1 or more, not 0
    """

    trials: int = 40  # forests tried on each kind of features, old and new ones
    calibrate: str = "sigmoid"  # or isotonic, temperature, none: by out-of-fold predictions
    seed: int = 0  # of trials and forests
    jobs: int | None = None  # trees grown at a time; by default one per processor core

    def __post_init__(self) -> None:
        check_one_of(self.calibrate, (*CALIBRATION_METHODS, NO_CALIBRATION), "calibrate")
        if self.trials < 1:
            raise ValueError(f"trials must be 1 or more, not {self.trials}")
        if self.jobs is not None and self.jobs < 1:
            raise ValueError(f"jobs must be 1 or more, not {self.jobs}")
