"""Which kind of run a folder holds; bad folders are one sentence."""

import pytest

from styleclf.report import run_answer, write_report
from tests.report.made_up_findings import write_audit, write_embeddings, write_forests
from tests.report.parsed import Page, page_of

WRITERS = {"audit": write_audit, "forest": write_forests, "arcface": write_embeddings}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_page_fetches_nothing_and_can_be_read_aloud(kind, tmp_path):
    html = write_report([WRITERS[kind](tmp_path / kind)]).read_text(encoding="utf-8")
    page = Page(html)
    assert page.headings[0][0] == 1
    assert not page.open_tags
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe"})
    assert "url(" not in html
    assert run_answer(tmp_path / kind) in page.text


@pytest.mark.parametrize(
    "kind, name, sentence",
    [
        ("audit", "shortcuts", "no whole tables of an audit to report yet, it lacks shortcuts.csv"),
        ("forest", "heads", "lacks heads.csv: run recipes/forest.py to the end"),
    ],
)
def test_a_run_without_all_its_tables_is_one_sentence(kind, name, sentence, tmp_path):
    folder = WRITERS[kind](tmp_path / kind)
    (folder / f"{name}.csv").unlink()
    with pytest.raises(ValueError, match=sentence):
        write_report([folder])


@pytest.mark.parametrize("kind, table", [("audit", "leak"), ("forest", "two_by_two"), ("arcface", "scores")])
def test_a_damaged_table_is_one_sentence(kind, table, tmp_path):
    folder = WRITERS[kind](tmp_path / kind)
    (folder / f"{table}.csv").write_text("metric\n")
    with pytest.raises(ValueError, match=f"{table}.csv lacks the column"):
        write_report([folder])


def test_only_judged_runs_are_compared(cv_folder, tmp_path):
    audit = write_audit(tmp_path / "audit")
    with pytest.raises(ValueError, match="audit is an audit, and only trainings and cross-validations are compared"):
        write_report([cv_folder, audit])


def test_a_run_that_was_moved_is_shown_all_the_same(tmp_path):
    folder = write_audit(tmp_path / "audit")
    moved = folder.rename(tmp_path / "elsewhere")
    assert page_of(moved).rows("leak")
