"""The page of an audit: every number is its tables', and the next step is the one that is left."""

import pandas as pd
import pytest

from styleclf.common import write_json
from styleclf.evaluation import TOO_FEW
from styleclf.report import run_answer
from styleclf.report.audit import audit_answer, audit_findings
from styleclf.report.run_tables import read_run_facts
from tests.report.made_up_findings import SENTENCES, write_audit
from tests.report.parsed import page_of, shown, signed, values_of


def test_every_number_of_an_audit_is_its_tables(tmp_path):
    folder = write_audit(tmp_path / "audit")
    page = page_of(folder)
    leak, shortcuts, degraded = (pd.read_csv(folder / f"{name}.csv") for name in ("leak", "shortcuts", "degraded"))
    first, second = page.rows("leak")
    assert first == ["top-1", "0.81", "0.61", signed(leak.iloc[0], "gap", "lo", "hi"), "0.12"]
    assert second[3] == f"{leak['gap'][1]:+.3f} {TOO_FEW}"
    for cells, (_, row) in zip(page.rows("shortcuts"), shortcuts.iterrows(), strict=True):
        assert cells[2:5] == [shown(row), f"{row['control']:.2f}", signed(row, "lead", "lead_lo", "lead_hi")]
        assert cells[5] == ("yes" if row["near"] else "no")
    for cells, (_, row) in zip(page.rows("degraded"), degraded.iterrows(), strict=True):
        assert cells[0] == row["images"]
        assert cells[2:] == [shown(row), signed(row, "drop", "drop_lo", "drop_hi")]
    assert {0.81234, 0.66, 1.25, *leak["gap"]} <= values_of(page)
    assert page.rows("markers")[0][-1] == "cubism/gris_{{ 7 * 7 }}.jpg"
    assert page.rows("duplicates")[0] == ["12", "a.jpg", "–", "0", "b.jpg"]
    assert SENTENCES[0] in page.text
    assert "b" not in {tag for tag, _ in page.tags}


def test_its_answer_is_a_plain_sentence(tmp_path):
    assert run_answer(write_audit(tmp_path / "audit")) == (
        "Of 10 paintings, a simple model names about 8 rightly where it has met their painters, and about 6 where it "
        "has not; by chance it would be 1."
    )


def test_where_no_painter_is_known_none_was_met_or_not(tmp_path):
    run = write_audit(tmp_path / "audit")
    file = run / "leak.csv"
    pd.read_csv(file).assign(n_authors=0).to_csv(file, index=False)
    assert run_answer(run) == (
        "Of 10 pictures, a simple model names about 6 rightly, of which it may have met the painters: none is known; "
        "by chance it would be 1."
    )
    leak_section = audit_findings(read_run_facts(run)).sections[0]
    assert "No painter is known" in leak_section.note


def test_a_table_of_other_metrics_is_one_sentence(tmp_path):
    folder = write_audit(tmp_path / "audit")
    leak = pd.read_csv(folder / "leak.csv")
    leak[leak["metric"] == "top_2_accuracy"].to_csv(folder / "leak.csv", index=False)
    with pytest.raises(ValueError, match=r"leak\.csv has no row top_1_accuracy: run recipes/audit\.py again"):
        audit_answer(read_run_facts(folder))


def test_the_next_step_depends_on_what_was_audited(tmp_path):
    folder = write_audit(tmp_path / "audit")
    (step,) = audit_findings(read_run_facts(folder)).steps
    assert step.command == "python recipes/cross_validate.py --design runs/d/design.csv"
    write_json({"settings": {"cv": "runs/cv"}}, folder / "settings.json")
    (step,) = audit_findings(read_run_facts(folder)).steps
    assert step.command == "python recipes/validate.py --cv runs/cv --calibrate"


def test_a_further_table_without_rows_has_no_section(tmp_path):
    folder = write_audit(tmp_path / "audit")
    headings = [section.heading for section in audit_findings(read_run_facts(folder)).sections]
    (folder / "markers.csv").write_text("style,raised\n")
    left = [section.heading for section in audit_findings(read_run_facts(folder)).sections]
    assert set(headings) - set(left) == {"Can a small part of a picture give its style away?"}
