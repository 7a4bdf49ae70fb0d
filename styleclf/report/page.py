"""The report as one HTML file that needs no other: it opens offline, can be mailed and printed, and runs no script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from styleclf.common import check_page, check_path, note, shown_name, write_text
from styleclf.evaluation import MIN_PAINTER_IMAGES, painters_table
from styleclf.report.beside import atlas_beside, audit_beside, figures_beside
from styleclf.report.charts import learning_chart, reliability_chart
from styleclf.report.comparison import comparison_context, saved_comparison
from styleclf.report.facts import (
    answer_of,
    citation_of,
    method_of,
    next_steps,
    question_of,
    settings_facts,
    title_of,
    version_note,
    versions_of,
)
from styleclf.report.findings import findings_context
from styleclf.report.kinds import is_comparison, kind_of
from styleclf.report.pages import rendered_page
from styleclf.report.pictures import ShownPicture, described_pictures, files_of_cells, surest_mistakes
from styleclf.report.run_tables import FURTHER_NOTES, RunTables, read_run_tables
from styleclf.report.styles import Cell, confusion_cells, largest_confusions, style_rows, weak_styles_sentence
from styleclf.report.thumbnails import thumbnail_uris

REPORT_FILE = "report.html"
COMPARISON_FILE = "comparison.html"
_PART_METRICS = ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "precision", "recall", "f1", "log_loss", "ece")
_N_PAINTERS = 15
_N_STRIP = 7  # pictures of each of the commonest confusions
_PART_NAMES = {"cv": "all folds", "test": "test fold", "val": "validation set", "train": "training pictures"}


@dataclass(frozen=True)
class Report:
    """A finished page; a notebook shows it."""

    html: str

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that its style stays its own."""
        from markupsafe import escape

        return f'<iframe srcdoc="{escape(self.html)}" style="width: 100%; height: 80vh; border: 0"></iframe>'


def show_report(*runs: str | Path, images: str | Path | None = None) -> Report:
    """The report of a finished run, or of several side by side, for a notebook.

    `images` is the folder of the pictures; by default where it was at the training. Raises as `write_report` does.

    >>> page = show_report(run)
    >>> page.html.startswith("<!doctype html>")
    True
    """
    return Report(_page(runs, images))


def write_report(
    runs: Sequence[str | Path],  # folders of finished runs; several are compared
    path: str | Path | None = None,  # default: report.html in the run's folder, of several comparison.html in the first
    *,
    images: str | Path | None = None,  # folder of the pictures; default: where it was at the training
) -> Path:
    """Write the report of a finished run, or of several side by side, as one HTML file. Returns its path.

    The run is a training, a cross-validation, a validation, an audit, a comparison of forests, embeddings or runs.
    If the pictures are no longer where they were at the training, the page has none and says so. Raises ValueError for
    no run, a folder without tables, damaged files, several runs that did not judge the same pictures, and for `images`
    that are no folder.

    >>> write_report([run], folder / "report.html").name
    'report.html'
    """
    if path is not None:
        check_page(path)
    html = _page(runs, images)
    if path is None:
        name = REPORT_FILE if len(runs) == 1 else COMPARISON_FILE
        path = Path(runs[0]) / name
    write_text(html, path)
    return Path(path)


def run_answer(folder: str | Path) -> str:
    """What a finished run answers, in one sentence; nothing of a comparison. Raises ValueError for missing tables."""
    kind = kind_of(folder)
    if kind:
        return kind.answer(kind.read(Path(folder)))
    if is_comparison(folder):
        return ""
    run = read_run_tables(folder)
    return answer_of(run)


def first_step(folder: str | Path) -> str:
    """The command that the report of a judged run proposes first; '' for a run of another kind."""
    if kind_of(folder) or is_comparison(folder):
        return ""
    run = read_run_tables(folder)
    audit = audit_beside(run.folder, run.facts)
    atlas = atlas_beside(run.folder)
    steps = next_steps(run, has_audit=audit is not None, has_atlas=bool(atlas))
    return steps[0].command if steps else ""


def best_run(folders: Sequence[str | Path]) -> str:
    """The folder of the judged run with the highest top-2 accuracy; '' where not all are judged by styles."""
    accuracies = {}
    for folder in folders:
        try:
            accuracies[str(folder)] = read_run_tables(folder).estimate("top_2_accuracy")["value"]
        except (ValueError, OSError):  # of several labels, of years, or of another program
            return ""
    return max(accuracies, key=accuracies.__getitem__, default="")


def _page(runs: Sequence[str | Path], images: str | Path | None) -> str:
    if not runs:
        raise ValueError("name the folder of a finished run, or of several to compare them")
    for run_folder in runs:
        check_path(run_folder, "the folder of a run")
    if len(runs) > 1:
        return rendered_page("comparison.html", comparison_context(_judged_runs(runs)))
    folder = Path(runs[0])
    kind = kind_of(folder)
    if kind:
        run = kind.read(folder)
        return rendered_page("findings.html", findings_context(run, kind.findings(run)))
    if is_comparison(folder):
        return rendered_page("comparison.html", saved_comparison(folder))
    return rendered_page("report.html", run_context(read_run_tables(folder), images))


