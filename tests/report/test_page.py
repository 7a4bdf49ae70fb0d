"""The page: numbers are the tables', nothing is fetched or run, whatever files are called."""

import itertools
import re
import shutil
import subprocess

import pandas as pd
import pytest

from styleclf.common import write_json, write_table
from styleclf.evaluation import confusion_counts, plain_answer, read_run, recall_table
from styleclf.report import first_step, show_report, write_report
from tests.report.made_up import predictions_of, write_run
from tests.report.parsed import Page, page_of


@pytest.fixture(scope="module")
def html(cv_folder):
    return write_report([cv_folder]).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_every_number_of_the_metrics_is_the_tables(page, cv_folder):
    metrics = pd.read_csv(cv_folder / "metrics.csv")
    *parts, chance = page.rows("metrics")
    assert [row[0] for row in parts] == ["fold 0", "fold 1", "fold 2", "fold 3", "all folds"]
    for row, (_, of_part) in zip(parts, metrics.groupby("part", sort=False), strict=True):
        by_metric = of_part.set_index("metric")
        assert row[1:3] == [str(by_metric["n_images"].iloc[0]), str(by_metric["n_authors"].iloc[0])]
        names = ["top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "precision", "recall", "f1"]
        cells = [row[3], *row[5:]]
        for cell, name in zip(cells, names, strict=True):
            value, lo, hi = by_metric.loc[name, ["value", "lo", "hi"]]
            assert cell == f"{value:.2f} {lo:.2f}–{hi:.2f}", name
    assert chance[3] == f"{1 / 8:.2f}"
    assert chance[5] == f"{2 / 8:.2f}"


def test_values_stand_in_the_page_in_full(page, cv_folder):
    values = {float(attributes["value"]) for tag, attributes in page.tags if tag == "data"}
    metrics = pd.read_csv(cv_folder / "metrics.csv")
    shown = metrics[metrics["metric"].isin(["top_1_accuracy", "top_2_accuracy", "f1"])]
    assert set(shown["value"]) <= values


def test_the_table_by_style_is_the_predictions(page, cv_folder):
    predictions = read_run(cv_folder)
    recalls = recall_table(predictions)
    rows = page.rows("by-style")
    assert [row[0] for row in rows] == recalls["label"].tolist()
    for row, recall in zip(rows, recalls.itertuples(), strict=True):
        assert row[1] == f"{recall.recall:.2f} {recall.lo:.2f}–{recall.hi:.2f}"
        assert row[6:8] == [str(recall.n_images), str(recall.n_authors) if recall.n_authors else "–"]


def test_the_cells_of_the_confusion_are_the_predictions(page, cv_folder):
    counts = confusion_counts(read_run(cv_folder))
    for row, expected in zip(page.rows("confusion"), counts, strict=True):
        for cell, n in zip(row[1:], expected, strict=True):
            percent = 100 * n / expected.sum()
            assert cell == (f"{percent:.0f}{n}" if n else "·")


def test_the_answer_stands_at_its_head(page, cv_folder):
    assert plain_answer(pd.read_csv(cv_folder / "metrics.csv"), "cv") in page.text
    assert "judged on paintings by painters it has never met" in page.headings[0][1]


def test_nothing_is_fetched_and_nothing_runs(page, html):
    sources = [attributes["src"] for _, attributes in page.tags if "src" in attributes]
    assert sources
    assert all(source.startswith("data:image/") for source in sources)
    links = [attributes["href"] for _, attributes in page.tags if "href" in attributes]
    assert links
    assert all(link.startswith("#") for link in links)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe", "object"})
    assert "url(" not in html
    assert "@import" not in html
    assert any("default-src 'none'" in attributes.get("content", "") for _, attributes in page.tags)


def test_links_lead_somewhere_and_names_are_unique(page):
    names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(names) == len(set(names))
    assert {attributes["href"][1:] for _, attributes in page.tags if "href" in attributes} <= set(names)


def test_it_can_be_read_aloud(page):
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for tag, attributes in page.tags:
        if tag == "img":
            assert re.search(r"predicted .+ with \d+ percent", attributes["alt"])
        if tag == "svg":
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
    assert page.tags[0][1] == {"lang": "en"} or ("html", {"lang": "en"}) in page.tags
    assert not page.open_tags


def test_pictures_are_there_when_nobody_scrolls(page):
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert images
    assert not any("loading" in attributes for attributes in images)  # some printers leave out what was never seen


def test_names_are_text_only(design, sample, tmp_path):
    style, author = "<img src=x onerror=alert(1)>", 'A"><script>alert(2)</script>'
    rows = design.assign(label=design["label"].replace("cubism", style))
    rows["filename"] = rows["filename"].str.replace("cubism/", "cubism/{{ 7 * 7 }}<b>&", regex=False)
    rows["author"] = rows["author"].replace(rows["author"].iloc[0], author)
    folder = write_run(tmp_path / "run", rows, sample, sentences=["<u>leak</u>"])
    html = write_report([folder]).read_text(encoding="utf-8")
    page = Page(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "b", "u"})
    assert not any("onerror" in attributes for _, attributes in page.tags)
    assert style in page.text
    assert author in page.text
    assert "{{ 7 * 7 }}<b>&" in page.text


