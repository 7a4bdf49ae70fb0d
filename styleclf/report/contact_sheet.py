"""A contact sheet of predictions: small pictures under what was answered, in one page that opens offline."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from styleclf.common import count_of, write_text
from styleclf.data import author_in_name, author_name
from styleclf.evaluation import probas_of
from styleclf.report.pages import rendered_page
from styleclf.report.pictures import ShownPicture, described_pictures
from styleclf.report.thumbnails import thumbnail_uris

_MOST_PICTURES = 900
_FEWEST_OF_AN_ANSWER = 12


class AnsweredPictures(NamedTuple):
    """The pictures that got one answer."""

    answer: str
    n_pictures: int
    shown: list[ShownPicture]  # the surest first


def write_contact_sheet(
    predictions: pd.DataFrame,  # `filename, pred, proba_<style>…`, and maybe `answer, label, author`
    path: str | Path,
    *,
    unreadable: Mapping[Path, str] | None = None,  # reasons by file
    sentences: Sequence[str] = (),  # how right it is
    progress: bool = True,
) -> Path:
    """Write small pictures of all predicted files, sorted by answer, the surest first; returns the page's path.

    Of very many pictures those are shown that it is surest of, and the page says how many there are.
    """
    table = _with_names(predictions)
    groups = _files_by_answer(table)
    names = []
    for _, filenames in groups.values():
        names += filenames
    pictures = described_pictures(table, names, thumbnail_uris(Path(), names, progress=progress))
    by_answer = []
    for answer, (n_pictures, filenames) in groups.items():
        by_answer.append(AnsweredPictures(answer, n_pictures, [pictures[name] for name in filenames]))
    missing = {path.as_posix(): reason for path, reason in (unreadable or {}).items()}
    context = {
        "title": _title(by_answer, len(table)),
        "has_styles": (table["label"] != "").any(),
        "answered": by_answer,
        "sentences": sentences,
        "unreadable": missing,
    }
    write_text(rendered_page("contact_sheet.html", context), path)
    return Path(path)


def _with_names(predictions: pd.DataFrame) -> pd.DataFrame:
    """The predictions with what may be missing of answer, style and author, whom the name of the file may tell."""
    table = predictions.copy()
    authors = [author_name(author_in_name(filename)) for filename in table["filename"]]
    for column, default in {"answer": table["pred"], "label": "", "author": authors}.items():
        if column not in table:
            table[column] = default
    return table.drop_duplicates("filename")


def _files_by_answer(table: pd.DataFrame) -> dict[str, tuple[int, list[str]]]:
    """The number of pictures and the files to show for every answer, the commonest answer first."""
    numbers = table["answer"].value_counts()
    n_affordable = _MOST_PICTURES // max(len(numbers), 1)
    n_of_an_answer = max(n_affordable, _FEWEST_OF_AN_ANSWER)
    surest_first = table.assign(confidence=probas_of(table).max(axis=1)).sort_values("confidence", ascending=False)
    groups = {}
    for answer, n in numbers.items():
        filenames = surest_first["filename"][surest_first["answer"] == answer]
        groups[str(answer)] = (int(n), filenames.head(n_of_an_answer).tolist())
    return groups


def _title(groups: Sequence[AnsweredPictures], n_pictures: int) -> str:
    """How many pictures got which answer."""
    parts = [f"{group.n_pictures:,} {group.answer}" for group in groups]
    return f"{count_of(n_pictures, 'picture')}: {', '.join(parts)}" if parts else "No picture could be read"
