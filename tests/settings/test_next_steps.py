"""What to type after a recipe."""

from pathlib import Path

import pytest

from styleclf.common import write_json, write_text
from styleclf.report.forests import FOREST_FILES
from styleclf.settings.next_steps import _KEPT, command_of, interruption_sentence, next_command
from tests.report.made_up import write_run


def test_a_command_is_typed_as_it_was_before(monkeypatch):
    monkeypatch.delenv("STYLECLF_CONSOLE", raising=False)
    assert command_of("audit", "--seeds", 3) == "python recipes/audit.py --seeds 3"
    monkeypatch.setenv("STYLECLF_CONSOLE", "1")
    assert command_of("audit", "--cv", "my runs") == "styleclf audit --cv 'my runs'"


def test_a_command_names_only_what_is_there(tmp_path):
    assert next_command("audit", Path("out"), {"cv": None}) == ""
    assert next_command("train", tmp_path, {}) == ""
    (tmp_path / "model.pkl").touch()
    assert (
        next_command("train", tmp_path, {})
        == f"python recipes/explain.py --model {tmp_path}/model.pkl --out {tmp_path}/explain"
    )
    assert next_command("validate", tmp_path, {}).endswith(f"--model {tmp_path}/model.pkl my/new-pictures")
    assert next_command("embed", Path("anywhere"), {}) == ""
    assert next_command("explain", tmp_path, {"model": None}) == ""
    model = f"{tmp_path}/model.pkl"
    assert "recipes/maps.py" in next_command("explain", tmp_path, {"model": model, "files": ()})
    own_pictures = {"model": model, "files": ["one.jpg"]}
    assert next_command("explain", tmp_path, own_pictures) == f"python recipes/app.py --model {model}"
    following = next_command("evolution", tmp_path, {"run": tmp_path.as_posix()})
    assert following == f"python recipes/atlas.py --run {tmp_path.as_posix()}"


def test_what_follows_a_look_at_pictures_and_a_prediction(tmp_path):
    write_text("", tmp_path / "cv/predictions.csv")
    cv = {"cv": f"{tmp_path}/cv", "run": "runs/train"}
    assert next_command("atlas", tmp_path, cv) == f"python recipes/doctor.py --cv {tmp_path}/cv --out {tmp_path}/doctor"
    write_text("", tmp_path / "model.pkl")
    model = {"model": f"{tmp_path}/model.pkl"}
    explain = f"--model {tmp_path}/model.pkl --out {tmp_path}/explain"
    run = {"cv": None, "run": tmp_path.as_posix()}
    assert next_command("atlas", tmp_path, run) == f"python recipes/explain.py {explain}"
    picture = (tmp_path / "cv/predictions.csv").as_posix()  # any file that is there
    doubted = {**model, "doubtful": picture}
    assert next_command("predict", tmp_path, doubted) == f"python recipes/explain.py {picture} {explain}"
    assert next_command("predict", tmp_path, {**model, "doubtful": ""}) == ""


def test_after_a_review_its_decisions_become_a_design(tmp_path):
    write_text("", tmp_path / "new pictures/one.jpg")
    review = {"review": f"{tmp_path}/new pictures"}
    assert next_command("app", tmp_path, review) == "", "nothing was decided"
    write_text("", tmp_path / "decisions.csv")
    command = next_command("app", tmp_path, review)
    assert f"--images '{tmp_path}/new pictures' --csv {tmp_path}/decisions.csv" in command
    assert next_command("app", tmp_path, {"review": None}) == ""


