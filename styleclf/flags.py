"""Flags that hold several values, as text: `1,4,16` or `photo,cartoon`."""

from collections.abc import Callable


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
