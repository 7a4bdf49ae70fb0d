"""A folder of two recipes."""

import pytest

from tests.settings.toy_recipes import BRUSH, CHISEL, INI


@pytest.fixture
def recipes(tmp_path):
    """A folder of two recipes, with settings.ini beside it."""
    folder = tmp_path / "recipes"
    folder.mkdir()
    (folder / "brush.py").write_text(BRUSH)
    (folder / "chisel.py").write_text(CHISEL)
    (tmp_path / "settings.ini").write_text(INI)
    return folder
