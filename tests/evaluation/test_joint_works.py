"""Works by several people count for each of them, and keep their other works together."""

import pandas as pd

from styleclf.data import author_groups
from styleclf.evaluation import author_units, metrics_table, painter_sizes, report_table
from styleclf.evaluation.joint_works import count_authors, judged_kind, people_by_row, rows_by_person
from tests.evaluation.made_predictions import judged

AUTHORS = ["picasso", "braque", "picasso|braque", "", "gris", None, "gris;leger"]
NUMBERS = [0, 1, 2, 3, 4, 5, 6]
NUMBERS_BY_PERSON = [0, 1, 2, 2, 4, 6, 6]


def test_people_are_counted_once():
    assert count_authors(pd.Series(AUTHORS)) == 4
    assert count_authors(pd.Series(["", None])) == 0


def test_painters_are_unseen_only_where_some_are_known():
    assert [judged_kind(n) for n in (0, 1, 300)] == ["pictures", "painters", "painters"]


def test_rows_by_person_repeat_joint_works():
    table = pd.DataFrame({"author": AUTHORS, "number": NUMBERS}, index=[3] * len(AUTHORS))
    rows = rows_by_person(table)
    assert rows["author"].tolist() == ["picasso", "braque", "picasso", "braque", "gris", "gris", "leger"]
    assert rows["number"].tolist() == NUMBERS_BY_PERSON


def test_people_have_the_index_of_their_rows():
    table = pd.DataFrame({"author": AUTHORS})
    people = people_by_row(table)
    assert people.index.tolist() == NUMBERS_BY_PERSON


def test_what_is_resampled_together_is_what_a_design_keeps_together():
    names = [f"{number}.jpg" for number in NUMBERS]
    design = pd.DataFrame({"filename": names, "author": AUTHORS})
    groups = [0, 0, 0, 1, 2, 3, 2]
    assert author_units(AUTHORS).tolist() == groups
    assert author_groups(design).tolist() == groups


def test_tables_know_the_people_of_joint_works():
    by_author = [judged("cubism", author, ["cubism"]) for author in ("picasso", "braque", "picasso|braque")]
    table = pd.concat(by_author).assign(filename=["a", "b", "c"], fold="0")
    metrics = metrics_table(table, "test", 50)
    report = report_table(table)
    sizes = painter_sizes(table)
    assert set(metrics["n_authors"]) == {2}
    assert report.loc["cubism", "authors"] == 2
    assert sizes.to_dict() == {("braque", "cubism"): 2, ("picasso", "cubism"): 2}
