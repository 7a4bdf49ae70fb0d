"""What lies beside a run: the audit of the same design, and figures of other recipes."""

import pytest
from PIL import Image

from styleclf.common import write_json
from styleclf.report.beside import audit_beside, figures_beside

SENTENCES = ["5.1 of your 87.4 points come from recognising painters"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "runs/cv").mkdir(parents=True)
    return tmp_path / "runs/cv"


def write_settings(folder, fingerprint, **facts):
    write_json({"design_blake2b": fingerprint, **facts}, folder / "settings.json")


@pytest.mark.parametrize("place", ["../audit", "audit", "../../audit"])
def test_an_audit_of_the_same_design_is_found_in_the_run_or_beside_it(folder, place):
    write_settings(folder / place, "ab12", sentences=SENTENCES)
    audit = audit_beside(folder, {"design_blake2b": "ab12"})
    assert audit.sentences == SENTENCES
    assert audit.folder.resolve() == (folder / place).resolve()
    assert audit_beside(folder, {"design_blake2b": "other"}) is None
    assert audit_beside(folder, {}) is None


def test_two_runs_that_know_no_design_are_not_about_the_same(folder):
    write_json({"sentences": SENTENCES}, folder.parent / "audit/settings.json")
    assert audit_beside(folder, {}) is None


def test_a_validation_is_of_the_design_of_its_cross_validation(folder):
    write_settings(folder, "ab12")
    write_settings(folder.parent / "audit", "ab12", sentences=SENTENCES)
    validation = folder / "validation"
    validation.mkdir()
    assert audit_beside(validation, {"design_blake2b": "its own copy"}).sentences == SENTENCES


def test_the_nearest_is_taken_and_a_damaged_one_passed_over(folder):
    write_settings(folder.parent / "audit", "ab12", sentences=SENTENCES)
    (folder / "a").mkdir()
    (folder / "a/settings.json").write_text("{")
    write_settings(folder / "b", "ab12", sentences="no list")
    assert audit_beside(folder, {"design_blake2b": "ab12"}).sentences == SENTENCES
    write_settings(folder / "c", "ab12", sentences=[7])
    assert audit_beside(folder, {"design_blake2b": "ab12"}).sentences == ["7"]


def test_figures_are_those_that_were_drawn(folder):
    (folder / "figures").mkdir()
    for name in ("map", "evolution", "something_else"):
        Image.new("RGB", (8, 8)).save(folder / f"figures/{name}.png")
    figures = figures_beside(folder)
    headings = [figure.heading for figure in figures]
    assert headings == ["How the embeddings moved while it learned", "A map of the embeddings"]
