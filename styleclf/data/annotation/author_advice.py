"""Three ways to say who painted what, shown with a user's own names of files."""

import csv
import io
import re
from pathlib import PurePosixPath

import pandas as pd

_PAINTER = "gris"  # of the examples
_CODE = re.compile(r"(?:[^\W\d_]{1,4}[\W_]+)*[^\W\d_]{0,4}\d[\d\W_]*")  # a number of an object or of a file, or a date
_FEW_PICTURES = 2  # of one object, such as its front and back


def author_advice(annotation: pd.DataFrame) -> str:
    """Lines on how to name painters, where no image has one, or only numbers were read as their names; else nothing.

    >>> annotation = pd.DataFrame({"filename": ["cubism/IMG_0001.jpg"], "author": [""]})
    >>> print(author_advice(annotation))
    No painter can be read from the names of files. There are three ways to say who painted what.
    If cubism/IMG_0001.jpg were by gris:
      in the name    call it  cubism/gris_IMG_0001.jpg
      by folders     move it to  cubism/gris/IMG_0001.jpg  and run  design.py --layout style/author
      in a table     write painters.csv as below, with a line for every picture, and run  design.py --csv painters.csv
                     filename,author
                     cubism/IMG_0001.jpg,gris
    """
    reason = _reason(annotation["author"])
    if not reason:
        return ""
    file = PurePosixPath(annotation["filename"].iloc[0])
    new_name = file.with_name(f"{_PAINTER}_{file.name}")
    in_folder = file.parent / _PAINTER / file.name
    margin = " " * 17
    row = _row(str(file), _PAINTER)
    table = "write painters.csv as below, with a line for every picture"
    lines = [
        f"{reason} There are three ways to say who painted what.",
        f"If {file} were by {_PAINTER}:",
        f"  in the name    call it  {new_name}",
        f"  by folders     move it to  {in_folder}  and run  design.py --layout style/author",
        f"  in a table     {table}, and run  design.py --csv painters.csv",
        f"{margin}filename,author",
        f"{margin}{row}",
    ]
    return "\n".join(lines)


def _reason(authors: pd.Series) -> str:
    """Why painters have to be named; '' where they are, or where there are no images."""
    if authors.empty:
        return ""
    names = authors[authors != ""]
    if names.empty:
        return "No painter can be read from the names of files."
    are_codes = names.map(_CODE.fullmatch).notna().all()
    n_pictures = names.value_counts().median()
    if not are_codes or n_pictures > _FEW_PICTURES:
        return ""
    example = names.iloc[0]
    return f"If {example} and the like are dates or numbers of objects, no painter is known."


def _row(*values: str) -> str:
    """Values as a line of a table, in quotes where they contain a comma."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(values)
    return stream.getvalue()
