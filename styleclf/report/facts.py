"""The words of a report: what was asked, what to do next, how the run was made, how to cite it."""

from pathlib import Path
from typing import Any, NamedTuple

import styleclf
from styleclf.common import count_of, spoken_seconds, typed_command
from styleclf.data import lacks_validation_set
from styleclf.evaluation import VAL, plain_answer, untaught_sentence, vocab_of
from styleclf.report.fold_words import column_left_out, unit_of, way_of_folds
from styleclf.report.run_tables import RunFacts, RunTables

_CV = "cv"
_LEFT_OUT = {"kwargs", "out"}  # of the settings
_FACTS = {
    "design_blake2b": "fingerprint of the design (BLAKE2b)",
    "device": "device",
    "precision_used": "precision",
    "seconds": "seconds",
}
_METHOD = {"arch": "network", "weights": "weights", "features": "features", "size": "pixels a side"}


class Step(NamedTuple):
    """What to do next, and the command that does it."""

    text: str
    command: str


class Fact(NamedTuple):
    """A name and its value."""

    name: str
    value: str


def title_of(run: RunTables) -> str:
    """The title of the page, in words."""
    n_styles = count_of(len(vocab_of(run.judged)), "style")
    return f"{n_styles}, judged on {_whom(run)}"


def answer_of(run: RunTables) -> str:
    """What its accuracies mean, in plain words, and which styles were not recognised at all."""
    answer = plain_answer(run.metrics, run.part)
    untaught = untaught_sentence(run.judged) if run.part == _CV else ""
    return f"{answer} {untaught}".rstrip()


def _whom(run: RunTables) -> str:
    """Whose pictures a run is judged on."""
    column = column_left_out(run.judged) if run.part == _CV else ""
    if column:
        return f"pictures of a {column}, and by painters, that it has never met"
    return "paintings by painters it has never met" if _n_painters(run) else "pictures it has never seen"


def _n_painters(run: RunTables) -> int:
    return int(run.estimate("top_1_accuracy")["n_authors"])


def question_of(run: RunTables) -> str:
    """What was asked, and how it was answered."""
    row = run.estimate("top_1_accuracy")
    pictures = count_of(int(row["n_images"]), "picture")
    n_painters = _n_painters(run)
    n_nameless = int((run.judged["author"].fillna("") == "").sum())
    styles = count_of(len(vocab_of(run.judged)), "style")
    unit = unit_of(run.judged)
    preposition = "by" if unit == "painter" else "of"
    by_painters = f" {preposition} {count_of(n_painters, unit)}"
    noun = "painters"
    if not n_painters:
        by_painters = ", whose painters are not known,"
        noun = "pictures"
    elif n_nameless:
        verb = "names" if n_nameless == 1 else "name"
        by_painters += f" ({n_nameless:,} of the pictures {verb} no painter)"
    question = f"Can it tell {styles} apart in {_whom(run)}?"
    if run.part == _CV:
        way = way_of_folds(run.judged, noun)
        has_met = "met neither it nor its painter" if n_painters and unit == "painter" else "not met it"
        return f"{question} {way}. So each of {pictures}{by_painters} was judged by a model that had {has_met}."
    if run.part == VAL:
        way = (
            f"A model learned from all folds and then named the styles of {pictures}{by_painters} of the validation set"
        )
        return f"{question} {way}, by which nothing was chosen."
    fold = run.judged["fold"].iloc[0]
    way = f"A model learned from the other folds and named the styles of {pictures}{by_painters} of fold {fold}"
    return f"{question} {way}, none of whom it had met." if n_painters else f"{question} {way}."


def method_of(run: RunTables) -> list[Fact]:
    """The settings that matter most, for the head of the page."""
    facts = []
    for name, word in _METHOD.items():
        value = run.settings.get(name)
        if value is not None:
            facts.append(Fact(word, _short(name, value)))
    epochs = run.settings.get("epochs")
    if isinstance(epochs, int):
        training = count_of(epochs, "epoch") if epochs else "a probe of the frozen network alone"
        facts.append(Fact("training", training))
    if isinstance(run.facts.get("seconds"), int | float):
        facts.append(Fact("time to train", spoken_seconds(run.facts["seconds"])))
    return facts


def _short(name: str, value: Any) -> str:
    """A value without the folders of a file."""
    text = str(value)
    return Path(text).name if name == "weights" else text


