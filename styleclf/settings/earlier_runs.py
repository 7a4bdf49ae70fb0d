"""Settings of earlier runs: found again wherever one works, and taken for flags that were not typed.

A parameter says in its annotation whose settings it may have:

    def main(cv: str = "runs/cv", images: Annotated[str, RememberedBy("cv")] = "data/sample"): ...
"""

import inspect
import os
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from styleclf.common import RememberedBy, among, check_values, fact_of, file_digest, flag_name, note, read_json, say

_FILE = "settings.json"
_ADVICE = "run its recipe to the end, or name another folder"
_FOLD_FILE = "fold.json"
_OF_EVERY_TRAINING = ("arch", "seed")  # of the settings of a run, of whatever version
_TAKEN_FIRST = ("images", "design", "arch", "weights")  # of what a run remembers
_RUNS = ("cv", "run")  # flags that name a run by its folder
_FILES_OF_RUNS = ("design", "model", "decisions", "undo")  # flags that name a file of a run, and not its folder


def saved_settings(folder: str | Path, keys: Collection[str] = ()) -> dict[str, Any]:
    """The settings that `save_settings` wrote into a run's folder, `keys` among them. ValueError if there are none.

    Relative paths of files and folders lead there from the working directory.
    """
    folder = Path(folder)
    file = folder / _FILE
    if not file.is_file():
        raise ValueError(f"{folder} is not the folder of a finished run, it has no settings.json: {_ADVICE}")
    facts = read_json(file, ["settings"])
    settings = facts["settings"]
    if not isinstance(settings, dict):
        raise ValueError(f"{file} is damaged, its settings are {settings!r} and not a table of names: {_ADVICE}")
    for key in keys:
        if key not in settings:
            raise ValueError(_lack_sentence(file, facts.get("recipe"), key))
    return settings | _places(folder, facts.get("places"))


def _lack_sentence(file: Path, recipe: object, key: str) -> str:
    """What is wrong with the settings of a run without a certain one; of which recipe it is, newer runs say."""
    if isinstance(recipe, str):
        return f"{file} is of {recipe}.py and lacks the setting {key!r}: name the folder of another recipe's run"
    return f"{file} lacks the setting {key!r}: {_ADVICE}"


def saved_flags(folder: str | Path, function: Callable) -> dict[str, Any]:
    """Those settings of a run that are keywords of the function.

    Raises ValueError as `saved_settings` does, and for a value that the function does not take.
    """
    keys = [name for name in _OF_EVERY_TRAINING if name in inspect.signature(function).parameters]
    flags = among(saved_settings(folder, keys), function)
    try:
        check_values(function, flags)
    except ValueError as error:
        file = Path(folder) / _FILE
        raise ValueError(f"{file} is damaged, {error}: {_ADVICE}") from error
    return flags


def _places(folder: Path, places: object) -> dict[str, str]:
    """Files and folders that are where they were, seen from the run's folder."""
    if not isinstance(places, dict):
        return {}
    settings = {}
    for name, place in places.items():
        if isinstance(place, list):  # of runs that were compared, which have the names that were typed
            continue
        normal = os.path.normpath(folder / str(place))
        path = Path(normal)
        if path.exists():
            settings[name] = path.as_posix()
    return settings


def training_settings(folder: str | Path) -> dict[str, Any]:
    """The settings of one training: a folder of recipes/train.py, or of one fold of a cross-validation.

    A fold has those of its cross-validation, with `fold` added; its `design` is the cross-validation's own copy, in
    which one style may already stand against the rest.

    Warns if the design has changed since. Raises ValueError for a folder that does not hold a single training.
    """
    folder = Path(folder)
    if (folder / _FOLD_FILE).is_file():
        fold = folder.name.removeprefix("fold-")
        return cross_validation_settings(folder.parent) | {"fold": fold}
    settings = saved_settings(folder)
    if "fold" not in settings:
        folds = sorted(folder.glob("fold-*"))
        advice = "name the folder of one"
        if folds:
            advice += f", or of a fold, such as {folds[0].as_posix()}"
        raise ValueError(f"{folder} does not hold a single training: {advice}")
    settings = {"one_vs_rest": None, **saved_settings(folder, ["design", "images"])}
    _warn_of_other_design(folder, settings["design"])
    return settings


def cross_validation_settings(folder: str | Path) -> dict[str, Any]:
    """The settings of a cross-validation; its `design` is its own copy, in which one style may stand against the rest.

    Raises ValueError for a folder that holds no finished one.
    """
    folder = Path(folder)
    settings = saved_settings(folder, ["images"])
    return settings | {"design": folder / "design.csv", "one_vs_rest": None}


def _warn_of_other_design(folder: Path, design: str | Path) -> None:
    """Warn if the table at `design` is not the one that the run in the folder was made with."""
    digest = read_json(folder / _FILE).get("design_blake2b")
    if digest is None or not Path(design).is_file():
        return
    if file_digest(design) != digest:
        warnings.warn(
            f"{design} is not the design that {folder} was made with, it has changed since: styles and folds are those "
            "of now, so repeat the run if they matter",
            stacklevel=3,
        )


