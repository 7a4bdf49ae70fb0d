"""All recipes in turn for a folder of one's own."""

import time
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from styleclf.common import variables_of_end, write_table
from styleclf.settings import PracticeWay, WholeWay, save_settings, whole_way as module
from tests.report.made_up import write_run

SECONDS_OF_STEP = 100.0
NETWORK = {"arch": "resnet10t", "weights": "body.safetensors"}


@pytest.fixture
def commands(design, sample, monkeypatch, ends):
    """The commands that are typed, by recipes that leave what the next one needs."""
    typed = []

    def run_recipe(recipe, *words, is_needed=True):
        typed.append((recipe.stem, *words))
        flags = dict(zip(words[::2], words[1::2], strict=False)) if recipe.stem != "validate" else {}
        out = recipe.parent.parent / "out" / words[-1].rpartition("/")[2]
        if recipe.stem == "cross_validate":
            write_run(out, design, sample, strength=3.0 if out.name == "tuned" else 2.0)
        if recipe.stem == "design":
            write_table(design, out / "design.csv")
        settings = {name.removeprefix("--"): value for name, value in flags.items()}
        if recipe.stem == "validate":
            settings = {"cv": words[1], "calibrate": True, "closed": True}
        ends.append(variables_of_end())
        save_settings(out, settings | {"images": str(sample)}, seconds=SECONDS_OF_STEP)

    monkeypatch.setattr(module, "run_recipe", run_recipe)
    return typed


@pytest.fixture
def ends():
    """What every step was told about the end of the whole command."""
    return []


def way(tmp_path, sample, **changes):
    return WholeWay(tmp_path / "recipes", str(sample), tmp_path / "out", **({"network": NETWORK} | changes))


def names(commands):
    return [(recipe, words[-1].rpartition("/")[2]) for recipe, *words in commands]


def test_a_first_answer_comes_first_and_the_validation_set_stays_closed(commands, tmp_path, sample, capsys):
    best = way(tmp_path, sample).run()
    steps = [("design", "design"), ("cross_validate", "probe"), ("audit", "audit"), ("cross_validate", "tuned")]
    assert names(commands) == [*steps, ("validate", "model")]
    assert best.name == "tuned", "the better one"
    probe = commands[1]
    assert probe[probe.index("--epochs") + 1] == "0"
    assert "body.safetensors" in probe
    assert "--closed" in commands[-1]
    assert "--calibrate" in commands[-1]
    assert not any("--validate" in command for command in commands)
    lines = capsys.readouterr().out.rstrip().splitlines()
    assert lines[-1].startswith("Of 10 paintings by painters it has never met")
    assert [line[:15] for line in lines if "Of 10" in line] == ["a first answer:", "Of 10 paintings"], "each said once"


def test_every_step_is_told_when_the_whole_command_will_be_done(commands, ends, tmp_path, sample):
    start = time.time()
    way(tmp_path, sample, minutes=10).run()
    design, probe, audit, tuned, model = [float(*end.values()) - start for end in ends]
    assert design == probe == pytest.approx(10 * 60, abs=60)
    five_trainings = 0.6 * 10 * 60
    assert tuned == pytest.approx(five_trainings, abs=60)
    assert audit > tuned
    assert model == pytest.approx(five_trainings / 5, abs=60)
    assert variables_of_end() == {}


def test_what_is_finished_is_not_done_again(commands, tmp_path, sample):
    way(tmp_path, sample).run()
    n_commands = len(commands)
    way(tmp_path, sample).run()
    assert len(commands) == n_commands
    way(tmp_path, sample, epochs=3).run()
    assert names(commands[n_commands:]) == [("cross_validate", "tuned")]


def test_little_time_is_for_the_probe_alone(commands, tmp_path, sample):
    assert way(tmp_path, sample, minutes=5).run().name == "probe"
    assert [name for name, *_ in commands] == ["design", "cross_validate", "audit", "validate"]
    assert "--no-degraded" in commands[2]
    assert "--no-markers" in commands[2]


def test_more_time_is_shared_by_all_trainings(commands, tmp_path, sample):
    way(tmp_path, sample, minutes=10).run()
    tuned = commands[3]
    assert float(tuned[tuned.index("--minutes") + 1]) == pytest.approx(0.6 * 10 / 5)
    assert "--no-degraded" in commands[2]
    assert "--no-markers" not in commands[2]
    assert "--epochs" not in tuned


def test_fine_tuning_is_left_out_where_the_first_answer_took_long(commands, tmp_path, sample, monkeypatch, capsys):
    seconds = iter((0.0, 10.0, 301.0))
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    assert way(tmp_path, sample, minutes=10).run().name == "probe"
    assert ("cross_validate", "tuned") not in names(commands)
    assert "fine-tuning does not fit into the minutes that are left" in capsys.readouterr().out


def test_fine_tuning_that_will_not_fit_behind_the_audit_is_not_foreseen(commands, ends, tmp_path, sample, monkeypatch):
    seconds = iter((0.0, 200.0, 301.0))  # an audit takes more than 100 s where the probe took as long
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    start = time.time()
    way(tmp_path, sample, minutes=10).run()
    _, _, audit, model = [float(*end.values()) - start for end in ends]
    of_audit = module.seconds_of_audit(SECONDS_OF_STEP, {"degraded": False})
    assert audit == pytest.approx(of_audit + model, abs=30)
    assert model < SECONDS_OF_STEP


def test_from_scratch_there_is_no_probe(commands, tmp_path, sample):
    best = way(tmp_path, sample, network={"arch": "resnet10t", "weights": "none"}, minutes=1).run()
    assert best.name == "tuned"
    assert ("cross_validate", "probe") not in names(commands)
    assert ("audit", "audit") in names(commands)


def test_the_better_one_is_told_by_its_top_2_accuracy(tmp_path):
    table = pd.DataFrame({"part": ["fold 0", "cv"], "metric": "top_2_accuracy", "value": [0.9, 0.7]})
    write_table(table, tmp_path / "metrics.csv")
    assert module._top_2(tmp_path) == 0.7


def test_of_the_practice_set_the_validation_set_is_opened_and_a_picture_of_each_style_predicted(
    commands, design, tmp_path, sample, monkeypatch
):
    monkeypatch.setattr("styleclf.data.paint_samples", lambda folder: None)
    monkeypatch.setattr("styleclf.report.run_answer", lambda folder: "an answer")
    way = PracticeWay(tmp_path / "recipes", str(sample), tmp_path / "out", NETWORK, epochs=3)
    assert way.run() == tmp_path / "out/train"
    assert way.model.parent == tmp_path / "out/train"
    assert [recipe for recipe, *_ in commands] == ["design", "train", "predict"]
    _, train, predict = commands
    assert "--validate" in train
    assert train[train.index("--epochs") + 1] == "3"
    assert "body.safetensors" in train
    pictures = {Path(word).relative_to(sample).as_posix() for word in predict if word.endswith(".jpg")}
    unseen = design[design["fold"] == "0"]
    assert pictures <= set(unseen["filename"])
    assert len(pictures) == unseen["label"].nunique()
