"""What to type after a recipe, or after it was interrupted: one command, with the places of this run filled in."""

import csv
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from styleclf.common import conclude, read_json, typed_command
from styleclf.settings.common_flags import common_values
from styleclf.settings.console import CONSOLE_VARIABLE
from styleclf.settings.earlier_runs import is_finished, saved_settings

STEP_VARIABLE = "STYLECLF_STEP"  # set where another recipe runs this one, and knows what comes next
_MODEL_OF_STYLES = "runs/train/model.pkl"  # that train.py writes and predict.py opens by default
_NEW_PICTURES = "my/new-pictures"  # of whoever reads it
_BODY = ("--arch", "{arch}", "--weights", "{weights}")
_NEXT = {
    "collect": ("design", "--images", "{out}/images", "--csv", "{out}/collected.csv", "--out", "{out}/design"),
    "design": ("cross_validate", "--design", "{out}/design.csv", "--out", "{out}/cv"),
    "train": ("explain", "--model", "{out}/model.pkl", "--out", "{out}/explain"),
    "cross_validate": ("audit", "--cv", "{out}", "--out", "{out}/audit"),
    "audit": ("validate", "--cv", "{cv}", "--calibrate"),
    "validate": ("predict", "--model", "{out}/model.pkl"),
    "forest": ("predict", "--model", "{out}/forest.pkl"),
    "tune": ("cross_validate", "--settings", "{out}/best.ini", "--design", "{design}", "--out", "{out}/cv"),
    "arcface": ("predict", "--model", "{out}/model.pkl"),
    "explain": ("maps", "--model", "{model}", "--out", "{out}/maps"),
    "evolution": ("atlas", "--run", "{run}"),
    "league": ("train", "--design", "{design}", "--league", "{out}", "--out", "{out}/train"),
    "maps": ("predict", "--model", "{model}"),
    "doctor": ("design", "--decisions", "{out}/decisions.csv", "--out", "{out}/design"),
    "collect_next": ("label_next", "--cv", "{cv}", "--unlabelled", _NEW_PICTURES, "--out", "{out}/label_next"),
    "label_next": ("app", "--model", "{model_of_cv}", "--review", "{unlabelled}", "--queue", "{out}/queue.csv"),
    "transfer": ("collect_next", "--cv", "{cv}", "--out", "{out}/collect_next"),
    "atlas": ("doctor", "--cv", "{cv}", "--out", "{out}/doctor"),
    "embed": ("predict", "--model", "{model}"),
    "predict": ("explain", "{doubtful}", "--model", "{model}", "--out", "{out}/explain"),
    "marker": ("audit", "--design", "{design}", *_BODY, "--out", "{out}/audit"),
    "benchmark": ("train", "--design", "{out}/design.csv", *_BODY, "--out", "{out}/train"),
    "gpu_check": ("quickstart",),
    "app": ("design", "--images", "{review}", "--csv", "{out}/decisions.csv", "--out", "{out}/reviewed"),
    "history": ("collect_next", "--cv", "{last_run}", "--out", "{out}/collect_next"),
}
_WITHOUT_RUN = {  # what follows recipes that were not asked about a finished run
    "audit": ("cross_validate", "--design", "{design}", *_BODY, "--out", "{out}/cv"),
    "atlas": ("explain", "--model", "{run}/model.pkl", "--out", "{out}/explain"),
    "embed": ("cross_validate", "--design", "{design}", *_BODY, "--out", "{out}/cv"),
    "transfer": ("collect_next", "--design", "{design}", *_BODY, "--out", "{out}/collect_next"),
}
_OF_OWN_PICTURES = ("app", "--model", "{model}")  # maps would be of a design, which nobody has named
_OF_OTHER_TARGETS = {  # what follows a cross-validation that has left such a file
    "thresholds.csv": ("validate", "--cv", "{out}", "--closed"),
    "date_probe.npz": ("predict", "--model", _MODEL_OF_STYLES, "--dates", "{out}"),
    "date_scale.json": ("predict", "--model", _MODEL_OF_STYLES, "--dates", "{out}"),
}
_KEPT = {  # of recipes that go on: what they do not do again
    "collect": "pictures that are loaded",
    "cross_validate": "finished folds",
    "forest": "finished trials",
    "league": "finished bodies",
    "maps": "finished maps",
    "quickstart": "finished steps and folds",
    "tune": "finished trials",
}