def is_finished(folder: str | Path, settings: Mapping[str, Any]) -> bool:
    """Whether the folder holds a finished run that was made with all of these settings."""
    file = Path(folder) / _FILE
    if not file.is_file():
        return False
    before = saved_settings(folder)
    if not before.keys() >= settings.keys():
        return False
    return all(_is_same(before[name], value) for name, value in settings.items())


def _is_same(first: object, second: object) -> bool:
    """Whether two values of a setting are the same, or name the same file or folder."""
    name = str(first)
    second_name = str(second)
    if name == second_name:
        return True
    exist = os.path.exists(name) and os.path.exists(second_name)
    return exist and os.path.samefile(name, second_name)


def remembered_settings(main: Callable, arguments: Mapping[str, Any], typed_names: Collection[str]) -> dict[str, Any]:
    """Values for parameters that are not among `typed_names`, from the settings of the runs that the arguments name.

    Says what was taken from where if it differs from the `arguments`. What was moved meanwhile gets a note. Raises
    ValueError for a run that was typed and is not there.
    """
    _check_runs_are_there(arguments, typed_names)
    values: dict[str, Any] = {}
    sources: dict[Path, list[str]] = {}
    parameters = inspect.signature(main).parameters
    for name, parameter in parameters.items():
        memory = fact_of(parameter.annotation, RememberedBy)
        if memory is None or name in typed_names:
            continue
        folders = _folders(name, memory, arguments, typed_names=typed_names)
        folder, value = _first_value(name, folders)
        if folder is not None:
            values[name] = value
            default = arguments[name] or value  # where there is none, nobody expected another value
            if str(value) != str(default):
                texts = sources.setdefault(folder, [])
                texts.append(f"{name} {value}")
    _note_runs_without_settings(main, arguments, typed_names)
    for folder, texts in sources.items():
        settings = ", ".join(texts)
        say(f"as in {folder}: {settings}")
    _note_moved_images(values.get("images"))
    return values


def _first_value(name: str, folders: Iterable[Path]) -> tuple[Path | None, Any]:
    """The first of the runs that has the setting, and its value; None where none has it."""
    for folder in folders:
        value = _settings_of(folder).get(name)
        if value is not None:
            return folder, value
    return None, None


def _folders(
    name: str, memory: RememberedBy, arguments: Mapping[str, Any], *, typed_names: Collection[str]
) -> Iterator[Path]:
    """The folders of the runs that a parameter may take its value from: first those that were typed."""
    references = [reference for reference in memory.flags if reference != name]
    for reference in sorted(references, key=lambda reference: reference not in typed_names):
        folder = _folder_of(reference, arguments.get(reference))
        if folder:
            yield folder


def _folder_of(reference: str, value: object) -> Path | None:
    """The folder of the run that an argument names, of several the first: that of a design, a model, or the run."""
    if isinstance(value, tuple | list):
        value = next(iter(value), None)
    if not isinstance(value, str | Path) or not value:
        return None
    path = Path(value)
    return path.parent if reference in _FILES_OF_RUNS else path


def _settings_of(folder: Path) -> dict[str, Any]:
    """The settings of a run or of a fold; empty where nobody has written them down."""
    is_fold = (folder / _FOLD_FILE).is_file()
    run_folder = folder.parent if is_fold else folder
    if not (run_folder / _FILE).is_file():
        return {}
    return training_settings(folder) if is_fold else saved_settings(folder)


def pictures_of_run(folder: Path) -> str | None:
    """The folder of pictures of a run or of a fold; None where nobody has written it down."""
    is_fold = (folder / _FOLD_FILE).is_file()
    run_folder = folder.parent if is_fold else folder
    if not (run_folder / _FILE).is_file():
        return None
    return saved_settings(run_folder).get("images")


def _check_runs_are_there(arguments: Mapping[str, Any], typed_names: Collection[str]) -> None:
    """Raise ValueError for a run that was named and is not there, before something else stands in for it."""
    for name in _RUNS:
        folder = _folder_of(name, arguments.get(name))
        if name in typed_names and folder is not None and not folder.exists():
            raise ValueError(f"{folder} is not the folder of a finished run, there is no such folder: {_ADVICE}")
        if name in typed_names and folder is not None and folder.is_file():
            advice = f"{flag_name(name)} wants the folder of a run, such as {folder.parent}"
            raise ValueError(f"{folder} is a file: {advice}")


def _note_runs_without_settings(main: Callable, arguments: Mapping[str, Any], typed_names: Collection[str]) -> None:
    """Note where a run that was named has lost its settings, if flags can give them again."""
    parameters = inspect.signature(main).parameters
    flags = [flag_name(name) for name in _TAKEN_FIRST if name in parameters]
    if not flags:
        return
    for name in _RUNS:
        folder = _folder_of(name, arguments.get(name))
        if name not in typed_names or folder is None or not folder.is_dir():
            continue
        if not _settings_of(folder):
            list_of_flags = ", ".join(flags)
            note(f"{folder} has no settings.json, so what was taken then is not known: give {list_of_flags}")


def _note_moved_images(images: object) -> None:
    """Say so where the images of an earlier run are not where they were."""
    if images is None or os.path.isdir(str(images)):
        return
    flag = flag_name("images")
    note(f"the images were in {images} and are not there now; {flag} names the folder where they are")