def _judged_runs(folders: Sequence[str | Path]) -> list[RunTables]:
    """Several judged runs. Raises ValueError for a run of another kind, and as `read_run_tables` does."""
    for folder in folders:
        kind = kind_of(folder)
        if kind or is_comparison(folder):
            name = kind.name if kind else "a comparison"
            raise ValueError(
                f"{folder} is {name}, and only trainings and cross-validations are compared: name it alone"
            )
    return [read_run_tables(folder) for folder in folders]


def run_context(run: RunTables, images: str | Path | None = None) -> dict[str, Any]:
    """All that the template of one run's report shows."""
    predictions = run.judged
    matrix = confusion_cells(predictions)
    rows = style_rows(predictions)
    folder = _pictures_folder(run, images)
    audit = audit_beside(run.folder, run.facts)
    atlas = atlas_beside(run.folder)
    context: dict[str, Any] = {
        "run": run,
        "title": title_of(run),
        "question": question_of(run),
        "answer": answer_of(run),
        "method": method_of(run),
        "parts": _parts(run.metrics),
        "metrics": _PART_METRICS,
        "styles": rows,
        "weak_styles": weak_styles_sentence(rows),
        "matrix": matrix,
        "reliability": reliability_chart(predictions),
        "learning": learning_chart(run.histories),
        "painters": _hardest_painters(predictions),
        "min_images": MIN_PAINTER_IMAGES,
        "audit": audit,
        "atlas": atlas,
        "figures": figures_beside(run.folder),
        "further_notes": FURTHER_NOTES,
        "settings": settings_facts(run),
        "versions": versions_of(run),
        "version_note": version_note(run),
        "citation": citation_of(run),
        "steps": next_steps(run, has_audit=audit is not None, has_atlas=bool(atlas)),
    }
    return context | _pictures_context(predictions, matrix, folder)


def _pictures_folder(run: RunTables, images: str | Path | None) -> str | Path | None:
    """Where the pictures are, or were at the training. Raises ValueError for another place that is no folder."""
    folder = run.settings.get("images")
    if images is None or str(images) == folder:
        return folder
    if not Path(images).is_dir():
        raise ValueError(f"images must be the folder of the run's pictures: {shown_name(str(images))} is no folder")
    return images


def _pictures_context(
    predictions: pd.DataFrame,
    matrix: list[list[Cell]],
    folder: str | Path | None,
) -> dict[str, Any]:
    """The pictures behind the cells, the surest mistakes, and what is missing of them."""
    mistakes = surest_mistakes(predictions)
    of_cells = files_of_cells(predictions, matrix)
    largest = largest_confusions(matrix)
    in_order = [*mistakes]
    for cell in largest:
        in_order += of_cells[cell.anchor]
    for names in of_cells.values():
        in_order += names
    uris: dict[str, str] = {}
    if folder and Path(folder).is_dir():
        uris = thumbnail_uris(Path(folder), in_order)
    pictures = described_pictures(predictions, in_order, uris)
    return {
        "mistakes": _of_names(mistakes, pictures),
        "largest": largest,
        "n_strip": _N_STRIP,
        "pictures_of": {anchor: _of_names(names, pictures) for anchor, names in of_cells.items()},
        "pictures_note": _pictures_note(folder, len(uris)),
    }


def _of_names(names: Sequence[str], pictures: Mapping[str, ShownPicture]) -> list[ShownPicture]:
    return [pictures[name] for name in names]


def _pictures_note(folder: str | Path | None, n_shown: int) -> str:
    """Why there are no pictures, which a note says as well of a folder that is there; nothing where there are some."""
    if n_shown:
        return ""
    place = f"not in {shown_name(str(folder))}" if folder else "in a folder that the run does not name"
    sentence = f"pictures are {place}: write the report with --images and their folder to see them"
    if folder and Path(folder).is_dir():
        note(f"the {sentence}")
    return f"The {sentence}"


def _parts(metrics: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The parts by their names, each with its metrics as rows."""
    parts = []
    for part, rows in metrics.groupby("part", sort=False):
        by_metric = rows.drop_duplicates("metric").set_index("metric")
        parts.append((_PART_NAMES.get(str(part), str(part)), by_metric))
    return parts


def _hardest_painters(predictions: pd.DataFrame) -> list[Any]:
    """The painters whose style is found least, without those of too few pictures."""
    try:
        table = painters_table(predictions)
    except ValueError:  # nobody has so many pictures
        return []
    hard = table[table["top_1"] < 1]
    return list(hard.head(_N_PAINTERS).itertuples())
