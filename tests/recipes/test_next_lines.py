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
    while names_of(line) != "app":  # which serves until somebody ends it
        way.append(names_of(line))
        line = say(line)
    assert way == ["design", "cross_validate", "audit", "validate", "predict", "explain"]


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
def test_after_runs_were_compared_the_best_one_goes_on(say):
    design = design_of(say("recipes/design.py --images my/paintings --out runs/mine"))
    for features in ("style", "pooled"):
        say(f"recipes/cross_validate.py --design {design} --epochs 0 --features {features} --out runs/{features}")
    proposed = say("recipes/compare.py runs/style runs/pooled")
    assert names_of(proposed) == "audit"
    assert say("recipes/report.py runs/style runs/pooled") == proposed
    say(proposed)


@pytest.mark.slow
def test_a_prediction_and_a_map_of_paintings_lead_to_explanations(say):
    design = design_of(say("recipes/design.py --images my/paintings --out runs/mine"))
    say(f"recipes/train.py --design {design} --epochs 1 --out runs/two")
    explained = say("recipes/predict.py --model runs/two/model.pkl my/new-pictures")
    assert names_of(explained) == "explain"
    say(explained)
    mapped = say("recipes/evolution.py --run runs/two --projection pca")
    assert names_of(mapped) == "atlas"
    explained = say(f"{mapped} --projection pca")
    assert names_of(explained) == "explain"
    say(explained)


@pytest.mark.slow
def test_an_atlas_of_a_cross_validation_leads_to_its_labels(say):
    judged = say("recipes/design.py --images my/paintings --out runs/mine")
    folder = shlex.split(judged)[-1]
    say(f"{judged} --epochs 0")
    examined = say(f"recipes/atlas.py --cv {folder} --projection pca")
    assert names_of(examined) == "doctor"
    assert names_of(say(examined)) == "design"
    audited = say(f"recipes/report.py {folder}")
    assert names_of(audited) == "audit"


@pytest.mark.slow
def test_embeddings_and_an_audit_of_a_bare_body_lead_to_its_judgement(say):
    design = design_of(say("recipes/design.py --images my/paintings --out runs/mine"))
    judged = say(f"recipes/embed.py --design {design} --out runs/embedded")
    assert names_of(judged) == "cross_validate"
    assert names_of(say(judged)) == "audit"
    judged = say(f"recipes/audit.py --design {design} --out runs/audited")
    assert names_of(judged) == "cross_validate"
    assert say("recipes/embed.py --images my/new-pictures --out runs/embedded-too") == ""
