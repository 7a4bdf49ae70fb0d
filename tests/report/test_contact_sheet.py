"""The contact sheet: every picture under its answer, the surest first."""

import shutil
from pathlib import Path

import pytest

from styleclf.common import written_painter
from styleclf.report import write_contact_sheet
from tests.report.made_up import predictions_of
from tests.report.parsed import Page


@pytest.fixture
def predictions(design, sample):
    """Predictions of a fold by the paths of their files, as predict.py has them."""
    table = predictions_of(design[design["fold"] == "0"])
    table["filename"] = [(sample / name).as_posix() for name in table["filename"]]
    return table


def page_of(path):
    return Page(path.read_text(encoding="utf-8"))


def test_every_picture_stands_under_its_answer(predictions, tmp_path):
    page = page_of(write_contact_sheet(predictions, tmp_path / "p.html", progress=False))
    numbers = predictions["pred"].value_counts()
    assert [text for level, text in page.headings if level == 2] == [f"{style}: {n}" for style, n in numbers.items()]
    n_right = (predictions["pred"] == predictions["label"]).sum()
    descriptions = [attributes["alt"] for tag, attributes in page.tags if tag == "img"]
    assert len(descriptions) == len(predictions)
    assert sum(f": {style}, predicted {style} " in text for style in numbers.index for text in descriptions) == n_right
    confidence = predictions.filter(like="proba_").max(axis=1)[predictions["pred"] == numbers.index[0]]
    percents = [int(text.rsplit(" ", 2)[1]) for text in descriptions[: numbers.iloc[0]]]
    assert percents == sorted((100 * confidence).round().astype(int), reverse=True)


def test_pictures_without_a_truth_and_with_other_answers(predictions, tmp_path):
    bare = predictions.drop(columns=["label", "author", "fold"]).assign(answer="none of these")
    unreadable = {Path("in/<b>broken.jpg"): "truncated image"}
    page = page_of(write_contact_sheet(bare, tmp_path / "p.html", unreadable=unreadable, sentences=["a line"]))
    assert page.headings[0][1] == f"{len(bare)} pictures: {len(bare)} none of these"
    assert "in/<b>broken.jpg (truncated image)" in page.text
    assert "a line" in page.text
    assert "true" not in {attributes.get("class") for _, attributes in page.tags}
    assert all(": predicted" in attributes["alt"] for tag, attributes in page.tags if tag == "img")
    assert "a tick" not in page.text
    painter = written_painter(predictions["author"].iloc[0])
    assert painter and painter in page.text, "the names of files tell who painted them"


def test_of_no_picture_there_is_a_page(predictions, tmp_path):
    page = page_of(write_contact_sheet(predictions.iloc[:0], tmp_path / "p.html"))
    assert page.headings[0][1] == "No picture could be read"


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
@pytest.mark.slow
def test_a_long_path_is_no_wider_than_a_phone(predictions, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api")
    unreadable = {Path("folder_" * 12) / "broken.jpg": "truncated image"}
    sheet = write_contact_sheet(predictions, tmp_path / "p.html", unreadable=unreadable, progress=False)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(sheet.resolve().as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        browser.close()
