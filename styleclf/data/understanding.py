"""What a catalogue has understood of the names of files, in about five lines for a person to check."""

import re
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from styleclf.data.people import people_of
from styleclf.output import count_of

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
    lines = [source, _styles_line(annotation), _authors_line(annotation), _nameless_line(annotation, nobodies)]
    if left_out:
        things = [f"{name} ({reason})" for name, reason in left_out.items()]
        lines.append(f"left out: {_first_few(things)}")
    else:
        lines.append("left out: nothing")
    return "\n".join(lines)


def _styles_line(annotation: pd.DataFrame) -> str:
    counts = annotation["label"].value_counts().sort_index()
    styles = [f"{style} ({n:,})" for style, n in counts.items()]
    return f"{count_of(len(styles), 'style')}: {_first_few(styles, _N_NAMED)}"


def _authors_line(annotation: pd.DataFrame) -> str:
    people = Counter(name for author in annotation["author"] for name in people_of(author))
    if not people:
        return "no author is known"
    named = annotation[annotation["author"] != ""].drop_duplicates("author")
    spread = named.iloc[:: max(1, len(named) // _N_EXAMPLES)][:_N_EXAMPLES]
    examples = [f"{row.author} in {row.filename}" for row in spread.itertuples()]
    line = f"{count_of(len(people), 'author')}, such as {'; '.join(examples)}"
    if all(re.search(r"[^\W\d_]", name) is None for name in people):
        line += ": they are numbers; if these only count files, name authors in a table (--csv)"
    return line


def _nameless_line(annotation: pd.DataFrame, nobodies: Mapping[str, int]) -> str:
    nameless = annotation[annotation["author"] == ""]
    if nameless.empty:
        return "every image has an author"
    counts = nameless["label"].value_counts().sort_index()
    by_style = [f"{style} {n:,}" for style, n in counts.items()]
    line = (
        f"{count_of(len(nameless), 'image')} of {len(annotation):,} without an author: {_first_few(by_style, _N_NAMED)}"
    )
    if nobodies:
        names = [f"{name!r} ({n:,})" for name, n in Counter(nobodies).most_common()]
        line += f"; these names were taken for nobody: {_first_few(names)}"
    return line


def _first_few(texts: list[str], n: int = 6) -> str:
    further = len(texts) - n
    shown = ", ".join(texts[:n])
    return f"{shown} and {further:,} more" if further > 0 else shown
