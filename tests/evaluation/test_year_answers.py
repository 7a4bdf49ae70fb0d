"""The median year that chances of decades say, and the range around it."""

import numpy as np
import pytest

from styleclf.evaluation.year_answers import YearAnswers, median_years, year_text

DECADES = [1850.0, 1860.0, 1870.0]
EDGES = np.array([1840.0, *DECADES, 1890.0])


def test_a_median_lies_between_the_edges_and_a_later_decade_is_never_likelier():
    rng = np.random.default_rng(0)
    years = median_years(rng.random((50, 3)), EDGES)
    assert (years >= 1840).all()
    assert (years <= 1890).all()
    in_order = median_years(np.array([[0.9, 0.2, 0.2]]), EDGES)
    out_of_order = median_years(np.array([[0.9, 0.2, 0.8]]), EDGES)
    assert in_order == out_of_order
    assert median_years(np.array([[1.0, 1.0, 1.0]]), EDGES).tolist() == [1880.0]


def test_a_range_is_as_wide_on_either_side_and_what_has_no_chances_has_no_year():
    answers = YearAnswers(EDGES, 12.5)
    assert answers.decades == DECADES
    ranges = answers.ranges(np.array([[0.9, 0.5, 0.1], [np.nan] * 3]))
    assert ranges[0].tolist() == [1860.0, 1847.5, 1872.5]
    assert np.isnan(ranges[1]).all()


@pytest.mark.parametrize(
    ("width", "text"),
    [(15.0, "c. 1860 (1845 to 1875)"), (np.inf, "c. 1860")],
)
def test_without_a_width_the_year_stands_alone(width, text):
    ((year, earliest, latest),) = YearAnswers(EDGES, width).ranges(np.array([[0.9, 0.5, 0.1]]))
    assert year_text(year, earliest, latest) == text


def test_chances_of_several_networks_are_averaged():
    one = YearAnswers(EDGES, 9.0).ranges(np.array([[0.8, 0.5, 0.2]]))
    two = YearAnswers(EDGES, 9.0, 2).ranges(np.array([[0.9, 0.6, 0.1, 0.7, 0.4, 0.3]]))
    assert one.tolist() == two.tolist()
