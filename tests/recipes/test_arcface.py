"""recipes/arcface.py through its real command line."""

import pandas as pd

from styleclf.common import write_table
from styleclf.training.export import load_style_learner
from tests.recipes.test_recipes import desk, first_run, run, run_block  # noqa: F401  (a fixture)


def test_the_readmes_command_judges_three_models_and_leaves_pages_and_a_learner(desk, design):
    write_table(design, desk / "runs/mine/design.csv")
    (done,) = run_block(desk, "recipes/arcface.py", first_run, "docs/new-styles.md")
    assert "frozen features" in done.stdout
    assert "AUROC known" in done.stdout
    out = desk / "runs/mine/arcface"
    scores = pd.read_csv(out / "scores.csv")
    assert set(scores["model"]) == {"frozen features", "cross-entropy", "arcface"}
    assert set(scores["styles"]) == {"trained", "withheld", "both"}
    assert {file.stem for file in (out / "figures").iterdir()} == {"scores", "similarity", "neighbours", "sphere"}
    assert "in the embeddings of arcface" in done.stdout
    assert "sphere.html" in (out / "report.html").read_text()
    assert all("rococo" in (out / page).read_text(encoding="utf-8") for page in ("native.html", "sphere.html"))
    assert set(load_style_learner(out / "model.pkl").dls.vocab) == set(design["label"]) - {"photo", "rococo"}


def test_a_style_that_is_not_there_is_told_in_one_sentence(desk, design):
    write_table(design, desk / "design.csv")
    wrong = run(desk, "recipes/arcface.py", "--design", "design.csv", "--withhold", "fauvism")
    assert wrong.returncode == 2
    assert "no style 'fauvism'" in wrong.stderr
    assert "Traceback" not in wrong.stderr
