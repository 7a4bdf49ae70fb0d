"""styleclf.settings.slow_start: whoever watches a terminal is told why nothing happens while libraries are loaded."""

import importlib
import sys
import time

import pytest

from styleclf.settings import slow_start

SLOW_MODULE = "import time\n\ntime.sleep(0.4)\n"


@pytest.fixture
def slow_module(tmp_path, monkeypatch):
    """The name of a module whose import takes some time."""
    (tmp_path / "slow_library.py").write_text(SLOW_MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    yield "slow_library"
    sys.modules.pop("slow_library", None)


@pytest.fixture
def terminal(monkeypatch):
    """Somebody who watches a terminal, and has little patience."""
    monkeypatch.setattr(slow_start, "on_terminal", lambda: True)
    monkeypatch.setattr(slow_start, "_PATIENCE", 0.1)
    monkeypatch.delenv("STYLECLF_STEP", raising=False)


@pytest.mark.usefixtures("terminal")
def test_a_slow_import_is_announced(slow_module, capsys):
    slow_start.announce_slow_start()
    importlib.import_module(slow_module)
    assert capsys.readouterr().out == "loading libraries, which takes some seconds\n"


@pytest.mark.usefixtures("terminal")
def test_work_that_is_no_import_is_not(capsys):
    slow_start.announce_slow_start()
    time.sleep(0.4)
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("situation", ["no terminal", "step"])
def test_nobody_else_is_told(situation, slow_module, monkeypatch, capsys):
    if situation == "step":
        monkeypatch.setenv("STYLECLF_STEP", "1")
    else:
        monkeypatch.setattr(slow_start, "on_terminal", lambda: False)
    slow_start.announce_slow_start()
    importlib.import_module(slow_module)
    assert capsys.readouterr().out == ""
