"""Types of a training's flags: the ranges of their values, and the flags without which they have no effect."""

from typing import Annotated

from styleclf.common import Choice, NumberFromZero, Numbers, PositiveNumberOrNone, Range, Share, UsedWith, UsedWithAny

KEEP_EPOCHS = ("0", "1", "best", "last")  # whose embeddings are kept
_COSINES = ("arcface", "subcenter", "cosface", "proxyanchor")  # losses of a head that has a scale
_MARGINS = (*_COSINES, "triplet")
_JOINT = ("triplet", "supcon")
_METRIC_LOSSES = (*_COSINES, *_JOINT)
Margin = Annotated[float | None, Range(least=0, most=90), UsedWith("loss", _MARGINS)]
Scale = Annotated[float, Range(above=0, most=1_000), UsedWith("loss", _COSINES)]
HeadRate = Annotated[float | None, Range(above=0, most=1_000), UsedWith("loss", _METRIC_LOSSES)]
JointWeight = Annotated[float, Range(least=0, most=1_000), UsedWith("joint", _JOINT)]
RestRatio = Annotated[float, Range(above=0, most=1_000_000), UsedWith("one_vs_rest")]
LossName = Annotated[str, Choice("auto", "cross_entropy", "focal", *_METRIC_LOSSES)]
JointName = Annotated[str, Choice("none", *_JOINT)]
_OF_FINE_TUNING = UsedWithAny(("epochs", "minutes", "epochs_max"))  # the last of them when it is tuned
Rate = Annotated[PositiveNumberOrNone, _OF_FINE_TUNING]
ScheduleName = Annotated[str, Choice("one_cycle", "exponential"), _OF_FINE_TUNING]
FrozenGroups = Annotated[int, Range(least=0, most=2), _OF_FINE_TUNING]
TrainSizes = Annotated[Numbers | None, _OF_FINE_TUNING]
ProbeShare = Annotated[Share, _OF_FINE_TUNING]
Strength = Annotated[float, Range(least=0, most=2), _OF_FINE_TUNING]
Smoothing = Annotated[float, Range(least=0, most=0.99), _OF_FINE_TUNING]
Decay = Annotated[NumberFromZero, _OF_FINE_TUNING]
