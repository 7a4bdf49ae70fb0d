"""styleclf.common.colours: a terminal shows them, nothing else gets a single code."""

import io

import pytest

from styleclf.common import complain, conclude, note, say
from styleclf.common.colours import coloured_text


class Terminal(io.StringIO):
    """A stream that calls itself a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def test_a_terminal_gets_colours_and_nothing_else_does(terminal, monkeypatch):
    assert coloured_text("done", "bold", terminal) == "\033[1mdone\033[0m"
    assert coloured_text("done", "bold", io.StringIO()) == coloured_text("done", "bold", None) == "done"
    monkeypatch.setenv("TERM", "dumb")
    assert coloured_text("done", "bold", terminal) == "done"


def test_who_wants_no_colours_gets_none(terminal, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert coloured_text("done", "bold", terminal) == "done"


@pytest.mark.parametrize("signs, is_coloured", [({}, False), ({"WT_SESSION": "1"}, True)])
def test_on_windows_the_terminal_must_be_one_that_knows_the_codes(terminal, monkeypatch, signs, is_coloured):
    monkeypatch.setattr("styleclf.common.colours.os.name", "nt")
    monkeypatch.delenv("TERM")
    monkeypatch.delenv("WT_SESSION", raising=False)
    monkeypatch.delenv("ANSICON", raising=False)
    for name, value in signs.items():
        monkeypatch.setenv(name, value)
    assert ("\033" in coloured_text("done", "bold", terminal)) == is_coloured


def test_lines_are_coloured_sparingly(terminal, monkeypatch):
    monkeypatch.setattr("sys.stdout", terminal)
    say("fold 0 is done")
    conclude("a table\nof numbers")
    conclude("next: styleclf audit")
    assert terminal.getvalue() == "fold 0 is done\na table\nof numbers\n\033[1mnext:\033[0m styleclf audit\n"


def test_complaints_and_notes_have_their_colours(terminal, monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal)
    complain("train.py: no such file")
    note("the paint is wet")
    assert terminal.getvalue() == "\033[31mtrain.py: no such file\033[0m\n\033[33mnote:\033[0m the paint is wet\n"


def test_codes_in_a_name_of_a_file_are_escaped_all_the_same(terminal, monkeypatch):
    monkeypatch.setattr("sys.stdout", terminal)
    conclude("open \033[31mevil.html")
    assert terminal.getvalue() == "\033[1mopen\033[0m \\x1b[31mevil.html\n"
