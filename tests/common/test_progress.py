"""styleclf.common.progress: lines tell the time left where no bar can be drawn."""

from types import SimpleNamespace

import pytest

from styleclf.common import expectations, progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand, and no terminal."""
    clock = SimpleNamespace(seconds=0.0)
    clock_module = SimpleNamespace(monotonic=lambda: clock.seconds, time=lambda: clock.seconds)
    for module in (progress, expectations):
        monkeypatch.setattr(module, "time", clock_module)
    monkeypatch.setattr(expectations._Foresight, "end", None)
    monkeypatch.delenv("STYLECLF_END", raising=False)
    monkeypatch.setattr(progress, "on_terminal", lambda: False)
    return clock


def pass_through(items, clock, seconds, **options):
    passed = []
    for item in progress.with_progress(items, len(items), **options):
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
    bar = progress.with_progress([1, 2, 3], 3, noun="pictures")
    assert list(bar) == [1, 2, 3]
    assert bar.comment == "pictures"


def test_what_is_left_of_the_whole_command_stands_beside_what_is_left_of_a_phase(clock, monkeypatch, capsys):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    expectations.expect_end_in(90)
    pass_through(["a", "b"], clock, 10)
    assert capsys.readouterr().out.splitlines() == [
        "1 of 2 images, 10 s left; 1 min 20 s until everything is done",
        "2 of 2 images, 0 s left; 1 min 10 s until everything is done",
    ]


def test_a_forecast_that_was_too_short_is_not_shown(clock):
    expectations.expect_end_in(10)
    clock.seconds = 5
    assert progress.time_left(5) == "5 s left"
    clock.seconds = 20
    assert progress.time_left(1) == "1 s left"


def test_a_bar_says_how_long_the_whole_command_takes(clock, monkeypatch):
    monkeypatch.setattr(progress, "on_terminal", lambda: True)
    expectations.expect_end_in(65)
    bar = progress.with_progress([1, 2], 2, noun="pictures")
    assert bar.comment == "pictures; 1 min 05 s until everything is done"
    for _ in bar:
        clock.seconds += 20
    assert bar.comment == "pictures; 25 s until everything is done"
