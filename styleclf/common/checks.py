"""Checks of what a user gave: one of several names, what may have been meant, and packages that are extras."""

import difflib
import numbers
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TypeGuard

_LONGEST_VALUE = 60  # characters of a value that a sentence repeats


def check_one_of(value: object, options: Collection[object], name: str) -> None:
    """Raise ValueError with the value and all options, unless the value is one of them.

    >>> check_one_of("squash", ("squash", "crop", "pad"), "fit")
    >>> check_one_of("stretch", ("squash", "crop", "pad"), "fit")
    Traceback (most recent call last):
        ...
    ValueError: fit must be one of squash, crop, pad, not 'stretch'
    """
    if value not in options:
        names = ", ".join(map(str, options))
        raise ValueError(f"{name} must be one of {names}, not {value!r}")


def select_names(
    names: Collection[str],
    options: Collection[str],
    name: str,  # of the parameter, in the message
) -> list[str]:
    """The names in the order of `options`; ('all',) stands for all of them, ('none',) for none.

    Raises ValueError, which calls the parameter by its `name`, for no names and for others.

    >>> select_names(["probe", "fastai"], ["fastai", "ancestor", "probe"], "--contenders")
    ['fastai', 'probe']
    """
    if set(names) == {"all"}:
        return list(options)
    if set(names) == {"none"}:
        return []
    if not names or not set(names) <= set(options):
        choices = ", ".join(options)
        value = ",".join(names)
        raise ValueError(f"{name} must be all, none, or some of {choices}, not {value!r}")
    return [option for option in options if option in names]


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number, which True and False are not.

    >>> is_number(0.5), is_number(3), is_number(True), is_number("3")
    (True, True, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole_number(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number, numpy's included, which True and False are not.

    >>> is_whole_number(3), is_whole_number(3.0), is_whole_number(True)
    (True, False, False)
    """
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def check_whole(value: object, name: str, *, least: int) -> None:
    """Raise ValueError with the value unless it is a whole number of at least `least`.

    >>> check_whole(4.5, "n_folds", least=2)
    Traceback (most recent call last):
        ...
    ValueError: n_folds must be a whole number from 2, not 4.5
    """
    if not is_whole_number(value) or value < least:
        raise ValueError(f"{name} must be a whole number from {least}, not {value!r}")


def check_path(value: object, name: str) -> None:
    """Raise ValueError with the value unless it is a path, or a text that may be one.

    >>> check_path(None, "images")
    Traceback (most recent call last):
        ...
    ValueError: images must be a path, not None
    """
    if not isinstance(value, str | os.PathLike):
        raise ValueError(f"{name} must be a path, not {short_repr(value)}")


def check_paths(values: object, name: str) -> None:
    """Raise ValueError, with what was received, for what is not a list of paths."""
    is_list = hasattr(values, "__len__") and hasattr(values, "__getitem__")  # fastai's L is not a Sequence
    if not is_list or isinstance(values, str | bytes | dict):
        shown_values = short_repr(values)
        raise ValueError(f"{name} must be a list of paths, not {shown_values}: write [...] around a single one")
    for value in values:  # type: ignore[attr-defined]
        check_path(value, f"one of the {name}")


def short_repr(value: object) -> str:
    """A value as a sentence names it: itself, or its kind where it takes many lines, such as a table.

    >>> short_repr(3), short_repr(list(range(99)))
    ('3', 'a list of length 99')
    """
    text = repr(value)
    if len(text) <= _LONGEST_VALUE and "\n" not in text:
        return text
    kind = f"a {type(value).__name__}"
    if hasattr(value, "__len__"):
        return f"{kind} of length {len(value)}"
    return kind


def suggestion(name: str, known_names: Collection[str]) -> str:
    """What may have been meant by an unknown name: the nearest known one, or else all of them.

    >>> suggestion("--epoch-s", ["--epochs", "--size"])
    "did you mean '--epochs'?"
    """
    names_of_words = {_word_of(known_name): known_name for known_name in known_names}
    word = _word_of(name)
    similar_words = difflib.get_close_matches(word, names_of_words, n=1)
    if similar_words:
        similar_name = names_of_words[similar_words[0]]
        return f"did you mean {similar_name!r}?"
    names = ", ".join(sorted(known_names))
    return f"there are {names}"


def _word_of(name: str) -> str:
    """A name without what says little about which was meant: the dashes of flags, and capitals."""
    return name.lstrip("-").lower()


@contextmanager
def needs_package(package: str, extra: str, purpose: str) -> Iterator[None]:
    """Import inside the block: if that fails, a ValueError says what needs the package and how to install it.

    `extra` is the extra of styleclf that brings the package, as in `pip install styleclf[explain]`.
    """
    try:
        yield
    except ImportError as error:
        raise ValueError(f'{purpose} needs the package {package}: pip install "styleclf[{extra}]"') from error
