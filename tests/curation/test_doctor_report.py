"""The page of an examination, its tables, and the table to decide in."""

import pandas as pd
import pytest
from PIL import Image

from styleclf.common import written_painter
from styleclf.curation.doctor_report import (
    decisions_to_make,
    examination_sentence,
    nearest_by_others,
    write_examination,
)
from styleclf.curation.examination import examined_labels
from styleclf.data.decisions import decided_design
from tests.curation.conftest import WRONG_IMAGE, WRONG_PAINTER
from tests.report.parsed import Page


@pytest.fixture
def examination(cv, wrong_design):
    return examined_labels(cv, wrong_design)


@pytest.fixture
def out(examination, wrong_design, tmp_path):
    (tmp_path / "images/cubism").mkdir(parents=True)
    Image.new("RGB", (8, 8), "red").save(tmp_path / "images" / WRONG_IMAGE)
    write_examination(examination, tmp_path / "images", design=wrong_design, out=tmp_path / "doctor")
    return tmp_path / "doctor"


def test_the_page_says_who_is_taken_for_what_and_shows_it(out):
    page = Page((out / "doctor.html").read_text(encoding="utf-8"))
    assert f"5 of {written_painter(WRONG_PAINTER)}'s 5 ukiyo-e works are taken for rococo" in page.text
    assert "ukiyo-e, or cubism?" in page.text
    assert page.text.count("Nearest by others") == 2  # of the painter, and of the single work
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert images
    assert all(attributes["src"].startswith("data:image/") for attributes in images)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe"})
    assert not page.open_tags
    assert "recipes/design.py --decisions" in page.text


def test_names_of_painters_are_text_only(examination, wrong_design, tmp_path):
    nasty = '"><SCRIPT>alert(1)</SCRIPT>'
    tables = {"images": examination.images, "painters": examination.painters, "predictions": examination.predictions}
    for name, table in tables.items():
        tables[name] = table.replace({"author": {WRONG_PAINTER: nasty}})
    doubts = examination.doubts._replace(images=examination.doubts.images.replace({"author": {WRONG_PAINTER: nasty}}))
    nasty_one = examination._replace(doubts=doubts, **tables)
    text = write_examination(nasty_one, tmp_path / "moved", design=wrong_design, out=tmp_path / "nasty")
    assert f"decide in {tmp_path}/nasty/decisions.csv, then: python recipes/design.py --decisions" in text
    page = Page((tmp_path / "nasty/doctor.html").read_text(encoding="utf-8"))
    assert nasty in page.text
    assert not any(tag == "script" for tag, _ in page.tags)
    assert "pictures were not found" in page.text


def test_the_table_to_decide_in_can_be_applied_as_it_is_filled_in(out, wrong_design):
    table = pd.read_csv(out / "decisions.csv", keep_default_na=False)
    painter = table.iloc[0]
    assert (painter["filename"], painter["author"], painter["proposed"]) == ("", WRONG_PAINTER, "rococo")
    assert (table["decision"] == "").all()
    assert WRONG_IMAGE in set(table["filename"])
    table.loc[0, "decision"] = "change"
    table.loc[table["filename"] == WRONG_IMAGE, "decision"] = "change"
    table.to_csv(out / "decisions.csv", index=False)
    rows = decided_design(wrong_design, out / "decisions.csv").rows
    assert (rows["label"] == rows["filename"].str.split("/").str[0]).all()


def test_decisions_that_were_made_are_not_written_over(out, examination, wrong_design):
    table = pd.read_csv(out / "decisions.csv", keep_default_na=False)
    table.loc[0, "decision"] = "keep"
    table.to_csv(out / "decisions.csv", index=False)
    before = (out / "decisions.csv").read_bytes()
    with pytest.raises(ValueError, match=r"decisions\.csv has 1 decision, which would be lost"):
        write_examination(examination, out, design=wrong_design, out=out)
    assert (out / "decisions.csv").read_bytes() == before


def test_neighbours_are_by_others_and_from_the_same_fold(examination):
    table = nearest_by_others(examination)
    fold_of = examination.predictions.set_index("filename")["fold"]
    author_of = examination.predictions.set_index("filename")["author"]
    assert (table["query"].map(fold_of) == table["filename"].map(fold_of)).all()
    assert (table["query"].map(author_of) != table["author"]).all()
    assert set(table["query"]) == set(examination.images["filename"])


def test_without_embeddings_and_doubts_there_is_a_page_too(cv, wrong_design, tmp_path):
    for file in cv.glob("fold-*/embeddings.npz"):
        file.unlink()
    calm = examined_labels(cv, wrong_design, least=1.0)
    text = write_examination(calm, tmp_path, design=wrong_design, out=tmp_path / "calm")
    assert text == examination_sentence(calm)
    assert "no single one is more likely wrong than right" in text
    assert "painters it has not seen" in text
    nameless = calm._replace(predictions=calm.predictions.assign(author=""))
    assert "pictures it has not seen" in examination_sentence(nameless)
    assert decisions_to_make(calm).empty
    assert nearest_by_others(calm).empty
