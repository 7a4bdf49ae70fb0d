"""What a run writes down."""

import hashlib
import json
import subprocess
import sys
from importlib import metadata

import pytest

from styleclf.settings import Logbook, save_settings
from styleclf.settings.logbook import figure_subject
from tests.report.made_up import write_run


def test_a_run_saves_settings_facts_versions_and_the_fingerprint_of_its_design(tmp_path):
    design = tmp_path / "design.csv"
    design.write_text("filename,fold\n")
    save_settings(tmp_path, {"size": 32, "out": tmp_path}, design, seconds=1.5)
    saved = json.loads((tmp_path / "settings.json").read_text())
    assert saved["settings"] == {"size": 32, "out": str(tmp_path)} and saved["seconds"] == 1.5
    assert saved["design_blake2b"] == hashlib.blake2b(design.read_bytes(), digest_size=16).hexdigest()
    assert saved["versions"]["timm"] == metadata.version("timm")
    assert {"python", "styleclf", "torch"} <= set(saved["versions"])
    save_settings(tmp_path, {})
    assert "design_blake2b" not in json.loads((tmp_path / "settings.json").read_text())


def test_what_was_passed_on_is_saved_among_the_settings(tmp_path):
    save_settings(tmp_path, {"out": "here", "kwargs": {"epochs": 3}})
    assert json.loads((tmp_path / "settings.json").read_text())["settings"] == {"out": "here", "epochs": 3}


