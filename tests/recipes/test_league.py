"""recipes/league.py through its real command line: killed and taken up, and its winner trained."""

import time

import pandas as pd
import pytest

from styleclf.common import write_table
from tests.benchmark.league.conftest import OTHER_ARCH, other_weights_file  # noqa: F401
from tests.conftest import ARCH
from tests.recipes.test_recipes import TINY, desk, first_run, run, started  # noqa: F401  (desk is a fixture)

LINE = ["recipes/league.py", "--images", "my/paintings", "--design", "design.csv", "--no-onnx"]


@pytest.fixture(scope="module")
def settings(weights_file, other_weights_file):
    """Tiny settings with a list of two bodies that can be had, and one that cannot."""
    bodies = f"{ARCH}={weights_file}\n    # a comment between them\n    {OTHER_ARCH}={other_weights_file}\n    resnet18"
    return TINY.replace("epochs = 1", "epochs = 0") + f"\n[league]\nrapid =\n    {bodies}\n"


def finished(out):
    return sorted((out / "bodies").glob("[!.]*.json"))


@pytest.fixture(scope="module")
def league(desk, halves, settings):
    """The folder of a league that was killed after its first body, and what it said when it was begun again."""
    write_table(halves, desk / "design.csv")
    out, command = desk / "runs/league", [*LINE, "--out", "runs/league"]
    killed = started(desk, *command, settings=settings)
    while killed.at_work() and not finished(out):
        time.sleep(0.02)
    killed.kill()
    before = {file: file.stat().st_mtime_ns for file in finished(out)}
    done = first_run(desk, *command, settings=settings)
    assert done.returncode == 0, done.stderr
    assert before and before == {file: file.stat().st_mtime_ns for file in before}, "a finished body is judged again"
    return out, done.stdout


def test_a_killed_league_goes_on_and_recommends(league):
    out, printed = league
    table = pd.read_csv(out / "league.csv")
    assert set(table["arch"]) == {ARCH, OTHER_ARCH} | {arch for arch in table["arch"] if "+" in arch}
    assert len(table) == 3
    assert pd.read_csv(out / "skipped.csv")["body"].tolist() == ["resnet18"]
    assert "skipped: resnet18" in printed
    assert "knows most about painters it has never seen" in printed
    assert (out / "figures/league.png").stat().st_size
    assert "python recipes/train.py --league runs/league" in printed


@pytest.mark.slow  # trains
def test_its_winner_is_trained(league, desk, settings):
    out, _ = league
    table = pd.read_csv(out / "league.csv")
    line = "recipes/train.py --images my/paintings --design design.csv --league runs/league --out runs/winner"
    done = run(desk, *line.split(), settings=settings)
    assert done.returncode == 0, done.stderr
    winner = next(arch for arch in table["arch"] if f"the winner of runs/league: {arch}" in done.stdout)
    assert f"{winner} on cpu" in done.stdout


@pytest.mark.parametrize(
    "line, what",
    [
        ([*LINE, "--archs", ","], "a league needs bodies"),
        ([*LINE, "--archs", "resnet18"], "no body of the league could be judged, resnet18 because"),
        (["recipes/train.py", "--league", "nowhere", "--design", "design.csv"], "nowhere holds no finished league"),
    ],
)
def test_bad_input_is_one_sentence(desk, league, settings, line, what):
    done = run(desk, *line, "--out", "runs/bad", settings=settings)
    assert done.returncode == 2 and what in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
