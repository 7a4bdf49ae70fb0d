"""The median year that chances of decades say, and the range around it."""

import numpy as np
import pytest

from styleclf.evaluation.year_answers import YearAnswers, median_years, year_text

DECADES = [1850.0, 1860.0, 1870.0]
EDGES = np.array([1840.0, *DECADES, 1890.0])


def median_year(*chances):
    """The median of one image with these chances of being later than the decades."""
    return median_years(np.array([chances]), EDGES).item()


def test_a_median_lies_between_the_edges():
    rng = np.random.default_rng(0)
    years = median_years(rng.random((50, 3)), EDGES)
    assert (years >= 1840).all()
    assert (years <= 1890).all()
    assert median_year(1.0, 1.0, 1.0) == 1880


def test_a_later_decade_is_never_likelier():
    assert median_year(0.9, 0.2, 0.8) == median_year(0.9, 0.2, 0.2)


def test_a_range_is_as_wide_on_either_side_and_what_has_no_chances_has_no_year():
    answers = YearAnswers(EDGES, 12.5)
    assert answers.decades == DECADES
    known, unknown = answers.ranges(np.array([[0.9, 0.5, 0.1], [np.nan] * 3]))
    assert known.tolist() == [1860.0, 1847.5, 1872.5]
    assert np.isnan(unknown).all()


@pytest.mark.parametrize(
    ("width", "text"),
    [(15.0, "c. 1860 (1845 to 1875)"), (np.inf, "c. 1860")],
)
def test_without_a_width_the_year_stands_alone(width, text):
    answers = YearAnswers(EDGES, width)
    (ends,) = answers.ranges(np.array([[0.9, 0.5, 0.1]]))
    assert year_text(*ends) == text


def test_chances_of_several_networks_are_averaged():
    of_first = [0.9, 0.6, 0.1]
    of_second = [0.7, 0.4, 0.3]
    mean = [0.8, 0.5, 0.2]
    of_one = YearAnswers(EDGES, 9.0).ranges(np.array([mean]))
    of_two = YearAnswers(EDGES, 9.0, 2).ranges(np.array([of_first + of_second]))
    assert of_two.tolist() == of_one.tolist()