def test_what_follows_embeddings_depends_on_what_made_them(tmp_path):
    write_text("", tmp_path / "design.csv")
    write_text("", tmp_path / "model.pkl")
    body = {"arch": "resnet18", "weights": "imagenet"}
    of_body = {**body, "model": None, "design": f"{tmp_path}/design.csv"}
    judged = next_command("embed", tmp_path / "out", of_body)
    assert judged.startswith(f"python recipes/cross_validate.py --design {tmp_path}/design.csv --arch resnet18")
    assert next_command("embed", tmp_path / "out", {**of_body, "design": None}) == ""
    of_model = {**body, "model": f"{tmp_path}/model.pkl", "design": None, "images": tmp_path.as_posix()}
    assert next_command("embed", tmp_path, of_model).endswith(f"predict.py --model {tmp_path}/model.pkl {tmp_path}")


def test_without_a_finished_run_the_network_is_named_again(tmp_path):
    write_text("", tmp_path / "design.csv")
    settings = {"cv": None, "design": f"{tmp_path}/design.csv", "kwargs": {"arch": "resnet18", "weights": "none"}}
    for recipe in ("audit", "transfer", "marker"):
        command = next_command(recipe, tmp_path / "out", settings)
        assert f"--design {tmp_path}/design.csv --arch resnet18 --weights none --out {tmp_path}/out/" in command
    assert next_command("gpu_check", tmp_path, {}) == "python recipes/quickstart.py"


def test_a_training_that_was_never_right_at_the_second_guess_is_explained_by_what_it_is_sure_of(tmp_path):
    write_text("", tmp_path / "model.pkl")
    rows = "filename,label,author,fold,pred,proba_cubism,proba_rococo\na.jpg,cubism,gris,0,{},{}\n"
    write_text(rows.format("cubism", "0.9,0.1"), tmp_path / "predictions.csv")
    assert next_command("train", tmp_path, {}).endswith("--pick confident")
    write_text(rows.format("rococo", "0.1,0.9"), tmp_path / "predictions.csv")
    assert not next_command("train", tmp_path, {}).endswith("--pick confident")


def test_after_a_history_its_last_run_is_asked_about(tmp_path):
    write_text("", tmp_path / "cv-2/predictions.csv")
    assert next_command("history", tmp_path, {}) == ""
    write_text(f"run,top_1\ncv-1,0.5\n{tmp_path}/cv-2,0.6\n", tmp_path / "history_of_designs.csv")
    assert f"--cv {tmp_path}/cv-2 " in next_command("history", tmp_path, {})


def test_after_a_report_comes_what_its_run_proposes(tmp_path, monkeypatch):
    monkeypatch.delenv("STYLECLF_CONSOLE", raising=False)
    facts = {"recipe": "forest", "settings": {"cv": "runs/cv"}}
    write_json(facts, tmp_path / "settings.json")
    for name in ("forest.pkl", FOREST_FILES[0]):
        write_text("", tmp_path / name)
    command = next_command("report", tmp_path, {"runs": (tmp_path.as_posix(),)})
    assert command == f"python recipes/predict.py --model {tmp_path}/forest.pkl my/new-pictures"


def test_no_design_is_proposed_where_nothing_was_collected(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "collected.csv").touch()
    assert next_command("collect", tmp_path, {}) == ""
    (tmp_path / "images/a.jpg").touch()
    assert next_command("collect", tmp_path, {}).startswith("python recipes/design.py --images")


@pytest.mark.parametrize("recipe", ["compare", "report"])
def test_after_several_runs_comes_what_the_best_one_proposes(recipe, design, sample, tmp_path, monkeypatch):
    monkeypatch.delenv("STYLECLF_CONSOLE", raising=False)
    weak = write_run(tmp_path / "weak", design, sample, strength=0.5)
    strong = write_run(tmp_path / "strong", design, sample, strength=4.0)
    command = next_command(recipe, tmp_path / "out", {"runs": (str(weak), str(strong))})
    assert command == next_command("report", strong, {"runs": (str(strong),)}) != ""
    assert str(strong) in command
    assert next_command(recipe, tmp_path / "out", {"runs": (str(weak), str(tmp_path / "away"))}) == ""


