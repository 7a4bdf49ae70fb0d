"""styleclf.benchmark.report: tables as people can read them."""

import pandas as pd

from styleclf.benchmark import report
from styleclf.benchmark.contest import _with_target
from styleclf.benchmark.measurement_tables import _table_row


def test_the_report_is_a_table_that_people_can_read(contest_tables, task):
    table = _with_target(contest_tables.results, contest_tables.curves)
    rows = [
        {
            "device": "cpu",
            "part": "training",
            **_table_row("styleclf, x", 120, "images/s", ratio=3, against="plain fastai", limit_share=0.87),
        },
        {"device": "cpu", "part": "imports", **_table_row("fastai", 4.2, "s")},
    ]
    text = report.markdown(task, table, pd.DataFrame(rows), notes=["A note."])
    assert "| styleclf fine-tune" in text
    assert "4.00 ×" in text
    assert "25 s" in text
    assert "87%" in text
    assert "- A note." in text
    assert "what plain fastai ended with" in text
    assert "nan" not in text
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert len({len(line) for line in block.splitlines()}) == 1, "the source is aligned too"
    assert report.seconds_text(float("nan")) == "–"
    assert report.seconds_text(4.23) == "4.2 s"
    assert [report.number_text(value) for value in (1234.5, 12.34, 1.234)] == ["1,234", "12.3", "1.23"]
