"""An examination of labels as a page, as tables, and as a table to decide in."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from styleclf.curation.examination import Examination
from styleclf.data import DECISION_COLUMNS
from styleclf.embeddings import neighbours_table
from styleclf.output import count_of, write_table, write_text
from styleclf.report import described_pictures, rendered_page, thumbnail_uris
from styleclf.runs import EMBEDDINGS_FILE, fold_folder, read_embeddings
from styleclf.saved import read_table

PAGE_FILE = "doctor.html"
DECISIONS_FILE = "decisions.csv"
_MOST_PAINTERS = 40  # on the page; the tables have all
_MOST_IMAGES = 80
_WORKS_OF_PAINTER = 8  # pictures of a painter on the page
_MOST_SENTENCES = 8  # about painters, on the screen
_N_NEAREST = 3
_NEIGHBOUR_COLUMNS = ["query", "rank", "filename", "label", "author", "distance"]


class DoubtedPainter(NamedTuple):
    """A painter whose works are doubted together, with some of them."""

    sentence: str
    row: Any  # of the table of painters
    pictures: Sequence[Any]
    n_more: int


class DoubtedImage(NamedTuple):
    """A picture whose label is doubted, and the nearest ones by others."""

    picture: Any
    row: Any  # of the table of images
    neighbours: Sequence[Any]


def write_examination(
    examination: Examination,
    images: str | Path,  # folder of the pictures
    *,
    design: str | Path,  # for the command that applies decisions
    out: str | Path,
) -> str:
    """Write `doctor.html`, the tables `doubts`, `painters`, `sources`, `neighbours` and `decisions`; returns a summary.

    `decisions.csv` has a row for every doubted painter and image, to be filled in. Raises ValueError where one with
    decisions is in the folder already: nobody's work is written over.
    """
    folder = Path(out)
    _check_undecided(folder / DECISIONS_FILE)
    ordered = examination.doubts.images.sort_values(["doubt", "filename"], ascending=[False, True])
    write_table(ordered, folder / "doubts.csv")
    write_table(examination.doubts.painters, folder / "painters.csv")
    if len(examination.sources):
        write_table(examination.sources, folder / "sources.csv")
    neighbours = nearest_by_others(examination)
    if len(neighbours):
        write_table(neighbours, folder / "neighbours.csv")
    context = _page_context(examination, neighbours, images, design=design, out=out)
    write_text(rendered_page("doctor.html", context), folder / PAGE_FILE)
    write_table(decisions_to_make(examination), folder / DECISIONS_FILE)
    sentences = painter_sentences(examination)
    lines = [answer_of(examination), *sentences[:_MOST_SENTENCES]]
    return "\n".join(lines)


def _check_undecided(file: Path) -> None:
    """Raise ValueError where a table of decisions has some."""
    if not file.is_file():
        return
    table = read_table(file, ["decision"], dtype=str)
    n_decided = int((table["decision"].str.strip() != "").sum())
    if n_decided:
        advice = "apply them (design.py --decisions), or name another folder (doctor.py --out)"
        decisions = count_of(n_decided, "decision")
        raise ValueError(f"{file} has {decisions}, which would be lost: {advice}")


def decisions_to_make(examination: Examination) -> pd.DataFrame:
    """A table to decide in, `DECISION_COLUMNS` and `doubt`: doubted painters with their works, then single works."""
    images = examination.images
    painters = examination.painters.assign(filename="")
    parts = []
    for number in range(len(painters)):
        painter = painters.iloc[number]
        is_work = _is_work_of(images, painter["author"], painter["label"])
        parts.append(painters.iloc[[number]])
        parts.append(images.loc[is_work])
    parts.append(_single_images(examination))
    columns = ["filename", "author", "label", "proposed", "doubt"]
    rows = [part[columns] for part in parts]
    table = pd.concat(rows, ignore_index=True)
    table = table.assign(decision="", by="", note="")
    table["doubt"] = table["doubt"].astype(float).round(3)
    return table[[*DECISION_COLUMNS, "doubt"]]


def _is_work_of(images: pd.DataFrame, author: str, label: str) -> pd.Series:
    """Which images are works of a painter under a label."""
    return (images["author"] == author) & (images["label"] == label)


def answer_of(examination: Examination) -> str:
    """What the examination says, in a sentence or two."""
    n_images = len(examination.doubts.images)
    expected = round(examination.expected)
    labels = count_of(n_images, "label")
    number = f"about {expected:,}" if expected else "none"
    n_doubted = len(examination.images)
    sentence = f"Of {labels}, {number} may be wrong by what the model says of painters it has not seen"
    if not n_doubted:
        return f"{sentence}; no single one is more likely wrong than right."
    whom = count_of(n_doubted, "work")
    n_painters = len(examination.painters)
    if n_painters:
        has = "has" if n_painters == 1 else "have"
        painters = count_of(n_painters, "painter")
        whom = f"{whom}, some of them all that {painters} {has} under a style"
    return f"{sentence}; worth a look: {whom}."


def painter_sentences(examination: Examination) -> list[str]:
    """A sentence for every painter whose works are doubted together."""
    return [_painter_sentence(row) for row in examination.painters.itertuples()]


def _painter_sentence(row: Any) -> str:
    """What a painter's works are taken for."""
    works = count_of(row.n_works, f"{row.label} work")
    taken = f"{row.n_taken} of {row.author}'s {works} are taken for {row.proposed}"
    wrong = count_of(round(row.n_wrong), "wrong label")
    return f"{taken} (about {wrong} expected)"


