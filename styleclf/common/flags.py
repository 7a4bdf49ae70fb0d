"""What a flag goes with: flags without which, or beside which, it has no effect, and runs whose settings it takes.

Facts of two classes are never equal, as named tuples would be: Python 3.10's `Annotated` takes equal facts for one.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from styleclf.common.several_values import Names
from styleclf.common.signatures import fact_of, flag_name


@dataclass(frozen=True)
class UsedWith:
    """What a flag has no effect without: another flag, or one of some values of it."""

    flag: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class UsedWithout:
    """What a flag has no effect beside: another flag, or arguments without a name."""

    flag: str


@dataclass(frozen=True)
class UsedWithAny:
    """What a flag has no effect without: any of other flags, of which a recipe may have some."""

    flags: tuple[str, ...]


@dataclass(frozen=True)
class UsedWithOne:
    """Arguments without a name, such as runs: a flag has an effect only where there is a single one of them."""

    flag: str


@dataclass(frozen=True)
class RememberedBy:
    """Whose settings a flag takes where it is not typed: those of an earlier run that other flags name.

    `design` and `model` name files of a run, all others its folder. Flags that are typed come first.
    """

    flags: tuple[str, ...]


OF_RUN = RememberedBy(("cv", "run", "model", "design"))
Remembered = Annotated[str, OF_RUN]


def idle_flags(
    function: Callable,
    values: Mapping[str, Any],  # of its parameters, by name
    defaults: Mapping[str, Any],  # likewise
) -> list[str]:
    """A sentence for every value that differs from its default and has no effect beside the other values."""
    sentences = []
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        if values.get(name) == defaults.get(name):
            continue
        flag = flag_name(name)
        requirement = fact_of(parameter.annotation, UsedWith)
        exclusion = fact_of(parameter.annotation, UsedWithout)
        if requirement and not _is_met(requirement, values):
            condition = _condition(requirement)
            sentences.append(f"{flag} has no effect without {condition}")
        any_needed = fact_of(parameter.annotation, UsedWithAny)
        if any_needed and not any(map(values.get, any_needed.flags)):
            flags = [flag_name(other_name) for other_name in any_needed.flags if other_name in values]
            alternatives = " or ".join(flags)
            sentences.append(f"{flag} has no effect without {alternatives}")
        if exclusion and values.get(exclusion.flag):
            spoken_name = _spoken_parameter(parameters[exclusion.flag])
            sentences.append(f"{flag} has no effect beside {spoken_name}")
        single = fact_of(parameter.annotation, UsedWithOne)
        if single and len(values.get(single.flag, ())) > 1:
            sentences.append(f"{flag} has no effect beside several {single.flag}")
    return sentences


def _spoken_parameter(parameter: inspect.Parameter) -> str:
    """A parameter as users know it: a flag, or arguments without a name."""
    if parameter.kind is parameter.VAR_POSITIONAL:
        return f"the {parameter.name} that are named"
    return flag_name(parameter.name)


def _is_met(requirement: UsedWith, values: Mapping[str, Any]) -> bool:
    """Whether the other flag has one of the values that count, or any value at all where none is named."""
    value = values.get(requirement.flag)
    if not requirement.values:
        return bool(value)
    names = value if isinstance(value, tuple) else Names(str(value))
    return any(name in requirement.values for name in names)


def _condition(requirement: UsedWith) -> str:
    """What is needed, as it is typed: `--cv`, or `--loss arcface, cosface or supcon`."""
    flag = flag_name(requirement.flag)
    if not requirement.values:
        return flag
    *first, last = requirement.values
    if not first:
        return f"{flag} {last}"
    first_values = ", ".join(first)
    return f"{flag} {first_values} or {last}"
