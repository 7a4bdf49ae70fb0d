"""benchmark.flag_types: names that nothing has are refused, and all that exist are known."""

import pytest

from styleclf.benchmark import ContenderNames, MeasurementNames
from styleclf.benchmark.contenders import CONTENDERS
from styleclf.common import Names, check_values


def benchmark(contenders: ContenderNames = Names("all"), further: MeasurementNames = Names("all")):
    """Stands for the recipe."""


@pytest.mark.parametrize("flag", ["contenders", "further"])
@pytest.mark.parametrize("names", ["nope", "", "all,nope"])
def test_names_that_nothing_has_are_refused(flag, names):
    with pytest.raises(ValueError, match=f"--{flag} must be all, none, or some of"):
        check_values(benchmark, {flag: Names(names)}, as_flags=True)


@pytest.mark.parametrize("name", [*CONTENDERS, "all", "none"])
def test_every_contender_can_be_named(name):
    check_values(benchmark, {"contenders": Names(name)})
