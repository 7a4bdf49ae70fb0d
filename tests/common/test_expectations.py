"""styleclf.common.expectations: trainings foretell when the whole command will be done."""

from types import SimpleNamespace

import pytest

from styleclf.common import expectations, progress

PASS = 60.0  # seconds


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand, and nothing foreseen."""
    clock = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(expectations, "time", SimpleNamespace(time=lambda: clock.seconds))
    monkeypatch.setattr(expectations._Foresight, "end", None)
    monkeypatch.setattr(expectations._Foresight, "n_trainings", 0)
    monkeypatch.delenv("STYLECLF_END", raising=False)
    return clock


def seconds_after_pass(epochs, noun="batches of features"):
    """What is foreseen at the end of a pass."""
    with expectations.pass_before_epochs(epochs):
        expectations.foretell_by_phase(noun, 0, seconds=PASS)
    return expectations.seconds_until_end()


def test_a_step_says_when_the_command_will_be_done_that_runs_it(clock, monkeypatch):
    assert expectations.variables_of_end() == {}
    expectations.expect_end_in(300)
    for name, value in expectations.variables_of_end().items():
        monkeypatch.setenv(name, value)
    expectations.expect_end_in(30)  # of the step itself
    assert progress.time_left(20) == "20 s left; 5 min 00 s until everything is done"


def test_after_the_block_nothing_is_foreseen(clock):
    with pytest.raises(KeyboardInterrupt), expectations.foresight():
        expectations.expect_end_in(100)
        assert progress.time_left(5) == "5 s left; 1 min 40 s until everything is done"
        raise KeyboardInterrupt
    assert progress.time_left(5) == "5 s left"


def test_outside_of_trainings_no_phase_and_no_epoch_foretells_anything(clock):
    assert seconds_after_pass(6) is None
    expectations.foretell_by_epoch(1, 6, seconds=10)
    assert expectations.seconds_until_end() is None


def test_a_pass_foretells_the_whole_training(clock):
    expectations.expect_trainings(1)
    assert seconds_after_pass(6, noun="figures") is None
    probe, one, two = (seconds_after_pass(epochs) for epochs in (0, 1, 2))
    assert 0 < probe < one < two
    assert two - one > PASS / 2
    expectations.foretell_by_phase("batches of features", 0, seconds=10 * PASS)
    assert expectations.seconds_until_end() == two, "behind the block no such phase foretells the end"


def test_an_epoch_corrects_what_the_pass_has_foretold(clock):
    expectations.expect_trainings(1)
    seconds_after_pass(6)
    seconds = []
    for n_done in (1, 2, 6):
        expectations.foretell_by_epoch(n_done, 6, seconds=100)
        seconds.append(expectations.seconds_until_end())
    assert seconds[0] - seconds[1] == pytest.approx(100)
    assert seconds[0] - seconds[2] == pytest.approx(500)
    assert seconds[2] > 0, "judging and figures are left"


def test_several_trainings_take_their_number_of_times_until_one_has_been_timed(clock):
    expectations.expect_trainings(4)
    four = seconds_after_pass(6)
    expectations.expect_trainings(1)
    assert four == pytest.approx(4 * seconds_after_pass(6))
    expectations.expect_end_in(500)
    assert seconds_after_pass(6) == 500


def test_minutes_are_taken_at_their_word_until_a_plan_is_made(clock):
    expectations.expect_trainings(2, minutes=3)
    assert expectations.seconds_until_end() == 2 * 3 * 60
    expectations.expect_rest(100, seconds_of_next=150)
    assert expectations.seconds_until_end() == 250
