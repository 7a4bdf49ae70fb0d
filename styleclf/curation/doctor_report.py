"""An examination of labels as a page, as tables, and as a table to decide in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from styleclf.common import count_of, read_table, typed_command, write_table, write_text, written_painter
from styleclf.curation.doubts import is_of_units, most_doubtful_first
from styleclf.curation.examination import Examination
from styleclf.data import DECISION_COLUMNS
from styleclf.embeddings import neighbours_table
from styleclf.evaluation import count_authors, judged_kind
from styleclf.report import described_pictures, rendered_page, thumbnail_uris
from styleclf.runs import EMBEDDINGS_FILE, fold_folder, read_embeddings

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
    neighbours: Sequence[Any]  # nearest to any of the pictures, by others
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
    write_table(most_doubtful_first(examination.doubts.images), folder / "doubts.csv")
    write_table(examination.doubts.painters, folder / "painters.csv")
    if len(examination.sources):
        write_table(examination.sources, folder / "sources.csv")
    neighbours = nearest_by_others(examination)
    if len(neighbours):
        write_table(neighbours, folder / "neighbours.csv")
    context = _page_context(examination, neighbours, images, design=design, out=out)
    write_text(rendered_page("doctor.html", context), folder / PAGE_FILE)
    decisions = decisions_to_make(examination)
    write_table(decisions, folder / DECISIONS_FILE)
    sentences = painter_sentences(examination)
    lines = [examination_sentence(examination), *sentences[:_MOST_SENTENCES]]
    if len(decisions):
        command = context["command"]
        lines.append(f"decide in {context['decisions']}, then: {command}")
    return "\n".join(lines)


def _check_undecided(file: Path) -> None:
    """Raise ValueError where a table of decisions has some."""
    if not file.is_file():
        return
    table = read_table(file, ["decision"], dtype=str)
    is_decided = table["decision"].str.strip() != ""
    if is_decided.any():
        advice = "apply them (design.py --decisions), or name another folder (doctor.py --out)"
        decisions = count_of(int(is_decided.sum()), "decision")
        raise ValueError(f"{file} has {decisions}, which would be lost: {advice}")


def decisions_to_make(examination: Examination) -> pd.DataFrame:
    """A table to decide in, `DECISION_COLUMNS` and `doubt`: doubted painters with their works, then single works."""
    images = examination.images
    painters = examination.painters.assign(filename="")
    parts: list[pd.DataFrame] = []
    for number in range(len(painters)):
        painter = painters.iloc[[number]]
        is_work = is_of_units(images, painter)
        parts += [painter, images[is_work]]
    parts.append(_single_images(examination))
    table = pd.concat(parts, ignore_index=True)
    doubts = table["doubt"].astype(float)
    decisions = table.assign(decision="", by="", note="", doubt=doubts.round(3))
    return decisions[[*DECISION_COLUMNS, "doubt"]]


def examination_sentence(examination: Examination) -> str:
    """What the examination says, in a sentence or two."""
    labels = count_of(len(examination.doubts.images), "label")
    n_expected = round(examination.expected)
    number = f"about {n_expected:,}" if n_expected else "none"
    kind = judged_kind(count_authors(examination.predictions["author"]))
    sentence = f"Of {labels}, {number} may be wrong by what the model says of {kind} it has not seen"
    n_doubted = len(examination.images)
    if not n_doubted:
        return f"{sentence}; no single one is more likely wrong than right."
    works = count_of(n_doubted, "work")
    n_painters = len(examination.painters)
    if n_painters:
        has = "has" if n_painters == 1 else "have"
        painters = count_of(n_painters, "painter")
        works = f"{works}, among them all that {painters} {has} under a style"
    return f"{sentence}; worth a look: {works}."


def painter_sentences(examination: Examination) -> list[str]:
    """A sentence for every painter whose works are doubted together."""
    return [_painter_sentence(row) for row in examination.painters.itertuples()]


def _painter_sentence(row: Any) -> str:
    """What a painter's works are taken for."""
    works = count_of(row.n_works, f"{row.label} work")
    painter = written_painter(row.author)
    finding = f"{row.n_taken} of {painter}'s {works} are taken for {row.proposed}"
    wrong = count_of(round(row.n_wrong), "wrong label")
    return f"{finding} (about {wrong} expected)"


def nearest_by_others(examination: Examination) -> pd.DataFrame:
    """`query, rank, filename, label, author, distance`: the works by others nearest to every doubted one on the page.

    They are looked for in the query's own fold, whose images one model has embedded without having learned from them.
    Empty where the cross-validation has kept no embeddings.
    """
    on_page = examination.images.head(_MOST_IMAGES)["filename"]
    tables = []
    for fold, rows in examination.predictions.groupby("fold", sort=True):
        is_shown = rows["filename"].isin(on_page)
        queries = rows.loc[is_shown, "filename"]
        file = fold_folder(examination.cv, str(fold)) / EMBEDDINGS_FILE
        if len(queries) and file.is_file():
            tables.append(_nearest_in_fold(rows, queries, file))
    if not tables:
        return pd.DataFrame(columns=_NEIGHBOUR_COLUMNS)
    table = pd.concat(tables, ignore_index=True)
    is_neighbour = table["rank"] > 0
    return table[is_neighbour].reset_index(drop=True)


