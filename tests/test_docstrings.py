"""The examples in docstrings say what happens."""

import doctest
import importlib
import pkgutil

import pytest

import styleclf

MODULES = sorted(module.name for module in pkgutil.walk_packages(styleclf.__path__, "styleclf."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0
