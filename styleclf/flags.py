"""Flags that hold several values: text such as `160,192` on the command line, a tuple in the library."""

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable


class FlagError(ArgumentTypeError, ValueError):
    """A ValueError whose sentence the command line shows, where it would otherwise only say 'invalid value'."""


class Numbers(tuple[int, ...]):
    """Whole numbers above 0, of a flag's text or of any iterable.

    >>> Numbers("160,192")
    (160, 192)
    """

    def __new__(cls, values: str | Iterable[int], what: str = "the values") -> "Numbers":
        """Raises ValueError, which calls the values `what`, for anything else."""
        return super().__new__(cls, _positive_numbers(values, what, int))


class Decimals(tuple[float, ...]):
    """Numbers above 0, of a flag's text or of any iterable.

    >>> Decimals("0.485,0.5")
    (0.485, 0.5)
    """

    def __new__(cls, values: str | Iterable[float], what: str = "the values") -> "Decimals":
        """Raises ValueError, which calls the values `what`, for anything else."""
        return super().__new__(cls, _positive_numbers(values, what, float))


class Names(tuple[str, ...]):
    """Names, of a flag's text or of any iterable, without spaces around them and without empty ones.

    >>> Names("photo, cartoon")
    ('photo', 'cartoon')
    """

    def __new__(cls, values: str | Iterable[str]) -> "Names":
        """The names in their order."""
        stripped = [name.strip() for name in _parts(values)]
        return super().__new__(cls, filter(None, stripped))


def _parts(values: str | Iterable) -> Iterable:
    """Text split at its commas; other values as they are."""
    return values.split(",") if isinstance(values, str) else values


def _positive_numbers(values: str | Iterable, what: str, kind: Callable) -> tuple:
    """The values as numbers of that kind. Raises ValueError if there are none, or not all are above 0."""
    try:
        numbers = tuple(map(kind, _parts(values)))
    except (TypeError, ValueError):
        numbers = ()
    if not numbers or not all(number > 0 for number in numbers):
        raise FlagError(f"{what} must be numbers above 0, separated by commas, not {values!r}")
    return numbers
