"""What the signature of a function says of its parameters: names, types, and facts annotated beside a type."""

import inspect
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, get_args


def flag_name(parameter: str) -> str:
    """The name of a parameter on the command line.

    >>> flag_name("n_folds")
    '--n-folds'
    """
    words = parameter.replace("_", "-")
    return f"--{words}"


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


def keywords_of(function: Callable) -> list[str]:
    """The parameters of a function that have a default."""
    parameters = inspect.signature(function).parameters.values()
    return [parameter.name for parameter in parameters if parameter.default is not parameter.empty]


def among(settings: Mapping[str, Any], function: Callable) -> dict[str, Any]:
    """Those settings that are keywords of the function."""
    keywords = keywords_of(function)
    return {name: value for name, value in settings.items() if name in keywords}
