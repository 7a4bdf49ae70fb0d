"""The examples in docstrings say what happens, and whatever `styleclf.all` offers has one."""

import doctest
import importlib
import inspect
import logging
import pkgutil

import numpy as np
import pandas as pd
import pytest

import styleclf
from tests.report.made_up import write_run

MODULES = sorted(module.name for module in pkgutil.walk_packages(styleclf.__path__, "styleclf."))
SLOW = ("styleclf.audit.report", "styleclf.runs.cross_validation")  # whose examples take ten seconds each
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def offered():
    """Functions and classes of styleclf by the names under which `styleclf.all` has them."""
    door = importlib.import_module("styleclf.all")
    objects = {}
    for name, value in vars(door).items():
        is_described = inspect.isfunction(value) or inspect.isclass(value)
        if is_described and value.__module__.startswith("styleclf."):
            objects[name] = value
    return objects


@pytest.fixture(scope="module")
def practice(sample, design, weights_file, trained, tmp_path_factory):
    """What the examples of `styleclf.all` find at hand, as its docstring says."""
    from styleclf.evaluation import read_run

    run = write_run(tmp_path_factory.mktemp("examples") / "run", design, sample)
    return {
        **offered(),
        "np": np,
        "pd": pd,
        "images": sample,
        "design": design,
        "pictures": [sample / filename for filename in design["filename"][:2]],
        "weights": str(weights_file),
        "learn": trained,
        "run": run,
        "predictions": read_run(run),
    }


@pytest.fixture
def silence():
    """No lines on the course of things, which examples leave out."""
    logger = logging.getLogger("styleclf")
    level = logger.level
    logger.setLevel("ERROR")
    yield
    logger.setLevel(level)


def names_of(modules):
    """Parameters of a test: modules, the slow ones marked."""
    return [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in modules]


@pytest.mark.parametrize("name", names_of(MODULES))
def test_examples_run(name, request, silence, tmp_path):
    module = importlib.import_module(name)
    at_hand = {}
    if name in {value.__module__ for value in offered().values()}:
        at_hand = {**request.getfixturevalue("practice"), "folder": tmp_path}
    result = doctest.testmod(module, extraglobs=at_hand, optionflags=FLAGS)
    assert result.failed == 0


def test_whatever_the_door_offers_has_an_example():
    without = [name for name, value in offered().items() if ">>>" not in (value.__doc__ or "")]
    assert not without
