"""The notebooks: what they import exists, they hold no results, and they run from top to bottom."""

import ast
import importlib
import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
NAMES = [file.stem for file in NOTEBOOKS]


def code_cells(file):
    """The code of a notebook, without IPython's magics."""
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            lines = "".join(cell["source"]).splitlines()
            yield "\n".join(line.replace("%pip", "pass  #") for line in lines), cell["outputs"]


@pytest.mark.parametrize("file", NOTEBOOKS, ids=NAMES)
def test_what_a_notebook_imports_exists(file):
    assert len(list(code_cells(file))) >= 5
    for code, outputs in code_cells(file):
        assert not outputs, "results belong to whoever runs it"
        for statement in ast.parse(code).body:
            if isinstance(statement, ast.ImportFrom) and statement.module.startswith("styleclf"):
                module = importlib.import_module(statement.module)
                assert all(alias.name == "*" or hasattr(module, alias.name) for alias in statement.names)


@pytest.mark.slow  # each of them trains
@pytest.mark.timeout(900)
@pytest.mark.parametrize("file", NOTEBOOKS, ids=NAMES)
def test_a_notebook_runs_from_top_to_bottom(file, tmp_path):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(file, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    nbformat.write(notebook, tmp_path / file.name)  # with its results, for whoever wants to look at them
    (last,) = [cell for cell in notebook.cells if cell.cell_type == "code"][-1:]
    assert last.outputs
