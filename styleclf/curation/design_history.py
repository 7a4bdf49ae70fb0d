"""Every cross-validation of a design, of those it was made from and of those made from it, in the order of time.

Designs are known by the fingerprint of their table, which `settings.json` holds beside that of the design before. Two
cross-validations are compared on the images that both have judged under the same label: what has become of labels that
were changed is not a gain of a model.
"""

import warnings
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from styleclf.common import count_of, file_digest, read_json, read_table
from styleclf.curation.paired_gains import paired_gain
from styleclf.data import is_shown_by_kernel, read_design
from styleclf.evaluation import (
    VAL,
    Estimate,
    count_authors,
    image_units,
    interval_text,
    probas_of,
    read_run,
    screen_text,
    targets,
    targets_of,
    true_ranks,
    vocab_of,
)

_SETTINGS = "settings.json"
_PREDICTIONS = "predictions.csv"
_TOLD_SETTINGS = ("arch", "weights", "features", "size", "epochs", "minutes", "loss", "seed")
_METRICS = ("top_1_accuracy", "top_2_accuracy")
_OTHER_TABLES = ("labels.csv", "date_metrics.csv")  # of cross-validations that have no accuracy
_DEEPEST = 4  # folders below the one that is searched


class _Run(NamedTuple):
    """A folder with settings, as far as they can be read."""

    folder: Path
    facts: dict[str, Any]

    @property
    def digest(self) -> str:
        """The fingerprint of the design it was made with, or of that in the folder."""
        return str(self.facts.get("design_blake2b", ""))

    @property
    def parent(self) -> str:
        """The fingerprint of the design that this one was made from; '' if there is none."""
        return str(self.facts.get("parent_blake2b", ""))

    @property
    def when(self) -> str:
        """When the run was finished, as it wrote down, or else when its predictions were written; ISO 8601."""
        finish_time = self.facts.get("finished")
        if isinstance(finish_time, str):
            return finish_time
        modification_time = (self.folder / "predictions.csv").stat().st_mtime
        when = datetime.fromtimestamp(modification_time, timezone.utc)
        return when.isoformat(timespec="seconds")

    @property
    def is_design(self) -> bool:
        """Whether the folder is that of a design and not of a run with it."""
        return (self.folder / "design.csv").is_file() and not self.is_judged

    @property
    def is_judged(self) -> bool:
        """Whether the run has predictions."""
        return (self.folder / "predictions.csv").is_file()

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the run."""
        settings = self.facts.get("settings")
        return settings if isinstance(settings, dict) else {}


def history_of_design(design: str | Path, runs: str | Path) -> pd.DataFrame:
    """All finished cross-validations of a design and of its predecessors and successors, the earliest first.

    `run, when, design, n_images, n_authors, n_styles, settings`, and of `top_1` and `top_2` accuracy the value and its
    interval. `runs` is the folder that is searched, with the folders in it. Raises OSError without the design or the
    folder, ValueError for one of the system and where no cross-validation of it is there.
    """
    read_design(design)  # what is no design should be told before anything is looked for
    if not Path(runs).is_dir():
        raise FileNotFoundError(f"no folder at {runs}: name the one that holds your cross-validations")
    if is_shown_by_kernel(Path(runs)):
        raise ValueError(f"{runs} is a folder of the system: name the one that holds your cross-validations")
    all_runs = list(_runs_below(Path(runs)))
    designs = [run for run in all_runs if run.is_design]
    family = _family(file_digest(design), designs)
    names = {run.digest: run.folder.as_posix() for run in designs}
    rows = []
    for run in all_runs:
        if run.digest not in family or not run.is_judged:
            continue
        row = _row_of(run, names.get(run.digest, str(design)))
        if row:
            rows.append(row)
    if not rows:
        raise ValueError(_nothing_found(design, runs, all_runs))
    table = pd.DataFrame(rows)
    return table.sort_values(["when", "run"], ignore_index=True)


def _nothing_found(design: str | Path, runs: str | Path, all_runs: list[_Run]) -> str:
    """Why there is no history: no cross-validation, or none that has an accuracy."""
    digest = file_digest(design)
    for run in all_runs:
        for table in _OTHER_TABLES:
            if run.digest == digest and (run.folder / table).is_file():
                advice = f"set its {table} beside that of the round before"
                return f"{run.folder} is about labels or years, and a history is of one style per image: {advice}"
    advice = f"cross_validate.py --design {design} makes one, or name the folder of the runs"
    return f"there is no finished cross-validation of {design} below {runs}: {advice}"


def progress_sentences(table: pd.DataFrame) -> list[str]:
    """For every cross-validation but the first, what changed since the one before, on the images that both have."""
    sentences = []
    for number in range(1, len(table)):
        before = str(table["run"].iat[number - 1])
        after = str(table["run"].iat[number])
        sentences.append(_progress_sentence(before, after))
    return sentences


class RoundChange(NamedTuple):
    """What changed from one cross-validation to the next."""

    gain: Estimate | None  # of top-1 accuracy, on images that both judged under the same label; None without such
    n_common: int  # images that both judged under the same label
    n_relabelled: int  # images that have another label now
    n_agreeing: int  # of these, how many are predicted to be what they are labelled now
    n_new: int
    n_gone: int


def progress_between(before: pd.DataFrame, after: pd.DataFrame) -> RoundChange:
    """What changed between two tables of out-of-fold predictions; the gain is paired and has a 95 % interval."""
    first = _rows_by_filename(before)
    second = _rows_by_filename(after)
    shared_filenames = first.index.intersection(second.index)
    old_labels = first.loc[shared_filenames, "label"].to_numpy()
    new_labels = second.loc[shared_filenames, "label"].to_numpy()
    has_same_label = old_labels == new_labels
    common = shared_filenames[has_same_label]
    relabelled_rows = second.loc[shared_filenames[~has_same_label]]
    gain = _gain(first.loc[common], second.loc[common]) if len(common) else None
    return RoundChange(
        gain=gain,
        n_common=len(common),
        n_relabelled=len(relabelled_rows),
        n_agreeing=int((relabelled_rows["pred"] == relabelled_rows["label"]).sum()),
        n_new=len(second.index.difference(first.index)),
        n_gone=len(first.index.difference(second.index)),
    )


def _gain(first: pd.DataFrame, second: pd.DataFrame) -> Estimate:
    """By how much top-1 accuracy of the second is higher, every style counting alike."""
    labels = second["label"]
    targs = targets(labels, sorted(labels.unique()))
    changes = _hits(second) - _hits(first)
    return paired_gain(changes, targs, image_units(second))


def _hits(predictions: pd.DataFrame) -> np.ndarray:
    """`(n,)` 1.0 where the first guess is the label."""
    targs = targets_of(predictions)
    ranks = true_ranks(probas_of(predictions), targs)
    return (ranks == 0).astype(float)


def _rows_by_filename(predictions: pd.DataFrame) -> pd.DataFrame:
    rows = predictions[predictions["fold"] != VAL]
    rows = rows.assign(author=rows["author"].fillna(""))
    return rows.drop_duplicates("filename").set_index("filename")


def _progress_sentence(before: str, after: str) -> str:
    progress = progress_between(read_run(before), read_run(after))
    parts = []
    if progress.n_relabelled:
        labels = count_of(progress.n_relabelled, "label")
        parts.append(f"{labels} changed, {progress.n_agreeing} of them to what it predicts")
    if progress.n_new:
        parts.append(f"{count_of(progress.n_new, 'image')} new")
    if progress.n_gone:
        parts.append(f"{count_of(progress.n_gone, 'image')} gone")
    changes = "; ".join(parts) or "the same images and labels"
    if progress.gain is None:
        return f"{before} -> {after}: {changes}; they have no image in common under the same label"
    gain, lo, hi = progress.gain
    is_certain = lo > 0 or hi < 0
    verdict = "more than chance" if is_certain else "not certain"
    images = count_of(progress.n_common, "image")
    points = f"{100 * gain:+.1f} points of top-1 accuracy on the {images} that both have under the same label"
    comparison = f"{points} ({interval_text(lo, hi)}): {verdict}"
    return f"{before} -> {after}: {changes}; {comparison}"


def _runs_below(folder: Path) -> Iterator[_Run]:
    """The runs in a folder and in the folders in it, each once; files that cannot be read are passed over."""
    places = set()
    for depth in range(_DEEPEST + 1):
        folders_between = "*/" * depth
        files = folder.glob(f"{folders_between}{_SETTINGS}")
        for file in sorted(files):
            place = file.resolve()
            if place in places:  # which links lead to as well
                continue
            places.add(place)
            try:
                yield _Run(file.parent, read_json(file))
            except (OSError, ValueError) as error:
                if (file.parent / _PREDICTIONS).is_file():
                    _say_passed_over(file.parent, error)


def _family(digest: str, designs: list[_Run]) -> set[str]:
    """The fingerprints of a design, of all it was made from and of all that were made from these."""
    family = {digest}
    links = [(run.digest, run.parent) for run in designs if run.digest and run.parent]
    is_growing = True
    while is_growing:
        size = len(family)
        for link in links:
            if not family.isdisjoint(link):
                family.update(link)
        is_growing = len(family) > size
    return family


def _row_of(run: _Run, design: str) -> dict[str, Any] | None:
    """The row of a cross-validation; None for another kind of run, or a damaged one."""
    try:
        metrics = read_table(run.folder / "metrics.csv", ["part", "metric", "value", "lo", "hi"])
        predictions = read_run(run.folder)
    except OSError:  # another kind of run
        return None
    except ValueError as error:
        _say_passed_over(run.folder, error)
        return None
    of_cv = metrics[metrics["part"] == "cv"].set_index("metric")
    if not set(_METRICS) <= set(of_cv.index):
        return None
    judged_rows = predictions[predictions["fold"] != VAL]
    row = {
        "run": run.folder.as_posix(),
        "when": run.when,
        "design": design,
        "n_images": len(judged_rows),
        "n_authors": count_authors(judged_rows["author"]),
        "n_styles": len(vocab_of(judged_rows)),
        "settings": _told_settings(run.settings),
    }
    for metric in _METRICS:
        name = metric.removesuffix("_accuracy")
        row_of_metric = of_cv.loc[metric, ["value", "lo", "hi"]]
        numbers = pd.to_numeric(row_of_metric, errors="coerce")
        row[name] = numbers["value"]
        row[f"{name}_lo"] = numbers["lo"]
        row[f"{name}_hi"] = numbers["hi"]
    return row


def _say_passed_over(folder: Path, error: Exception) -> None:
    """Say that a run is left out of the history, and why."""
    warnings.warn(f"{folder.as_posix()} is left out: {error}", stacklevel=4)


def _told_settings(settings: dict[str, Any]) -> str:
    """Those settings that matter most, as text; of a file of weights its name."""
    texts = []
    for name in _TOLD_SETTINGS:
        value = settings.get(name)
        if value not in (None, ""):
            text = Path(str(value)).name if name == "weights" else value
            texts.append(f"{name} {text}")
    return ", ".join(texts)


def history_text(table: pd.DataFrame, sentences: list[str]) -> str:
    """The table of a history, and what changed from run to run, as lines for the screen."""
    on_screen = table[["run", "n_images", "n_authors"]].copy()
    for name in ("top_1", "top_2"):
        columns = [name, f"{name}_lo", f"{name}_hi"]
        estimates = table[columns].itertuples(index=False, name=None)
        on_screen[name] = [str(Estimate(*numbers)) for numbers in estimates]
    lines = [screen_text(on_screen.set_index("run").rename_axis(None))]
    lines += [f"- {sentence}" for sentence in sentences]
    return "\n".join(lines)