def command_of(recipe: str, *arguments: object) -> str:
    """The command of a recipe as it is typed: through the console command where that was used.

    >>> command_of("audit", "--cv", "my runs/cv")
    "python recipes/audit.py --cv 'my runs/cv'"
    """
    program = f"python recipes/{recipe}.py"
    if os.environ.get(CONSOLE_VARIABLE):
        program = f"styleclf {recipe}"
    return typed_command(*program.split(), *arguments)


def say_next(out: str | Path, **settings: Any) -> None:
    """Print the command that comes after the recipe that runs now, where it keeps no logbook in `out`."""
    recipe = Path(sys.argv[0]).stem
    settings_file = common_values(sys.argv[1:]).settings
    command = next_command(recipe, Path(out), settings, settings_file=settings_file)
    if command:
        conclude(f"next: {command}")


def next_command(
    recipe: str,
    out: Path,
    settings: Mapping[str, Any],
    *,
    settings_file: str | None = None,  # that was typed after --settings
) -> str:
    """The command that comes after a recipe, or nothing: where there is none, or a file of it is missing.

    It runs as it stands, from the same working directory: it names the images that a design does not remember, and the
    file of settings. A recipe that goes on in its folder, and would refuse one of another run, gets an unused one.
    """
    if os.environ.get(STEP_VARIABLE):
        return ""
    if recipe in ("compare", "report"):
        return _after_report(settings["runs"])
    if recipe not in _NEXT:
        return ""
    following, *arguments = _following(recipe, out, settings)
    words = _filled_in(arguments, out, settings)
    if words is None:
        return ""
    if following in _KEPT and words[-2:-1] == ["--out"]:
        words[-1] = _unused_folder(words[-1])
    words += _forgotten_images(words, settings)
    if settings_file and "--settings" not in words:
        words += ["--settings", settings_file]
    if following == "predict" and "{images}" not in arguments:
        words.append(_NEW_PICTURES)
    return command_of(following, *words)


def _after_report(runs: Sequence[str]) -> str:
    """What the report of a judged run proposes first, of several that of the best; of another run its own recipe."""
    from styleclf.report import best_run, first_step

    run = runs[0] if len(runs) == 1 else best_run(runs)
    if not run:
        return ""
    command = first_step(run)
    if command:
        _, file, *words = shlex.split(command)
        return command_of(Path(file).stem, *words)
    recipe = read_json(Path(run) / "settings.json").get("recipe", "")
    return "" if recipe == "compare" else next_command(recipe, Path(run), saved_settings(run))


def _filled_in(arguments: Sequence[str], out: Path, settings: Mapping[str, Any]) -> list[str] | None:
    """The arguments with the places of a run; None where a file or folder among them is missing."""
    words: list[str] = []
    of_training = settings.get("kwargs", {})
    flags = {**settings, **of_training, **_known_places(out, settings), "out": out.as_posix()}
    for argument in arguments:
        try:
            word = argument.format_map(flags)
        except KeyError:  # a setting that the version which made the run did not have
            return None
        is_place = argument not in _BODY and (argument != word or argument == _MODEL_OF_STYLES)
        place = Path(word)
        is_new = words[-1:] == ["--out"]
        is_wanting = place != out and not is_new and _is_wanting(place)
        if is_place and (is_wanting or not word):
            return None
        words.append(word)
    return words


