"""Templates: names are text, a value that is missing is an error, and numbers are written one way."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from jinja2 import UndefinedError

from styleclf.evaluation import TOO_FEW
from styleclf.report.findings import Findings, findings_context
from styleclf.report.pages import cell_text, ends_text, rendered_page, share_text, signed_ends_text, signed_text
from styleclf.report.run_tables import RunFacts

NASTY = '<script>alert("1")</script>{{ 7 * 7 }}'


def test_names_are_text_and_half_a_pair_of_code_units_breaks_nothing():
    run = RunFacts(Path("runs"), {})
    findings = Findings(NASTY, question="\udcff?", answer="&", sentences=[NASTY], sections=[], steps=[])
    html = rendered_page("findings.html", findings_context(run, findings))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "{{ 7 * 7 }}" in html
    html.encode("utf-8")


def test_what_a_template_is_not_told_is_an_error_and_no_gap():
    with pytest.raises(UndefinedError):
        rendered_page("findings.html", {"title": "no question"})


@pytest.mark.parametrize(
    "value, text",
    [(0.12349, "0.123"), (12.0, "12"), (0.0, "0.000"), (np.nan, ""), (7, "7"), ("-", "-"), (np.float64(-2.0), "−2")],
)
def test_counts_have_no_digits_and_shares_have_three(value, text):
    assert cell_text(value) == text


def test_an_interval_that_cannot_be_had_is_said_in_words():
    row = SimpleNamespace(lo=-0.1234, hi=0.5)
    assert ends_text(row, 3) == "−0.123–0.500"
    assert signed_ends_text(row) == "−0.123 to +0.500"
    without = SimpleNamespace(lo=np.nan, hi=np.nan)
    assert ends_text(without) == signed_ends_text(without) == TOO_FEW


def test_signs_are_always_there_and_no_number_is_a_dash():
    assert [signed_text(value) for value in (0.5, -0.5, 0.0)] == ["+0.500", "−0.500", "+0.000"]
    assert share_text(np.nan) == "–"
    assert share_text(-0.5) == "−0.50", "as in the tables of differences beside it"
    assert share_text(0.98765, 4) == "0.9877"
