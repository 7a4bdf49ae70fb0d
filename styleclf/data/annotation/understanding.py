"""How a catalogue has read the names of files, in about five lines for a person to check."""

import re
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from styleclf.common import count_of, names_with_counts
from styleclf.data.annotation.people import people_of
from styleclf.evaluation import labels_of, noun_for_labels

_N_EXAMPLES = 3
_N_NAMED = 12  # styles named on the line of styles


def understanding_text(
    annotation: pd.DataFrame,
    source: str,  # how names were read
    *,
    nobodies: Mapping[str, int],  # names taken for nobody, and their images
    left_out: Mapping[str, str],  # what was left out, and why
) -> str:
    """The lines: how names were read, styles, authors, images without one, what was left out."""
    lines = [
        source,
        _styles_line(annotation),
        _authors_line(annotation),
        _nameless_line(annotation, nobodies),
        _left_out_line(left_out),
    ]
    return "\n".join(lines)


def _styles_line(annotation: pd.DataFrame) -> str:
    """The styles, with their numbers of images."""
    cells = annotation["label"]
    names = _labels_with_counts(cells)
    styles = count_of(len(names), noun_for_labels(cells))
    return f"{styles}: {_first_few(names, _N_NAMED)}"


def _authors_line(annotation: pd.DataFrame) -> str:
    """How many authors there are, with examples, and a doubt where their names are numbers."""
    rows = annotation[annotation["author"] != ""].drop_duplicates("author")
    people: set[str] = set()
    for author in rows["author"]:
        people.update(people_of(author))
    if not people:
        return "no author is known"
    step = max(1, len(rows) // _N_EXAMPLES)
    works = []
    for row in rows[::step][:_N_EXAMPLES].itertuples():
        works.append(f"{row.author} in {row.filename}")
    n_authors = count_of(len(people), "author")
    examples = "; ".join(works)
    line = f"{n_authors}, such as {examples}"
    has_letters = re.search(r"[^\W\d_]", "".join(people))
    if has_letters:
        return line
    return f"{line}: they are numbers; if these only count files, name authors in a table (csv)"


def _nameless_line(annotation: pd.DataFrame, nobodies: Mapping[str, int]) -> str:
    """How many images have no author, by style, and which names were taken for nobody."""
    nameless = annotation[annotation["author"] == ""]
    if nameless.empty:
        return "every image has an author"
    styles = _first_few(_labels_with_counts(nameless["label"]), _N_NAMED)
    images = count_of(len(nameless), "image")
    n_all = len(annotation)
    line = f"{images} of {n_all:,} without an author: {styles}"
    if not nobodies:
        return line
    quoted_names = {repr(name): n for name, n in nobodies.items()}
    most_frequent_first = Counter(quoted_names).most_common()
    names = _first_few(names_with_counts(most_frequent_first))
    return f"{line}; these names were taken for nobody: {names}"


def _left_out_line(left_out: Mapping[str, str]) -> str:
    """What was left out, and why."""
    items = []
    for name, reason in left_out.items():
        items.append(f"{name} ({reason})")
    summary = _first_few(items) or "nothing"
    return f"left out: {summary}"


def _labels_with_counts(cells: pd.Series) -> list[str]:
    """Every label with its number of rows, such as 'cubism (24)'; a row with several counts in each."""
    labels = cells.map(labels_of).explode()
    counts = labels.value_counts().sort_index()
    return names_with_counts(counts.items())


def _first_few(texts: list[str], n: int = 6) -> str:
    """The first texts, and how many more there are."""
    n_more = len(texts) - n
    text = ", ".join(texts[:n])
    if n_more <= 0:
        return text
    return f"{text} and {n_more:,} more"
