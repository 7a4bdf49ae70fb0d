"""styleclf.common.progress: lines tell the time left where no bar can be drawn."""

from types import SimpleNamespace

import pytest

from styleclf.common import progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand, and no terminal."""
    clock = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: clock.seconds))
    monkeypatch.setattr(progress, "on_terminal", lambda: False)
    return clock


def pass_through(items, clock, seconds, **options):
    passed = []
    for item in progress.tracked(items, len(items), **options):
        clock.seconds += seconds
        passed.append(item)
    return passed


def test_lines_tell_the_time_left_and_pass_every_item(clock, monkeypatch, capsys):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    assert pass_through(["a", "b", "c"], clock, 2, noun="paintings") == ["a", "b", "c"]
    assert capsys.readouterr().out.splitlines() == [
        "1 of 3 paintings, 4 s left",
        "2 of 3 paintings, 2 s left",
        "3 of 3 paintings, 0 s left",
    ]


def test_lines_keep_their_distance(clock, capsys):
    pass_through(range(100), clock, 1)
    assert 0 < len(capsys.readouterr().out.splitlines()) <= 100 / progress.SECONDS_BETWEEN_LINES


def test_nothing_is_told_if_not_shown(clock, monkeypatch, capsys):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    assert pass_through([1, 2], clock, 2, visible=False) == [1, 2]
    assert pass_through([], clock, 2) == []
    assert capsys.readouterr().out == ""


def test_a_terminal_gets_a_bar_that_passes_every_item(monkeypatch):
    monkeypatch.setattr(progress, "on_terminal", lambda: True)
    bar = progress.tracked([1, 2, 3], 3, noun="pictures")
    assert list(bar) == [1, 2, 3]
    assert bar.comment == "pictures"
