"""A table of predictions for spreadsheets: columns of the right kind, and texts that are never taken for formulas."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from styleclf.common import check_file, needs_package, shown_text, whole_file, write_table

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SPREADSHEET = ".xlsx"
_OLD_SPREADSHEET = ".xls"
_PAGES = (".html", ".htm")
_OTHER_KINDS = (".json", ".jsonl", ".tsv", ".ods", ".parquet", ".pdf", ".zip", ".pkl", ".png", ".jpg")
_MOST_ROWS = 1_048_575  # of a sheet, below its heading
_PERCENT = "0.0%"
_NUMBER = "0.000"
_WIDEST = 60  # characters


def write_predictions(predictions: pd.DataFrame, path: str | Path) -> None:
    """Write predictions as a CSV file, or as a workbook where the name ends in .xlsx.

    A workbook keeps numbers as numbers, whatever a country's decimal sign is, and shows probabilities as percent; a
    name that begins like a formula stays text. Raises ValueError where openpyxl is missing or a sheet has too few rows.
    """
    if Path(path).suffix.lower() != SPREADSHEET:
        write_table(predictions, path)
        return
    n_rows = len(predictions)
    if n_rows > _MOST_ROWS:
        raise ValueError(f"{path} cannot hold {n_rows:,} rows, a sheet has {_MOST_ROWS:,}: write a .csv instead")
    check_table_path(path)
    from openpyxl import Workbook

    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "predictions"
    _fill(sheet, predictions)
    with whole_file(path) as partial_path:
        workbook.save(partial_path)


def check_table_path(path: str | Path) -> None:
    """Raise ValueError for a table that is named like a page, and for a workbook without the package that writes it.

    Raises OSError where nothing can be written.
    """
    check_file(path)
    suffix = Path(path).suffix.lower()
    if suffix == _OLD_SPREADSHEET:
        raise ValueError(f"{path} is the name of an old kind of workbook: end it with .xlsx, or with .csv")
    if suffix in _PAGES:
        raise ValueError(f"{path} is the name of a page, and the table of predictions is a .csv or .xlsx: name it so")
    if suffix in _OTHER_KINDS:
        raise ValueError(f"{path} would be a {suffix} file, and predictions are written as .csv or .xlsx: name it so")
    if suffix == SPREADSHEET:
        with needs_package("openpyxl", "excel", f"writing {path}"):
            import openpyxl  # noqa: F401


def _fill(sheet: "Worksheet", table: pd.DataFrame) -> None:
    """Write a table into a sheet, its heading in bold and always in sight."""
    from openpyxl.styles import Font

    for number, column in enumerate(table.columns, start=1):
        heading = sheet.cell(1, number)
        _set_text(heading, column)
        heading.font = Font(bold=True)
        lengths = table[column].map(_cell_text).map(len)
        longest = max([len(column), *lengths])
        dimensions = sheet.column_dimensions[heading.column_letter]
        dimensions.width = min(longest, _WIDEST) + 2
        is_probability = column.startswith("proba_")
        number_format = _PERCENT if is_probability else _NUMBER
        for row, value in enumerate(table[column], start=2):
            cell = sheet.cell(row, number)
            _set_value(cell, value, number_format)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _cell_text(value: object) -> str:
    """About what a cell shows, to know how wide it is."""
    if isinstance(value, float):
        return _NUMBER
    return str(value)


def _set_value(cell: Any, value: object, number_format: str) -> None:
    """Write a number as a number, an unknown one as an empty cell, and everything else as text."""
    if isinstance(value, str):
        _set_text(cell, value)
        return
    number = float(value)  # type: ignore[arg-type]
    if np.isnan(number):
        return
    cell.value = number
    cell.number_format = number_format


def _set_text(cell: Any, text: str) -> None:
    """Write a text that is not a formula, whatever it begins with, without characters that no workbook may hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    printable = shown_text(text)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("?", printable)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
