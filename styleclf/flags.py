"""Flags that hold several values: text such as `160,192` on the command line, a tuple in the library."""

from collections.abc import Callable, Iterable


class Numbers(tuple):
    """Whole numbers above 0 of a flag, or of any iterable.

    >>> Numbers("160,192")
    (160, 192)
    """

    def __new__(cls, values: str | Iterable[int]) -> "Numbers":
        """Raises ValueError for anything else."""
        return super().__new__(cls, _positive(values, int))


class Decimals(tuple):
    """Numbers above 0 of a flag, or of any iterable.

    >>> Decimals("0.485,0.5")
    (0.485, 0.5)
    """

    def __new__(cls, values: str | Iterable[float]) -> "Decimals":
        """Raises ValueError for anything else."""
        return super().__new__(cls, _positive(values, float))


class Names(tuple):
    """Names of a flag, or of any iterable, without blanks and empty ones.

    >>> Names("photo, cartoon")
    ('photo', 'cartoon')
    """

    def __new__(cls, values: str | Iterable[str]) -> "Names":
        """The names in their order."""
        parts = values.split(",") if isinstance(values, str) else values
        return super().__new__(cls, (part.strip() for part in parts if part.strip()))


def _positive(values: str | Iterable, kind: type) -> tuple:
    parts = values.split(",") if isinstance(values, str) else values
    try:
        numbers = tuple(kind(part) for part in parts)
    except (TypeError, ValueError):
        numbers = ()
    if not numbers or any(not number > 0 for number in numbers):
        raise ValueError(f"give numbers above 0, separated by commas, not {values!r}")
    return numbers


def numbers(text: str | None, what: str, kind: Callable[[str], float]) -> tuple:
    """The positive numbers of a flag such as '1,4,16', none if it is not given. Raises ValueError."""
    if text is None:
        return ()
    try:
        found = tuple(kind(part) for part in text.split(","))
    except ValueError:
        found = (0,)
    if any(not number > 0 for number in found):
        raise ValueError(f"{what} must be numbers above 0, separated by commas, not {text!r}")
    return found


def names(text: str | None) -> list[str]:
    """The names of a flag such as 'photo, cartoon', without blanks and empty ones."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]
