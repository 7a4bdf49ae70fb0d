"""Flags that hold several values, parsed from a text with commas or taken from any iterable."""

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping

from styleclf.common.ranges import MOST


class FlagError(ArgumentTypeError, ValueError):
    """A ValueError whose sentence the command line shows, where it would otherwise only say 'invalid value'."""


class _AsTyped:
    """Several values whose text is what is typed for them."""

    def __str__(self) -> str:
        """The values with commas between."""
        texts = map(str, iter(self))  # type: ignore[call-overload]
        return ",".join(texts)


class Numbers(_AsTyped, tuple[int, ...]):
    """Whole numbers above 0, of a flag's text or of any iterable.

    >>> Numbers("160,192")
    (160, 192)
    """

    def __new__(cls, values: str | Iterable[int], name: str = "the values") -> "Numbers":
        """Raises ValueError, which calls the values by `name`, for anything else."""
        numbers = _positive_numbers(values, name, int)
        return super().__new__(cls, numbers)


class Decimals(_AsTyped, tuple[float, ...]):
    """Numbers above 0, of a flag's text or of any iterable.

    >>> Decimals("0.485,0.5")
    (0.485, 0.5)
    """

    def __new__(cls, values: str | Iterable[float], name: str = "the values") -> "Decimals":
        """Raises ValueError, which calls the values by `name`, for anything else."""
        numbers = _positive_numbers(values, name, float)
        return super().__new__(cls, numbers)


class Shares(_AsTyped, tuple[float, ...]):
    """Numbers from 0 to 1, of a flag's text or of any iterable.

    >>> Shares("0,0.5,1")
    (0.0, 0.5, 1.0)
    """

    def __new__(cls, values: str | Iterable[float], name: str = "the values") -> "Shares":
        """Raises ValueError, which calls the values by `name`, for anything else."""
        numbers = _as_numbers(values, float)
        are_shares = all(0 <= number <= 1 for number in numbers)
        if not numbers or not are_shares:
            raise FlagError(f"{name} must be numbers from 0 to 1, separated by commas, not {values!r}")
        return super().__new__(cls, numbers)


class Names(_AsTyped, tuple[str, ...]):
    """Names, of a flag's text or of any iterable, without spaces around them and without empty ones.

    >>> Names("photo, cartoon")
    ('photo', 'cartoon')
    """

    def __new__(cls, values: str | Iterable[str] = ()) -> "Names":
        """The names in their order."""
        names = [name.strip() for name in _parts(values)]
        return super().__new__(cls, filter(None, names))


class Pairs(dict[str, str]):
    """Names with a text each, of a flag's text or of any mapping.

    >>> Pairs("label=Style, author=Artist")
    {'label': 'Style', 'author': 'Artist'}
    """

    def __init__(self, values: str | Mapping[str, str], name: str = "the values") -> None:
        """Raises ValueError, which calls the values by `name`, for another text, and for a name that is there twice."""
        if isinstance(values, Mapping):
            super().__init__(values)
            return
        super().__init__()
        for part in filter(str.strip, values.split(",")):
            key, sign, text = map(str.strip, part.partition("="))
            if not (sign and key and text):
                raise FlagError(f"{name} must look like label=Style,author=Artist, not {values!r}")
            if key in self:
                raise FlagError(f"{name} name {key!r} twice")
            self[key] = text

    def __str__(self) -> str:
        """As it is typed."""
        pairs = [f"{name}={text}" for name, text in self.items()]
        return ",".join(pairs)


SEVERAL_VALUES = (Numbers, Decimals, Shares, Names, Pairs)


def _parts(values: str | Iterable) -> Iterable:
    """Text split at its commas; other values as they are."""
    if isinstance(values, str):
        return values.split(",")
    return values


def _positive_numbers(values: str | Iterable, name: str, kind: Callable) -> tuple:
    """The values as numbers of that kind. Raises ValueError if there are none, or not all are above 0."""
    numbers = _as_numbers(values, kind)
    are_positive = all(0 < number <= MOST for number in numbers)
    if not numbers or not are_positive:
        raise FlagError(f"{name} must be numbers above 0, separated by commas, not {values!r}")
    return numbers


def _as_numbers(values: str | Iterable, kind: Callable) -> tuple:
    """The values as numbers of that kind; none where one of them is not a number."""
    try:
        numbers = map(kind, _parts(values))
        return tuple(numbers)
    except (TypeError, ValueError):
        return ()
