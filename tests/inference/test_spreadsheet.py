"""Predictions as a workbook: numbers are numbers, texts are texts."""

import builtins

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from styleclf.inference.spreadsheet import check_table_path, write_predictions


@pytest.fixture
def table():
    names = ["=cmd|' /C calc'!A0.jpg", "müller_тест.jpg", "odd\x07\udcf1.jpg"]
    return pd.DataFrame(
        {"filename": names, "pred": "cubism", "proba_cubism": [0.75, 0.5, 1], "novelty": [0.1234, np.nan, 2]}
    )


def test_a_workbook_holds_the_table(table, tmp_path):
    write_predictions(table, tmp_path / "new/p.xlsx")
    sheet = load_workbook(tmp_path / "new/p.xlsx").active
    heading, *rows = sheet.iter_rows(values_only=True)
    assert list(heading) == list(table.columns) and sheet.freeze_panes == "B2"
    assert [row[2:] for row in rows] == [(0.75, 0.1234), (0.5, None), (1, 2)]
    assert rows[1][0] == "müller_тест.jpg" and rows[2][0] == "odd?\\udcf1.jpg"
    assert sheet["C2"].number_format == "0.0%" and [path.name for path in (tmp_path / "new").iterdir()] == ["p.xlsx"]


def test_a_name_that_begins_like_a_formula_is_text(table, tmp_path):
    write_predictions(table, tmp_path / "p.XLSX")
    cell = load_workbook(tmp_path / "p.XLSX").active["A2"]
    assert cell.data_type == "s" and cell.value == table["filename"][0] and cell.quotePrefix


def test_any_other_name_is_a_csv(table, tmp_path):
    write_predictions(table.iloc[:2], tmp_path / "p.csv")
    assert pd.read_csv(tmp_path / "p.csv").equals(table.iloc[:2])


def test_the_missing_package_and_a_page_are_told_before_the_work(monkeypatch, tmp_path):
    real_import = builtins.__import__

    def without_openpyxl(name, *args, **kwargs):
        if name == "openpyxl":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_openpyxl)
    with pytest.raises(ValueError, match=r'needs the package openpyxl: pip install "styleclf\[excel\]"'):
        check_table_path(tmp_path / "p.xlsx")
    with pytest.raises(ValueError, match="is the name of a page"):
        check_table_path("p.html")
    with pytest.raises(ValueError, match=r"p\.xls is the name of an old kind of workbook: end it with \.xlsx"):
        check_table_path("p.xls")
    with pytest.raises(ValueError, match=r"p\.json would be a \.json file, and predictions are written as \.csv or"):
        check_table_path("p.json")
    check_table_path("p.csv")
