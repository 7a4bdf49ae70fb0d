"""The tables of a benchmark as Markdown for people."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from styleclf.benchmark.task import BenchmarkTask
from styleclf.output import spoken_seconds

_GOAL = 0.85  # share of the bare network's rate that a training loop should reach
_HEADINGS = {
    "training": "Training loops at equal architecture and size",
    "decoding": "Decoding",
    "prediction": "Embedding and prediction",
    "occlusion": "Occlusion maps",
    "imports": "Imports in a fresh interpreter",
    "scaling": "Growth: decoding, probe and one epoch",
}


def markdown(
    task: BenchmarkTask, results: pd.DataFrame, measured: pd.DataFrame, notes: Sequence[str], decoded: str = ""
) -> str:
    """The whole report: what was run, the contest, the measurements, how to read them."""
    parts = [f"# Benchmark\n\n{_setting_text(task)}"]
    if len(results):
        parts += ["## Training on one fold", _results_table(results), _reading_text(results)]
    for part, rows in measured.groupby("part", sort=False):
        text = {"decoding": decoded, "training": _LIMIT, "scaling": _GROWTH}.get(part, "")
        parts += [f"## {_HEADINGS[part]}", _measured_table(rows), *([text] if text else [])]
    return "\n\n".join([*parts, *([_bullets(notes)] if notes else [])]) + "\n"


_LIMIT = (
    "The limit is the measured forward and backward rate of the bare network over one batch in memory, at styleclf's "
    f"precision; the goal is {_GOAL:.0%} of it. styleclf's default trains the late half and keeps the early one."
)
_GROWTH = (
    "Images are repeated. The ratio compares what one image costs: 1 is linear growth, more is better than linear."
)


def _setting_text(task: BenchmarkTask) -> str:
    """What was run, on what."""
    train, test = task.parts()
    n_authors = test["author"].fillna("").replace("", None).nunique()
    weights = Path(task.weights).name if task.pretrained else "random"
    return (
        f"{task.arch} at {task.size} px, weights: {weights}. {len(train):,} images of {task.design['label'].nunique()} "
        f"styles to train on, {len(test):,} by {n_authors} other authors to judge on, in batches of {task.bs}. "
        f"Machine: {_machine_text()}."
    )


def _machine_text() -> str:
    """The processor, its cores, the GPU and the versions."""
    import fastai
    import timm
    import torch

    cores = f"{_processor_name()}, {os.cpu_count()} cores, {torch.get_num_threads()} threads"
    gpu = f", {torch.cuda.get_device_name()}" if torch.cuda.is_available() else ""
    return f"{cores}{gpu}; torch {torch.__version__}, fastai {fastai.__version__}, timm {timm.__version__}"


def _processor_name() -> str:
    """What the processor calls itself."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return next(iter(named), "") or platform.processor() or platform.machine()


def _results_table(results: pd.DataFrame) -> str:
    """A row a contender."""
    gpu = results["gpu_mib"].notna().any()
    rows = []
    for row in results.to_dict("records"):
        rows.append(
            {
                "contender": row["contender"],
                "device": f"{row['device']}, {row['precision']}",
                "epochs": row["n_epochs"],
                "first batch after": seconds_text(row["first_batch_s"]),
                "images/s": number_text(row["images_per_s"]),
                "total": seconds_text(row["total_s"]),
                "peak memory": _memory_text(row["memory_mib"]),
                **({"GPU memory": _memory_text(row["gpu_mib"])} if gpu else {}),
                "top-1": _score_text(row, "top_1"),
                "top-2": _score_text(row, "top_2"),
                f"to top-2 of {_target_text(results)}": seconds_text(row["target_s"]),
                "times sooner": ratio_text(row["ratio"]),
            }
        )
    return _table_text(pd.DataFrame(rows), n_left=2)


def _measured_table(rows: pd.DataFrame) -> str:
    """A row a measurement; columns that would be empty are left out."""
    several = rows["device"].nunique() > 1
    shown = [
        {
            "": row["what"],
            **({"device": row["device"]} if several else {}),
            "measured": f"{number_text(row['value'])} {row['unit']}",
            "times better": ratio_text(row["ratio"]),
            "than": row["against"] or "",
            "of the limit": "" if pd.isna(row["limit_share"]) else f"{row['limit_share']:.0%}",
        }
        for row in rows.to_dict("records")
    ]
    table = pd.DataFrame(shown)
    empty = [name for name in ("times better", "than", "of the limit") if (table[name] == "").all()]
    return _table_text(table.drop(columns=empty), n_left=1 + several)


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
    """The target as a number, or a word where devices differ."""
    targets = results["target_top_2"].dropna().round(3).unique()
    return f"{targets[0]:.3f}" if len(targets) == 1 else "the target"


def _target_source(results: pd.DataFrame) -> str:
    """Where the target comes from."""
    return "what plain fastai ended with" if fastai_sets_target(results) else "the one that was asked for"


def fastai_sets_target(results: pd.DataFrame) -> bool:
    """Whether the target is what plain fastai ended with."""
    reference = results[results["contender"] == "plain fastai"]
    return len(reference) > 0 and (reference["target_top_2"] - reference["top_2"]).abs().max() < 1e-9


def _bullets(lines: Sequence[str]) -> str:
    """Markdown list."""
    return "\n".join(f"- {line}" for line in lines)


def _table_text(table: pd.DataFrame, n_left: int) -> str:
    """A Markdown table whose source is aligned too; the first `n_left` columns flush left, the others right."""
    cells = [list(map(str, table.columns)), *([str(cell) for cell in row] for row in table.to_numpy())]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]

    def line(row: Sequence[str]) -> str:
        padded = (
            f"{cell:<{width}}" if i < n_left else f"{cell:>{width}}"
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return f"| {' | '.join(padded)} |"

    rule = ["-" * width if i < n_left else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    return "\n".join([line(cells[0]), line(rule), *map(line, cells[1:])])


def seconds_text(seconds: float) -> str:
    """A duration, with a decimal below ten seconds; a dash for none."""
    if pd.isna(seconds):
        return "–"
    return f"{seconds:.1f} s" if seconds < 10 else spoken_seconds(seconds)


def number_text(value: float) -> str:
    """Three digits that tell, one of what is next to nothing; a dash for none."""
    if pd.isna(value):
        return "–"
    if 0 < abs(value) < 0.01:
        return f"{value:.0e}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _memory_text(mib: float) -> str:
    """Gibibytes."""
    return "–" if pd.isna(mib) else f"{mib / 1024:.1f} GiB"


def ratio_text(ratio: float | None) -> str:
    """How many times; nothing for none."""
    return "" if ratio is None or pd.isna(ratio) else f"{number_text(ratio)} ×"


def _score_text(row: dict, name: str) -> str:
    """A score with its interval."""
    return f"{row[name]:.3f} ({row[f'{name}_lo']:.2f}-{row[f'{name}_hi']:.2f})"
