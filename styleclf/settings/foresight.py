"""How long the steps of the whole way will take, from how long it took to judge a frozen network in every fold."""

from collections.abc import Mapping
from typing import Any

# in durations of that judgement, as 1,388 paintings took them with EfficientNet-Lite0 on two cores
_AUDIT = 1.3  # without the parts of it that flags leave out
_PARTS_OF_AUDIT = {"markers": 1.05, "degraded": 2.5}
_EPOCH = 0.33
_JUDGING = 0.22  # of a training, with its figures
_SECONDS_A_MINUTE = 60


def seconds_of_audit(seconds_of_probe: float, flags: Mapping[str, bool]) -> float:
    """How long an audit takes; `flags` say which of `markers` and `degraded` it leaves out."""
    duration = _AUDIT
    for part, of_part in _PARTS_OF_AUDIT.items():
        if flags.get(part, True):
            duration += of_part
    return duration * seconds_of_probe


def seconds_of_training(seconds_of_probe: float, duration: Mapping[str, Any]) -> float:
    """How long a training takes with its judgement; `duration` are its flags, `minutes` or `epochs`, or none.

    >>> seconds_of_training(100, {"minutes": 1.2})
    72.0
    """
    if "minutes" in duration:
        return _SECONDS_A_MINUTE * duration["minutes"]
    epochs = duration.get("epochs", 0)
    return (_JUDGING + _EPOCH * epochs) * seconds_of_probe
