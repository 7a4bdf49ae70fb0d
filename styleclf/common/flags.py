"""What a flag may be: ranges of numbers, what else a flag needs, and flags that hold several values.

A range stands in the annotation of a parameter, where the schema is:

    def main(bs: Count = 32, minutes: Annotated[float | None, Range(above=0)] = None): ...

`check_values` holds values against it. `settings.run` does so for every recipe before its `main` is called.
"""

import inspect
import math
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, NamedTuple, get_args


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
        too_small = (self.least is not None and value < self.least) or (self.above is not None and value <= self.above)
        return not too_small and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        """The limits in words, such as 'from 0 to 1', 'above 0', '1 or more', or nothing where there are none."""
        if self.least is not None and self.most is not None:
            return f"from {self.least:,} to {self.most:,}"
        if self.above is not None and self.most is not None:
            return f"above {self.above:,} and at most {self.most:,}"
        if self.least is not None:
            return f"of {self.least:,} or more"
        if self.above is not None:
            return f"above {self.above:,}"
        return "" if self.most is None else f"of {self.most:,} or less"


class UsedWith(NamedTuple):
    """What a flag has no effect without: another flag, or one of some values of it."""

    flag: str
    values: tuple[str, ...] = ()


class UsedWithout(NamedTuple):
    """What a flag has no effect beside: another flag, or arguments without a name."""

    flag: str


class RememberedBy(NamedTuple):
    """Whose settings a flag takes where it is not typed: those of an earlier run that other flags name.

    `design` and `model` name files of a run, all others its folder. Flags that are typed come first.
    """

    flags: tuple[str, ...]


OF_RUN = RememberedBy(("cv", "run", "model", "design"))
Remembered = Annotated[str, OF_RUN]
_MOST = 1_000_000  # more than anybody counts here, and less than what overflows
Seed = Annotated[int, Range(least=0, most=2**32 - 1)]
Count = Annotated[int, Range(least=1, most=_MOST)]
CountOrNone = Annotated[int | None, Range(least=1, most=_MOST)]
CountFromZero = Annotated[int, Range(least=0, most=_MOST)]
CountFromZeroOrNone = Annotated[int | None, Range(least=0, most=_MOST)]
CountFromTwo = Annotated[int, Range(least=2, most=_MOST)]
Pixels = Annotated[int, Range(least=32, most=8192)]  # a side: networks halve an image five times
PixelsOrNone = Annotated[int | None, Range(least=32, most=8192)]
Resamples = Annotated[int, Range(least=100, most=_MOST)]  # fewer have no ends of a 95 % interval
Embedding = Annotated[int, Range(least=1, most=65_536)]  # numbers in one
NumberFromZero = Annotated[float, Range(least=0, most=_MOST)]
Share = Annotated[float, Range(least=0, most=1)]
ShareOrNone = Annotated[float | None, Range(above=0, most=1)]
PositiveNumber = Annotated[float, Range(above=0, most=_MOST)]
PositiveNumberOrNone = Annotated[float | None, Range(above=0, most=_MOST)]


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
    for name, parameter in inspect.signature(function).parameters.items():
        if name in values and parameter.kind is not parameter.VAR_KEYWORD:
            _check_value(values[name], parameter.annotation, flag_name(name) if as_flags else name)


def _check_value(value: object, annotation: object, name: str) -> None:
    """Raise ValueError, which calls the value by the name, where the annotation has a range that it is not in."""
    limits = fact_of(annotation, Range)
    if limits is None or (value is None and accepts_none(annotation)):
        return
    kind = type_of(annotation)
    is_number = isinstance(value, int if kind is int else int | float) and not isinstance(value, bool)
    if not is_number or not limits.holds(value):
        noun = "a whole number" if kind is int else "a number"
        expected = f"{noun} {limits}".strip()
        raise ValueError(f"{name} must be {expected}, not {value!r}")