def test_without_its_pictures_a_page_says_so_and_a_note_as_well(design, tmp_path, capsys):
    (tmp_path / "moved").mkdir()
    folder = write_run(tmp_path / "run", design, tmp_path / "moved")
    page = page_of(folder)
    sentence = f"he pictures are not in {tmp_path}/moved: write the report with --images"
    assert f"T{sentence}" in page.text
    assert f"note: t{sentence}" in capsys.readouterr().err
    assert not any(tag == "img" for tag, _ in page.tags)


def test_pictures_in_a_place_that_is_no_folder_are_refused(design, tmp_path):
    folder = write_run(tmp_path / "run", design, tmp_path / "moved")
    with pytest.raises(ValueError, match="nowhere is no folder"):
        write_report([folder], images=tmp_path / "nowhere")
    assert not (folder / "report.html").exists()


def test_moved_pictures_are_found_where_one_says(design, sample, tmp_path):
    folder = write_run(tmp_path / "run", design, tmp_path / "moved")
    path = write_report([folder], tmp_path / "elsewhere/page.html", images=sample)
    page = Page(path.read_text(encoding="utf-8"))
    assert any(tag == "img" for tag, _ in page.tags)
    assert path.name == "page.html"


def test_a_training_shows_its_fold_its_curve_its_version_and_its_audit(page, design, sample, tmp_path):
    folder = write_run(tmp_path / "run", design, sample, part="test", versions={"styleclf": "0.0.1"})
    sentence = "5.1 of your 87.4 points"
    write_json({"design_blake2b": "0123456789abcdef", "sentences": [sentence]}, tmp_path / "audit/settings.json")
    nobody = "Nobody has asked yet"
    assert nobody in page.text
    page = page_of(folder)
    assert "of fold 0" in page.text
    assert "How it learned" in page.text
    assert "recipes/cross_validate.py --design runs/d/design.csv" in page.text
    assert "made by styleclf 0.0.1 and is shown by" in page.text
    assert sentence in page.text
    assert nobody not in page.text


def test_a_run_that_nobody_described_is_shown_all_the_same(design, sample, tmp_path):
    folder = write_run(tmp_path / "run", design, sample)
    (folder / "settings.json").unlink()
    page = page_of(folder)
    assert "all folds" in page.text
    assert "not recorded" in page.text


def test_pictures_whose_painters_are_not_known(design, sample, tmp_path):
    folder = write_run(tmp_path / "run", design.assign(author=""), sample)
    page = page_of(folder)
    assert "Of 10 pictures it has never seen" in page.text
    assert "hardest" not in page.tables


def test_the_first_step_is_the_first_one_on_the_page(html, cv_folder, tmp_path):
    command = first_step(cv_folder)
    assert command.startswith("python recipes/")
    first, _, _ = html.partition("<h2>What next?</h2>")[2].partition("</li>")
    assert command in re.sub(r"<[^>]+>", "", first)
    write_table(pd.DataFrame({"run": ["a"]}), tmp_path / "comparison.csv")
    assert first_step(tmp_path) == ""


def test_a_notebook_shows_it_in_a_frame(cv_folder):
    shown = show_report(cv_folder)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert Page(shown).tags[0][0] == "iframe"
    assert "</html>" not in shown


@pytest.mark.parametrize(
    "name, sentence",
    [
        ("nowhere", "there is no folder"),
        ("empty", "has no tables to report yet"),
        ("design", "is the folder of a design"),
        ("half", "lacks predictions.csv"),
        ("labels", "is about several labels per image, and reports are of one style per image: open figures/labels"),
        ("years", "is about years"),
    ],
)
def test_a_folder_that_is_no_run_is_one_sentence(name, sentence, design, tmp_path):
    (tmp_path / "empty").mkdir()
    write_table(design, tmp_path / "design/design.csv")
    write_table(design, tmp_path / "half/metrics.csv")
    write_table(design, tmp_path / "labels/labels.csv")
    write_table(design, tmp_path / "years/date_metrics.csv")
    with pytest.raises(ValueError, match=sentence):
        write_report([tmp_path / name])


@pytest.mark.slow
def test_twenty_thousand_pictures_stay_below_ten_megabytes(design, sample, tmp_path):
    (tmp_path / "images").mkdir()
    copies = []
    for number in range(200):
        (tmp_path / f"images/{number}").symlink_to(sample)
        copies.append(design.assign(filename=f"{number}/" + design["filename"]))
    many = pd.concat(copies, ignore_index=True)
    predictions = predictions_of(many[many["fold"] != "val"])
    folder = write_run(tmp_path / "run", design, tmp_path / "images")
    write_table(predictions, folder / "predictions.csv")
    assert write_report([folder]).stat().st_size < 10e6


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")
@pytest.mark.slow
def test_a_browser_without_a_network_shows_it(html, cv_folder, tmp_path):
    rules = ["--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--virtual-time-budget=2000"]
    command = ["chromium", "--headless", "--no-sandbox", f"--user-data-dir={tmp_path}", *rules, "--dump-dom"]
    done = subprocess.run([*command, f"file://{cv_folder}/report.html"], capture_output=True, text=True, timeout=120)
    assert "How good is it?" in done.stdout
    assert "ERR_" not in done.stderr
    assert "Refused" not in done.stderr
