"""Which kind of run a folder holds, recognised by its tables; each kind has its page and its sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from styleclf.report.audit import AUDIT_FILES, audit_answer, audit_findings
from styleclf.report.embeddings import EMBEDDING_FILES, embedding_answer, embedding_findings
from styleclf.report.findings import Findings
from styleclf.report.forests import FOREST_FILES, forest_answer, forest_findings
from styleclf.report.run_tables import JUDGED_FILES, RunFacts, read_run_facts

COMPARISON_TABLE = "comparison.csv"


class Kind(NamedTuple):
    """A kind of run whose tables are not predictions."""

    name: str  # in sentences
    recipe: str
    files: tuple[str, ...]  # the first shows the kind, all are needed
    findings: Callable[[RunFacts], Findings]
    answer: Callable[[RunFacts], str]

    def read(self, folder: Path) -> RunFacts:
        """The run in a folder. Raises ValueError where a table is missing or its settings are damaged."""
        for name in self.files:
            if not (folder / name).is_file():
                advice = f"run recipes/{self.recipe}.py to the end"
                raise ValueError(
                    f"{folder} has no whole tables of {self.name} to report yet, it lacks {name}: {advice}"
                )
        return read_run_facts(folder)


_KINDS = (
    Kind("an audit", "audit", AUDIT_FILES, audit_findings, audit_answer),
    Kind("forests", "forest", FOREST_FILES, forest_findings, forest_answer),
    Kind("embeddings", "arcface", EMBEDDING_FILES, embedding_findings, embedding_answer),
)


def kind_of(folder: str | Path) -> Kind | None:
    """The kind of a run whose tables are not predictions; None for a judged run, and for a folder without tables."""
    folder = Path(folder)
    if _has_all(folder, JUDGED_FILES):
        return None
    for kind in _KINDS:
        if (folder / kind.files[0]).is_file():
            return kind
    return None


def has_tables(folder: str | Path) -> bool:
    """Whether a report of the folder can be written: a judged run, one of the other kinds, or a comparison."""
    folder = Path(folder)
    return _has_all(folder, JUDGED_FILES) or kind_of(folder) is not None or is_comparison(folder)


def is_comparison(folder: str | Path) -> bool:
    """Whether the folder holds the table of a comparison."""
    return (Path(folder) / COMPARISON_TABLE).is_file()


def _has_all(folder: Path, names: tuple[str, ...]) -> bool:
    return all((folder / name).is_file() for name in names)
