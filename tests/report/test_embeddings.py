"""The page of embeddings: every number is its table's, and a number that cannot be had is said to be none."""

import numpy as np
import pandas as pd
import pytest

from styleclf.report import run_answer
from styleclf.report.embeddings import embedding_answer, embedding_findings
from styleclf.report.run_tables import read_run_facts
from tests.report.made_up_findings import write_embeddings
from tests.report.parsed import page_of, shown


@pytest.fixture
def folder(tmp_path):
    return write_embeddings(tmp_path / "arcface")


def changed_scores(folder, **values):
    """Write values over columns of the table of scores; returns the run."""
    file = folder / "scores.csv"
    pd.read_csv(file).assign(**values).to_csv(file, index=False)
    return read_run_facts(folder)


def test_every_number_of_embeddings_is_its_table(folder):
    page = page_of(folder)
    scores = pd.read_csv(folder / "scores.csv")
    for styles, of_styles in scores.groupby("styles", sort=False):
        *models, chance = page.rows(f"scores-{styles}")
        nearest = of_styles[of_styles["metric"] == "precision_at_1"]
        assert [row[:2] for row in models] == [[row["model"], shown(row)] for _, row in nearest.iterrows()]
        assert chance == ["chance", f"{nearest['chance'].iloc[0]:.2f}", "–"]
    assert "No training has seen photo." in page.text


def test_its_answer_is_that_of_the_model_and_of_those_beside_it(folder):
    assert run_answer(folder) == (
        "Of 10 paintings of styles it was trained on, by painters never met, the nearest by another painter has the "
        "same style for about 5 in the embeddings of arcface (2 to 6), for about 3 in those of frozen features, for "
        "about 4 in those of cross-entropy; by chance it would be 1."
    )


def test_where_an_interval_is_not_known_none_is_made_up(folder):
    ends = "(2 to 6)"
    assert ends in embedding_answer(read_run_facts(folder))
    assert ends not in embedding_answer(changed_scores(folder, lo=np.nan, hi=np.nan))


def test_where_no_style_has_two_painters_there_is_no_answer(folder):
    answer = embedding_answer(changed_scores(folder, value=np.nan))
    assert answer.startswith("No style has two painters to judge by")


def test_a_table_without_rows_is_one_sentence(folder):
    (folder / "scores.csv").write_text("styles,metric,value,lo,hi,chance,n_images,n_authors,model\n")
    with pytest.raises(ValueError, match=r"scores\.csv has no rows: run recipes/arcface\.py again"):
        embedding_answer(read_run_facts(folder))


def test_pictures_without_painters_are_called_so(folder):
    trained, withheld = embedding_findings(read_run_facts(folder)).sections
    assert trained.note.startswith("35 pictures by 6 painters.")
    assert withheld.note == "35 pictures by 6 painters."
    _, withheld = embedding_findings(changed_scores(folder, n_authors=0)).sections
    assert withheld.note == "35 pictures by painters who are not known."


def test_the_page_that_turns_is_the_next_step(folder):
    assert embedding_findings(read_run_facts(folder)).steps == []
    for name in ("map.html", "sphere.html"):
        (folder / name).touch()
        (step,) = embedding_findings(read_run_facts(folder)).steps
        assert step.command == f"{folder.as_posix()}/{name}"
