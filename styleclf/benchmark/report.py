"""The tables of a benchmark as Markdown for people."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from styleclf.benchmark.contest import REFERENCE
from styleclf.benchmark.task import BenchmarkTask
from styleclf.common import spoken_seconds

_GOAL = 0.85  # share of the bare network's rate that a training loop should reach
_SAME_SCORE = 1e-9  # difference of two scores that are the same
_NO_VALUE = "–"
_HEADINGS = {
    "training": "Training loops at equal architecture and size",
    "decoding": "Decoding",
    "prediction": "Embedding and prediction",
    "occlusion": "Occlusion maps",
    "imports": "Imports in a fresh interpreter",
    "scaling": "Growth: decoding, probe and one epoch",
}
_LIMIT_TEXT = (
    "The limit is the measured forward and backward rate of the bare network over one batch in memory, at styleclf's "
    f"precision; the goal is {_GOAL:.0%} of it. styleclf's default trains the late half and keeps the early one."
)
_GROWTH_TEXT = (
    "Images are repeated. The ratio compares what one image costs: 1 is linear growth, more is better than linear."
)


def markdown(
    task: BenchmarkTask,
    results: pd.DataFrame,
    measurements: pd.DataFrame,
    *,
    notes: Sequence[str] = (),
    files_text: str = "",  # which files were decoded
) -> str:
    """The whole report: what was run, the contest, the measurements, how to read them.

    `results` are those of a `Contest`, `measurements` is what `measure_parts` returns; what is empty is left out.
    """
    paragraphs = ["# Benchmark", _setting_text(task)]
    if len(results):
        paragraphs += ["## Training on one fold", _results_table(results), _reading_text(results)]
    texts = {"decoding": files_text, "training": _LIMIT_TEXT, "scaling": _GROWTH_TEXT}
    for part, rows in measurements.groupby("part", sort=False):
        table = _measured_table(rows)
        paragraphs += [f"## {_HEADINGS[part]}", table, texts.get(part, "")]
    lines = [f"- {note}" for note in notes]
    paragraphs.append("\n".join(lines))
    present = filter(None, paragraphs)
    return "\n\n".join(present) + "\n"


# What was run, and how to read it


def _setting_text(task: BenchmarkTask) -> str:
    """What was run, on what."""
    train, test = task.parts()
    authors = test["author"].fillna("").replace("", None)
    n_authors = authors.nunique()
    n_styles = task.design["label"].nunique()
    weights = Path(task.weights).name if task.pretrained else "random"
    setting = f"{task.arch} at {task.size} px, weights: {weights}."
    train_text = f"{len(train):,} images of {n_styles} styles to train on"
    test_text = f"{len(test):,} by {n_authors} other authors to judge on"
    images = f"{train_text}, {test_text}, in batches of {task.bs}."
    return f"{setting} {images} Machine: {machine_text()}."


def machine_text() -> str:
    """The processor, its cores, the GPU and the versions."""
    import fastai
    import timm
    import torch

    processor = _processor_name()
    cores = f"{processor}, {os.cpu_count()} cores, {torch.get_num_threads()} threads"
    gpu = f", {torch.cuda.get_device_name()}" if torch.cuda.is_available() else ""
    versions = f"torch {torch.__version__}, fastai {fastai.__version__}, timm {timm.__version__}"
    return f"{cores}{gpu}; {versions}"


def _processor_name() -> str:
    """The processor's name for itself."""
    file = Path("/proc/cpuinfo")
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            name = line.partition(":")[2].strip()
            if line.startswith("model name") and name:
                return name
    return platform.processor() or platform.machine()


def _reading_text(results: pd.DataFrame) -> str:
    """How to read the contest's table."""
    return (
        "All seconds are those of work, from the start of an interpreter: imports, decoding and training, without "
        "judging the test fold. Images/s are those of the training loops over all epochs, whatever they trained. "
        "Accuracy is class-weighted, on authors that were not trained on; in brackets 95 % intervals from resampling "
        f"authors. The target of {_target_text(results)} is {_target_source(results)}. Memory is that of the training "
        "process, without those that load images for it. Processes took turns, an epoch each."
    )


def _target_text(results: pd.DataFrame) -> str:
    """The target as a number, or a word if devices differ."""
    targets = results["target_top_2"].dropna().round(3).unique()
    if len(targets) > 1:
        return "the target"
    return f"{targets[0]:.3f}"