def idle_flags(function: Callable, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> list[str]:
    """A sentence for every value that differs from its default and has no effect beside the other values."""
    sentences = []
    for name, parameter in inspect.signature(function).parameters.items():
        if values.get(name) == defaults.get(name):
            continue
        needed = fact_of(parameter.annotation, UsedWith)
        excluded = fact_of(parameter.annotation, UsedWithout)
        if needed and not _is_met(needed, values):
            condition = f"{flag_name(needed.flag)} {_either(needed.values)}".strip()
            sentences.append(f"{flag_name(name)} has no effect without {condition}")
        if excluded and values.get(excluded.flag):
            sentences.append(f"{flag_name(name)} has no effect beside {_spoken_parameter(function, excluded.flag)}")
    return sentences


def _spoken_parameter(function: Callable, name: str) -> str:
    """A parameter as users know it: a flag, or arguments without a name."""
    parameter = inspect.signature(function).parameters[name]
    return f"the {name} that are named" if parameter.kind is parameter.VAR_POSITIONAL else flag_name(name)


def _is_met(needed: UsedWith, values: Mapping[str, Any]) -> bool:
    """Whether the other flag has one of the values that count, or any value at all where none is named."""
    value = values.get(needed.flag)
    if not needed.values:
        return bool(value)
    names = value if isinstance(value, tuple) else Names(str(value))
    return any(name in needed.values for name in names)


def _either(values: tuple[str, ...]) -> str:
    """Values as words: `a`, or `a, b or c`."""
    *first, last = values or ("",)
    return f"{', '.join(first)} or {last}" if first else last


def flag_name(parameter: str) -> str:
    """The name of a parameter on the command line.

    >>> flag_name("n_folds")
    '--n-folds'
    """
    return f"--{parameter.replace('_', '-')}"


def type_of(annotation: Any) -> Any:
    """The type of a parameter's values: `float` for `float | None`, whatever is annotated beside it."""
    if hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    for kind in get_args(annotation):
        if kind is not NoneType:
            return type_of(kind)
    return annotation


def accepts_none(annotation: Any) -> bool:
    """Whether None is among the values of a parameter."""
    if hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    return NoneType in get_args(annotation)


def fact_of(annotation: Any, kind: type) -> Any:
    """What of that kind an annotation has beside the type, such as its `Range`; None if there is nothing."""
    for fact in getattr(annotation, "__metadata__", ()):
        if isinstance(fact, kind):
            return fact
    return None


def among(settings: Mapping[str, Any], function: Callable) -> dict[str, Any]:
    """Those settings that are keywords of the function."""
    keywords = keywords_of(function)
    return {name: value for name, value in settings.items() if name in keywords}


def keywords_of(function: Callable) -> list[str]:
    """The parameters of a function that have a default."""
    parameters = inspect.signature(function).parameters.values()
    return [parameter.name for parameter in parameters if parameter.default is not parameter.empty]


class FlagError(ArgumentTypeError, ValueError):
    """A ValueError whose sentence the command line shows, where it would otherwise only say 'invalid value'."""


class _AsTyped:
    """Several values whose text is what is typed for them."""

    def __str__(self) -> str:
        """The values with commas between."""
        return ",".join(map(str, iter(self)))  # type: ignore[call-overload]


class Numbers(_AsTyped, tuple[int, ...]):
    """Whole numbers above 0, of a flag's text or of any iterable.

    >>> Numbers("160,192")
    (160, 192)
    """

    def __new__(cls, values: str | Iterable[int], what: str = "the values") -> "Numbers":
        """Raises ValueError, which calls the values `what`, for anything else."""
        return super().__new__(cls, _positive_numbers(values, what, int))


class Decimals(_AsTyped, tuple[float, ...]):
    """Numbers above 0, of a flag's text or of any iterable.

    >>> Decimals("0.485,0.5")
    (0.485, 0.5)
    """

    def __new__(cls, values: str | Iterable[float], what: str = "the values") -> "Decimals":
        """Raises ValueError, which calls the values `what`, for anything else."""
        return super().__new__(cls, _positive_numbers(values, what, float))


class Shares(_AsTyped, tuple[float, ...]):
    """Numbers from 0 to 1, of a flag's text or of any iterable.

    >>> Shares("0,0.5,1")
    (0.0, 0.5, 1.0)
    """

    def __new__(cls, values: str | Iterable[float], what: str = "the values") -> "Shares":
        """Raises ValueError, which calls the values `what`, for anything else."""
        try:
            numbers = tuple(map(float, _parts(values)))
        except (TypeError, ValueError):
            numbers = ()
        if not numbers or not all(0 <= number <= 1 for number in numbers):
            raise FlagError(f"{what} must be numbers from 0 to 1, separated by commas, not {values!r}")
        return super().__new__(cls, numbers)


class Names(_AsTyped, tuple[str, ...]):
    """Names, of a flag's text or of any iterable, without spaces around them and without empty ones.

    >>> Names("photo, cartoon")
    ('photo', 'cartoon')
    """

    def __new__(cls, values: str | Iterable[str] = ()) -> "Names":
        """The names in their order."""
        stripped = [name.strip() for name in _parts(values)]
        return super().__new__(cls, filter(None, stripped))


class Pairs(dict[str, str]):
    """Names with a text each, of a flag's text or of any mapping.

    >>> Pairs("label=Style, author=Artist")
    {'label': 'Style', 'author': 'Artist'}
    """

    def __init__(self, values: str | Mapping[str, str], what: str = "the values") -> None:
        """Raises ValueError, which calls the values `what`, for another text, and for a name that is there twice."""
        super().__init__(values if isinstance(values, Mapping) else {})
        parts = filter(str.strip, values.split(",")) if isinstance(values, str) else ()
        for part in parts:
            name, sign, text = (word.strip() for word in part.partition("="))
            if not (sign and name and text):
                raise FlagError(f"{what} must be such as label=Style,author=Artist, not {values!r}")
            if name in self:
                raise FlagError(f"{what} name {name!r} twice")
            self[name] = text

    def __str__(self) -> str:
        """As it is typed."""
        return ",".join(f"{name}={text}" for name, text in self.items())


SEVERAL_VALUES = (Numbers, Decimals, Shares, Names, Pairs)  # types of flags that hold several values


def _parts(values: str | Iterable) -> Iterable:
    """Text split at its commas; other values as they are."""
    return values.split(",") if isinstance(values, str) else values


def _positive_numbers(values: str | Iterable, what: str, kind: Callable) -> tuple:
    """The values as numbers of that kind. Raises ValueError if there are none, or not all are above 0."""
    try:
        numbers = tuple(map(kind, _parts(values)))
    except (TypeError, ValueError):
        numbers = ()
    if not numbers or not all(0 < number <= _MOST for number in numbers):
        raise FlagError(f"{what} must be numbers above 0, separated by commas, not {values!r}")
    return numbers
