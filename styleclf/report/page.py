"""The report as one HTML file that needs no other: it opens offline, can be mailed and printed, and runs no script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from styleclf.evaluation import MIN_PAINTER_IMAGES, TOO_FEW, painters_table, plain_answer
from styleclf.output import shown_text, write_text
from styleclf.report.beside import audit_beside, figures_beside
from styleclf.report.charts import learning_chart, reliability_chart
from styleclf.report.comparison import comparison_context
from styleclf.report.facts import (
    citation_of,
    method_of,
    next_steps,
    question_of,
    settings_facts,
    title_of,
    version_note,
    versions_of,
)
from styleclf.report.pictures import ShownPicture, described_pictures, files_of_cells, surest_mistakes
from styleclf.report.run_tables import RunTables, read_run_tables
from styleclf.report.styles import Cell, confusion_cells, largest_confusions, style_rows, weak_styles_sentence
from styleclf.report.thumbnails import thumbnails

if TYPE_CHECKING:
    from jinja2 import Environment

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
    """
    return Report(_page(runs, images))


def write_report(
    runs: Sequence[str | Path],  # folders of finished runs; several are compared
    path: str | Path | None = None,  # default: report.html in the run's folder, of several comparison.html in the first
    *,
    images: str | Path | None = None,  # folder of the pictures; default: where it was at the training
) -> Path:
    """Write the report of a finished run, or of several side by side, as one HTML file. Returns its path.

    Without the pictures' folder the page has no pictures and says so. Raises ValueError for no run, a folder without
    tables, damaged files, and several runs that did not judge the same pictures.
    """
    html = _page(runs, images)
    if path is None:
        path = Path(runs[0]) / (REPORT_FILE if len(runs) == 1 else COMPARISON_FILE)
    write_text(html, path)
    return Path(path)


def run_answer(folder: str | Path) -> str:
    """What a finished run answers, in one sentence. Raises ValueError where it has no tables."""
    run = read_run_tables(folder)
    return plain_answer(run.metrics, run.part)


def _page(runs: Sequence[str | Path], images: str | Path | None) -> str:
    if not runs:
        raise ValueError("name the folder of a finished run, or of several to compare them")
    tables = [read_run_tables(folder) for folder in runs]
    if len(tables) > 1:
        return _rendered("comparison.html", comparison_context(tables))
    return _rendered("report.html", run_context(tables[0], images))


def run_context(run: RunTables, images: str | Path | None = None) -> dict[str, Any]:
    """All that the template of one run's report shows."""
    judged = run.judged
    matrix = confusion_cells(judged)
    rows = style_rows(judged)
    folder = images or run.settings.get("images")
    audit = audit_beside(run.folder, run.facts)
    context: dict[str, Any] = {
        "run": run,
        "title": title_of(run),
        "question": question_of(run),
        "answer": plain_answer(run.metrics, run.part),
        "method": method_of(run),
        "parts": _parts(run.metrics),
        "metrics": _PART_METRICS,
        "styles": rows,
        "weak_styles": weak_styles_sentence(rows),
        "matrix": matrix,
        "reliability": reliability_chart(judged),
        "learning": learning_chart(run.histories),
        "painters": _hardest_painters(judged),
        "min_images": MIN_PAINTER_IMAGES,
        "audit": audit,
        "figures": figures_beside(run.folder),
        "settings": settings_facts(run),
        "versions": versions_of(run),
        "version_note": version_note(run),
        "citation": citation_of(run),
        "steps": next_steps(run, has_audit=audit is not None),
    }
    return context | _pictures_context(judged, matrix, folder)


def _pictures_context(judged: pd.DataFrame, matrix: list[list[Cell]], folder: str | Path | None) -> dict[str, Any]:
    """The pictures behind the cells, the surest mistakes, and what is missing of them."""
    mistakes = surest_mistakes(judged)
    of_cells = files_of_cells(judged, matrix)
    largest = largest_confusions(matrix)
    in_order = [*mistakes]
    for cell in largest:
        in_order += of_cells[cell.anchor]
    for names in of_cells.values():
        in_order += names
    uris: dict[str, str] = {}
    if folder and Path(folder).is_dir():
        uris = thumbnails(Path(folder), in_order)
    pictures = described_pictures(judged, in_order, uris)
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
    """Why there are no pictures; nothing where there are some."""
    if n_shown:
        return ""
    place = f"were in {folder} at the training and are not there now" if folder else "are in a folder nobody wrote down"
    return f"The pictures {place}: write the report with --images and their folder to see them."


def _parts(metrics: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The parts by their names, each with its metrics as rows."""
    parts = []
    for part, rows in metrics.groupby("part", sort=False):
        by_metric = rows.drop_duplicates("metric").set_index("metric")
        parts.append((_PART_NAMES.get(str(part), str(part)), by_metric))
    return parts


def _hardest_painters(judged: pd.DataFrame) -> list[Any]:
    """The painters whose style is found least, without those of too few pictures."""
    try:
        table = painters_table(judged)
    except ValueError:  # nobody has so many pictures
        return []
    hard = table[table["top_1"] < 1]
    return list(hard.head(_N_PAINTERS).itertuples())


def _rendered(template: str, context: Mapping[str, Any]) -> str:
    """A template with its context as HTML; whatever comes from a name of a file is text only."""
    return shown_text(_environment().get_template(template).render(context))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_template_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"share": share_text, "interval": ends_text, "signed": signed_text, "cell": cell_text}
    return environment


def _template_text(name: str) -> str:
    """The text of a template that comes with this package."""
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def share_text(value: float, digits: int = 2) -> str:
    """A number with so many digits; a dash for NaN.

    >>> share_text(0.857), share_text(float("nan"))
    ('0.86', '–')
    """
    return "–" if np.isnan(value) else f"{value:.{digits}f}"


def signed_text(value: float) -> str:
    """A difference with its sign.

    >>> signed_text(-0.0121)
    '−0.012'
    """
    return f"{value:+.3f}".replace("-", "−")


def ends_text(row: Any, digits: int = 2) -> str:
    """The ends of an interval of anything with `lo` and `hi`."""
    if np.isnan(row.lo):
        return TOO_FEW
    return f"{row.lo:.{digits}f}–{row.hi:.{digits}f}"


def cell_text(value: object) -> str:
    """A cell of a table that is shown as it is: numbers that are no counts with three digits, NaN as nothing."""
    if not isinstance(value, float):
        return str(value)
    if np.isnan(value):
        return ""
    return f"{value:.0f}" if value.is_integer() and abs(value) >= 1 else f"{value:.3f}"
