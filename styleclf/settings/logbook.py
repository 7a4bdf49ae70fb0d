"""What a run writes down: its settings with versions and fingerprints, its last lines, and its report."""

import atexit
import os
import platform
import sys
import time
from contextlib import ExitStack
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from typing import Any

from styleclf.common import (
    alone_in,
    check_folder,
    conclude,
    file_digest,
    note,
    on_terminal,
    read_json,
    remove_unfinished,
    say,
    spoken_seconds,
    write_json,
)
from styleclf.plots import name_subject
from styleclf.settings.common_flags import common_values
from styleclf.settings.earlier_runs import pictures_of_run
from styleclf.settings.next_steps import STEP_VARIABLE, next_command

_FILE = "settings.json"
_RECORDED_PACKAGES = ("styleclf", "fastai", "timm", "torch", "pandas", "scikit-learn")
_PLACES = ("images", "design", "weights")  # settings that name files or folders
_MODELS = ("model", "run", "cv", "runs")  # settings that name models that were trained before
_MOST_FILES = 3  # named at the end


class Logbook:
    """The life of a recipe's run: its clock, its settings, its last lines.

    `Logbook(out, locals(), design)` is the first line of a recipe's `main`, `close` its last. It raises ValueError
    where the folder holds the run of another recipe, of which files would be lost, unless it is `beside` that; with
    `alone` also while another run does such work in that folder. A new design that is made of another one names it as
    `parent`.
    """

    def __init__(
        self,
        out: str | Path,
        settings: dict[str, Any],
        design: str | Path | None = None,
        *,
        alone: str = "",  # work that one process at a time does in the folder, such as 'a training'
        beside: bool = False,  # whether the folder may be that of another recipe's run
    ) -> None:
        self.out = Path(out)
        check_folder(self.out)
        check_folder(self.out / "figures")
        self.recipe = Path(sys.argv[0]).stem
        self._lock = ExitStack()
        if not beside:
            self._check_recipe()
        if alone:
            self._lock.enter_context(alone_in(self.out, alone))
            atexit.register(self._lock.close)
            remove_unfinished(self.out)
        self.settings = dict(settings)
        self.design = design
        self.parent: str | Path | None = None  # the design that this one is made of, where it is made of one
        self.start = time.monotonic()
        subject = figure_subject(self.settings)
        name_subject(subject)

    def _check_recipe(self) -> None:
        """Raise ValueError where another recipe wrote the settings in the folder."""
        file = self.out / _FILE
        if not file.is_file():
            return
        try:
            recipe = read_json(file).get("recipe", self.recipe)
        except ValueError:  # it is damaged, and will be replaced
            return
        if recipe != self.recipe:
            loss = f"holds a run of recipes/{recipe}.py, of which files would be lost"
            raise ValueError(f"{self.out} {loss}: choose another folder")

    @property
    def seconds(self) -> float:
        """Seconds since the run began, to a tenth."""
        elapsed = time.monotonic() - self.start
        return round(elapsed, 1)

    def close(self, *files: str, text: str = "", **facts: Any) -> None:
        """Write `settings.json`, with `facts` beside the settings; then `report`.

        `files` are names in the run's folder; `seconds` among the facts, such as those of the training alone, stand in
        the file in place of the time since the run began. A run that has judged pictures gets its report and says in
        plain words how good it is.
        """
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        facts = {"recipe": self.recipe, "seconds": self.seconds, "finished": now, **facts}
        if self.parent is not None:
            facts["parent_blake2b"] = file_digest(self.parent)
        save_settings(self.out, self.settings, self.design, **facts)
        answer = self._write_report()
        if "sentences" in facts:
            self._renew_report_of_cross_validation()
        if answer is not None:
            files = ("report.html", *files)
        if answer and not os.environ.get(STEP_VARIABLE):  # else the recipe that runs this one says it
            text = f"{text}\n\n{answer}".lstrip("\n")
        self._say_end(*files, text=text)
        self._lock.close()

    def _write_report(self) -> str | None:
        """Write the report of a run that has tables for one and return its answer in plain words; else None.

        A report that cannot be written is a note: the run itself is whole.
        """
        from styleclf.report import has_tables, run_answer, write_report

        if not has_tables(self.out):
            return None
        try:
            write_report([self.out], images=self.settings.get("images"))
            return run_answer(self.out)
        except (ValueError, OSError) as error:
            note(f"there is no report: {error}")
            return None

    def _renew_report_of_cross_validation(self) -> None:
        """Let the report of the cross-validation that was asked about quote what was found, if it has a report."""
        from styleclf.report import write_report

        page = Path(str(self.settings.get("cv"))) / "report.html"
        if not page.is_file():
            return
        try:
            write_report([page.parent], images=self.settings.get("images"))
        except (ValueError, OSError) as error:
            note(f"{page} does not quote this yet: {error}")

    def report(self, *files: str, text: str = "") -> None:
        """Print the text, the time, what to open (three files at most) and what to type next.

        A recipe that adds to another run's folder ends with this; if that has a report, it is written anew.
        """
        if (self.out / "report.html").is_file():
            self._write_report()
        self._say_end(*files, text=text)

    def _say_end(self, *files: str, text: str) -> None:
        """Print the text, the time, what to open (three files at most) and what to type next."""
        tell = say if os.environ.get(STEP_VARIABLE) else conclude
        if text:
            tell(f"\n{text}")
        paths = [str(self.out / file) for file in files[:_MOST_FILES]]
        to_open = "  ".join(paths) or self.out
        tell(f"\ndone in {spoken_seconds(self.seconds)}: {to_open}")
        settings_file = common_values(sys.argv[1:]).settings
        command = next_command(self.recipe, self.out, self.settings, settings_file=settings_file)
        if command:
            tell(f"next: {command}")