def test_after_an_interruption_recipes_go_on_or_start_anew(monkeypatch):
    monkeypatch.delenv("STYLECLF_CONSOLE", raising=False)
    sentence = interruption_sentence("cross_validate", ["--out", "my runs"])
    command = "python recipes/cross_validate.py --out 'my runs'"
    assert sentence.endswith(f"the same command goes on, finished folds are kept: {command}")
    assert interruption_sentence("train", []).endswith("the same command starts over: python recipes/train.py")
    recipes = {file.stem for file in (Path(__file__).parents[2] / "recipes").glob("*.py")}
    assert set(_KEPT) < recipes


def test_what_follows_a_cross_validation_depends_on_what_it_was_about(tmp_path, monkeypatch):
    assert (
        next_command("cross_validate", tmp_path, {})
        == f"python recipes/audit.py --cv {tmp_path} --out {tmp_path}/audit"
    )
    (tmp_path / "thresholds.csv").touch()
    assert next_command("cross_validate", tmp_path, {}) == f"python recipes/validate.py --cv {tmp_path} --closed"
    (tmp_path / "thresholds.csv").rename(tmp_path / "date_probe.npz")
    monkeypatch.chdir(tmp_path)
    assert next_command("cross_validate", tmp_path, {}) == "", (
        "without a model of styles there is nothing to add years to"
    )
    write_text("", tmp_path / "runs/train/model.pkl")
    model = "--model runs/train/model.pkl"
    predict = f"python recipes/predict.py {model} --dates {tmp_path} my/new-pictures"
    assert next_command("cross_validate", tmp_path, {}) == predict
    (tmp_path / "date_probe.npz").rename(tmp_path / "date_scale.json")
    assert next_command("cross_validate", tmp_path, {}) == predict


def test_a_validation_set_that_is_not_there_is_not_opened(tmp_path):
    design = tmp_path / "design.csv"
    design.write_text("filename,label,fold\na.jpg,cubism,0\nb.jpg,cubism,1\n", encoding="utf-8")
    command = f"python recipes/validate.py --cv {tmp_path} --calibrate"
    assert next_command("audit", tmp_path / "audit", {"cv": str(tmp_path)}) == f"{command} --closed"
    design.write_text("filename,label,fold\na.jpg,cubism,0\nb.jpg,cubism,val\n", encoding="utf-8")
    assert next_command("audit", tmp_path / "audit", {"cv": str(tmp_path)}) == command


def test_after_folds_by_source_the_next_step_is_one_that_takes_them(tmp_path):
    design = tmp_path / "design.csv"
    design.write_text("filename,label,fold,folds_by,fold_name\na.jpg,cubism,0,source,met\n", encoding="utf-8")
    command = next_command("cross_validate", tmp_path, {"design": str(design)})
    assert command == f"python recipes/transfer.py --design {design} --leave-out source --out {tmp_path}/transfer"


def test_the_next_command_names_what_the_design_does_not_remember(tmp_path):
    design = tmp_path / "design.csv"
    design.touch()
    (tmp_path / "best.ini").touch()
    settings = {"design": design.as_posix(), "images": "my paintings"}
    command = next_command("tune", tmp_path, settings)
    end = f"--design {design} --out {tmp_path}/cv"
    assert command.endswith(f"--settings {tmp_path}/best.ini {end} --images 'my paintings'")
    write_json({"settings": {"images": "my paintings"}}, tmp_path / "settings.json")
    assert next_command("tune", tmp_path, settings).endswith(end)
    other = next_command("design", tmp_path, {"images": "elsewhere"}, settings_file="my.ini")
    assert other.endswith(f"--design {design} --out {tmp_path}/cv --images elsewhere --settings my.ini")


def test_the_next_command_names_a_folder_without_an_earlier_run(tmp_path):
    (tmp_path / "design.csv").touch()
    for folder, next_folder in (("cv", "cv-2"), ("cv-2", "cv-3")):
        write_text("", tmp_path / folder / "settings.json")
        assert next_command("design", tmp_path, {}).endswith(f"--out {tmp_path}/{next_folder}")
