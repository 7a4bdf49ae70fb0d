"""A flag that a recipe hands on has the default that the library gives it: whoever copies the call gets the same."""

import ast
import importlib
import inspect
import runpy
from pathlib import Path

import pytest

RECIPES = sorted((Path(__file__).parent.parent.parent / "recipes").glob("*.py"))
TYPES = "styleclf.common"
OF_RUN = {"design"}  # of a logbook: whose fingerprint is written down


def library_names(tree):
    """The functions and classes of the library that a recipe imports, by their name in it."""
    functions = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("styleclf") and node.module != TYPES:
            module = importlib.import_module(node.module)
            functions |= {alias.asname or alias.name: getattr(module, alias.name) for alias in node.names}
    return functions


def flags_handed_on(tree, functions):
    """`(flag, parameter)` for every flag that stands for itself in a call of the library."""
    (main,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    for node in ast.walk(main):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            signature = inspect.signature(functions[node.func.id])
            named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            bound = signature.bind_partial(*node.args, **named).arguments
            for name, value in bound.items():
                if isinstance(value, ast.Name):
                    yield value.id, signature.parameters[name]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda file: file.stem)
def test_a_default_is_the_same_in_the_recipe_and_in_the_library(recipe):
    tree = ast.parse(recipe.read_text(encoding="utf-8"))
    parameters = inspect.signature(runpy.run_path(str(recipe), run_name="copied")["main"]).parameters
    for flag, parameter in flags_handed_on(tree, library_names(tree)):
        default = parameters[flag].default if flag in parameters and flag not in OF_RUN else None
        defaults = (default, parameter.default)
        is_given_by_both = None not in defaults and parameter.empty not in defaults
        assert not is_given_by_both or default == parameter.default, f"--{flag} and {parameter.name}"
