"""Checks of what a user gave: one of several names, what may have been meant, and packages that are extras."""

import difflib
from collections.abc import Collection, Iterator
from contextlib import contextmanager


def check_one_of(value: object, options: Collection[object], what: str) -> None:
    """Raise ValueError with the value and all options, unless the value is one of them.

    >>> check_one_of("squash", ("squash", "crop", "pad"), "fit")
    >>> check_one_of("stretch", ("squash", "crop", "pad"), "fit")
    Traceback (most recent call last):
        ...
    ValueError: fit must be one of squash, crop, pad, not 'stretch'
    """
    if value not in options:
        names = ", ".join(map(str, options))
        raise ValueError(f"{what} must be one of {names}, not {value!r}")


def suggestion(name: str, known_names: Collection[str]) -> str:
    """What may have been meant by an unknown name: the nearest known one, or else all of them.

    >>> suggestion("--epoch-s", ["--epochs", "--size"])
    "did you mean '--epochs'?"
    """
    similar = difflib.get_close_matches(name, list(known_names), n=1)
    if similar:
        return f"did you mean {similar[0]!r}?"
    return f"there are {', '.join(sorted(known_names))}"


@contextmanager
def needs_package(package: str, extra: str, what: str) -> Iterator[None]:
    """Import inside the block: if that fails, a ValueError says what needs the package and how to install it.

    `extra` is the extra of styleclf that brings the package, as in `pip install styleclf[explain]`.
    """
    try:
        yield
    except ImportError as error:
        raise ValueError(f"{what} needs the package {package}: pip install styleclf[{extra}]") from error
