"""Years in titles and columns: what is one, and what only looks like one."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data.years import Dating, dated_images, dating_of, is_to_come

THIS_YEAR = 2025


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("the-swing-1767", 1767, 1767),
        ("1794, reprinted 1831 or later", 1794, 1794),
        ("model 1896, cast 1920s", 1896, 1896),
        ("published 1795", 1795, 1795),
        ("the die is cast 1889", 1889, 1889),
        ("c. 1650", 1650, 1650),
        ("c1650", 1650, 1650),
        ("ca. 1650, oil", 1650, 1650),
        ("untitled-1967-1", 1967, 1967),
        ("letter-b-1904(4)", 1904, 1904),
        ("haystacks_1891", 1891, 1891),
        ("1503-1519", 1503, 1519),
        ("water lilies, 1915–26", 1915, 1926),
        ("painted 1867/68", 1867, 1868),
        ("1826-7", 1826, 1827),
        ("c. 1826–7, oil on canvas", 1826, 1827),
        ("1867/8", 1867, 1868),
        ("1910 and 2 others", 1910, 1910),
        ("women-1910-3-women", 1910, 1910),
        ("1889-05", 1889, 1889),
        ("1889-5", 1889, 1889),
        ("1826-7-12", 1826, 1826),
        ("1890s", 1890, 1899),
        ("1890's", 1890, 1899),
        ("19th century", 1801, 1900),
        ("19th-century", 1801, 1900),
        ("Early 18th century", 1701, 1733),
        ("late 15th c.", 1467, 1500),
        ("second half of the 17th century", 1651, 1700),
        ("first quarter of 18th century", 1701, 1725),
        ("19th c", 1801, 1900),
        ("XVII век", 1601, 1700),
        ("17 в.", 1601, 1700),
        ("XVIIe siècle", 1601, 1700),
        ("17. Jh.", 1601, 1700),
        ("siglo XVII", 1601, 1700),
        ("17世紀", 1601, 1700),
        ("1889-05-12", 1889, 1889),
        ("12.5.1889", 1889, 1889),
        ("1880 or 1881", 1880, 1881),
        ("1949-a-no-1-1949", 1949, 1949),
        ("after a work of 1650, painted 1890", 1890, 1890),  # titles end with their date
        ("composition no. 10 1939", 1939, 1939),
        ("holy family with a cat 1654", 1654, 1654),
    ],
)
def test_what_is_a_date(text, first, last):
    assert dating_of(text, THIS_YEAR) == Dating(first, last)
    assert dating_of(text, THIS_YEAR).year == (first + last) / 2


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "guitar",
            "no. 1650",
            "inv. 1923",
            "inv-1923",
            "acc. no. 1950",
            "cat. 1921",
            "opus 1812",
            "catalogue no 1700",
        ),
        *("1921.14.3", "1912,0411.7", "12345", "not-detected-227947", "k-304", "$1900", "1001 nights"),
        *(
            "500 BC",
            "1500 BC",
            "1550-1295 BC",
            "c. 1500 to c. 1300 bce",
            "1200 BCE",
            "1500 v. Chr.",
            "5th century bc",
            "0",
            "0000",
            "year 0",
            "5th century",
        ),
        *("portrait of louis xiv", "mix век", "view of a xv century house"),
        *("mrs. elliott 1754-1823", "2101", "space odyssey 2101", "22nd century", "0999"),
    ],
)
def test_what_is_none(text):
    assert dating_of(text, THIS_YEAR) is None


def test_only_what_names_nothing_but_years_to_come_is_to_come():
    assert is_to_come("a space odyssey 2101", THIS_YEAR)
    assert is_to_come("2026", THIS_YEAR)
    assert not is_to_come("2101, painted 1968", THIS_YEAR)
    assert not is_to_come("2025", THIS_YEAR)


def made(**columns):
    design = pd.DataFrame({"filename": ["a.jpg", "b.jpg", "c.jpg"], "title": ["swing-1767", "guitar", "odyssey-2999"]})
    return design.assign(**columns)


def test_titles_are_read_where_there_is_no_column_and_say_how_many():
    dated = dated_images(made())
    np.testing.assert_array_equal(dated.years, [1767, np.nan, np.nan])
    assert dated.sentence == (
        "1 of 3 images are dated by their title, 1767 to 1767; 1 title names years to come, such as odyssey-2999"
    )


@pytest.mark.parametrize("column", ["year", "Date", "Jahr"])
def test_a_column_comes_before_titles(column):
    dated = dated_images(made(**{column: ["1910s", "c. 1920", ""]}))
    np.testing.assert_array_equal(dated.years, [1914.5, 1920, np.nan])
    assert f"2 of 3 images are dated by their {column}" in dated.sentence


def test_a_column_with_years_to_come_or_without_years_is_refused():
    with pytest.raises(ValueError, match=r"b\.jpg has '2999' as year, which lies in the future: correct it"):
        dated_images(made(year=["1910", "2999", ""]))
    with pytest.raises(
        ValueError, match="none of 3 images has a year in its column year, such as 'unknown': write years"
    ):
        dated_images(made(year=["", "unknown", ""]))
    with pytest.raises(ValueError, match="in its column year, all are empty: write years"):
        dated_images(made(year=["", "", ""]))


def test_a_column_is_read_as_spreadsheets_write_it_and_says_what_it_could_not_read():
    column = pd.Series(["1888.0", "-1500", "0", "unknown", "spring", "17. Jh."])
    design = pd.DataFrame({"filename": [f"{number}.jpg" for number in range(6)], "title": "", "year": column})
    dated = dated_images(design)
    np.testing.assert_array_equal(dated.years, [1888, np.nan, np.nan, np.nan, np.nan, 1650.5])
    assert dated.sentence == (
        "2 of 6 images are dated by their year, 1650 to 1888; "
        "2 cells of year are not dates that can be read, such as unknown, spring"
    )
