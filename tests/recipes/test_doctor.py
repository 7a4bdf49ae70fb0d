"""recipes/doctor.py, and design.py with what was decided, through their real command lines."""

import pandas as pd
import pytest

from styleclf.common import written_painter
from tests.curation.conftest import WRONG_PAINTER, cv, wrong_design  # noqa: F401  (fixtures)
from tests.recipes.test_recipes import ROOT, run


@pytest.fixture
def desk(tmp_path, cv):
    """A folder with the recipes, a design with wrong labels and its cross-validation."""
    (tmp_path / "recipes").symlink_to(ROOT / "recipes")
    return tmp_path


def test_the_doctor_writes_a_page_and_a_table_to_decide_in(desk):
    done = run(desk, "recipes/doctor.py", "--cv", "cv", "--out", "doctor")
    assert done.returncode == 0, done.stderr
    assert f"5 of {written_painter(WRONG_PAINTER)}'s 5 ukiyo-e works are taken for rococo" in done.stdout
    for name in ("doctor.html", "decisions.csv", "doubts.csv", "painters.csv", "settings.json"):
        assert (desk / "doctor" / name).stat().st_size


@pytest.mark.slow
def test_decisions_make_a_new_design_and_are_undone(desk):
    assert run(desk, "recipes/doctor.py", "--cv", "cv", "--out", "doctor").returncode == 0
    table = pd.read_csv(desk / "doctor/decisions.csv", keep_default_na=False)
    table.loc[0, "decision"] = "change"
    table.to_csv(desk / "doctor/decisions.csv", index=False)
    done = run(desk, "recipes/design.py", "--decisions", "doctor/decisions.csv", "--out", "design-2", "--who", "anna")
    assert done.returncode == 0 and "5 labels changed" in done.stdout, done.stderr
    before, after = (pd.read_csv(desk / name / "design.csv", dtype=str) for name in ("design", "design-2"))
    changed = before["label"] != after["label"]
    assert set(before.loc[changed, "author"]) == {WRONG_PAINTER}
    assert before["fold"].equals(after["fold"])
    assert set(pd.read_csv(desk / "design-2/label_history.csv")["who"]) == {"anna"}
    again = run(desk, "recipes/design.py", "--decisions", "doctor/decisions.csv", "--out", "design")
    assert again.returncode == 2
    assert "the design in" in again.stderr
    assert "stays as it is" in again.stderr
    undone = run(desk, "recipes/design.py", "--undo", "design-2/design.csv", "--out", "design-3")
    assert undone.returncode == 0, undone.stderr
    assert pd.read_csv(desk / "design-3/design.csv", dtype=str)["label"].equals(before["label"])
