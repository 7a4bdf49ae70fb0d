"""What a collection leaves: a table that a design takes, two of what was left out or could not be had, and words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from styleclf.common import count_of, write_table
from styleclf.data.collect.choice import RefusedPicture, refusals_text
from styleclf.data.collect.columns import Columns, filled_text
from styleclf.data.collect.folder import LoadedPicture
from styleclf.data.collect.presentation import CanvasPicture
from styleclf.data.collect.sources import Failure, Reading

TABLE = "collected.csv"
LEFT_OUT = "left_out.csv"
NOT_LOADED = "not_loaded.csv"
_LEFT_OUT_COLUMNS = ["image", "canvas", "manifest", "title", "reason", "words"]
_N_REASONS = 5  # that are said


@dataclass
class Outcome:
    """What came of a collection."""

    reading: Reading
    columns: Columns
    loaded: list[tuple[CanvasPicture, LoadedPicture]]
    left_out: list[RefusedPicture]
    failures: list[Failure]
    n_kept: int = 0  # pictures that an earlier run had loaded
    n_damaged: int = 0  # of those, pictures whose bytes had changed, which were loaded anew
    text: str = ""  # what there is to say about it, once its tables are written

    def rows(self) -> list[dict[str, str]]:
        """The rows of the table."""
        return [self._row(picture, entry) for picture, entry in self.loaded]

    def _row(self, picture: CanvasPicture, entry: LoadedPicture) -> dict[str, str]:
        return {
            "filename": entry.filename,
            **self.columns.values(picture),
            "source": picture.source,
            "rights": picture.rights,
            "credit": picture.attribution,  # a design has a column `attribution` for "workshop of" and the like
            "canvas": picture.canvas,
            "manifest": picture.manifest,
            "image": picture.image,
            "width": str(entry.width),
            "height": str(entry.height),
            "bytes": str(entry.n_bytes),
            "sha256": entry.sha256,
        }


def write_outcome(outcome: Outcome, out: str | Path) -> str:
    """Write the three tables of a collection; returns what there is to say about it."""
    rows = outcome.rows()
    folder = Path(out)
    left_out = _left_out_table(outcome.left_out)
    not_loaded = pd.DataFrame(outcome.failures, columns=list(Failure._fields))
    write_table(pd.DataFrame(rows), folder / TABLE)
    write_table(left_out, folder / LEFT_OUT)
    write_table(not_loaded, folder / NOT_LOADED)
    parts = [
        _reading_text(outcome.reading),
        _loading_text(outcome),
        refusals_text(outcome.left_out),
        failures_text(outcome.failures),
        filled_text(outcome.columns, rows),
        _label_advice(rows, outcome.reading),
    ]
    return "\n".join(filter(None, parts))


def _left_out_table(left_out: Sequence[RefusedPicture]) -> pd.DataFrame:
    """The pictures that were left out, and why."""
    rows: list[dict[str, str]] = []
    for picture, reason, words in left_out:
        row = {
            "image": picture.image,
            "canvas": picture.canvas,
            "manifest": picture.manifest,
            "title": picture.title,
            "reason": reason,
            "words": words,
        }
        rows.append(row)
    return pd.DataFrame(rows, columns=_LEFT_OUT_COLUMNS)


def _reading_text(reading: Reading) -> str:
    """What was read, and what was named more than once."""
    text = count_of(len(reading.pictures), "picture")
    if reading.n_manifests:
        text += f" in {count_of(reading.n_manifests, 'manifest')}"
    if reading.n_repeated:
        text += f"; {count_of(reading.n_repeated, 'document')} named again and read once"
    if reading.n_doubles:
        text += f"; {count_of(reading.n_doubles, 'picture')} also in another place and taken once"
    return text


def _loading_text(outcome: Outcome) -> str:
    n_new = len(outcome.loaded) - outcome.n_kept
    text = f"{count_of(n_new, 'picture')} loaded, {outcome.n_kept:,} there from an earlier run"
    if outcome.n_damaged:
        text += f"; {count_of(outcome.n_damaged, 'file')} had changed since, loaded again"
    return text


def failures_text(failures: Sequence[Failure]) -> str:
    """How many things could not be had, with the frequent reasons and an example of each; '' where all could."""
    if not failures:
        return ""
    counts = Counter(failure.reason for failure in failures)
    examples = {failure.reason: failure.address for failure in reversed(failures)}
    lines = [f"{len(failures):,} could not be had, the same command tries again ({NOT_LOADED}):"]
    for reason, number in counts.most_common(_N_REASONS):
        address = examples[reason]
        lines.append(f"  {number:,}: {address} {reason}")
    if len(counts) > _N_REASONS:
        lines.append(f"  and {count_of(len(counts) - _N_REASONS, 'further reason')}")
    return "\n".join(lines)


def _label_advice(rows: Sequence[dict[str, str]], reading: Reading) -> str:
    """What to do where no picture has a label."""
    if not rows or any(row["label"] for row in rows):
        return ""
    has_fields = any(picture.fields for picture in reading.pictures)
    if has_fields:
        return "no picture has a label: collect.py --look lists the fields, collect.py --fields label=… names the one"
    return f"no picture has metadata: fill in the column label of {TABLE}, then design.py --csv takes it"
