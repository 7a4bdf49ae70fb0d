"""styleclf.evaluation.screen_tables: no line is wider than the screen, and no number is lost."""

import pandas as pd
import pytest

from styleclf.evaluation.screen_tables import file_lines, screen_text

STYLES = ["cubism", "Northern Renaissance painting of the Low Countries and the Lower Rhine"]


def table_of(n_columns):
    """Estimates with intervals, as recipes print them."""
    values = {f"metric {n}": [f"0.{n}1 (0.40-0.60)", f"0.{n}2 (0.40-0.60)"] for n in range(n_columns)}
    return pd.DataFrame(values, index=STYLES)


@pytest.mark.parametrize("width", [60, 80, 100, 134])
@pytest.mark.parametrize("n_columns", [1, 3, 8])
def test_no_line_is_wider_than_the_screen_and_every_value_is_there_once(width, n_columns):
    table = table_of(n_columns)
    text = screen_text(table, width)
    assert max(map(len, text.splitlines())) <= width
    for value in table.to_numpy().ravel():
        assert text.count(value) == 1


def test_a_table_that_fits_is_left_as_it_is():
    table = table_of(2)
    assert screen_text(table, 134) == table.to_string()
    assert STYLES[1] in screen_text(table, 134)


def test_blocks_are_about_equally_wide():
    table = table_of(6).set_axis(["cubism", "rococo"])
    first, second = screen_text(table, 100).split("\n\n")
    assert len(first.splitlines()[0]) == len(second.splitlines()[0])


def test_a_column_wider_than_the_screen_stands_alone():
    table = table_of(3).set_axis(["cubism", "rococo"])
    assert len(screen_text(table, 10).split("\n\n")) == 3


def test_the_width_of_the_terminal_is_the_default(monkeypatch):
    table = table_of(8).set_axis(["cubism", "rococo"])
    for columns in (80, 134):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert max(map(len, screen_text(table).splitlines())) <= columns


def test_columns_of_two_levels_keep_both():
    table = table_of(4).set_axis(["cubism", "rococo"])
    table.columns = pd.MultiIndex.from_product([["trained", "withheld"], ["MAP@R", "5-shot"]])
    text = screen_text(table, 50)
    assert max(map(len, text.splitlines())) <= 50
    assert text.count("MAP@R") == 2
    assert "withheld" in text


def test_names_of_files_that_break_lines_take_one_line():
    first, second = file_lines(["a\nb.jpg", "c\x1b[2J.jpg"], ["cubism", "rococo"]).splitlines()
    assert first.split("  ")[0] == r"a\nb.jpg"
    assert second == r"c\x1b[2J.jpg  rococo"


def test_a_files_long_name_loses_its_middle_so_that_the_text_stays_on_the_screen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    names = [f"cubism/gris_{'guitar-' * 20}.jpg", "b.jpg"]
    first, second = file_lines(names, ["cubism 90%", "rococo 80%"]).splitlines()
    assert first.startswith("cubism/gris_guitar-")
    assert first.endswith("guitar-.jpg  cubism 90%")
    assert len(first) == len(second) == 80


def test_the_folder_of_all_files_is_said_once_where_lines_would_be_too_long(monkeypatch):
    names = ["my/pictures/new/a.jpg", "my/pictures/old/b.jpg"]
    texts = ["cubism 90%   rococo 10%", "rococo 80%   cubism 20%"]
    monkeypatch.setenv("COLUMNS", "40")
    lines = file_lines(names, texts).splitlines()
    assert lines == ["in my/pictures/", "new/a.jpg  cubism 90%   rococo 10%", "old/b.jpg  rococo 80%   cubism 20%"]
    monkeypatch.setenv("COLUMNS", "80")
    assert file_lines(names, texts).splitlines()[0] == "my/pictures/new/a.jpg  cubism 90%   rococo 10%"
