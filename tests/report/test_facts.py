"""The words of a report: each says what the tables say, and nothing that they do not."""

import pytest

import styleclf
from styleclf.common import spoken_seconds, write_table
from styleclf.report.facts import (
    Fact,
    citation_of,
    method_of,
    next_steps,
    question_of,
    settings_facts,
    title_of,
    version_note,
    versions_of,
)
from styleclf.report.run_tables import RunFacts, read_run_tables
from tests.report.made_up import predictions_of, write_run


@pytest.fixture
def cv(cv_folder):
    return read_run_tables(cv_folder)


def run_of(values):
    return RunFacts("folder", {"versions": values})


def test_the_question_counts_what_was_judged(cv, design):
    judged = design[design["fold"] != "val"]
    n_painters = judged.loc[judged["author"] != "", "author"].nunique()
    n_nameless = (judged["author"] == "").sum()
    assert title_of(cv) == "8 styles, judged on paintings by painters it has never met"
    question = question_of(cv)
    assert "The painters were dealt to 4 folds" in question
    of_painters = f"{len(judged)} pictures by {n_painters} painters ({n_nameless} of the pictures name no painter)"
    assert f"So each of {of_painters} was judged" in question


def test_where_no_painter_is_known_none_is_spoken_of(design, sample, tmp_path):
    run = read_run_tables(write_run(tmp_path / "run", design.assign(author=""), sample))
    assert "apart in pictures it has never seen? The pictures were dealt" in question_of(run)
    assert "painters" not in citation_of(run).replace("resampling painters", "")


def test_folds_by_source_are_spoken_of_as_such(design, sample, tmp_path):
    folds = design["fold"].where(design["fold"] == "val", "collection " + design["fold"])
    by_source = design.assign(folds_by="source", fold_name=folds)
    run = read_run_tables(write_run(tmp_path / "run", by_source, sample))
    assert title_of(run) == "8 styles, judged on pictures of a source, and by painters, that it has never met"
    assert "Each of 4 folds is one source, and for every fold a model learned" in question_of(run)
    recipes = [step.command for step in next_steps(run, has_audit=False, has_atlas=True)]
    assert "transfer.py" in recipes[0]
    assert not any("audit" in recipe for recipe in recipes)


def test_of_one_fold_the_question_names_it(design, sample, tmp_path):
    run = read_run_tables(write_run(tmp_path / "run", design, sample, part="test"))
    assert "of fold 0, none of whom it had met." in question_of(run)


def test_of_the_validation_set_nothing_was_chosen_by_it(design, sample, tmp_path):
    folder = write_run(tmp_path / "run", design, sample, part="test")
    rows = design[design["fold"] == "val"]
    write_table(predictions_of(rows), folder / "predictions.csv")
    metrics = (folder / "metrics.csv").read_text().replace("test,", "val,")
    (folder / "metrics.csv").write_text(metrics)
    assert question_of(read_run_tables(folder)).endswith("of the validation set, by which nothing was chosen.")


def test_settings_are_told_without_folders_and_without_what_is_no_setting(cv):
    method = dict(method_of(cv))
    assert method["weights"] == "body.safetensors"
    assert method["pixels a side"] == "64"
    assert method["time to train"] == spoken_seconds(61.5)
    run = RunFacts("folder", {"settings": {"b": None, "a": 1, "out": "runs/a", "kwargs": {}}})
    assert settings_facts(run) == [Fact("a", "1"), Fact("b", "")]
    assert settings_facts(RunFacts("folder", {"settings": "damaged"})) == []


def test_another_version_is_noted(cv):
    assert version_note(run_of({"styleclf": styleclf.__version__})) == version_note(run_of({})) == ""
    expected = f"The run was made by styleclf 0.0.1 and is shown by {styleclf.__version__}."
    assert version_note(run_of({"styleclf": "0.0.1"})) == expected
    assert versions_of(run_of(None)) == []
    assert versions_of(cv)[0] == Fact("python", "3.11.0")
    assert dict(versions_of(cv))["seconds"] == "61.5"


def test_a_citation_has_the_number_its_interval_and_the_design(cv):
    row = cv.estimate("top_2_accuracy")
    citation = citation_of(cv)
    assert f"top-2 accuracy {row['value']:.2f} (95 % interval {row['lo']:.2f} to {row['hi']:.2f}" in citation
    assert citation.startswith("styleclf 0.1.0: resnet18 on 8 styles")
    assert citation.endswith("design 0123456789ab.")
    assert "design not recorded." in citation_of(read_run_tables(cv.folder).__class__(**{**vars(cv), "facts": {}}))


def test_the_next_steps_are_those_not_taken(cv, design, sample, tmp_path):
    recipes = [step.command.split()[1] for step in next_steps(cv, has_audit=False, has_atlas=False)]
    assert recipes == ["recipes/audit.py", "recipes/atlas.py", "recipes/doctor.py", "recipes/validate.py"]
    steps = next_steps(cv, has_audit=True, has_atlas=True)
    assert [step.command.split()[1] for step in steps] == recipes[2:]
    folder = write_run(tmp_path / "run", design, sample, part="test")
    (folder / "model.pkl").touch()
    steps = next_steps(read_run_tables(folder), has_audit=True, has_atlas=False)
    assert [step.command for step in steps] == [
        "python recipes/cross_validate.py --design runs/d/design.csv --out runs/d/cv",
        f"python recipes/predict.py --model {folder.as_posix()}/model.pkl my/new-pictures",
    ]
