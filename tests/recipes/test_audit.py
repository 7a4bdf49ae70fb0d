"""recipes/audit.py through its real command line, and its figures."""

import json

import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.data.design import read_design
from tests.recipes.test_recipes import desk, first_run, run  # noqa: F401
from tests.report.parsed import Page

LINE = "recipes/audit.py --images my/paintings --design runs/design/design.csv --seeds 2"
TABLES = {"leak", "leak_seeds", "shortcuts", "metadata", "duplicates", "markers", "degraded", "sources"}
TABLES.add("source_guesses")


@pytest.fixture(scope="module")
def audit(desk, halves):
    """The folder of a whole audit, and what it printed."""
    write_table(halves, desk / "runs/design/design.csv")
    museums = ["museum" if i % 2 else "auction" for i in range(len(halves))]
    halves[["filename"]].assign(source=museums).to_csv(desk / "sources.csv", index=False)
    done = first_run(desk, *LINE.split(), "--sources", "sources.csv", "--merge-duplicates", "--out", "runs/audit")
    assert done.returncode == 0, done.stderr
    return desk / "runs/audit", done.stdout


def test_an_audit_writes_tables_figures_and_sentences(audit):
    out, printed = audit
    assert {file.stem for file in out.glob("*.csv")} == TABLES | {"design"}
    assert {file.stem for file in (out / "figures").glob("*.png")} >= {"leak", "shortcuts", "degraded", "markers"}
    saved = json.loads((out / "settings.json").read_text(encoding="utf-8"))
    assert len(saved["sentences"]) >= 4
    assert all(f"- {sentence}\n" in printed for sentence in saved["sentences"])
    assert "Of 10 paintings, a simple model names about" in printed
    assert "runs/audit/report.html  " in printed
    page = Page((out / "report.html").read_text(encoding="utf-8"))
    assert len(page.rows("shortcuts")) == len(pd.read_csv(out / "shortcuts.csv"))
    assert saved["sentences"][0] in page.text
    assert saved["settings"]["seeds"] == 2
    assert saved["seconds"] > 0
    leak, shortcuts = pd.read_csv(out / "leak.csv"), pd.read_csv(out / "shortcuts.csv")
    n_seen = (read_design(out / "design.csv")["fold"] != "val").sum()
    assert (leak["n_images"] == n_seen).all() and leak["n_seeds"].eq(2).all(), "validation stays closed"
    assert "no style has two sources with enough images" in printed, "of twelve images none has eight of each"
    assert shortcuts["model"].iat[0] == "the probe"
    assert shortcuts["value"].between(0, 1).all()


@pytest.mark.slow  # a second audit
def test_an_audit_can_leave_out_what_takes_long(desk, audit):
    done = run(desk, *LINE.split(), "--no-degraded", "--no-markers", "--seeds", "1", "--out", "runs/quick")
    assert done.returncode == 0, done.stderr
    assert {file.stem for file in (desk / "runs/quick").glob("*.csv")} == TABLES - {
        "degraded",
        "sources",
        "source_guesses",
        "markers",
    }


@pytest.mark.parametrize(
    "flags, what",
    [
        ("--sources nowhere.csv", "nowhere.csv"),
        ("--seeds 0", "--seeds must be a whole number from 1"),
        ("--weights nowhere.safetensors", "nowhere.safetensors"),
        ("--images nowhere", "nowhere"),
    ],
)
def test_bad_input_is_one_sentence(desk, audit, flags, what):
    done = run(desk, *LINE.split(), *flags.split(), "--out", "runs/bad")
    assert done.returncode == 2 and what in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