def nearest_by_others(examination: Examination, n_nearest: int = _N_NEAREST) -> pd.DataFrame:
    """`query, rank, filename, label, author, distance`: the works by others nearest to every doubted one on the page.

    They are looked for in the query's own fold, whose images one model has embedded without having learned from them.
    Empty where the cross-validation has kept no embeddings.
    """
    on_page = examination.images.head(_MOST_IMAGES)["filename"]
    tables = []
    for fold, rows in examination.predictions.groupby("fold", sort=True):
        is_shown = rows["filename"].isin(on_page)
        queries = rows.loc[is_shown, "filename"].tolist()
        file = fold_folder(examination.cv, str(fold)) / EMBEDDINGS_FILE
        if not queries or not file.is_file():
            continue
        embeddings, filenames = read_embeddings(file)
        embedded = rows.set_index("filename", drop=False).reindex(filenames)
        is_row = embedded["filename"].notna().to_numpy()
        of_fold = embedded[is_row].reset_index(drop=True)
        queries = [query for query in queries if query in set(of_fold["filename"])]
        tables.append(neighbours_table(of_fold, embeddings[is_row], queries, n_nearest=n_nearest))
    if not tables:
        return pd.DataFrame(columns=_NEIGHBOUR_COLUMNS)
    table = pd.concat(tables, ignore_index=True)
    return table[table["rank"] > 0].reset_index(drop=True)


def _page_context(
    examination: Examination,
    neighbours: pd.DataFrame,
    images: str | Path,
    *,
    design: str | Path,
    out: str | Path,
) -> dict[str, Any]:
    """All that the template shows."""
    painters = examination.painters.head(_MOST_PAINTERS)
    singles = _single_images(examination).head(_MOST_IMAGES)
    works = _works_by_painter(examination, painters)
    names = [*singles["filename"]]
    for filenames in works:
        names += filenames[:_WORKS_OF_PAINTER]
    is_neighbour = neighbours["query"].isin(singles["filename"])
    names += neighbours.loc[is_neighbour, "filename"].tolist()
    folder = Path(images)
    uris = thumbnail_uris(folder, names) if folder.is_dir() else {}
    pictures = described_pictures(examination.predictions, names, uris)
    decisions = Path(out) / DECISIONS_FILE
    new_folder = f"{Path(design).parent.as_posix()}-2"
    return {
        "title": "Which labels to look at again",
        "cv": examination.cv.as_posix(),
        "answer": answer_of(examination),
        "n_confirmed": examination.n_confirmed,
        "painters": _shown_painters(painters, works, pictures),
        "images": _shown_images(singles, neighbours, pictures),
        "sources": list(examination.sources.itertuples()),
        "n_painters": len(examination.painters),
        "n_images": len(_single_images(examination)),
        "decisions": decisions.as_posix(),
        "command": _command_of_design(decisions, new_folder),
        "pictures_note": "" if uris or not names else _missing_pictures(images),
    }


def _command_of_design(decisions: Path, folder: str) -> str:
    """The command that makes a new design of decisions."""
    words = ["python", "recipes/design.py", "--decisions", decisions.as_posix(), "--out", folder]
    return shlex.join(words)


def _missing_pictures(images: str | Path) -> str:
    return f"The pictures were not found in {images}: run doctor.py with --images and their folder to see them."


def _single_images(examination: Examination) -> pd.DataFrame:
    """The doubted images that no doubted painter stands for."""
    images = examination.images
    painters = examination.painters
    of_painters = set(zip(painters["author"], painters["label"], strict=True))
    pairs = zip(images["author"], images["label"], strict=True)
    is_single = [pair not in of_painters for pair in pairs]
    return images.loc[np.array(is_single, dtype=bool)]


def _works_by_painter(examination: Examination, painters: pd.DataFrame) -> list[list[str]]:
    """The works of every painter under the doubted label, the most doubtful first."""
    images = examination.doubts.images.sort_values(["doubt", "filename"], ascending=[False, True])
    works = []
    for painter in painters.itertuples():
        is_work = _is_work_of(images, painter.author, painter.label)
        works.append(images.loc[is_work, "filename"].tolist())
    return works


def _shown_painters(
    painters: pd.DataFrame, works: list[list[str]], pictures: Mapping[str, Any]
) -> list[DoubtedPainter]:
    entries = []
    for row, filenames in zip(painters.itertuples(), works, strict=True):
        first = filenames[:_WORKS_OF_PAINTER]
        of_painter = [pictures[name] for name in first]
        n_more = len(filenames) - len(first)
        entries.append(DoubtedPainter(_painter_sentence(row), row, of_painter, n_more))
    return entries


def _shown_images(images: pd.DataFrame, neighbours: pd.DataFrame, pictures: Mapping[str, Any]) -> list[DoubtedImage]:
    entries = []
    for row in images.itertuples():
        nearest = neighbours.loc[neighbours["query"] == row.filename, "filename"]
        of_others = [pictures[name] for name in nearest]
        entries.append(DoubtedImage(pictures[row.filename], row, of_others))
    return entries