def _known_places(out: Path, settings: Mapping[str, Any]) -> dict[str, str]:
    """Places that no flag of a recipe names: the model of its cross-validation, and the last run of a history."""
    history = out / "history_of_designs.csv"
    places = {"model_of_cv": _MODEL_OF_STYLES, "last_run": history.as_posix()}
    for model in ("validation/model.pkl", "fold-0/model.pkl"):
        file = Path(str(settings.get("cv"))) / model
        if file.is_file():
            places["model_of_cv"] = file.as_posix()
            break
    if history.is_file():
        with open(history, encoding="utf-8", newline="") as stream:
            *_, places["last_run"] = (row["run"] for row in csv.DictReader(stream))
    return places


def _forgotten_images(words: Sequence[str], settings: Mapping[str, Any]) -> list[str]:
    """The flag for the folder of images, where the design among the words does not remember it."""
    images = settings.get("images")
    if "--design" not in words or not images:
        return []
    position = words.index("--design")
    folder = Path(words[position + 1]).parent
    return [] if is_finished(folder, {"images": images}) else ["--images", str(images)]


def _unused_folder(folder: str) -> str:
    """The folder, or the first of those that are numbered after it, in which there is nothing yet."""
    numbers = count(2)
    candidate = folder
    while not _is_wanting(Path(candidate)):
        candidate = f"{folder}-{next(numbers)}"
    return candidate


def _is_wanting(place: Path) -> bool:
    """Whether there is no such file, and no such folder with anything in it."""
    if place.is_dir():
        return not any(place.iterdir())
    return not place.exists()


def _following(recipe: str, out: Path, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The recipe that comes after another, and its arguments; after a cross-validation by what it was about."""
    if recipe == "cross_validate":
        return _after_cross_validation(out, settings)
    if recipe == "audit" and _lacks_validation_set(settings.get("cv")):
        return (*_NEXT[recipe], "--closed")
    if recipe == "train" and not _has_second_guesses(out):
        return (*_NEXT[recipe], "--pick", "confident")
    if recipe == "explain" and settings.get("files"):
        return _OF_OWN_PICTURES
    if recipe == "embed" and settings.get("model") and not settings.get("design"):
        return (*_NEXT[recipe], "{images}")
    run = "model" if recipe == "embed" else "cv"
    if recipe in _WITHOUT_RUN and not settings.get(run):
        return _WITHOUT_RUN[recipe]
    return _NEXT[recipe]


def _after_cross_validation(out: Path, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The recipe that comes after a cross-validation of years, of folds by collections, or of any other kind."""
    for file, command in _OF_OTHER_TARGETS.items():
        if (out / file).exists():
            return command
    design = Path(str(settings.get("design")))
    column = _column_left_out(design)
    if column:
        return ("transfer", "--design", "{design}", "--leave-out", column, "--out", "{out}/transfer")
    return _NEXT["cross_validate"]


def _has_second_guesses(run: Path) -> bool:
    """Whether some test image of a training was right at the second guess only, as explain.py picks by default."""
    from styleclf.evaluation import VAL, ranks_of, read_run

    if not (run / "predictions.csv").is_file():
        return True
    predictions = read_run(run)
    rows = predictions[predictions["fold"] != VAL]
    return bool((ranks_of(rows) == 1).any())


def _lacks_validation_set(cv: object) -> bool:
    """Whether a value names a cross-validation of a design without a validation set."""
    from styleclf.data import lacks_validation_set

    return isinstance(cv, str | Path) and lacks_validation_set(Path(cv) / "design.csv")


def _column_left_out(design: Path) -> str:
    """The column whose values are the folds of a design; '' where its folds are made by painters."""
    from styleclf.data import FOLD_NAME, FOLDS_BY

    if not design.is_file():
        return ""
    with open(design, encoding="utf-8-sig", newline="") as stream:
        row = next(csv.DictReader(stream), {})
    if FOLD_NAME not in row:
        return ""
    return row.get(FOLDS_BY, "")


def interruption_sentence(recipe: str, arguments: Sequence[str]) -> str:
    """What there is after Ctrl-C, and how to go on."""
    finished_work = _KEPT.get(recipe)
    consequence = f"goes on, {finished_work} are kept" if finished_work else "starts over"
    command = command_of(recipe, *arguments)
    return f"interrupted; what was written before is whole, and the same command {consequence}: {command}"
