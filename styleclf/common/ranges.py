"""Values that a parameter may have: ranges of numbers, and names to choose from.

They stand in the annotation of a parameter, where the schema is:

    def main(bs: Count = 32, minutes: Annotated[float | None, Range(above=0)] = None, fit: FitName = "squash"): ...

`check_values` compares values with it. `settings.run` does so for every recipe before its `main` is called.
"""

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from styleclf.common.checks import check_one_of, is_number, is_whole_number, select_names
from styleclf.common.signatures import accepts_none, fact_of, flag_name, type_of


@dataclass(frozen=True)
class Range:
    """The numbers that a parameter takes; without limits all but NaN and infinity."""

    least: float | None = None
    above: float | None = None  # in place of `least`: this number itself is refused
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether the value is within the limits."""
        if not math.isfinite(value):
            return False
        if self.least is not None and value < self.least:
            return False
        if self.above is not None and value <= self.above:
            return False
        return self.most is None or value <= self.most

    def __str__(self) -> str:
        """The limits in words, such as 'from 0 to 1', 'above 0', '1 or more', or nothing where there are none."""
        if self.least is not None:
            return self._words_from_least(self.least)
        if self.above is not None:
            return self._words_above(self.above)
        if self.most is not None:
            return f"of {self.most:,} or less"
        return ""

    def _words_from_least(self, least: float) -> str:
        if self.most is None:
            return f"of {least:,} or more"
        return f"from {least:,} to {self.most:,}"

    def _words_above(self, above: float) -> str:
        if self.most is None:
            return f"above {above:,}"
        return f"above {above:,} and at most {self.most:,}"


class Choice:
    """The names that a parameter takes."""

    def __init__(self, *names: str) -> None:
        self.names = names


class SomeOf:
    """The names of which a parameter takes some, or 'all' or 'none' of them."""

    def __init__(self, *names: str) -> None:
        self.names = names


MOST = 1_000_000  # more than anybody counts here, and less than what overflows
_FROM_ZERO = Range(least=0, most=MOST)
_FROM_ONE = Range(least=1, most=MOST)
_ABOVE_ZERO = Range(above=0, most=MOST)
_SIDE = Range(least=32, most=8192)  # networks halve an image five times
Seed = Annotated[int, Range(least=0, most=2**32 - 1)]
Count = Annotated[int, _FROM_ONE]
CountOrNone = Annotated[int | None, _FROM_ONE]
CountFromZero = Annotated[int, _FROM_ZERO]
CountFromZeroOrNone = Annotated[int | None, _FROM_ZERO]
CountFromTwo = Annotated[int, Range(least=2, most=MOST)]
Pixels = Annotated[int, _SIDE]
PixelsOrNone = Annotated[int | None, _SIDE]
Resamples = Annotated[int, Range(least=100, most=MOST)]  # fewer have no ends of a 95 % interval
Embedding = Annotated[int, Range(least=1, most=65_536)]  # numbers in one
NumberFromZero = Annotated[float, _FROM_ZERO]
Share = Annotated[float, Range(least=0, most=1)]
ShareOrNone = Annotated[float | None, Range(above=0, most=1)]
PositiveNumber = Annotated[float, _ABOVE_ZERO]
PositiveNumberOrNone = Annotated[float | None, _ABOVE_ZERO]
_PRECISIONS = Choice("auto", "fp32", "bf16", "fp16")
FeaturesName = Annotated[str, Choice("style", "pooled", "imagenet")]
FitName = Annotated[str, Choice("squash", "crop", "pad")]
PrecisionName = Annotated[str, _PRECISIONS]
PrecisionNameOrNone = Annotated[str | None, _PRECISIONS]


def check_values(function: Callable, values: Mapping[str, Any], *, as_flags: bool = False) -> None:
    """Raise ValueError for the first of the values that the function's annotations exclude.

    `values` by names of parameters; those that the function does not have are passed over. A message calls a parameter
    by its name, or with `as_flags` as the command line does.

    >>> def train(bs: Count = 32): ...
    >>> check_values(train, {"bs": 0}, as_flags=True)
    Traceback (most recent call last):
        ...
    ValueError: --bs must be a whole number from 1 to 1,000,000, not 0
    """
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        if name in values and parameter.kind is not parameter.VAR_KEYWORD:
            spoken_name = flag_name(name) if as_flags else name
            _check_value(values[name], parameter.annotation, spoken_name)


def _check_value(value: object, annotation: object, name: str) -> None:
    """Raise ValueError, which calls the value by the name, where the annotation excludes it."""
    if value is None and accepts_none(annotation):
        return
    choice = fact_of(annotation, Choice)
    if choice is not None:
        check_one_of(value, choice.names, name)
    several = fact_of(annotation, SomeOf)
    if several is not None:
        select_names(value, several.names, name)  # type: ignore[arg-type]  # a flag's Names
    limits = fact_of(annotation, Range)
    if limits is None:
        return
    must_be_whole = type_of(annotation) is int
    is_of_kind = is_whole_number(value) if must_be_whole else is_number(value)
    if not is_of_kind or not limits.holds(value):
        noun = "a whole number" if must_be_whole else "a number"
        requirement = f"{noun} {limits}".strip()
        raise ValueError(f"{name} must be {requirement}, not {value!r}")
