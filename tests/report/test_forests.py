"""The page of forests beside networks: every number is its tables', and the best model is named."""

import pandas as pd
import pytest

from styleclf.evaluation import plain_answer
from styleclf.report import run_answer
from styleclf.report.forests import forest_answer, forest_findings
from styleclf.report.run_tables import read_run_facts
from tests.report.made_up_findings import METRICS, write_forests
from tests.report.parsed import page_of, shown, values_of


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


def test_its_answer_is_that_of_the_best_model(tmp_path):
    folder = write_forests(tmp_path / "forest")
    best = pd.read_csv(folder / "two_by_two.csv").query("model == 'forest on embeddings'")
    assert run_answer(folder) == f"The best is the forest on embeddings. {plain_answer(best, 'cv')}"


def test_forests_of_another_version_are_shown_without_a_chance(tmp_path):
    folder = write_forests(tmp_path / "forest", with_chance=False, versions={"styleclf": "0.0.1"})
    page = page_of(folder)
    assert "made by styleclf 0.0.1 and is shown by" in page.text
    assert [row[0] for row in page.rows("models")] == ["network on embeddings", "forest on embeddings"]
    assert "top-2 accuracy 0.75 (0.30 to 0.97)" in run_answer(folder)


def test_a_table_without_the_target_metric_is_one_sentence(tmp_path):
    folder = write_forests(tmp_path / "forest")
    table = pd.read_csv(folder / "two_by_two.csv")
    table[table["metric"] != "top_2_accuracy"].to_csv(folder / "two_by_two.csv", index=False)
    with pytest.raises(ValueError, match=r"two_by_two\.csv has no row top_2_accuracy: run recipes/forest\.py again"):
        forest_answer(read_run_facts(folder))


def test_an_exported_forest_is_the_next_step(tmp_path):
    folder = write_forests(tmp_path / "forest")
    assert forest_findings(read_run_facts(folder)).steps == []
    (folder / "forest.pkl").touch()
    (step,) = forest_findings(read_run_facts(folder)).steps
    assert step.command == f"python recipes/predict.py --model {folder.as_posix()}/forest.pkl my/new-pictures"


def test_trials_are_shown_where_they_were_written_down(tmp_path):
    folder = write_forests(tmp_path / "forest")
    headings = [section.heading for section in forest_findings(read_run_facts(folder)).sections]
    assert headings[-1] == "Forests that were tried"
    (folder / "trials.csv").unlink()
    assert [section.heading for section in forest_findings(read_run_facts(folder)).sections] == headings[:-1]