def test_a_logbook_writes_settings_and_says_what_to_open(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(Logbook, "seconds", 0.0)
    logbook = Logbook(tmp_path, {"size": 32})
    logbook.settings["size"] = 64
    logbook.report("atlas.html", text="a page")
    assert not list(tmp_path.iterdir()), "a report writes nothing"
    monkeypatch.setattr(Logbook, "seconds", 65.0)
    logbook.close("metrics.csv", "figures", text="good", seconds=12, device="cpu")
    saved = json.loads((tmp_path / "settings.json").read_text())
    assert list(saved) == ["settings", "recipe", "seconds", "finished", "device", "versions"]
    assert saved["settings"] == {"size": 64} and saved["seconds"] == 12
    assert capsys.readouterr().out.splitlines() == [
        *("", "a page", "", f"done in 0 s: {tmp_path / 'atlas.html'}"),
        *("", "good", "", f"done in 1 min 05 s: {tmp_path / 'metrics.csv'}  {tmp_path / 'figures'}"),
    ]


@pytest.fixture
def judged(design, sample, tmp_path):
    """The folder of a run that was judged, before its settings are written."""
    folder = write_run(tmp_path / "cv", design, sample)
    (folder / "settings.json").unlink()
    return folder


def test_a_run_that_was_judged_says_so_in_plain_words_and_gets_its_report(judged, sample, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["recipes/cross_validate.py"])
    Logbook(judged, {"images": str(sample), "arch": "resnet10t"}).close("metrics.csv", "predictions.csv", "figures")
    answer, _, done, following = capsys.readouterr().out.strip().splitlines()[-4:]
    assert answer.startswith("Of 10 paintings by painters it has never met, it names about ")
    paths = done.partition(": ")[2].split("  ")
    assert paths == [str(judged / name) for name in ("report.html", "metrics.csv", "predictions.csv")]
    assert "resnet10t" in (judged / "report.html").read_text(encoding="utf-8")
    assert following == f"next: python recipes/audit.py --cv {judged} --out {judged}/audit"


def test_the_report_of_a_cross_validation_quotes_an_audit_that_is_made_later(judged, sample, tmp_path):
    design = tmp_path / "design.csv"
    design.touch()
    Logbook(judged, {"images": str(sample), "arch": "resnet10t"}, design).close()
    sentence = "5.1 of your 87.4 points are recognising painters"
    assert sentence not in (judged / "report.html").read_text(encoding="utf-8")
    audit = Logbook(judged / "audit", {"images": str(sample), "cv": str(judged)}, design)
    audit.close("figures", sentences=[sentence])
    assert sentence in (judged / "report.html").read_text(encoding="utf-8")


def test_a_step_leaves_the_plain_words_to_the_recipe_that_runs_it(judged, capsys, monkeypatch):
    monkeypatch.setenv("STYLECLF_STEP", "1")
    Logbook(judged, {"arch": "resnet10t"}).close("metrics.csv", text="a table")
    printed = capsys.readouterr().out
    assert "a table" in printed and "Of 10 paintings" not in printed and (judged / "report.html").is_file()


def test_a_report_that_cannot_be_written_does_not_harm_the_run(judged, capsys):
    (judged / "metrics.csv").write_text("part,metric\ncv,f1\n")
    Logbook(judged, {"size": 32}).close("metrics.csv")
    out, err = capsys.readouterr()
    assert "note: there is no report: " in err and out.strip().endswith(str(judged / "metrics.csv"))
    assert (judged / "settings.json").is_file()


def test_places_are_written_down_as_seen_from_the_run(tmp_path, monkeypatch):
    (tmp_path / "my/paintings").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    save_settings("runs/cv", {"images": "my/paintings", "weights": "imagenet", "design": str(tmp_path)})
    saved = json.loads((tmp_path / "runs/cv/settings.json").read_text())
    assert saved["places"] == {"images": "../../my/paintings"}
    save_settings("runs/compare", {"runs": ["runs/cv", "my"]})
    saved = json.loads((tmp_path / "runs/compare/settings.json").read_text())
    assert saved["places"] == {"runs": ["../cv", "../../my"]}


def test_one_process_at_a_time_works_in_a_folder_that_it_wants_alone(tmp_path):
    (tmp_path / "o").mkdir()
    (tmp_path / "o/.model.0123.part.pkl").touch()  # by a killed process
    first = Logbook(tmp_path / "o", {}, alone="a training")
    assert [path.name for path in (tmp_path / "o").iterdir()] == [".in-use"]
    with pytest.raises(ValueError, match="another run is at work on a training"):
        Logbook(tmp_path / "o", {}, alone="a training")
    Logbook(tmp_path / "other", {}, alone="a training")
    first.close()
    Logbook(tmp_path / "o", {}, alone="a training").close()


def test_a_run_of_another_recipe_is_not_mixed_with_a_new_one(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["recipes/cross_validate.py"])
    Logbook(tmp_path, {}, alone="a cross-validation").close()
    Logbook(tmp_path, {}, alone="a cross-validation")._lock.close()
    monkeypatch.setattr(sys, "argv", ["recipes/train.py"])
    Logbook(tmp_path, {}, beside=True)
    refusal = r"holds a run of recipes/cross_validate\.py, of which files would be lost"
    for alone in ("", "a training"):
        with pytest.raises(ValueError, match=refusal):
            Logbook(tmp_path, {}, alone=alone)
    (tmp_path / "settings.json").write_text("[]")
    Logbook(tmp_path, {}, alone="a training").close()


def test_where_nothing_was_written_the_folder_goes_with_the_process(tmp_path):
    folder = tmp_path / "o"
    opening = f"Logbook({str(folder)!r}, {{}}, alone='a training')"
    command = f"from styleclf.settings import Logbook; {opening}; raise ValueError"
    assert subprocess.run([sys.executable, "-c", command], capture_output=True).returncode == 1
    assert not folder.exists()


def test_figures_are_of_the_runs_that_are_named_and_not_of_a_folder_that_is_searched():
    assert figure_subject({"runs": ["runs/a", "runs/b"], "images": "my/paintings"}).startswith("Model: runs/a, runs/b.")
    assert figure_subject({"runs": "runs", "design": "runs/d/design.csv"}) == "Design: runs/d/design.csv."


@pytest.mark.parametrize("settings", [{"run": "{}"}, {"run": "{}/fold-0"}, {"runs": ["{}", "elsewhere"]}])
def test_figures_of_earlier_runs_name_their_pictures(settings, tmp_path):
    (tmp_path / "settings.json").write_text('{"recipe": "train", "settings": {"images": "my/paintings"}}')
    (tmp_path / "fold-0").mkdir()
    (tmp_path / "fold-0/fold.json").write_text("{}")
    words = json.dumps(settings).replace("{}", tmp_path.as_posix())
    assert figure_subject(json.loads(words)).endswith("Pictures: my/paintings.")