def figure_subject(settings: dict[str, Any]) -> str:
    """Which model and data a run's figures are of, as a line to stand below them.

    >>> figure_subject({"images": "my/paintings", "kwargs": {"arch": "resnet18", "weights": "w/body.safetensors"}})
    'Model: resnet18, weights body.safetensors. Pictures: my/paintings.'
    """
    settings = {**settings, **settings.get("kwargs", {})}
    parts = []
    model = _model_words(settings)
    images = settings.get("images") or _pictures_of_first_run(settings)
    design = settings.get("design")
    if model:
        parts.append(f"Model: {model}.")
    if images:
        parts.append(f"Pictures: {images}.")
    elif design:
        parts.append(f"Design: {design}.")
    return " ".join(parts)


def _model_words(settings: dict[str, Any]) -> str:
    """The models that settings name, else the architecture with its weights, else nothing."""
    for name in _MODELS:
        value = settings.get(name)
        is_folder_of_runs = name == "runs" and isinstance(value, str)
        if value and not is_folder_of_runs:
            return _as_words(value)
    arch = settings.get("arch")
    if not arch:
        return ""
    weights = settings.get("weights") or "none"
    return f"{arch}, weights {Path(str(weights)).name}"


def _pictures_of_first_run(settings: dict[str, Any]) -> str | None:
    """The folder of pictures of the run that settings name, of several the first."""
    runs = settings.get("runs")
    run = runs[0] if isinstance(runs, list | tuple) and runs else settings.get("run")
    return pictures_of_run(Path(run)) if run else None


def _as_words(value: Any) -> str:
    """A setting, or several, as text."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def show_page(page: Path, *, browser: bool = True) -> None:
    """Say where a page is and, where somebody watches a terminal, open it in a browser."""
    conclude(f"\nopen {page}")
    if browser and on_terminal():
        import webbrowser

        address = page.resolve().as_uri()
        webbrowser.open(address)


def save_settings(
    out: str | Path,
    settings: dict[str, Any],
    design: str | Path | None = None,
    **facts: Any,
) -> None:
    """Write `settings.json`: every setting, facts about the run, versions and the design's fingerprint.

    `settings` are the parameters of a recipe's `main`; what it passes on as `kwargs` stands among them. Relative paths
    among them are also written as seen from the run's folder, so that they are found from any working directory.
    """
    settings = dict(settings)
    settings |= settings.pop("kwargs", {})
    places = _places_from(Path(out), settings)
    if places:
        facts["places"] = places
    if design is not None:
        facts["design_blake2b"] = file_digest(design)
    versions = {"python": platform.python_version()}
    for package in _RECORDED_PACKAGES:
        versions[package] = metadata.version(package)
    values = {"settings": settings, **facts, "versions": versions}
    write_json(values, Path(out) / _FILE)


def _places_from(folder: Path, settings: dict[str, Any]) -> dict[str, str | list[str]]:
    """Those settings that name what is there by a relative path, with their paths from the run's folder."""
    places: dict[str, str | list[str]] = {}
    for name in _PLACES:
        place = _place_from(folder, settings.get(name))
        if place:
            places[name] = place
    runs = settings.get("runs")
    if isinstance(runs, list | tuple):
        places_of_runs = [_place_from(folder, run) for run in runs]
        if all(places_of_runs):
            places["runs"] = places_of_runs
    return places


def _place_from(folder: Path, value: object) -> str:
    """The path from the run's folder to what a value names by a relative path; '' where it names nothing there."""
    if not isinstance(value, str | Path):
        return ""
    path = Path(value)
    if path.is_absolute() or not path.exists():
        return ""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return ""
