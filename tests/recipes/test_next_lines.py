"""What recipes propose to type next runs as it stands, from the same working directory."""

import re
import shlex

import pandas as pd
import pytest

from styleclf.common import write_table
from tests.conftest import ARCH
from tests.recipes.test_recipes import TINY, desk, run  # noqa: F401  (desk is a fixture)

FEWER = {  # flags behind a command that is proposed, so that it takes seconds
    "audit": "--seeds 1 --no-degraded --no-markers",
    "explain": "--n 1",
}


@pytest.fixture
def say(desk, weights_file):
    """Runs a recipe on the desk under tiny settings and returns the command that it proposes; '' if none."""
    settings = TINY.replace("weights = none", f"weights = {weights_file}")

    def call(line):
        recipe, *words = shlex.split(line)
        fewer = FEWER.get(recipe.partition("/")[2].removesuffix(".py"), "").split()
        done = run(desk, recipe, *words, *fewer, settings=settings)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        proposed = re.search(r"^next: python (.+)$", done.stdout, re.M)
        return proposed[1] if proposed else ""

    return call


def design_of(line):
    """The design that a command names."""
    words = shlex.split(line)
    return words[words.index("--design") + 1]


def names_of(line):
    """The recipe of a command."""
    return line.partition(" ")[0].removeprefix("recipes/").removesuffix(".py")


@pytest.mark.slow  # a dozen recipes
def test_a_design_leads_to_predictions_by_what_is_proposed(say):
    line, way = "recipes/design.py --images my/paintings --out 'runs/my own'", []
    while line:
        way.append(names_of(line))
        line = say(line)
    assert way == ["design", "cross_validate", "audit", "validate", "predict"]


@pytest.mark.slow
def test_a_training_leads_to_its_explanation(say):
    design = design_of(say("recipes/design.py --images my/paintings --out runs/mine"))
    assert names_of(say(f"recipes/train.py --design {design} --epochs 0 --out runs/one")) == "explain"
    mapped = say(say(f"recipes/train.py --design {design} --epochs 0 --out runs/one"))
    assert names_of(mapped) == "maps"
    say(mapped)


@pytest.mark.slow
def test_folds_by_collection_lead_to_their_comparison(desk, say, halves):
    rows = halves.drop(columns="fold")
    numbers, _ = pd.factorize(rows["author"].where(rows["author"] != "", rows["filename"]))
    write_table(rows.assign(source=[f"museum {number % 4}" for number in numbers]), desk / "my/by-source.csv")
    flags = "--leave-out source --val-share 0 --out runs/by-source"
    judged = say(f"recipes/design.py --images my/paintings --csv my/by-source.csv {flags}")
    judged += " --epochs 0 --out runs/cv-by-source"
    compared = say(judged)
    assert names_of(compared) == "transfer"
    say(compared)


@pytest.mark.slow
def test_a_design_that_remembers_nothing_gets_its_images_named(desk, say, halves, weights_file):
    write_table(halves, desk / "bare/design.csv")
    line = say("recipes/tune.py --images my/paintings --design bare/design.csv --trials 2 --out runs/tune")
    assert line.endswith("--design bare/design.csv --out runs/tune/cv --images my/paintings")
    say(line)
    league = f"recipes/league.py --images my/paintings --design bare/design.csv --archs {ARCH}={weights_file} --no-onnx"
    trained = say(league)
    assert names_of(trained) == "train"
    say(trained)


@pytest.mark.slow
def test_runs_that_were_compared_are_reported(say):
    design = design_of(say("recipes/design.py --images my/paintings --out runs/mine"))
    for features in ("style", "pooled"):
        say(f"recipes/cross_validate.py --design {design} --epochs 0 --features {features} --out runs/{features}")
    say(say("recipes/compare.py runs/style runs/pooled"))