def _nearest_in_fold(
    rows: pd.DataFrame,  # predictions of a fold
    queries: pd.Series,  # filenames
    embeddings_file: Path,
) -> pd.DataFrame:
    """The works by others that are nearest to some of a fold, and these themselves at rank 0."""
    embeddings, filenames = read_embeddings(embeddings_file)
    by_name = rows.set_index("filename", drop=False)
    embedded_rows = by_name.reindex(filenames)
    is_row = embedded_rows["filename"].notna().to_numpy()
    of_fold = embedded_rows[is_row].reset_index(drop=True)
    is_embedded = queries.isin(of_fold["filename"])
    names = queries[is_embedded].tolist()
    return neighbours_table(of_fold, embeddings[is_row], names, n_nearest=_N_NEAREST)


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
    all_singles = _single_images(examination)
    singles = all_singles.head(_MOST_IMAGES)
    works = _works_by_painter(examination, painters)
    is_neighbour = neighbours["query"].isin(singles["filename"])
    names = [*singles["filename"], *neighbours.loc[is_neighbour, "filename"]]
    for filenames in works:
        names += filenames[:_WORKS_OF_PAINTER]
        names += _nearest_to_any(filenames, neighbours)
    folder = Path(images)
    uris = thumbnail_uris(folder, names) if folder.is_dir() else {}
    pictures = described_pictures(examination.predictions, names, uris)
    decisions = Path(out) / DECISIONS_FILE
    new_folder = _folder_of_next_round(Path(design).parent)
    return {
        "title": "Which labels to look at again",
        "cv": examination.cv.as_posix(),
        "answer": examination_sentence(examination),
        "n_confirmed": examination.n_confirmed,
        "painters": _shown_painters(painters, works, neighbours, pictures=pictures),
        "images": _shown_images(singles, neighbours, pictures),
        "sources": list(examination.sources.itertuples()),
        "n_painters": len(examination.painters),
        "n_images": len(all_singles),
        "decisions": decisions.as_posix(),
        "command": _command_of_design(decisions, new_folder),
        "pictures_note": "" if uris or not names else _missing_pictures(images),
    }


def _folder_of_next_round(folder: Path) -> str:
    """The folder of the design that is made of another one.

    >>> _folder_of_next_round(Path("runs/design")), _folder_of_next_round(Path("runs/design-9"))
    ('runs/design-2', 'runs/design-10')
    """
    name = folder.as_posix()
    before, hyphen, number = name.rpartition("-")
    if hyphen and number.isdecimal():
        return f"{before}-{int(number) + 1}"
    return f"{name}-2"


def _command_of_design(decisions: Path, folder: str) -> str:
    """The command that makes a new design of decisions."""
    flags = ["--decisions", decisions.as_posix(), "--out", folder]
    return typed_command("python", "recipes/design.py", *flags)


def _missing_pictures(images: str | Path) -> str:
    return f"The pictures were not found in {images}: run doctor.py with --images and their folder to see them."


def _single_images(examination: Examination) -> pd.DataFrame:
    """The doubted images that no doubted painter stands for."""
    images = examination.images
    is_by_painter = is_of_units(images, examination.painters)
    return images[~is_by_painter]


def _works_by_painter(examination: Examination, painters: pd.DataFrame) -> list[list[str]]:
    """The works of every painter under the doubted label, the most doubtful first."""
    images = most_doubtful_first(examination.doubts.images)
    works = []
    for number in range(len(painters)):
        is_work = is_of_units(images, painters.iloc[[number]])
        filenames = images.loc[is_work, "filename"]
        works.append(filenames.tolist())
    return works


def _nearest_to_any(filenames: list[str], neighbours: pd.DataFrame) -> list[str]:
    """The works by others that are nearest to any of a painter's, the nearest first."""
    is_nearest = neighbours["query"].isin(filenames)
    nearest_first = neighbours[is_nearest].sort_values("distance", kind="stable")
    names = nearest_first["filename"].drop_duplicates()
    return names.head(_N_NEAREST).tolist()


def _shown_painters(
    painters: pd.DataFrame,
    works: list[list[str]],  # of each painter
    neighbours: pd.DataFrame,
    *,
    pictures: Mapping[str, Any],  # by filename
) -> list[DoubtedPainter]:
    """The painters as the page shows them."""
    entries = []
    for row, filenames in zip(painters.itertuples(), works, strict=True):
        first = filenames[:_WORKS_OF_PAINTER]
        nearest = _nearest_to_any(filenames, neighbours)
        entry = DoubtedPainter(
            sentence=_painter_sentence(row),
            row=row,
            pictures=[pictures[name] for name in first],
            neighbours=[pictures[name] for name in nearest],
            n_more=len(filenames) - len(first),
        )
        entries.append(entry)
    return entries


def _shown_images(
    images: pd.DataFrame,
    neighbours: pd.DataFrame,
    pictures: Mapping[str, Any],  # by filename
) -> list[DoubtedImage]:
    """The single works as the page shows them."""
    entries = []
    for row in images.itertuples():
        is_nearest = neighbours["query"] == row.filename
        nearest = neighbours.loc[is_nearest, "filename"]
        entry = DoubtedImage(
            picture=pictures[row.filename],
            row=row,
            neighbours=[pictures[name] for name in nearest],
        )
        entries.append(entry)
    return entries
