"""How the source reads: counts that once made it tiring, held where they are now.

A count is a place to look, not a verdict. Raise a limit here only with a reason.
"""

import ast
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent.parent / "styleclf").rglob("*.py"))
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
PRONOUNS = frozenset(
    "found each own how seen known told what lost shown here there one other others asked given made kept drawn "  # noqa: SIM905
    "these those them both which whole rest such thing things".split()
)
PARTICIPLES = frozenset(
    "attributed chosen compared converted decided decoded described excluded explained held judged listed loaded "  # noqa: SIM905
    "measured named needed parsed placed predicted projected received renamed repeated resolved taken tempered tested "
    "tracked used wanted written".split()
)


def functions():
    """Every function of the library with its file."""
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield file, node


def parameters(function):
    """Its parameters, but for self and cls."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [argument.arg for argument in named if argument.arg not in ("self", "cls")]


def code_lines(file, tree):
    """How many lines hold code: no blanks, comments or docstrings."""
    documented = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            documented |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
    return sum(bool(text.strip()) and not text.strip().startswith("#") and n not in documented for n, text in lines)


def test_a_line_holds_one_idea():
    nodes = sum(not isinstance(node, ast.expr_context) for tree in TREES.values() for node in ast.walk(tree))
    lines = sum(code_lines(file, tree) for file, tree in TREES.items())
    assert nodes / lines <= 6.3


def test_comprehensions_are_rare():
    kinds = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    comprehensions = sum(isinstance(node, kinds) for tree in TREES.values() for node in ast.walk(tree))
    assert 1000 * comprehensions / sum(code_lines(file, tree) for file, tree in TREES.items()) <= 16


def test_names_name_something():
    stored = [
        (file.name, node.id, node.lineno)
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    named_so = [name for name in stored if name[1] in PRONOUNS]
    assert len(named_so) <= 0.003 * len(stored), named_so[:20]
    participles = [name for name in stored if name[1] in PARTICIPLES]
    assert len(participles) <= 0.001 * len(stored), participles[:20]


def test_no_function_or_class_is_named_by_a_participle_alone():
    for file, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                assert node.name.strip("_").lower() not in PARTICIPLES, f"{file.name}: {node.name}"


def test_no_call_hands_over_six_values_by_position():
    calls = [
        (file.name, node.lineno)
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and sum(not isinstance(value, ast.Starred) for value in node.args) >= 6
    ]
    assert calls == []


def test_functions_with_more_than_eight_parameters_are_the_users_doors():
    wide = {function.name for _, function in functions() if len(parameters(function)) > 8}
    assert wide <= {"fitted_learner", "get_dls", "style_learner", "train"}, wide


@pytest.mark.parametrize("what", ["documented", "typed"])
def test_public_functions_are(what):
    for file, function in functions():
        if function.name.startswith("_"):
            continue
        if what == "documented":
            assert ast.get_docstring(function), f"{file.name}: {function.name}"
            continue
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        bare = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
        assert function.returns is not None and not bare, f"{file.name}: {function.name} {bare}"


def test_only_the_logger_prints():
    printing = {
        file.name
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert printing <= {"lines.py"}, printing


@pytest.mark.parametrize(
    "recipe", sorted((Path(__file__).parent.parent / "recipes").glob("*.py")), ids=lambda file: file.stem
)
def test_a_recipe_is_short_enough_to_be_copied(recipe):
    """Under 80 lines, and at most eight calls of the library."""
    text = recipe.read_text(encoding="utf-8")
    tree = ast.parse(text)
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("styleclf"):
            imported |= {alias.asname or alias.name for alias in node.names}
    (main,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    calls = [node.func for statement in main.body for node in ast.walk(statement) if isinstance(node, ast.Call)]
    of_library = [function.id for function in calls if isinstance(function, ast.Name) and function.id in imported]
    assert len(of_library) <= 8, of_library
    assert len(text.splitlines()) < 80
