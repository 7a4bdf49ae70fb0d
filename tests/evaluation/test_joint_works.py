"""Works by several people count for each of them, and keep their other works together."""

import pandas as pd

from styleclf.data import author_groups
from styleclf.evaluation import author_units, metrics_table, painter_sizes, report_table
from styleclf.evaluation.joint_works import count_authors, people_by_row, rows_by_person
from tests.evaluation.made_predictions import judged

AUTHORS = ["picasso", "braque", "picasso|braque", "", "gris", None, "gris;leger"]


def test_people_are_counted_once():
    assert count_authors(pd.Series(AUTHORS)) == 4
    assert count_authors(pd.Series(["", None])) == 0
    assert people_by_row(pd.DataFrame({"author": AUTHORS})).index.tolist() == [0, 1, 2, 2, 4, 6, 6]


def test_rows_by_person_repeat_joint_works():
    table = pd.DataFrame({"author": AUTHORS, "number": range(len(AUTHORS))}, index=[3] * len(AUTHORS))
    rows = rows_by_person(table)
    assert rows["author"].tolist() == ["picasso", "braque", "picasso", "braque", "gris", "gris", "leger"]
    assert rows["number"].tolist() == [0, 1, 2, 2, 4, 6, 6]


def test_what_is_resampled_together_is_what_a_design_keeps_together():
    names = [f"{i}.jpg" for i in range(len(AUTHORS))]
    design = pd.DataFrame({"filename": names, "author": AUTHORS})
    assert author_units(AUTHORS).tolist() == author_groups(design).tolist() == [0, 0, 0, 1, 2, 3, 2]


def test_tables_know_the_people_of_joint_works():
    table = pd.concat([judged("cubism", author, ["cubism"]) for author in ("picasso", "braque", "picasso|braque")])
    table = table.assign(filename=["a", "b", "c"], fold="0")
    assert set(metrics_table(table, "test", 50)["n_authors"]) == {2}
    assert report_table(table).loc["cubism", "authors"] == 2
    assert painter_sizes(table).to_dict() == {("braque", "cubism"): 2, ("picasso", "cubism"): 2}