def settings_facts(run: RunFacts) -> list[Fact]:
    """All settings by name."""
    facts = []
    for name, value in sorted(run.settings.items()):
        if name not in _LEFT_OUT:
            facts.append(Fact(name, "" if value is None else str(value)))
    return facts


def versions_of(run: RunFacts) -> list[Fact]:
    """Versions, fingerprint of the design and time, as the run wrote them down."""
    facts = []
    for package, version in _versions(run).items():
        facts.append(Fact(package, str(version)))
    for key, name in _FACTS.items():
        if key in run.facts:
            facts.append(Fact(name, str(run.facts[key])))
    return facts


def _versions(run: RunFacts) -> dict[str, Any]:
    """The versions by package; empty where they were not written down."""
    versions = run.facts.get("versions")
    return versions if isinstance(versions, dict) else {}


def version_note(run: RunFacts) -> str:
    """A sentence where another version made the run than shows it; else nothing."""
    made_by = _versions(run).get("styleclf")
    if made_by in (None, styleclf.__version__):
        return ""
    return f"The run was made by styleclf {made_by} and is shown by {styleclf.__version__}."


def citation_of(run: RunTables) -> str:
    """How to cite the run, in a sentence."""
    row = run.estimate("top_2_accuracy")
    version = _versions(run).get("styleclf", styleclf.__version__)
    fingerprint = str(run.facts.get("design_blake2b") or "not recorded")
    arch = run.settings.get("arch", "network")
    styles = count_of(len(vocab_of(run.judged)), "style")
    interval = f"95 % interval {row['lo']:.2f} to {row['hi']:.2f}, resampling painters"
    score = f"top-2 accuracy {row['value']:.2f} ({interval}; part {run.part})"
    pictures = count_of(int(row["n_images"]), "picture")
    n_painters = _n_painters(run)
    if n_painters:
        pictures = f"{pictures} by {count_of(n_painters, 'painter')}"
    result = f"{arch} on {styles}, {score} on {pictures} that no training had seen"
    return f"styleclf {version}: {result}; design {fingerprint[:12]}."


def last_step(cv: str) -> Step:
    """What to do at the very end with a cross-validation."""
    command = ["python", "recipes/validate.py", "--cv", cv, "--calibrate"]
    if lacks_validation_set(f"{cv}/design.csv"):
        text = "When nothing is left to choose, train on all folds and export a model:"
        return Step(text, typed_command(*command, "--closed"))
    text = "When nothing is left to choose, open the validation set, once, and export a model:"
    return Step(text, typed_command(*command))


def next_steps(run: RunTables, *, has_audit: bool, has_atlas: bool) -> list[Step]:
    """What to do next with the run, most important first."""
    folder = run.folder.as_posix()
    design = run.settings.get("design", "runs/design/design.csv")
    steps = []
    if run.part == "test":
        text = "One fold is a quarter of the painters. Judge all of them, each by a model that has not met them:"
        whole_run = f"{Path(str(design)).parent.as_posix()}/cv"
        words = ["recipes/cross_validate.py", "--design", design, "--out", whole_run]
        steps.append(Step(text, typed_command("python", *words)))
    column = column_left_out(run.judged)
    if column:
        text = f"Set this beside a model that knows the {column}, but not the painters, of the same pictures:"
        words = ["recipes/transfer.py", "--design", design, "--leave-out", column, "--out", f"{folder}/transfer"]
        steps.append(Step(text, typed_command("python", *words)))
    elif not has_audit:
        text = "Ask how much of this is recognising painters, scanners or files in place of style:"
        words = ["recipes/audit.py", "--cv", folder, "--out", f"{folder}/audit"]
        steps.append(Step(text, typed_command("python", *words)))
    if run.part == _CV and not has_atlas:
        text = "Look at every picture on a map, with what the model that never met its painter takes it for:"
        steps.append(Step(text, typed_command("python", "recipes/atlas.py", "--cv", folder)))
    if run.part == _CV:
        text = "Look again at the labels that it doubts, of single works and of whole painters:"
        words = ["recipes/doctor.py", "--cv", folder, "--out", f"{folder}/doctor"]
        steps.append(Step(text, typed_command("python", *words)))
        steps.append(last_step(folder))
    if (run.folder / "model.pkl").is_file():
        text = "Name the styles of new pictures:"
        model = f"{folder}/model.pkl"
        command = typed_command("python", "recipes/predict.py", "--model", model, "my/new-pictures")
        steps.append(Step(text, command))
    return steps
