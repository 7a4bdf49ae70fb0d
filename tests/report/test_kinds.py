"""Pages of audits, forests and embeddings: numbers are the tables', bad folders are one sentence."""

import pandas as pd
import pytest

from styleclf.evaluation import TOO_FEW, compare, plain_answer, read_run
from styleclf.output import write_json, write_table
from styleclf.report import run_answer, write_report
from styleclf.report.findings import METRIC_NAMES
from tests.report.made_up import write_run
from tests.report.made_up_findings import METRICS, SENTENCES, write_audit, write_embeddings, write_forests
from tests.report.parsed import Page

WRITERS = {"audit": write_audit, "forest": write_forests, "arcface": write_embeddings}


def page_of(folder):
    return Page(write_report([folder]).read_text(encoding="utf-8"))


def values_of(page):
    return {float(attributes["value"]) for tag, attributes in page.tags if tag == "data"}


def shown(row, value="value", lo="lo", hi="hi"):
    return f"{row[value]:.2f} {row[lo]:.2f}–{row[hi]:.2f}"


def signed(row, value, lo, hi):
    texts = [f"{row[column]:+.3f}".replace("-", "−") for column in (value, lo, hi)]
    return f"{texts[0]} {texts[1]} to {texts[2]}"


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
        assert cells[0] == row["images"] and cells[2:] == [shown(row), signed(row, "drop", "drop_lo", "drop_hi")]
    assert {0.81234, 0.66, 1.25, *leak["gap"]} <= values_of(page)
    assert page.rows("markers")[0][-1] == "cubism/gris_{{ 7 * 7 }}.jpg"
    assert page.rows("duplicates")[0] == ["12", "a.jpg", "–", "0", "b.jpg"]
    assert SENTENCES[0] in page.text and "b" not in {tag for tag, _ in page.tags}


def test_every_number_of_forests_is_its_tables(tmp_path):
    folder = write_forests(tmp_path / "forest")
    page = page_of(folder)
    for name, anchor in (("two_by_two", "models"), ("heads", "heads-train"), ("heads", "heads-test")):
        table = pd.read_csv(folder / f"{name}.csv")
        table = table[table["part"].isin(["cv", anchor.removeprefix("heads-")])]
        *models, chance = page.rows(anchor)
        for cells, (model, rows) in zip(models, table.groupby("model", sort=False), strict=True):
            by_metric = rows.set_index("metric")
            assert cells == [model, *(shown(by_metric.loc[metric]) for metric in METRICS)]
        assert chance[:4] == ["chance", "0.12", "0.25", "0.38"]
        assert set(table["value"]) <= values_of(page)
    assert "forest on embeddings is 30.0 points better than network on embeddings" in page.text
    assert [row[2] for row in page.rows("trials")] == ["0.72", "0.70"]


def test_every_number_of_embeddings_is_its_table(tmp_path):
    folder = write_embeddings(tmp_path / "arcface")
    page = page_of(folder)
    scores = pd.read_csv(folder / "scores.csv")
    for styles, of_styles in scores.groupby("styles", sort=False):
        *models, chance = page.rows(f"scores-{styles}")
        nearest = of_styles[of_styles["metric"] == "precision_at_1"]
        assert [row[:2] for row in models] == [[row["model"], shown(row)] for _, row in nearest.iterrows()]
        assert chance == ["chance", f"{nearest['chance'].iloc[0]:.2f}", "–"]
    assert "No training has seen photo." in page.text


def test_answers_are_plain_sentences_of_the_tables(tmp_path):
    assert run_answer(write_audit(tmp_path / "audit")) == (
        "Of 10 paintings a simple model names about 8 rightly where it has met their painters, and 6 where it has not; "
        "by chance it would be 1."
    )
    forests = write_forests(tmp_path / "forest")
    best = pd.read_csv(forests / "two_by_two.csv").query("model == 'forest on embeddings'")
    assert run_answer(forests) == f"The best is the forest on embeddings. {plain_answer(best, 'cv')}"
    assert run_answer(write_embeddings(tmp_path / "arcface")) == (
        "Of 10 paintings of styles it was trained on, by painters never met, the nearest by another painter has the "
        "same style for about 5 in the embeddings of arcface (2 to 6), 3 in those of frozen features, 4 in those of "
        "cross-entropy; by chance it would be 1."
    )


def test_forests_of_another_version_are_shown_without_a_chance(tmp_path):
    folder = write_forests(tmp_path / "forest", with_chance=False, versions={"styleclf": "0.0.1"})
    page = page_of(folder)
    assert "made by styleclf 0.0.1 and is shown by" in page.text
    assert [row[0] for row in page.rows("models")] == ["network on embeddings", "forest on embeddings"]
    assert "top-2 accuracy 0.75 (0.30 to 0.97)" in run_answer(folder)


@pytest.mark.parametrize("kind", WRITERS)
def test_a_page_fetches_nothing_and_can_be_read_aloud(kind, tmp_path):
    html = write_report([WRITERS[kind](tmp_path / kind)]).read_text(encoding="utf-8")
    page = Page(html)
    assert page.headings[0][0] == 1 and not page.open_tags
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "iframe"}) and "url(" not in html
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


def test_a_comparison_shows_the_numbers_it_wrote_down(cv_folder, design, sample, tmp_path):
    other = write_run(tmp_path / "other", design, sample, seed=1)
    runs = [str(cv_folder), str(other)]
    table = compare({name: read_run(name) for name in runs}, n_resamples=100)
    folder = tmp_path / "compare"
    write_table(table, folder / "comparison.csv")
    write_json({"settings": {"runs": runs}}, folder / "settings.json")
    page = page_of(folder)
    words = {"top-1": "top-1 accuracy", "top-2": "top-2 accuracy"}
    expected = table[table["metric"].isin(METRIC_NAMES)].set_index(["metric", "run"])
    row = expected.loc["top_2_accuracy", str(other)]
    (cells,) = [cells for cells in page.rows("differences") if cells[:2] == [words["top-2"], str(other)]]
    assert cells[2:] == [f"{row['value']:.3f}", signed(row, "difference", "retrained_lo", "retrained_hi")]
    assert run_answer(folder) == ""
    write_json({"settings": {}}, folder / "settings.json")
    with pytest.raises(ValueError, match="names no runs that were compared"):
        write_report([folder])
