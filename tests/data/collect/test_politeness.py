"""The pace of a host: pauses between requests, rests for all, and when it is left alone."""

import pytest

from styleclf.data.collect.politeness import HostClosedError, Pace


def test_requests_of_any_number_of_threads_are_a_pause_apart():
    pace = Pace("museum.example", pause=2.0)
    assert [pace.reserve(now=10.0) for _ in range(3)] == [0.0, 2.0, 4.0]
    assert pace.reserve(now=100.0) == 0.0


def test_a_rest_holds_back_whoever_comes_next():
    pace = Pace("museum.example", pause=1.0)
    pace.rest(30.0, now=0.0)
    pace.rest(5.0, now=0.0)
    assert pace.reserve(now=10.0) == 20.0


def test_a_success_ends_a_row_of_failures():
    pace = Pace("museum.example", pause=0.0)
    for number in range(40):
        pace.count(is_failure=number % 10 != 9)
    assert pace.reserve(now=0.0) == 0.0
    for _ in range(10):
        pace.count(is_failure=True)
    with pytest.raises(HostClosedError, match=r"museum\.example failed 10 times"):
        pace.reserve(now=0.0)