def _target_source(results: pd.DataFrame) -> str:
    """Where the target comes from."""
    return "what plain fastai ended with" if fastai_sets_target(results) else "the one that was asked for"


def fastai_sets_target(results: pd.DataFrame) -> bool:
    """Whether the target is what plain fastai ended with."""
    reference = results[results["contender"] == REFERENCE]
    differences = (reference["target_top_2"] - reference["top_2"]).abs()
    return len(reference) > 0 and differences.max() < _SAME_SCORE


# Tables


def _results_table(results: pd.DataFrame) -> str:
    """One row per contender and device."""
    to_target = f"to top-2 of {_target_text(results)}"
    rows = []
    for row in results.to_dict("records"):
        cells = {
            "contender": row["contender"],
            "device": f"{row['device']}, {row['precision']}",
            "epochs": row["n_epochs"],
            "first batch after": seconds_text(row["first_batch_s"]),
            "images/s": number_text(row["images_per_s"]),
            "total": seconds_text(row["total_s"]),
            "peak memory": _memory_text(row["memory_mib"]),
            "GPU memory": _memory_text(row["gpu_mib"]),
            "top-1": _score_text(row, "top_1"),
            "top-2": _score_text(row, "top_2"),
            to_target: seconds_text(row["target_s"]),
            "times sooner": ratio_text(row["ratio"]),
        }
        rows.append(cells)
    table = pd.DataFrame(rows)
    if results["gpu_mib"].isna().all():
        table = table.drop(columns="GPU memory")
    return _table_text(table, n_left=2)


def _measured_table(measurements: pd.DataFrame) -> str:
    """One row per measurement; columns that would be empty are left out."""
    rows = []
    for row in measurements.to_dict("records"):
        has_limit = not pd.isna(row["limit_share"])
        cells = {
            "": row["what"],
            "device": row["device"],
            "measured": f"{number_text(row['value'])} {row['unit']}",
            "times better": ratio_text(row["ratio"]),
            "than": row["against"] or "",
            "of the limit": f"{row['limit_share']:.0%}" if has_limit else "",
        }
        rows.append(cells)
    table = pd.DataFrame(rows)
    for name in ("times better", "than", "of the limit"):
        if (table[name] == "").all():
            table = table.drop(columns=name)
    if table["device"].nunique() > 1:
        return _table_text(table, n_left=2)
    return _table_text(table.drop(columns="device"), n_left=1)


def _table_text(table: pd.DataFrame, *, n_left: int) -> str:
    """A Markdown table whose source is aligned too; the first `n_left` columns flush left, the others right."""
    columns = []
    for i, name in enumerate(table.columns):
        values = table.iloc[:, i]
        cells = [str(cell) for cell in (name, *values)]
        width = max(3, *map(len, cells))
        if i < n_left:
            cells = [cell.ljust(width) for cell in cells]
            rule = "-" * width
        else:
            cells = [cell.rjust(width) for cell in cells]
            rule = "-" * (width - 1) + ":"
        heading, *values = cells
        columns.append([heading, rule, *values])
    lines = []
    for row in zip(*columns, strict=True):
        line = " | ".join(row)
        lines.append(f"| {line} |")
    return "\n".join(lines)


# Numbers


def seconds_text(seconds: float) -> str:
    """A duration, with a decimal below ten seconds; a dash for none."""
    if pd.isna(seconds):
        return _NO_VALUE
    if seconds < 10:
        return f"{seconds:.1f} s"
    return spoken_seconds(seconds)


def number_text(value: float) -> str:
    """A number with three significant digits, or one if it is next to nothing; a dash for none."""
    if pd.isna(value):
        return _NO_VALUE
    if 0 < abs(value) < 0.01:
        return f"{value:.0e}"
    if value >= 100:
        return f"{value:,.0f}"
    n_digits = 1 if value >= 10 else 2
    return f"{value:.{n_digits}f}"


def _memory_text(mib: float) -> str:
    """Mebibytes as gibibytes; a dash for none."""
    if pd.isna(mib):
        return _NO_VALUE
    return f"{mib / 1024:.1f} GiB"


def ratio_text(ratio: float | None) -> str:
    """How many times; nothing for none."""
    if ratio is None or pd.isna(ratio):
        return ""
    return f"{number_text(ratio)} ×"


def _score_text(row: dict, name: str) -> str:
    """A score with its interval."""
    low = row[f"{name}_lo"]
    high = row[f"{name}_hi"]
    interval = f"{low:.2f}-{high:.2f}"
    return f"{row[name]:.3f} ({interval})"
