"""Options of maps: one value, whose defaults are those of the recipe."""

import inspect
import runpy
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path

import pytest

from styleclf.explain.map_options import MapOptions

RECIPE = Path(__file__).parents[2] / "recipes/explain.py"


def test_the_recipes_defaults_are_the_librarys():
    flags = inspect.signature(runpy.run_path(str(RECIPE))["main"]).parameters
    for name, default in asdict(MapOptions()).items():
        assert flags[name].default == default, name


def test_nobody_can_change_the_options_of_a_map_in_the_making():
    with pytest.raises(FrozenInstanceError):
        MapOptions().squares = 7
